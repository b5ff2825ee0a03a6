"""RST, AsciiDoc, YAML, notebooks, XML and pages saved whole."""

import json

import pytest

from index.errors import CorpusError
from index.formats import extract
from index.formats.extracted import Extracted


def places(found: Extracted) -> list[tuple[str, str]]:
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def test_rst_has_sections_and_its_comments_and_underlines_are_left_out() -> None:
    raw = (
        "=======\nThe hut\n=======\n\n:Author: Ada Low\n:Date: 2021-03-04\n\nOpen.\n\n"
        ".. a comment\n   of two lines\n\nBeds\n----\n\nRun::\n\n    # first\n    ls\n\nDone.\n"
    )
    found = extract(".rst", raw.encode())
    assert (found.title, found.date, found.metadata["author"]) == (
        "The hut",
        "2021-03-04",
        "Ada Low",
    )
    assert [label for label, _ in places(found)] == ["section The hut", "section Beds"]
    assert "comment" not in found.text and "---" not in found.text
    assert "```\n    # first\n    ls\n```" in found.text and found.text.endswith("Done.")


def test_asciidoc_has_a_header_sections_and_code() -> None:
    raw = (
        "= The hut\nAda Low <ada@a.example>\nv1.2, 2021-03-04\n:toc: left\n\nOpen.\n\n// no\n"
        "== Beds\n\n----\n== no heading\n----\n\nTwo.\n"
    )
    found = extract(".adoc", raw.encode())
    assert (found.title, found.date, found.metadata["author"]) == (
        "The hut",
        "2021-03-04",
        "Ada Low",
    )
    assert places(found) == [
        ("section The hut", "The hut\n\nOpen."),
        ("section Beds", "Beds\n\n```\n== no heading\n```\n\nTwo."),
    ]


def test_yaml_is_code() -> None:
    assert extract(".yml", b"# beds\nbeds: 2\n").text == "```yaml\n# beds\nbeds: 2\n```"


def test_cells_of_a_notebook_are_places_with_what_they_printed() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# The hut\n", "It has beds."]},
        {"cell_type": "code", "source": "print(2)", "outputs": [{"text": ["2\n"]}]},
        {"cell_type": "code", "source": "3", "outputs": [{"data": {"text/plain": "3"}}]},
    ]
    found = extract(".ipynb", json.dumps({"cells": cells, "metadata": {}}).encode())
    assert found.title == "The hut"
    assert places(found) == [
        ("cell 1", "# The hut\nIt has beds."),
        ("cell 2", "```\nprint(2)\n```\n2"),
        ("cell 3", "```\n3\n```\n3"),
    ]
    with pytest.raises(CorpusError, match="it has no cells"):
        extract(".ipynb", b"{}")


def test_records_of_xml_are_rows_and_paragraphs_are_blocks() -> None:
    raw = (
        "<book><info><title>The hut</title></info><chapter><title>Beds</title><para>It has <b>two"
        "</b> beds.</para></chapter><huts>"
        "<hut id='7'><name>Alm</name><beds>2</beds><beds>1</beds></hut>"
        "<hut id='8'><name>Berg</name><beds>4</beds></hut></huts></book>"
    )
    found = extract(".xml", raw.encode())
    assert found.title == "The hut"
    assert found.text.split("\n\n")[1:] == [
        "Beds\nIt has two beds.",
        "id: 7 | name: Alm | beds: 2, 1",
        "id: 8 | name: Berg | beds: 4",
    ]
    with pytest.raises(CorpusError, match="declares XML entities"):
        extract(".xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_a_page_saved_whole_is_read_as_a_page() -> None:
    raw = (
        "From: <Saved by a browser>\nSubject: x\nContent-Type: multipart/related; boundary=b\n\n"
        "--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<html><head><title>The hut</title></head><body><p>Open =C3=BCber night.</p></html>\n"
        "--b\nContent-Type: image/png\n\nx\n--b--\n"
    )
    found = extract(".mhtml", raw.encode())
    assert (found.title, found.text) == ("The hut", "Open über night.")
    with pytest.raises(CorpusError, match="there is no page in it"):
        extract(".mht", b"From: a\n\nb")


def test_tables_of_asciidoc_are_rows_wherever_their_cells_stand() -> None:
    lines = "= A\n\n.Stone\n|===\n|Face |Depth\n\n|North\n|14 m\n|South\n|\n|===\n"
    assert "Stone\nFace: North | Depth: 14 m\nFace: South" in extract(".adoc", lines.encode()).text
    said = '= A\n\n[cols="1,2",options="header"]\n|===\n|Face\n|Depth\n|North\n|14 m\n|===\n'
    assert "Face: North | Depth: 14 m" in extract(".adoc", said.encode()).text


def test_tables_of_rst_are_rows() -> None:
    rule = "=====  ======\n"
    drawn = f"A\n=\n\n{rule}Name   Post\n{rule}Ada    cook,\n       baker\nBob\n{rule}"
    assert "Name: Ada | Post: cook, baker\nName: Bob" in extract(".rst", drawn.encode()).text
    listed = (
        "A\n=\n\n.. list-table:: Fees\n   :header-rows: 1\n\n   * - Boat\n     - Fee\n"
        "   * - Yawl\n     - 12\n       crowns\n\nDone.\n"
    )
    assert "Fees\nBoat: Yawl | Fee: 12 crowns\n\nDone." in extract(".rst", listed.encode()).text
