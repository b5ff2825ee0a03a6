"""What a packet holds, and that a change to it is noticed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError, PacketError
from index.filters import Filter
from index.types import Document, Rectangle
from qa.conversation import Turn
from qa.packets.packet import Packet, packet_from_json
from qa.packets.plain import to_plain
from qa.packets.records import Quote, Record, Role, record_from, record_of
from qa.packets.shown import about
from qa.types import Answer, Status
from tests.packets.making_packets import VERSIONS, answer, by_id, cited, packet

NOTE = Document.of(
    "The gauge broke. It was mended on 4 March 2012, at night. Nobody was told.",
    id="log/note.txt",
    title="Keeper's log",
    date="2012-03",
    metadata={"author": "Ada Byron", "url": "https://example.org/log"},
)
OTHER = Document.of("It was mended in May.", id="b.txt")
ASKED = answer("When was it mended?", cited(NOTE, "4 March 2012"), others=[cited(OTHER, "May")])
DOCUMENTS = by_id(NOTE, OTHER)
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_a_record_has_what_it_takes_to_find_a_quote_again() -> None:
    turn = Turn("When?", "When was it mended?", ASKED)
    record = record_of(turn, DOCUMENTS, Filter(after="2010"), MOMENT)
    assert (record.question, record.searched_for) == ("When?", "When was it mended?")
    assert (record.status, record.confidence, record.calibrated) == ("answered", 0.87, True)
    assert (record.within, record.asked) == (Filter(after="2010"), "2026-03-01T09:30:00Z")
    first, second = record.quotes
    assert (first.role, second.role) == (Role.ANSWER, Role.OTHER)
    assert (first.document, first.title, first.date) == ("log/note.txt", "Keeper's log", "2012-03")
    assert (first.author, first.url) == ("Ada Byron", "https://example.org/log")
    assert first.sha256 == NOTE.sha256
    assert NOTE.text[first.start : first.end] == first.quote == "4 March 2012"
    assert first.around() == ("It was mended on ", "4 March 2012", ", at night.")
    assert NOTE.text[slice(*first.sentence)] == "It was mended on 4 March 2012, at night."


def test_passages_that_only_come_close_are_kept_where_nothing_answers() -> None:
    near = (cited(NOTE, NOTE.text, 0.02),)
    nothing = Answer("Who?", Status.NOT_FOUND, None, 0.02, (), (), near, {})
    assert [q.role for q in record_of(nothing, DOCUMENTS).quotes] == [Role.NEAREST]
    unsure = replace(ASKED, status=Status.UNSURE, nearest=near)
    assert [q.role for q in record_of(unsure, DOCUMENTS).quotes] == [Role.ANSWER, Role.OTHER]


def test_what_was_said_in_quotewells_own_words_is_told() -> None:
    told = Answer("How long is it?", Status.ANSWERED, None, 1.0, (), (), (), {}, note="12 pages.")
    record = record_of(told, {})
    assert record.note == "12 pages." and dict(about(record)).keys() == {"Note", "Asked"}


def test_what_is_no_longer_in_the_documents_is_not_recorded() -> None:
    edited = Document.of(NOTE.text.replace("4 March", "5 March"), id=NOTE.id)
    with pytest.raises(CorpusError, match=r"log/note.txt: changed since it was quoted"):
        record_of(ASKED, by_id(edited, OTHER))
    with pytest.raises(CorpusError, match=r"log/note.txt: no longer there"):
        record_of(ASKED, by_id(OTHER))


def test_a_packet_is_read_as_it_was_written() -> None:
    made = packet(DOCUMENTS, ASKED)
    read = packet_from_json(made.to_json())
    assert (read, read.sha256) == (made, made.sha256)
    assert read.versions == VERSIONS and len(read.sha256) == 64


TEXT = st.text(st.characters(exclude_categories=()), min_size=1)  # half surrogate pairs, too


@given(TEXT, TEXT, st.floats(0, 1), st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_whatever_a_packet_holds_is_read_as_it_was_written(
    words: str, name: str, score: float, edges: list[float]
) -> None:
    quote = Quote(
        *(Role.OTHER, name, name, None, "", "", None, 1, 5, 5 + len(words), words, words, 5),
        *(score, "00", (Rectangle(1, *edges),)),
    )
    within = Filter((), None, None, {"title": "x"})
    record = Record(words, name, within, "", Status.UNSURE, None, score, False, (quote,))
    made = Packet("", {}, (record,))
    assert packet_from_json(made.to_json()) == made
    assert record_from(json.loads(json.dumps(to_plain(record)))) == record


@given(st.data())
def test_a_packet_that_was_altered_anywhere_is_refused(data: st.DataObject) -> None:
    made = packet(DOCUMENTS, ASKED)
    written = made.to_json().decode()
    at = data.draw(st.integers(0, len(written) - 1))
    put = data.draw(st.sampled_from('abc019 \\"{}[],:.-\n'))
    altered = written[:at] + put + written[at + 1 :]
    try:
        read = packet_from_json(altered.encode())
    except PacketError:
        return
    assert read == made  # white space, or the same number in other digits


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"not JSON", "not a packet"),
        (b"[]", "no packet of Quotewell's"),
        (b'{"format": "other"}', "no packet of Quotewell's"),
        (b'{"format": "quotewell-packet", "version": 2}', "version 2; this Quotewell reads 1"),
        (b'{"format": "quotewell-packet", "version": 1}', "missing"),
        (b"[" * 100_000, "not a packet"),
        (b'{"format": "quotewell-packet", "format": "quotewell-packet"}', "not a packet"),
        (b'{"format": NaN}', "not a packet"),
    ],
)
def test_what_is_no_packet_is_said(data: bytes, why: str) -> None:
    with pytest.raises(PacketError, match=why):
        packet_from_json(data)


@pytest.mark.parametrize(
    ("path", "put"),
    [
        (("status",), "certain"),
        (("confidence",), "0.9"),
        (("confidence",), True),
        (("calibrated",), 1),
        (("quotes",), {}),
        (("within",), {"after": "soon"}),
        (("unknown",), 1),
        (("quotes", 0, "start"), 0),
        (("quotes", 0, "start"), -1),
        (("quotes", 0, "quote"), "5 March 2012"),
        (("quotes", 0, "rectangles"), [[1, 2.0]]),
        (("quotes", 0, "document"), None),
    ],
)
def test_a_record_of_a_browser_that_is_none_is_refused(path: tuple[Any, ...], put: Any) -> None:
    plain = json.loads(json.dumps(to_plain(record_of(ASKED, DOCUMENTS))))
    assert record_from(plain).quotes
    inner = plain
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = put
    with pytest.raises(PacketError, match=str(path[0])):
        record_from(plain)
