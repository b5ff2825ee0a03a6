import json
import random
from pathlib import Path

import pytest

from index.errors import PromiseError
from qa import Corpus, Document, Status, cli
from qa.promise import Promise, at_most, load, promise, save
from qa.reader import SpanReader
from tests.tiny import TinyEncoder

READER = SpanReader()
MADE = Promise(0.8, 0.05, 0.95, 200, 100, 1)


def drawn(n: int, seed: int) -> list[tuple[float, bool]]:
    """Return answers of which a confidence c is right with a probability of c."""
    chance = random.Random(seed)
    return [(c, chance.random() < c) for c in (chance.random() ** 0.2 for _ in range(n))]


def test_the_binomial_is_exact() -> None:
    assert at_most(0, 59, 0.05) == pytest.approx(0.95**59)
    assert at_most(1, 2, 0.5) == pytest.approx(0.75)
    assert at_most(5, 5, 0.05) == pytest.approx(1.0)


def test_the_promise_is_broken_by_fewer_draws_than_it_allows() -> None:
    """The true share of wrong answers from c up is 1 - (the mean of the confidences from c up)."""
    all_of_them = [c for c, _ in drawn(100_000, 0)]
    broken = made = 0
    for seed in range(200):
        try:
            found = promise(drawn(600, seed + 1), most_wrong=0.1)
        except PromiseError:
            continue
        made += 1
        above = [c for c in all_of_them if c >= found.answered]
        broken += 1 - sum(above) / len(above) > 0.1
    assert made > 100
    assert broken <= 0.05 * 200


def test_more_wrong_allowed_means_more_answered() -> None:
    strict, lax = (promise(drawn(2_000, 1), most_wrong=share) for share in (0.1, 0.2))
    assert lax.answered < strict.answered
    assert lax.above > strict.above


def test_too_few_judgements_are_refused_in_one_line_that_says_how_many_are_needed() -> None:
    with pytest.raises(PromiseError, match=r"10 judged questions.*about 80 answers are the fewest"):
        promise([(0.99, True)] * 10)
    assert promise([(0.99, True)] * 80).answered <= 0.95


def test_answers_that_are_often_wrong_are_never_promised() -> None:
    with pytest.raises(PromiseError, match="100 wrong"):
        promise([(0.99, True)] * 300 + [(0.99, False)] * 100)


def test_a_promise_is_kept_beside_the_index_for_its_reader_alone(tmp_path: Path) -> None:
    save(MADE, tmp_path, READER)
    assert load(tmp_path, READER) == (MADE, "")
    other, note = load(tmp_path, SpanReader("large"))
    assert other is None
    assert "another reader" in note


@pytest.mark.parametrize("harm", ["{", "[]", '{"seal": 1}', None])
def test_a_promise_that_was_changed_or_is_somebody_elses_is_not_used(
    tmp_path: Path, harm: str | None
) -> None:
    file = save(MADE, tmp_path, READER)
    if harm is None:
        said = json.loads(file.read_text())
        said["promise"]["answered"] = 0.01
        harm = json.dumps(said)
    file.write_text(harm)
    found, note = load(tmp_path, READER)
    assert found is None
    assert "promise.json" in note and "qa calibrate" in note


def test_answers_follow_the_promise_and_say_it(tmp_path: Path) -> None:
    document = Document.of("A mooring costs 40 euros a night.\n", id="a.txt")
    corpus = Corpus.from_documents(
        [document], index=tmp_path / "index", encoder=TinyEncoder(), reader=READER
    )
    question = "What does a mooring cost?"
    before = corpus.ask(question)
    assert (before.status, before.promise) == (Status.ANSWERED, "")
    strict = Promise(before.confidence + 0.001, 0.05, 0.95, 200, 100, 1)
    corpus.keep_promise(strict)
    after = corpus.ask(question)
    assert after.status is Status.UNSURE
    assert "200 judged questions" in after.promise
    assert corpus.with_documents([document]).ask(question).promise == ""
    again = Corpus.from_documents(
        [document], index=tmp_path / "index", encoder=TinyEncoder(), reader=READER
    )
    assert again.promise == strict


def test_the_command_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.parts.load_encoder", TinyEncoder)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("A mooring costs 40 euros a night.\n")
    answers = [{"document": "a.txt", "start": 16, "end": 24, "text": "40 euros"}]
    row = {"id": "1", "kind": "feedback", "question": "What does it cost?", "answers": answers}
    gone = {**row, "id": "2", "question": "Who?", "answers": [{**answers[0], "document": "b.txt"}]}
    file = tmp_path / "judged.jsonl"
    file.write_text(f"{json.dumps(row)}\n{json.dumps(gone)}\n")
    options = ["--corpus", str(docs), "--index", str(tmp_path / "index"), "--reader", "small"]
    with pytest.raises(SystemExit, match="2"):
        cli.main(["calibrate", str(file), *options])
    said = capsys.readouterr().err
    assert "left out: 1 judged questions" in said
    assert "qa: 1 judged questions" in said
