"""Parsers that hang or crash, and a PDF that hangs a real one."""


def reader(behaviour: str) -> tuple[str, str]:
    """Return a program whose reader of tables behaves so."""
    return "-c", (
        "import os, time, index.formats.tables as tables; from index.formats.worker import main\n"
        f"def read(raw):\n    if raw == b'bad': {behaviour}\n"
        "    return index.formats.extracted.Extracted(raw.decode())\n"
        "import index.formats.extracted; tables.read_csv = read; main()"
    )


def pdf_bomb(levels: int = 12) -> bytes:
    """Return a PDF whose page shows ten forms, each of which shows ten forms, and so on."""
    font = b"/Font << /F 5 0 R >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
        b" /Resources << /XObject << /X 6 0 R >> >> >>",
        _stream(b"", 10 * b"/X Do "),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources << %s >>"
    for level in range(levels - 1):
        inner = b"/XObject << /X %d 0 R >>" % (7 + level)
        parts.append(_stream(form % inner, 10 * b"/X Do "))
    parts.append(_stream(form % font, b"BT /F 12 Tf 10 10 Td (heron) Tj ET"))
    raw, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, start=1):
        table += b"%010d 00000 n \n" % len(raw)
        raw += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    size = len(parts) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(raw))
    return raw + b"xref\n0 %d\n" % size + table + trailer


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)
