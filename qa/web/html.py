"""Questions, answers and citations as HTML. All that a document or a visitor says is escaped.

Gradio cleans what stands in a chat once more, and leaves no attributes but plain ones: so a button
says what it does by its `name` and with what by its `value`, and `page.js` does it.
"""

import json
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from index.sentences import sentences
from qa.conversation import Turn
from qa.types import Answer, Citation, Status
from qa.wording import confidence_in_words, confidence_means, in_words, percent


def render_question(question: str) -> str:
    """Return a question as HTML."""
    return f'<div class="question" dir="auto">{literal(question)}</div>'


def render_note(kind: str, text: str, question: str = "") -> str:
    """Return a message of the page itself as HTML; `kind` is "pending", "stopped" or "problem".

    With a question there is a button to ask it again.
    """
    again = f'<p class="actions">{_again(question)}</p>' if question else ""
    return f'<section class="reply {kind}"><p class="verdict">{literal(text)}</p>{again}</section>'


def render_turn(turn: Turn, visitor: str = "", feedback: bool = False, only: str = "") -> str:
    """Return an answer as HTML, below what was searched for if that is not as typed.

    `only` says of which documents it was asked, if not of all.
    """
    answer = render_answer(turn.answer, visitor, feedback)
    if only:
        answer = f'<p class="only">Asked only of: {literal(only)}</p>{answer}'
    if turn.searched_for == turn.question:
        return answer
    edit = _button("edit", turn.searched_for, "Edit")
    return (
        f'<p class="read" dir="auto">Searched for: {literal(turn.searched_for)} {edit}</p>{answer}'
    )


def render_answer(answer: Answer, visitor: str = "", feedback: bool = False) -> str:
    """Return an answer as HTML: how sure it is, the quote in its sentence, and where it stands.

    `visitor` goes into the links to documents, some of which may be the visitor's own. With
    `feedback` there are buttons to say whether it is right, or else where the answer is.
    """
    parts = [_verdict(answer)]
    asked = answer.question if feedback else None
    cited = [*answer.citations, *answer.others]
    if answer.citations:
        parts.append(_quotation(answer.citations, visitor))
    if answer.others:
        parts.append(_sides(answer, visitor))
    if cited:
        sources = len({citation.document for citation in cited})
        parts.append(f"<h3>{'Source' if sources == 1 else 'Sources'}</h3>")
        cards = (_card(c, visitor, number, asked) for number, c in enumerate(cited, 1))
        parts.append(f'<ol class="cards">{"".join(cards)}</ol>')
    if answer.nearest:
        cards = (_card(citation, visitor, None, asked) for citation in answer.nearest)
        parts.append(f'<h3>Closest passages</h3><ol class="cards">{"".join(cards)}</ol>')
    link = _button("copy-link", "?" + _query(q=answer.question), "Copy link")
    judged = _judged(answer) if feedback else ""
    parts.append(f'<p class="actions">{link}{_again(answer.question)}{judged}</p>')
    return f'<section class="reply {answer.status}">{"".join(parts)}</section>'


def document_link(name: str, start: int, end: int, visitor: str, **other: str | int) -> str:
    """Return the address of a document with a quote marked, relative to the page's."""
    whose: dict[str, str | int] = {"visitor": visitor} if visitor else {}
    return "document?" + _query(name=name, start=start, end=end, **whose, **other)


def reference(citation: Citation) -> str:
    """Return a quote with its source, to be pasted elsewhere."""
    about = [citation.title, in_words(citation.date), citation.place or ""]
    where = f"{citation.document}:{citation.start}-{citation.end}"
    return f"“{citation.quote}” ({', '.join(filter(None, about))}; {where})"


def _verdict(answer: Answer) -> str:
    said = {
        Status.ANSWERED: "<strong>Answered</strong>",
        Status.UNSURE: "<strong>Not sure</strong>: this may be the answer",
        Status.NOT_FOUND: "<strong>Not found</strong>: the documents do not seem to say",
    }[answer.status]
    figure = percent(answer.confidence)
    best = "the best guess, not shown, has " if answer.status is Status.NOT_FOUND else ""
    words = confidence_in_words(answer.confidence)
    words += "" if answer.calibrated else " (not calibrated for this reader)"
    meaning = confidence_means(answer.confidence, answer.calibrated)
    return (
        f'<p class="verdict"><span class="said">{said}</span> '
        f'<span class="confidence" tabindex="0"><span class="level">{best}{words}</span> '
        f'<span class="bar"><span style="width:{figure}%"></span></span>'
        f'<span class="meaning" role="tooltip">{meaning}</span></span></p>'
    )


def _quotation(citations: Sequence[Citation], visitor: str) -> str:
    """Return the first quote in its sentence, the numbers of all, and how many sources agree."""
    first = citations[0]
    text, start = first.snippet, first.start - first.snippet_start
    end = start + len(first.quote)
    around = [span for span in sentences(text) if span[0] < end and span[1] > start]
    low = min([start, *(a for a, _ in around)])
    high = max([end, *(b for _, b in around)])
    numbers = "".join(_number(c, visitor, n) for n, c in enumerate(citations, 1))
    sources = len({citation.document for citation in citations})
    agreed = f'<p class="agreed">{sources} sources say this.</p>' if sources > 1 else ""
    shown = _marked(text[low:high], start - low, end - low)
    said = f'{shown} <span class="numbers">{numbers}</span>'
    return f'<blockquote dir="auto">{said}</blockquote>{agreed}'


