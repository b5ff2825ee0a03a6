"""A citation as a card of one line that opens, and as it is copied."""

import json

from qa.types import Citation
from qa.web.html import button, document_link, escaped, literal, marked, ordinal
from qa.wording import in_words, percent


def card(citation: Citation, visitor: str, number: int | None, asked: str | None = None) -> str:
    """Return a citation's line, and its passage below when opened; without a number, unmarked.

    There is a button to say that it answers what was `asked`, if given.
    """
    numbered = number is not None
    label = f'<span class="number">{number}</span> ' if numbered else ""
    start = citation.start - citation.snippet_start
    snippet = citation.snippet
    shown = marked(snippet, start, start + len(citation.quote)) if numbered else literal(snippet)
    place = f'<span class="place">{literal(citation.place)}</span> ' if citation.place else ""
    day = f'<span class="date">{escaped(in_words(citation.date))}</span>' if citation.date else ""
    what = "quote" if numbered else "passage"
    here = ""
    if asked is not None:
        here = button("told", told(asked, citation), "The answer is here", "here")
    copying = button("copy", reference(citation), f"Copy {what}")
    return (
        f'<li class="card"><p class="source">{label}'
        f'<a class="open title" href="{link(citation, visitor)}">'
        f"{literal(citation.title or citation.document)}</a> {place}{day}</p>"
        f'<details><summary>Passage</summary><p class="snippet" dir="auto">{shown}</p>'
        f'<p class="found"><span class="file">{literal(citation.document)}</span> '
        f'<span class="score">{percent(citation.score)}% likely to hold the answer</span> '
        f'<span class="ranks">{_ranks(citation)}</span> {here}{copying}</p></details></li>'
    )


def number(citation: Citation, visitor: str, n: int) -> str:
    """Return the number of a source, which leads into it."""
    about = escaped(f"Source {n}: {citation.title or citation.document}")
    return f'<a class="open number" href="{link(citation, visitor)}" aria-label="{about}">{n}</a>'


def link(citation: Citation, visitor: str) -> str:
    """Return the address of a citation's document, scrolled to the quote, for an attribute."""
    where = document_link(citation.document, citation.start, citation.end, visitor)
    return escaped(f"{where}#quote")


def reference(citation: Citation) -> str:
    """Return a quote with its source, to be pasted elsewhere."""
    about = [citation.title or citation.document, in_words(citation.date), citation.place or ""]
    return f"“{citation.quote}” ({', '.join(filter(None, about))})"


def told(question: str, *citations: Citation) -> str:
    """Return what a button tells: that these answer a question, or that nothing does."""
    spans = [[c.document, c.start, c.end] for c in citations]
    return json.dumps({"question": question, "spans": spans}, ensure_ascii=False)


def _ranks(citation: Citation) -> str:
    ranks = ((citation.lexical_rank, "by wording"), (citation.dense_rank, "by meaning"))
    found = [f"{how} {ordinal(rank)}" for rank, how in ranks if rank is not None]
    return f"found {', '.join(found)}" if found else ""
