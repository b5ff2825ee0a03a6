"""EML: the body of a message, and who sent it when."""

from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from index.errors import CorpusError
from index.formats.extracted import Extracted
from index.formats.markup import as_text, blocks, parse_html
from index.formats.plain import decode


def read(raw: bytes) -> Extracted:
    """Read a message; attachments are not read. The date is that of the sender's clock."""
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    if not message.keys():
        raise CorpusError("damaged, or not an .eml file (it has no headers)")
    body = message.get_body(preferencelist=("plain", "html"))
    text = _content(body) if body is not None else ""
    if body is not None and body.get_content_subtype() == "html" and text.strip():
        text = as_text(blocks(parse_html(text)))
    subject, author = str(message.get("Subject", "")), str(message.get("From", ""))
    return Extracted(text, subject, _date(message), {"author": author})


def _content(body: MIMEPart) -> str:
    try:
        return str(body.get_content())
    except LookupError:  # a character set that nobody knows
        payload = body.get_payload(decode=True)
        return decode(payload) if isinstance(payload, bytes) else ""


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError):
        return None