def _sides(answer: Answer, visitor: str) -> str:
    """Return what the sources say that do not agree, side by side with their dates.

    That they differ is said only of an answer that is sure enough itself.
    """
    first = len(answer.citations) + 1
    sides = [(1, answer.citations[0])] if answer.citations else []
    sides += list(enumerate(answer.others, first))
    shown = "".join(
        f'<div class="side"><p class="date">{escaped(in_words(side.date) or "no date")}</p>'
        f'<p class="says" dir="auto">{literal(side.quote)} '
        f"{_number(side, visitor, number)}</p></div>"
        for number, side in sides
    )
    heading = "Sources differ" if answer.status is Status.ANSWERED else "Possible answers"
    return f'<h3>{heading}</h3><div class="sides">{shown}</div>'


def _card(citation: Citation, visitor: str, number: int | None, asked: str | None) -> str:
    """Return what there is to know of a citation; one without a number shows a whole passage.

    There is a button to say that it answers what was `asked`, if given.
    """
    told = _told(asked, citation) if asked is not None else ""
    here = _button("told", told, "The answer is here", "here") if told else ""
    numbered = number is not None
    label = f'<span class="number">{number}</span> ' if numbered else ""
    start = citation.start - citation.snippet_start
    snippet = citation.snippet
    shown = _marked(snippet, start, start + len(citation.quote)) if numbered else literal(snippet)
    place = f'<span class="place">{literal(citation.place)}</span> ' if citation.place else ""
    day = f'<span class="date">{escaped(in_words(citation.date))}</span>' if citation.date else ""
    what = "quote" if numbered else "passage"
    return (
        f'<li class="card"><p class="source">{label}'
        f'<a class="open title" href="{_link(citation, visitor)}">'
        f"{literal(citation.title or citation.document)}</a> {place}{day}</p>"
        f'<p class="snippet" dir="auto">{shown}</p>'
        f'<p class="found"><span class="file">{literal(citation.document)}</span> '
        f'<span class="score" title="probability that this {what} holds the answer">'
        f"{percent(citation.score)}%</span> "
        f'<span class="ranks" title="its place in the search by meaning and in that by words">'
        f"{_ranks(citation)}</span> "
        f"{here}{_button('copy', reference(citation), f'Copy {what}')}</p></li>"
    )


def _number(citation: Citation, visitor: str, number: int) -> str:
    about = escaped(f"Source {number}: {citation.title}")
    link = _link(citation, visitor)
    return f'<a class="open number" href="{link}" title="{about}">{number}</a>'


def _ranks(citation: Citation) -> str:
    ranks = ((citation.dense_rank, "by meaning"), (citation.lexical_rank, "by words"))
    found = [f"{ordinal(rank)} {how}" for rank, how in ranks if rank is not None]
    return ", ".join(found)


def _again(question: str) -> str:
    return _button("ask", question, "Ask again")


def _told(question: str, *citations: Citation) -> str:
    """Return what a button tells: that these answer a question, or that nothing does."""
    spans = [[c.document, c.start, c.end] for c in citations]
    return json.dumps({"question": question, "spans": spans}, ensure_ascii=False)


def _judged(answer: Answer) -> str:
    """Return buttons to say that an answer is right, or that it is wrong and what is right."""
    right = _button("told", _told(answer.question, *answer.citations), "Right")
    nowhere = _button("told", _told(answer.question), "The documents do not say", "here")
    return f"{right}{_button('wrong', '', 'Wrong')}{nowhere}"


def _button(name: str, value: str, label: str, kind: str = "") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<button type="button" name="{name}" value="{escaped(value)}"{shown}>{label}</button>'


def _link(citation: Citation, visitor: str) -> str:
    """Return the address of a citation's document, scrolled to the quote, for an attribute."""
    where = document_link(citation.document, citation.start, citation.end, visitor)
    return escaped(f"{where}#quote")


def _query(**parameters: str | int) -> str:
    return urlencode(parameters, encoding="utf-8", errors="replace")


def _marked(text: str, start: int, end: int) -> str:
    """Return a text with a part of it marked."""
    before, quote, after = map(escaped, (text[:start], text[start:end], text[end:]))
    return f"<bdi>{before}<mark>{quote}</mark>{after}</bdi>"


def ordinal(number: int) -> str:
    """Return "1st", "2nd", "11th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def count_documents(documents: int) -> str:
    """Return a number of documents as people say it."""
    return f"{documents} document{'' if documents == 1 else 's'}"


def literal(text: str) -> str:
    """Return text to be shown as it is, its writing direction kept to itself."""
    return f"<bdi>{escaped(text)}</bdi>"


def escaped(text: str) -> str:
    """Return text for HTML, in an element or in a quoted attribute."""
    # Gradio re-indents the lines of a message, which it cannot where line ends are references, and
    # fails on half a surrogate pair, which a browser can send.
    whole = text.encode(errors="replace").decode()
    return escape(whole).translate({ord(space): f"&#{ord(space)};" for space in "\t\n\r"})
