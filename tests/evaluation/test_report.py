"""The three forms of a report: whole, harmless, and the same every time."""

import json
import re
from dataclasses import replace
from io import StringIO
from urllib.parse import urlencode

import pytest
from rich.console import Console

from qa.evaluation.report import to_html, to_json, to_table
from qa.evaluation.runner import evaluate, evaluate_retrieval

HOSTILE = "<script>alert(1)</script> [bold red]{{ 7 * 7 }}[/] \x1b]0;owned\x07\u202e & \"'"


def in_terminal(evaluation, width=100, **options):
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(to_table(evaluation, **options))
    return console.file.getvalue()


@pytest.fixture
def hostile(evaluation):
    result = replace(
        evaluation.results[1], id=HOSTILE, kind=HOSTILE, question=HOSTILE, guess=HOSTILE
    )
    return replace(evaluation, results=(result, *evaluation.results[2:]))


def test_the_terminal_shows_headline_details_and_misses(evaluation):
    text = in_terminal(evaluation)
    assert "6 questions (4 answerable, 2 not)" in text
    order = ["Cites a right document first", "AUROC", "What went wrong", "What built?"]
    assert sorted(order, key=text.index) == order
    assert "0.750" in text  # cited documents
    assert "Who wrote?" not in text  # no miss
    assert "Citations that are not in their" not in text


def test_the_terminal_lists_some_misses_and_counts_the_rest(evaluation):
    text = in_terminal(evaluation, listed=1)
    assert "What built?" in text  # search comes first
    assert "Where?" not in text
    assert "3 more" in text


def test_misquotes_raise_an_alarm(misquoting_corpus, questions):
    evaluation = evaluate(misquoting_corpus, questions, granularity="passage")
    for text in (in_terminal(evaluation), to_html(evaluation)):
        assert "Citations that are not in their documents: 5" in text


def test_texts_are_harmless_in_the_terminal(hostile):
    text = in_terminal(hostile, width=300)
    assert "[bold red]{{ 7 * 7 }}[/]" in text
    assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_texts_are_harmless_in_html(hostile):
    html = to_html(hostile)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [bold red]{{ 7 * 7 }}" in html


def test_html_needs_nothing_from_outside(evaluation):
    html = to_html(evaluation)
    assert html.count("<svg") == 4
    assert not re.search(r"\bsrc=|@import|<link|url\((?!#)", html)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', html))


def test_html_is_whole(evaluation):
    html = to_html(evaluation)
    assert "prefers-color-scheme: dark" in html
    stages = re.findall("<td><strong>([a-z]+)</strong>", html)
    assert stages == ["search", "reading", "abstaining", "abstaining"]
    assert "rank 3" in html
    assert html.rstrip().endswith("</html>")


def test_html_is_the_same_every_time(evaluation):
    assert to_html(evaluation) == to_html(evaluation)


def test_html_has_no_id_twice(evaluation):
    ids = re.findall(r'\bid="([^"]+)"', to_html(evaluation))
    assert len(ids) == len(set(ids)) > 0


def test_plots_take_their_colours_from_the_page(evaluation):
    html = to_html(evaluation)
    assert "stroke: var(--accent)" in html
    assert "fill: currentColor" in html
    assert not re.search("#0[1-9]0[1-9]0[1-9]", html)


def test_json_is_plain_and_whole(evaluation):
    found = json.loads(json.dumps(to_json(evaluation), allow_nan=False))
    assert found["summary"]["auroc_answerable"] == 5 / 8
    assert found["summary"]["guess"]["f1"]["value"] == 2 / 4
    assert [result["stage"] for result in found["results"]] == [
        None,
        "reading",
        "search",
        "abstaining",
        "abstaining",
        None,
    ]
    assert found["results"][2]["rank"] == 3
    assert found["results"][2]["accepted"][0]["text"] == "an engine"


@pytest.mark.parametrize("part", [slice(0, 0), slice(0, 1), slice(0, 4), slice(4, 6), slice(5, 6)])
def test_what_does_not_apply_is_a_dash(corpus, questions, part):
    evaluation = evaluate(corpus, questions[part], granularity="passage")
    json.dumps(to_json(evaluation), allow_nan=False)
    for text in (in_terminal(evaluation), to_html(evaluation)):
        assert "–" in text
        assert not re.search(r"\bnan\b|None", text)


def test_given_documents_leave_search_out(corpus, questions):
    given = {question.id: "ada" for question in questions}
    evaluation = evaluate(corpus, questions, granularity="document", given=given)
    assert "MRR@10" not in in_terminal(evaluation)
    assert to_html(evaluation).count("<svg") == 3


def test_search_alone(corpus):
    queries = {"one": "What built?", "two": "Was it?"}
    evaluation = evaluate_retrieval(corpus, queries, {"one": {"ada": 1}, "two": {"ada": 1}})
    text, html = in_terminal(evaluation), to_html(evaluation)
    for shown in (text, html):
        assert "2 queries" in shown
        assert "nDCG@10" in shown
        assert "Was it?" in shown  # not found
        assert "What built?" not in shown
    assert html.count("<svg") == 2
    found = json.loads(json.dumps(to_json(evaluation), allow_nan=False))
    assert [result["rank"] for result in found["results"]] == [1, None]


def test_what_went_wrong_can_be_asked_from_the_web_page(evaluation, hostile):
    asked = urlencode({"q": "What built?"})
    assert f'href="?{asked}"' in to_html(evaluation, asking=True)
    assert "?q=" not in to_html(evaluation)
    links = re.findall(r'href="(\?[^"]*)"', to_html(hostile, asking=True))
    assert links
    assert all(re.fullmatch(r"\?q=[\w%.+/~-]*", link) for link in links)
