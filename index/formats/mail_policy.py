"""How mails are parsed: a header is read no further than any header needs."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import TYPE_CHECKING, Any

_HEADER_CHARS = 4_000  # the time that Python's parser takes grows with the square of this


if TYPE_CHECKING:  # the class takes no parameters when it runs
    _Policy = EmailPolicy[EmailMessage]
else:
    _Policy = EmailPolicy


class MailPolicy(_Policy):
    """Python's policy for mails, with endless headers cut."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a header as an object, of its beginning if it is long; a broken one is blank."""
        try:
            return super().header_fetch_parse(name, value[:_HEADER_CHARS])
        except (RecursionError, IndexError, ValueError):  # "((((...", and what Python's parser
            return super().header_fetch_parse(name, "")  # does not expect


MAIL_POLICY = MailPolicy(message_factory=EmailMessage)
