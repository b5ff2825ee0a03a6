"""The judgement of each question, and the averages of `conftest`'s table."""

from dataclasses import replace

import pytest

from index.filters import Filter
from qa.evaluation.judging import Stage
from qa.evaluation.runner import evaluate, evaluate_retrieval
from qa.evaluation.summary import Kind, summarise, summarise_retrieval
from qa.types import Status


def test_each_question_is_judged(evaluation):
    results = {result.id: result for result in evaluation.results}
    assert {id: result.stage for id, result in results.items()} == {
        "who": None,
        "where": Stage.READING,
        "what": Stage.SEARCH,
        "was": Stage.ABSTAINING,
        "when": Stage.ABSTAINING,
        "why": None,
    }
    assert [id for id, result in results.items() if result.right] == ["who", "was"]
    assert [id for id, result in results.items() if result.cited_document] == [
        "who",
        "where",
        "was",
    ]
    assert [id for id, result in results.items() if result.cited_answer] == ["who", "was"]
    assert [id for id, result in results.items() if result.cited_sentence] == ["who", "was"]
    assert {id: result.retrieved.rank for id, result in results.items()} == {
        "who": 1,
        "where": 2,
        "what": 3,
        "was": 1,
        "when": None,
        "why": None,
    }


def test_what_is_not_shown_counts_as_no_answer(evaluation):
    shown = {result.id: result.shown_em for result in evaluation.results}
    assert shown == {"who": 1, "where": 0, "what": 0, "was": 1, "when": 0, "why": 1}
    assert evaluation.results[-1].guess is None


def test_a_right_answer_from_an_unread_place_is_no_miss(corpus, questions):
    corpus.scripts = {"Who wrote?": replace(corpus.scripts["Who wrote?"], read=0)}
    [result] = evaluate(corpus, questions[:1], granularity="passage").results
    assert result.stage is None


def test_a_sentence_that_contains_the_answer_is_right_despite_its_f1(corpus, questions):
    sentence = "Ada wrote the first program."
    corpus.scripts = {"Who wrote?": replace(corpus.scripts["Who wrote?"], guess=sentence)}
    [result] = evaluate(corpus, questions[:1], granularity="passage").results
    assert result.f1 == pytest.approx(2 * 1 / (4 + 1))  # ada wrote first program; ada
    assert result.right
    assert result.cited_answer
    assert result.stage is None


def test_a_quote_beside_the_answer_stands_in_a_sentence_that_holds_it(corpus, questions):
    beside = replace(corpus.scripts["Who wrote?"], guess="the first program")
    corpus.scripts = {"Who wrote?": beside}
    [result] = evaluate(corpus, questions[:1], granularity="passage").results
    assert (result.cited_answer, result.cited_sentence) == (False, True)


def test_no_guess_at_an_unanswerable_question_is_right(corpus, questions):
    corpus.scripts = {"Why?": replace(corpus.scripts["Why?"], guess="the")}  # "" when normalised
    [result] = evaluate(corpus, questions[5:], granularity="passage").results
    assert not result.right


def test_averages_of_the_answerable(evaluation):
    summary = summarise(evaluation)
    assert (summary.questions, summary.answerable, summary.unanswerable) == (6, 4, 2)
    assert (summary.documents, summary.passages) == (2, 4)
    retrieval = {name: estimate.value for name, estimate in summary.retrieval.items()}
    assert retrieval == pytest.approx(
        {
            "recall@1": 2 / 4,
            "recall@5": 1.0,
            "recall@10": 1.0,
            "recall@20": 1.0,
            "MRR@10": (1 + 1 / 2 + 1 / 3 + 1) / 4,
            "nDCG@10": (1 + 0.63093 + 1 / 2 + 1) / 4,  # 1 / log2(rank + 1)
        },
        abs=1e-5,
    )
    assert summary.guess.em.value == summary.guess.f1.value == 2 / 4
    assert summary.cited_document.value == 3 / 4
    assert summary.cited_answer.value == summary.cited_sentence.value == 2 / 4


def test_averages_over_status(evaluation):
    summary = summarise(evaluation)
    assert summary.statuses == {
        "answerable": {"answered": 2, "unsure": 2, "not_found": 0},
        "unanswerable": {"answered": 1, "unsure": 0, "not_found": 1},
    }
    assert summary.abstained.value == 1 / 2
    assert summary.wrong_of_answered.value == pytest.approx(2 / 3)
    assert summary.wrong_of_answered.n == 3
    assert summary.shown.em.value == 3 / 6
    assert summary.shown_has_answer.em.value == 2 / 4
    assert summary.shown_no_answer.em.value == 1 / 2
    assert summary.misses == {"search": 1, "reading": 1, "abstaining": 2}
    assert summary.violations == 0


def test_averages_of_confidence(evaluation):
    summary = summarise(evaluation)
    # answerable .9 .7 .45 .4 against .8 .1: won pairs 2 + 1 + 1 + 1 of 8
    assert summary.auroc_answerable == 5 / 8
    # right .9 .45 against wrong .8 .7 .4 .1: won pairs 4 + 2 of 8
    assert summary.auroc_right == 6 / 8
    # bins .1 .4 .7 .8 .9 hold 1 2 1 1 1, off by .1 .075 .7 .8 .1
    assert summary.calibration_error == pytest.approx((0.1 + 2 * 0.075 + 0.7 + 0.8 + 0.1) / 6)
    assert [point.risk for point in summary.risk_coverage] == pytest.approx(
        [0, 1 / 2, 2 / 3, 2 / 4, 3 / 5, 4 / 6]
    )


