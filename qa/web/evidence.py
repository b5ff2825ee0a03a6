"""Evidence, from the page: packets of answers to take away, and answers asked again.

The browser keeps the records of answers, which are given with them (`record_of`); these endpoints
take them back. What a record says is checked against its own form and, for pictures and for what
became of a quote, against the documents; that the visitor has not changed it cannot be known.
"""

import base64
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypedDict

import gradio as gr
from anyio import to_thread
from gradio.events import api

from index.errors import CorpusError, PacketError
from index.filters import Filter
from index.types import Document
from qa.originals import original
from qa.packets.exporting import FORMATS, exported
from qa.packets.packet import Packet
from qa.packets.plain import to_plain
from qa.packets.records import Record, record_from
from qa.questions_file import Asked
from qa.types import Answer
from qa.watched import asked_now, changed
from qa.web.api import told
from qa.web.callers import caller_of
from qa.web.turns import Turns
from qa.web.visitors import Visitors

MAX_RECORDS = 100
MAX_WATCHED = 20
_MAX_CHARS = 2_000_000
_MAX_QUOTES = 500
_MAX_PICTURES, _DRAWING_SECONDS = 60, 60  # a page takes a quarter of a second; a hostile one, 20


class File(TypedDict):
    """A file to be saved by a browser."""

    name: str
    type: str
    base64: str


def add_evidence(visitors: Visitors) -> None:
    """Add the endpoints to the page being built."""
    exporting = Turns(1)  # drawing pages takes a while, and nobody's question waits for it

    async def export(format: str, records: str, request: gr.Request) -> File:
        """Return records (JSON, a list) as a packet in one of FORMATS."""
        with told():
            if not isinstance(format, str) or format not in FORMATS:  # Gradio passes on anything
                raise PacketError(f"there are the formats {', '.join(FORMATS)}")
            kept = _records(records, MAX_RECORDS)
            async with exporting.turn(caller_of(request)):
                data = await to_thread.run_sync(_exported, visitors, format, kept, request)
            name = f"evidence{FORMATS[format].ending}"
            encoded = base64.b64encode(data).decode()
            return {"name": name, "type": FORMATS[format].media_type, "base64": encoded}

    async def again(records: str, request: gr.Request) -> list[dict[str, Any]]:
        """Ask the questions of records again; return, for each, the record now and what changed."""
        with told():
            found = []
            for record in _records(records, MAX_WATCHED):
                async with visitors.asking.turn(caller_of(request)):
                    found.append(await to_thread.run_sync(_asked_again, visitors, record, request))
            return found

    api(export, api_name="export", api_visibility="undocumented", concurrency_limit=None)
    api(again, api_name="again", api_visibility="undocumented", concurrency_limit=None)


def _records(sent: str, most: int) -> list[Record]:
    """Return the records that a browser sends; raises PacketError for what is none."""
    if not isinstance(sent, str) or len(sent) > _MAX_CHARS:
        raise PacketError(f"records are JSON of at most {_MAX_CHARS:,} characters")
    try:
        plain = json.loads(sent)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, list) or not plain:
        raise PacketError("no answers were sent; save some first")
    if len(plain) > most:
        raise PacketError(f"at most {most} answers are taken at once, not {len(plain)}")
    records = [record_from(one, f"answer {number}") for number, one in enumerate(plain, 1)]
    if sum(len(record.quotes) for record in records) > _MAX_QUOTES:
        raise PacketError(f"at most {_MAX_QUOTES} quotes are taken at once; save fewer answers")
    return records


def _exported(
    visitors: Visitors, format: str, records: Sequence[Record], request: gr.Request
) -> bytes:
    token, documents = visitors.token(request), visitors.corpus(request).documents
    drawn, until = 0, time.monotonic() + _DRAWING_SECONDS

    def file_of(document: Document) -> bytes:
        nonlocal drawn
        drawn += 1
        if drawn > _MAX_PICTURES or time.monotonic() > until:
            raise CorpusError("too many pages for the page to draw; `qa export` draws all")
        folder = visitors.originals(token, document)
        if folder is None:
            raise CorpusError("its file is out of reach")
        return original(folder, document)

    packet = Packet.of(records, visitors.shared.versions, documents, file_of)
    return exported(packet, format)


def _asked_again(visitors: Visitors, record: Record, request: gr.Request) -> dict[str, Any]:
    corpus = visitors.corpus(request)
    asked = Asked(record.searched_for, record.within)

    def ask(question: str, within: Filter | None) -> Answer:
        return visitors.logged(corpus.ask(question, within), corpus, request)

    now = asked_now(asked, ask, corpus.documents)
    now = replace(now, question=record.question)  # as it was typed
    return {"changed": changed(record, now), "record": to_plain(now)}
