"""A packet as one page of HTML: all escaped, no script, nothing loaded from anywhere."""

from collections.abc import Iterable
from html import escape

from qa.packets.carrying import with_packet
from qa.packets.packet import Packet
from qa.packets.records import Quote, Record
from qa.packets.shown import PROMISE, ROLES, TITLE, about, clean, details, made, source

_CSS = """
body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h2{margin-top:2.5rem;border-top:1px solid #bbb;padding-top:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
blockquote{margin:1rem 0 .5rem;padding:.2rem 1rem;border-left:4px solid #888;
white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:#ffe14d}img{max-width:100%;height:auto;border:1px solid #bbb}
.made,.details{font-size:.85rem}
@media print{h2{break-after:avoid}blockquote,figure{break-inside:avoid}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def to_html(packet: Packet) -> bytes:
    """Return a packet as HTML, which carries it along to be verified."""
    body = "".join(_record(number, record) for number, record in enumerate(packet.records, 1))
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{_CSS}</style></head><body>"
        f'<h1>{TITLE}</h1><p>{escape(PROMISE)}</p><p class="made">{_literal(made(packet))}</p>'
        f"{body}</body></html>\n"
    )
    return with_packet(page.encode(), packet)


def _record(number: int, record: Record) -> str:
    quotes = "".join(map(_quote, record.quotes))
    said = _pairs(about(record))
    return f"<section><h2>{number}. {_literal(record.question)}</h2>{said}{quotes}</section>\n"


def _quote(quote: Quote) -> str:
    before, words, after = map(_escaped, quote.around())
    told = [*details(quote)]
    if quote.no_picture:
        told.append(("Picture", f"none: {quote.no_picture}"))
    picture = ""
    if (drawn := quote.picture) is not None:
        alt = escape(f"Page {drawn.page} of {clean(quote.title)}, the quote marked")
        picture = (
            f'<figure><img alt="{alt}" width="{drawn.width}" height="{drawn.height}" '
            f'src="data:image/jpeg;base64,{escape(drawn.jpeg)}"></figure>'
        )
    return (
        f"<h3>{ROLES[quote.role]}: {_literal(source(quote))}</h3>"
        f'<blockquote dir="auto">{before}<mark>{words}</mark>{after}</blockquote>'
        f'<div class="details">{_pairs(told)}</div>{picture}'
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(n)}</dt><dd>{_literal(v)}</dd>" for n, v in pairs)
    return f"<dl>{rows}</dl>"


def _literal(text: str) -> str:
    return f"<bdi>{_escaped(text)}</bdi>"


def _escaped(text: str) -> str:
    return escape(clean(text))
