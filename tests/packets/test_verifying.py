"""What becomes of a packet's quotes when the documents change."""

from dataclasses import replace

import pytest

from index.types import Document
from qa.packets.verifying import Finding, Outcome, verify
from tests.packets.making_packets import answer, by_id, cited, packet

BEFORE = (
    "The keeper wrote in the evening. The lamp was lit at six by Marta Lind. "
    "The wind turned to the west before midnight. No ship was seen that night."
)
LOG = Document.of(BEFORE, id="log.txt")
PACKET = packet(by_id(LOG), answer("Who lit the lamp?", cited(LOG, "Marta Lind")))


def became(*documents: Document, skipped: dict[str, str] | None = None) -> Finding:
    (finding,) = verify(PACKET, by_id(*documents), skipped)
    return finding


def log(text: str, id: str = "log.txt") -> Document:
    return Document.of(text, id=id)


def shown(finding: Finding, document: Document) -> str:
    return document.text[finding.start : finding.end]


def test_a_quote_holds_where_it_and_its_sentence_are_at_their_place() -> None:
    assert (became(LOG).outcome, became(LOG).note) == (Outcome.HOLDS, "")
    edited = log(BEFORE.replace("No ship", "One ship"))
    assert became(edited).outcome is Outcome.HOLDS
    assert became(edited).note == "the file has changed elsewhere"


def test_a_quote_has_moved_where_its_sentence_is_elsewhere() -> None:
    longer = log("It rained. " + BEFORE)
    found = became(longer)
    assert (found.outcome, shown(found, longer)) == (Outcome.MOVED, "Marta Lind")
    assert found.start == PACKET.records[0].quotes[0].start + len("It rained. ")


def test_the_nearest_of_several_places_is_told() -> None:
    sentence = "The lamp was lit at six by Marta Lind. "
    twice = log("It rained. " + BEFORE + " It rained." * 20 + sentence)
    assert became(twice).start == twice.text.index("Marta Lind")


def test_a_renamed_file_is_found() -> None:
    found = became(log(BEFORE, "old/log.txt"), log("Nothing.", "z.txt"))
    assert (found.outcome, found.document) == (Outcome.MOVED, "old/log.txt")
    assert found.note == "the same file under another name"
    copied = became(log("Copied: " + BEFORE, "copy.txt"))
    assert (copied.outcome, copied.note) == (Outcome.MOVED, "in another document")


@pytest.mark.parametrize(
    "sentence",
    [
        "The lamp was lit at six by Martha Lind.",
        "The lamp was not lit at six by Marta Lind.",  # the quote itself is there
        "At six the lamp was lit by Marta Lind.",
        "The lamp was lit at six by Marta Lind, it is said.",
    ],
)
def test_a_sentence_that_is_another_now_is_told(sentence: str) -> None:
    edited = log(BEFORE.replace("The lamp was lit at six by Marta Lind.", sentence))
    found = became(edited)
    assert (found.outcome, found.now) == (Outcome.CHANGED, sentence)
    assert shown(found, edited) == sentence


def test_a_quote_of_which_nothing_is_left_is_gone() -> None:
    without = log(BEFORE.replace("The lamp was lit at six by Marta Lind. ", ""))
    assert became(without).outcome is Outcome.GONE
    assert "nothing like it" in became(without).note
    assert became(log("Other.", "z.txt")).note == "there is no such document"
    why = became(log("Other.", "z.txt"), skipped={"log.txt": "encrypted"}).note
    assert why == "not indexed: encrypted"


def test_that_a_file_is_read_otherwise_is_told() -> None:
    otherwise = replace(log("Page 1. " + BEFORE), sha256=LOG.sha256)
    assert became(otherwise).note == "this Quotewell reads the file otherwise"


def test_one_edit_changes_one_of_fifty() -> None:
    logs = [log(f"The watch began. Keeper number {n} lit the lamp.", f"{n}.txt") for n in range(50)]
    asked = [answer("Who?", cited(d, f"Keeper number {n}")) for n, d in enumerate(logs)]
    made = packet(by_id(*logs), *asked)
    assert {f.outcome for f in verify(made, by_id(*logs))} == {Outcome.HOLDS}
    logs[7] = log("The watch began. Keeper number 70 lit the lamp.", "7.txt")
    found = [f.outcome for f in verify(made, by_id(*logs))]
    assert found.count(Outcome.HOLDS) == 49 and found[7] is Outcome.CHANGED


def test_a_text_made_to_take_long_does_not() -> None:
    bad = log("a b " * 40_000 + ". " + "b a. " * 20_000)
    assert became(bad).outcome is Outcome.GONE
