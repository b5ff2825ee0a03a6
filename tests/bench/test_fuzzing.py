from bench.fuzz import KINDS, fuzz


def test_a_share_of_the_fuzzed_inputs_breaks_nothing() -> None:
    """All of the 20,000: `python -m bench.fuzz`."""
    bugs: list[str] = []
    found = fuzz(40 * len(KINDS), 7, bugs.append)
    assert bugs == []
    assert sum(came["read"] for came in found.values()) > 5 * len(KINDS)
    assert all(came.total() == 40 for came in found.values())
