"""What the reader is trained on."""

import random
from difflib import SequenceMatcher

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering

from index.encoding import packaged_file
from tests.tiny import document
from training.augment import answer_cut_out, as_typed, part_with_answer, with_lead
from training.data import Example, PassageCache, Question, positives
from training.features import batches, collate, featurise
from training.negatives import negatives
from training.objective import backward, span_loss
from training.weights import way_back

TEXT = (
    "The council met on Tuesday in the old harbour hall, which was full long before noon. "
    "It chose Maria Lopez as its new chair because she had led the port for ten years. "
    "Nobody voted against the proposal, although two members of the council left the hall early. "
    "The next meeting is in June, and the harbour will be closed on that day for repairs."
)
ANSWER = "Maria Lopez"
AT = TEXT.index(ANSWER)
EXAMPLE = Example("Who is the new chair?", TEXT, ((AT, AT + len(ANSWER)),))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(packaged_file("tokenizer.json")))


@given(st.integers(0, 10_000))
def test_a_question_as_typed_differs_by_its_mark_and_one_slip_at_most(seed: int) -> None:
    question = "Which council chose the chair before noon?"
    typed = as_typed(question, random.Random(seed))
    edits = [
        op
        for op in SequenceMatcher(None, question.rstrip("?"), typed.rstrip("?")).get_opcodes()
        if op[0] != "equal"
    ]
    assert len(edits) <= 2 and abs(len(question) - len(typed)) <= 2


def test_now_and_then_a_phrase_stands_before_a_question() -> None:
    question = "Which council chose the chair before noon?"
    asked = [with_lead(question, random.Random(seed)) for seed in range(1_000)]
    led = [a for a in asked if a != question]
    assert 0.02 < len(led) / len(asked) < 0.2
    assert all(a.endswith("hich council chose the chair before noon?") for a in led)
    assert len(set(led)) > 3


def test_a_passage_whose_answer_is_cut_out_does_not_hold_it() -> None:
    cut = answer_cut_out(EXAMPLE)
    assert cut is not None and cut.spans == ()
    assert ANSWER not in cut.passage
    assert cut.passage.startswith("The council met") and cut.passage.endswith("repairs.")


def test_an_answer_that_stands_elsewhere_too_cannot_be_cut_out() -> None:
    twice = f"{TEXT} Maria Lopez will open it."
    assert answer_cut_out(Example(EXAMPLE.question, twice, EXAMPLE.spans)) is None
    short = Example("Who?", "It was Ana. It rained.", ((7, 10),))
    assert answer_cut_out(short) is None


@given(st.integers(0, 10_000))
def test_a_part_of_a_passage_is_whole_sentences_with_an_answer(seed: int) -> None:
    june = TEXT.index("June")
    both = Example("When or who?", TEXT, (*EXAMPLE.spans, (june, june + 4)))
    part = part_with_answer(both, random.Random(seed))
    assert part.passage in TEXT and part.passage[0].isupper() and part.passage[-1] == "."
    answers = [part.passage[a:b] for a, b in part.spans]
    assert answers and answers == [a for a in (ANSWER, "June") if a in part.passage]


def test_targets_are_the_tokens_of_the_answer(tokenizer: Tokenizer) -> None:
    empty = Example("Who?", "It rained.", ())
    feature, nothing = featurise([EXAMPLE, empty], tokenizer)
    ((start, end),) = feature.targets
    assert tokenizer.decode(feature.ids[start : end + 1]) == "maria lopez"
    assert start >= feature.passage_at
    assert nothing.targets == [(0, 0)]


def test_the_loss_is_the_log_of_the_summed_probability_of_the_accepted_spans(
    tokenizer: Tokenizer,
) -> None:
    two = Example(EXAMPLE.question, TEXT, ((AT, AT + 5), (AT, AT + len(ANSWER))))
    features = featurise([two, Example("Who?", "It rained.", ())], tokenizer)
    batch = collate(features)
    torch.manual_seed(0)
    start, end = torch.randn(2, *batch.ids.shape)
    expected = 0.0
    for row, feature in enumerate(features):
        legal = batch.allowed[row]
        p_start = start[row].masked_fill(~legal, -torch.inf).softmax(-1)
        p_end = end[row].masked_fill(~legal, -torch.inf).softmax(-1)
        expected -= float(torch.log(sum(p_start[a] * p_end[b] for a, b in feature.targets))) / 2
    assert float(span_loss(start, end, batch)) == pytest.approx(expected, rel=1e-4)


def test_adversarial_gradients_are_the_plain_ones_where_nothing_is_moved(
    tokenizer: Tokenizer,
) -> None:
    torch.manual_seed(0)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2}
    model = BertForQuestionAnswering(BertConfig(num_hidden_layers=1, **size)).eval()
    batch = collate(featurise([EXAMPLE, Example("Who?", "It rained.", ())], tokenizer))

    def gradients(adversarial: float) -> torch.Tensor:
        model.zero_grad()
        backward(model, batch, 0.5, adversarial)
        return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])

    plain = gradients(0.0)
    assert torch.linalg.norm(gradients(1e-6) - plain) < 0.02 * torch.linalg.norm(plain)
    assert torch.linalg.norm(gradients(1.0) - plain) > 0.1 * torch.linalg.norm(plain)


def test_batches_hold_every_feature_once_and_few_tokens(tokenizer: Tokenizer) -> None:
    features = featurise([EXAMPLE] * 30, tokenizer)
    found = batches(features, 300, random.Random(0))
    assert sum(map(len, found)) == 30
    assert all(len(b) * max(len(f.ids) for f in b) <= 300 for b in found)


def test_positives_are_passages_with_a_whole_answer_and_negatives_have_none() -> None:
    other = document("The port of Lisbon chose no chair this year. It rained all day.", "b.txt")
    mine = document(TEXT, "a.txt")
    question = Question("1", "s", EXAMPLE.question, mine, EXAMPLE.spans)
    elsewhere = Question("2", "s", "Where did it rain?", other, ((0, 8),))
    cache = PassageCache()
    for example in positives(question, cache.of(mine)):
        assert [example.passage[a:b] for a, b in example.spans] == [ANSWER]
    assert negatives([question], cache, random.Random(0)) == []
    found = negatives([question, elsewhere], cache, random.Random(0))
    assert all(ANSWER not in e.passage for e in found if e.question == question.question)


def test_on_the_way_back_to_the_encoder_the_span_head_stays() -> None:
    trained = {"bert.a": torch.tensor([4.0]), "qa_outputs.weight": torch.tensor([1.0])}
    encoder = {"bert.a": torch.tensor([0.0]), "qa_outputs.weight": torch.tensor([9.0])}
    half = {"bert.a": torch.tensor([2.0]), "qa_outputs.weight": torch.tensor([1.0])}
    assert way_back(trained, encoder, 0.5) == half
    assert way_back(trained, encoder, 0.0) == trained
