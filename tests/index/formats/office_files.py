"""Spreadsheets, presentations and LibreOffice's files, made by the libraries that write them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pptx
from odf import office, table, text
from odf.draw import Frame, Page, TextBox
from odf.opendocument import (
    OpenDocumentPresentation,
    OpenDocumentSpreadsheet,
    OpenDocumentText,
)
from odf.style import MasterPage, PageLayout, Style, TableProperties

Rows = Sequence[Sequence[object]]


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook with these rows in its sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def pptx_file(slides: Sequence[tuple[str, Sequence[str], str]]) -> bytes:
    """Return a presentation of slides: the title, the lines, and the notes of each."""
    made = pptx.Presentation()
    for title, lines, notes in slides:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    return saved(made)


def rtf(paragraphs: Sequence[str]) -> bytes:
    """Return a rich text of these paragraphs, with a table and a footnote."""
    body = "".join(
        "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text) + "\\par\n"
        for text in paragraphs
    )
    row = "\\trowd\\pard\\intbl A\\cell 1\\cell\\row\\pard"
    return f"{{\\rtf1\\ansi {body}{row}{{\\footnote A note.}}\\par}}".encode("ascii")


def odt(sections: Mapping[str, Sequence[str]], rows: Rows = ()) -> bytes:
    """Return a text document with these paragraphs under each heading, and a table."""
    made = OpenDocumentText()
    for heading, paragraphs in sections.items():
        made.text.addElement(text.H(outlinelevel=1, text=heading))
        for paragraph in paragraphs:
            made.text.addElement(text.P(text=paragraph))
    if rows:
        made.text.addElement(_table("Table", rows))
    return saved(made)


def ods(sheets: Mapping[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """Return a spreadsheet with these rows in its sheets."""
    made = OpenDocumentSpreadsheet()
    style = Style(name="hidden", family="table")
    style.addElement(TableProperties(display="false"))
    made.automaticstyles.addElement(style)
    for name, rows in sheets.items():
        made.spreadsheet.addElement(_table(name, rows, style if name in hidden else None))
    return saved(made)


def odp(slides: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """Return a presentation of slides: the name and the lines of each."""
    made = OpenDocumentPresentation()
    layout = PageLayout(name="layout")
    master = MasterPage(name="master", pagelayoutname=layout)
    made.automaticstyles.addElement(layout)
    made.masterstyles.addElement(master)
    for name, lines in slides:
        page = Page(name=name, masterpagename=master)
        frame, box = Frame(width="20cm", height="10cm"), TextBox()
        for line in lines:
            box.addElement(text.P(text=line))
        frame.addElement(box)
        page.addElement(frame)
        made.presentation.addElement(page)
    return saved(made)


def _table(name: str, rows: Rows, style: Any = None) -> Any:
    made = table.Table(name=name, **({"stylename": style} if style is not None else {}))
    for row in rows:
        line = table.TableRow()
        for value in row:
            cell = table.TableCell()
            if value != "":
                cell.addElement(text.P(text=str(value)))
            line.addElement(cell)
        made.addElement(line)
    return made


def annotated(paragraph: str, comment: str) -> bytes:
    """Return a text document with a footnote and a comment in its paragraph."""
    made = OpenDocumentText()
    line = text.P(text=paragraph)
    note = text.Note(id="n", noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text=f"Note: {comment}"))
    note.addElement(body)
    line.addElement(note)
    said = office.Annotation()
    said.addElement(text.P(text=comment))
    line.addElement(said)
    line.addText(" It goes on.")
    made.text.addElement(line)
    return saved(made)


def saved(made: Any) -> bytes:
    """Return what a library writes."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
