"""Answers as HTML: how sure they are, the quote once in its sentence, and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.sentences import sentence_around
from qa.conversation import Turn
from qa.each_side import EACH_SIDE
from qa.several import OF_A_LIST
from qa.types import Answer, Citation, Status
from qa.web.cards import card, number, reference, told
from qa.web.html import button, escaped, literal, marked
from qa.wording import confidence_in_words, confidence_means, in_words, percent

WEAK = 0.2  # the confidence below which a guess is not shown as a quote, but passages alone


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is shown, besides what it says.

    `visitor` goes into the links to documents, some of which may be the visitor's own. With
    `feedback` there are buttons to say whether it is right, or else where the answer is. `only`
    says of which documents it was asked, if not of all; `otherwise` is what else the question may
    mean, if anything.
    """

    visitor: str = ""
    feedback: bool = False
    only: str = ""
    otherwise: str = ""


def render_turn(turn: Turn, shown: Shown) -> str:
    """Return an answer as HTML, below what was searched for if that is not as typed."""
    parts = []
    if turn.searched_for != turn.question:
        edit = button("edit", turn.searched_for, "Edit")
        parts.append(
            f'<p class="read" dir="auto">Searched for: {literal(turn.searched_for)} {edit}</p>'
        )
    if shown.otherwise:
        other = button("as-is", shown.otherwise, "Ask that")
        parts.append(
            f'<p class="read" dir="auto">It may also mean: {literal(shown.otherwise)} {other}</p>'
        )
    if shown.only:
        parts.append(f'<p class="only">Asked only of: {literal(shown.only)}</p>')
    return "".join(parts) + render_answer(turn.answer, shown)


def render_answer(answer: Answer, shown: Shown = Shown()) -> str:
    """Return an answer as HTML: how sure it is, the quote in its sentence, and where it is."""
    asked = answer.question if shown.feedback else None
    weak = _weak(answer)
    cited = [*answer.citations, *answer.others]
    parts = [f'<p class="note" dir="auto">{literal(answer.note)}</p>'] if answer.note else []
    if answer.citations or not answer.note:
        parts.append(_verdict(answer))
    if answer.citations and not weak:
        parts.append(_quotation(answer.citations, shown.visitor))
        parts.append(_sides(answer, shown.visitor) if answer.others else "")
        rows = "".join(card(c, shown.visitor, n, asked) for n, c in enumerate(cited, 1))
        label = "Source" if len({c.document for c in cited}) == 1 else "Sources"
        parts.append(f'<h3>{label}</h3><ol class="cards">{rows}</ol>')
    passages = [c for c in answer.nearest if weak or not any(_within(one, c) for one in cited)]
    if weak:
        passages = _apart([*cited, *passages])
    if passages:
        rows = "".join(card(c, shown.visitor, None, asked) for c in passages)
        listed = f'<ol class="cards">{rows}</ol>'
        if answer.citations and not weak:
            title = f"<summary>Other passages ({len(passages)})</summary>"
            parts.append(f'<details class="more">{title}{listed}</details>')
        else:
            parts.append(f"<h3>Closest passages</h3>{listed}")
    copy = ""
    if answer.citations and not weak:
        copy = button("copy", reference(answer.citations[0]), "Copy quote")
    save = button("save", "", "Save")
    link = button("copy-link", answer.question, "Copy link")
    again = button("ask", answer.question, "Ask again")
    judged = _judged(answer) if shown.feedback else ""
    parts.append(f'<p class="actions">{save}{copy}{link}{again}{judged}</p>')
    kind = f"{answer.status} weak" if weak else str(answer.status)
    return f'<section class="reply {kind}">{"".join(parts)}</section>'


def _weak(answer: Answer) -> bool:
    return answer.status is Status.UNSURE and answer.confidence < WEAK


def _verdict(answer: Answer) -> str:
    said = {
        Status.ANSWERED: "<strong>Answered</strong>",
        Status.UNSURE: "<strong>Not sure</strong>: this may be the answer",
        Status.NOT_FOUND: "<strong>Not found</strong>: the documents do not seem to say",
    }[answer.status]
    if _weak(answer):
        said = "<strong>Not sure</strong>: the answer may be in these passages"
    figure = percent(answer.confidence)
    best = "the best guess, not shown, has " if answer.status is Status.NOT_FOUND else ""
    words = confidence_in_words(answer.confidence)
    words += "" if answer.calibrated else " (not calibrated for this reader)"
    meaning = confidence_means(answer.confidence, answer.calibrated)
    meaning += f" {literal(answer.promise)}." if answer.promise else ""
    return (
        f'<p class="verdict"><span class="said">{said}</span> '
        f'<span class="confidence" tabindex="0"><span class="level">{best}{words}</span> '
        f'<span class="bar"><span style="width:{figure}%"></span></span>'
        f'<span class="meaning" role="tooltip">{meaning}</span></span></p>'
        + (f'<p class="agreed">{literal(answer.caution)}</p>' if answer.caution else "")
    )


def _quotation(citations: Sequence[Citation], visitor: str) -> str:
    """Return the first quote in its sentence, the numbers of all, and how many sources agree."""
    first = citations[0]
    text, start = first.snippet, first.start - first.snippet_start
    end = start + len(first.quote)
    low, high = sentence_around(text, start, end)
    numbers = "".join(number(c, visitor, n) for n, c in enumerate(citations, 1))
    sources = len({citation.document for citation in citations})
    agreed = f'<p class="agreed">{sources} sources say this.</p>' if sources > 1 else ""
    quote = marked(text[low:high], start - low, end - low)
    said = f'{quote} <span class="numbers">{numbers}</span>'
    return f'<blockquote dir="auto">{said}</blockquote>{agreed}'


def _sides(answer: Answer, visitor: str) -> str:
    """Return what else the sources say, each with its date: the answer itself is above.

    That they differ is said only of an answer that is sure enough itself.
    """
    first = len(answer.citations) + 1
    shown = "".join(
        '<li class="side">'
        + (f'<span class="date">{escaped(in_words(side.date))}</span> ' if side.date else "")
        + f'<span class="says" dir="auto">{literal(side.quote)}</span> {number(side, visitor, n)}'
        "</li>"
        for n, side in enumerate(answer.others, first)
    )
    heading = "Other sources differ" if answer.status is Status.ANSWERED else "Or else"
    beside = {EACH_SIDE: "And for the other", OF_A_LIST: "The other entries"}
    heading = beside.get(answer.note, heading)
    return f'<h3>{heading}</h3><ul class="sides">{shown}</ul>'


def _within(quoted: Citation, passage: Citation) -> bool:
    return (
        quoted.document == passage.document
        and passage.snippet_start <= quoted.start
        and quoted.start + len(quoted.quote) <= passage.snippet_start + len(passage.snippet)
    )


def _apart(passages: Sequence[Citation]) -> list[Citation]:
    """Return passages without those that are a part of another, or the same."""
    kept: list[Citation] = []
    for passage in sorted(passages, key=lambda c: -len(c.snippet)):
        if not any(_within(passage, other) for other in kept):
            kept.append(passage)
    return sorted(kept, key=passages.index)


def _judged(answer: Answer) -> str:
    """Return buttons to say that an answer is right, or that it is wrong and what is right."""
    right = button("told", told(answer.question, *answer.citations), "Right")
    wrong = button("wrong", "", "Wrong")
    nowhere = button("told", told(answer.question), "The documents do not say", "here")
    why = '<span class="why">What you say is kept on this server, as a test question.</span>'
    return f'<span class="judge">{right}{wrong}{nowhere} {why}</span>'