def test_averages_of_time(evaluation):
    times = summarise(evaluation).timings_ms
    assert times["total"].p50 == 35.0  # of 10 20 30 40 50 60
    assert times["total"].p95 == pytest.approx(57.5)
    assert times["search"].p50 == pytest.approx(3.5)
    assert times["read"].p50 == pytest.approx(31.5)


def test_table_of_kinds(evaluation):
    assert summarise(evaluation).kinds == {
        "fact": Kind(3, 1.0, pytest.approx(1 / 3), pytest.approx(1 / 3), pytest.approx(2 / 3)),
        "yes": Kind(1, 1.0, 1.0, 1.0, 0.0),
        "none": Kind(2, None, None, None, 1 / 2),
    }


def test_by_document_the_first_passage_ranks_the_document(corpus, questions):
    results = evaluate(corpus, questions, granularity="document").results
    assert [result.retrieved.rank for result in results[:4]] == [1, 1, 2, 1]
    assert results[2].retrieved.ranking == ("ada", "charles")


def test_an_answer_across_two_passages_cannot_be_found(corpus, questions):
    across = "program. She"
    start = corpus.documents["ada"].text.index(across)
    [question] = [
        replace(q, answers=(replace(q.answers[0], start=start, end=start + 12, text=across),))
        for q in questions[:1]
    ]
    evaluation = evaluate(corpus, [question], granularity="passage")
    assert evaluation.results[0].stage is Stage.SEARCH
    assert summarise(evaluation).retrieval["recall@20"].value == 0.0


def test_given_asks_each_question_of_its_own_document(corpus, questions):
    given = {question.id: "ada" for question in questions} | {"what": "charles"}
    evaluation = evaluate(corpus, questions, granularity="document", given=given)
    asked = ["ada", "ada", "charles", "ada", "ada", "ada"]
    assert corpus.asked == [Filter(documents=(name,)) for name in asked]
    summary = summarise(evaluation)
    assert summary.retrieval == {}
    assert summary.kinds["fact"].recall_at_5 is None
    assert summary.guess.f1.value == 2 / 4


def test_all_questions_are_asked_of_the_whole_corpus(corpus, questions):
    evaluate(corpus, questions, granularity="passage")
    assert corpus.asked == [None] * 6


def test_every_misquote_is_counted(misquoting_corpus, questions):
    evaluation = evaluate(misquoting_corpus, questions, granularity="passage")
    assert summarise(evaluation).violations == 5  # "Why?" cites nothing
    assert "ada, 1 to 4: the quote is not there" in evaluation.results[0].violations


def test_a_wrong_snippet_and_an_unknown_document_are_violations(corpus, questions):
    honest = corpus.cite
    for change, words in [
        ({"snippet_start": 1}, "snippet"),
        ({"document": "nobody"}, "no such document"),
    ]:
        corpus.cite = lambda span, change=change: replace(honest(span), **change)
        [result] = evaluate(corpus, questions[:1], granularity="passage").results
        assert len(result.violations) == 1
        assert words in result.violations[0]


def test_the_nearest_are_checked_too(corpus, questions):
    conclude, reading = corpus.conclude, corpus.read(corpus.retrieve("Who wrote?"))
    wrong = replace(corpus.cite(reading.candidates[0].spans[0]), quote="Eve")
    corpus.conclude = lambda r: replace(conclude(r), nearest=(wrong,))
    [result] = evaluate(corpus, questions[:1], granularity="passage").results
    assert len(result.violations) == 1


def test_without_unanswerable_questions_nothing_is_said_about_them(corpus, questions):
    summary = summarise(evaluate(corpus, questions[:4], granularity="passage"))
    assert summary.auroc_answerable is None
    assert summary.abstained is None
    assert summary.shown_no_answer.em is None


def test_without_answerable_questions_only_abstention_is_measured(corpus, questions):
    summary = summarise(evaluate(corpus, questions[4:], granularity="passage"))
    assert set(summary.retrieval.values()) == {None}
    assert summary.guess.f1 is None
    assert summary.cited_document is None
    assert summary.auroc_right is None
    assert summary.abstained.value == 1 / 2


def test_no_questions_at_all(corpus):
    summary = summarise(evaluate(corpus, [], granularity="passage"))
    assert summary.questions == 0
    assert summary.calibration_error is None
    assert summary.risk_coverage_area is None
    assert summary.timings_ms["total"] is None


def test_progress_is_told(corpus, questions):
    told = []
    evaluate(
        corpus,
        questions,
        granularity="passage",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(n, 6) for n in range(1, 7)]


def test_search_alone_takes_the_share_of_the_relevant(corpus):
    queries = {"one": "What built?", "two": "Was it?"}
    qrels = {"one": {"ada": 1, "charles": 1}, "two": {"ada": 1, "charles": 0}}
    evaluation = evaluate_retrieval(corpus, queries, qrels)
    retrieval = summarise_retrieval(evaluation).retrieval
    assert retrieval["recall@1"].value == (1 / 2 + 0) / 2
    assert retrieval["recall@5"].value == (2 / 2 + 0) / 2
    assert retrieval["MRR@10"].value == 1 / 2
    assert [result.rank for result in evaluation.results] == [1, None]
    assert all(result.search_ms >= 0 for result in evaluation.results)


def test_unsure_is_not_answered(evaluation):
    unsure = [result for result in evaluation.results if result.status is Status.UNSURE]
    assert [result.stage for result in unsure] == [Stage.SEARCH, Stage.ABSTAINING]
