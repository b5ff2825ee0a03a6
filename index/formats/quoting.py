"""Pure: the text of a mail -> its own words, its signature, and what it quotes of others.

Quotes are known by ">" at their lines' beginnings, by a line such as "On 28 June, Ada wrote:", by a
separator such as "-----Original Message-----", and by the lines that mail programs put above.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.written_dates import dates_in

OWN, SIGNATURE = "", "signature"
_MARK = re.compile(r"(?:>[ \t]?)+")
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|a écrit|escribi[óo]|ha scritto|schreef|escreveu|skrev|kirjoitti"
    r"|napisał(?:a|\(a\))?|napsal[a]?|пишет|писал[а]?|написал[а]?)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[-_=*]{2,}\s*(?:(?:original|forwarded|ursprüngliche|weitergeleitete|doorgestuurd)\b.*"
    r"|message (?:d['’]origine|transféré)|mensaje (?:original|reenviado)"
    r"|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)"
    r"|(?:oprindelig|opprinnelig|ursprungligt?|oorspronkelijk)\w* .*)\s*[-_=*]{2,}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht"
    r"|début du message (?:transféré|réexpédié))\s*:",
    re.IGNORECASE,
)
_SEPARATOR_CHARS = 200
_FROM = r"from|von|de|da|van|från|fra|od|lähettäjä"
_DATE = (
    r"sent|date|gesendet|datum|envoyé|enviad[oa](?: el)?|fecha|data|inviato|verzonden|skickat|sendt"
)
_HEADER = re.compile(
    rf"[*\s]*(?:(?P<from>{_FROM})|(?P<date>{_DATE})"
    r"|(?P<other>to|cc|bcc|subject|reply-to|importance|an|betreff|à|objet|para|asunto|a|oggetto"
    r"|assunto|aan|onderwerp|till|ämne|til|emne))\s*:[*\s]*(?P<value>.*)",
    re.IGNORECASE,
)
_HEADER_LINES = 8
_CLOSING = re.compile(
    r"(?:(?:kind|best|warm|many|with(?: kind| best)?)?\s*(?:regards|wishes)|cheers"
    r"|sincerely(?: yours)?|yours(?: sincerely| faithfully| truly)?|(?:many )?thanks"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|schönen|vielen|liebe|viele|beste|herzliche)"
    r"\s+grü(?:ß|ss)en?|cordialement|bien à vous|(?:un )?saludos?(?: cordial(?:es)?)?"
    r"|cordiali saluti|atenciosamente|met vriendelijke groet(?:en)?|(?:med )?vennlig hilsen"
    r"|(?:med )?vänliga hälsningar|(?:med )?venlig hilsen)\s*[,.!]?",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(?:sent from my|get outlook for|von meinem .{2,20} gesendet|envoyé de mon|enviado desde mi"
    r"|inviato da)\b.{0,60}",
    re.IGNORECASE,
)
_SIGNED_LINES = 8
_SIGNED_WORDS = 12
_ADDRESS = re.compile(
    r"[<(\[]?(?<![\w.+-])[\w.+-]+@[\w.-]+\b(?:\s*<mailto:[^>]{0,400}>)?[>)\]]?|<[^>]{0,400}>"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d\d\b")
# What may come between a date and a name: "Wed, 19 Jun 2024 at 5:31 PM GMT+2 Ada Low".
_AFTER_DATE = re.compile(r"(?:\s|[,;:)+.-]|\b(?:[AP]\.?M|Uhr|GMT|UTC|[A-Z]{1,2}E?S?T|h)\b)*")
_BEFORE_DATE = re.compile(
    r"(?:\s|[,;:(]|\b(?:on|am|le|el|il giorno|op|om|den|em|w dniu"
    r"|[a-zà-ÿ]{2,3}\.?,|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\w+tag|\w+di)\b)*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Part:
    """A run of lines of one kind: `label` is OWN, SIGNATURE or "quoted from Ada, 2024-06-28"."""

    label: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


def parts_of(text: str) -> list[Part]:
    """Return the parts of a mail's text in order; the mail's own words come before what it quotes.

    Only where answers are between the quotes do both keep their order. The marks of quotes are
    dropped.
    """
    found = _split(text.splitlines())
    signed = (each for p in found for each in (_signed(p) if p.label == OWN else [p]))
    parts = [part for part in signed if part.text.strip()]
    quoted = [part for part in parts if _is_quote(part)]
    own = [part for part in parts if not _is_quote(part)]
    first_own = next((n for n, part in enumerate(parts) if part.label == OWN), 0)
    return [*own, *quoted] if parts[:first_own] == quoted else parts


def _is_quote(part: Part) -> bool:
    return part.label not in (OWN, SIGNATURE)


def _split(lines: Sequence[str]) -> Iterator[Part]:
    """Yield runs of lines that are of one author."""
    labels: dict[int, str] = {0: OWN}  # by how often their lines are marked
    part = Part(OWN)
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            part.lines.append("")
            at += 1
            continue
        depth, _ = _unmarked(lines[at])
        labels = {d: label for d, label in labels.items() if d <= depth}
        opened = _opening(lines[at : at + _HEADER_LINES + 2], depth)
        if opened is not None:
            label, count, deeper = opened
            labels[depth + deeper] = label
        else:
            label, count = labels.setdefault(depth, "quoted"), 1
        if label != part.label or opened is not None:
            yield part
            part = Part(label)
        part.lines += (_unmarked(line)[1] for line in lines[at : at + count])
        at += count
    yield part


def _unmarked(line: str) -> tuple[int, str]:
    """Return how often a line is marked as quoted, and the line without the marks."""
    mark = _MARK.match(line)
    if mark is None:
        return 0, line
    return mark.group().count(">"), line[mark.end() :]


def _opening(marked: Sequence[str], depth: int) -> tuple[str, int, int] | None:
    """Return (label, how many lines say so, how much deeper the quote is) where a quote begins."""
    near = []
    for line in marked:
        own_depth, text = _unmarked(line)
        if own_depth != depth:
            break
        near.append(text.strip())
    if not near or not near[0]:
        return None
    following = [_unmarked(line)[0] for line in marked if line.strip()]
    if (count := _attribution(near)) is not None:
        deeper = next((d > depth for d in following[count:]), False)
        said = " ".join(near[:count])
        dated = _ADDRESS.search(said) or _CLOCK.search(said) or any(dates_in(said))
        if (deeper and (dated or _WROTE.search(said))) or (dated and _WROTE.search(said)):
            return _label(*_written_by(said)), count, int(deeper)
    separated = _SEPARATOR.fullmatch(near[0][:_SEPARATOR_CHARS]) or re.fullmatch(r"_{10,}", near[0])
    skipped = next((n for n, line in enumerate(near) if n and line), 1) if separated else 0
    headers = _headers(near[skipped:])
    if headers:
        sender, date = _sender_of(headers)
        return _label(sender, date), skipped + len(headers), 0
    if separated and near[0][0] not in "_":
        return "quoted", 1, 0
    return None


def _attribution(near: Sequence[str]) -> int | None:
    """Return how many lines may say who wrote what follows; None where none does."""
    for count in (1, 2, 3):
        said = " ".join(near[:count])
        whole = count == 1 or _ADDRESS.search(near[0]) or any(dates_in(near[0]))
        if len(near) < count or not near[count - 1] or not whole or len(said) > 300:
            return None
        if said.endswith(":"):
            return count
    return None


def _headers(near: Sequence[str]) -> list[re.Match[str]]:
    """Return the lines of a header, such as mail programs put above what is quoted."""
    found: list[re.Match[str]] = []
    for line in near:
        match = _HEADER.fullmatch(line)
        if match is None:
            break
        found.append(match)
    kinds = {kind for match in found for kind in ("from", "date", "other") if match[kind]}
    return found if "from" in kinds and len(kinds) > 1 else []


def _sender_of(headers: Iterable[re.Match[str]]) -> tuple[str, str]:
    said = {kind: match["value"] for match in headers for kind in ("from", "date") if match[kind]}
    return _named(said.get("from", "")), _day(said.get("date", ""))


def _written_by(said: str) -> tuple[str, str]:
    """Return (name, date) of "On 28 June 2024 at 17:31, Ada Low <ada@example.org> wrote:"."""
    verb = _WROTE.search(said)
    sides = [said[verb.end() :], said[: verb.start()]] if verb else [said]
    names: list[str] = []
    for side in sides:
        bare = _ADDRESS.sub(" ", side)
        for written in reversed(list(dates_in(bare))):
            bare = f"{bare[: written.start]}0{bare[written.end :]}"
        digits = list(re.finditer(r"\d+", bare))
        if digits:
            names.append(_AFTER_DATE.sub("", bare[digits[-1].end() :], count=1))
        names.append(_BEFORE_DATE.sub("", bare[: digits[0].start()] if digits else bare, count=1))
    name = next((found for name in names if (found := _stripped(name))), "")
    address = _ADDRESS.search(said)
    return name or (_stripped(address.group()) if address else ""), _day(said)


def _named(text: str) -> str:
    """Return a name without the address after it, or else the address."""
    address = _ADDRESS.search(text)
    return _stripped(_ADDRESS.sub(" ", text)) or (_stripped(address.group()) if address else "")


def _stripped(name: str) -> str:
    return " ".join(name.split()).strip(" .,;:-'\"’<>()[]*")


def _day(text: str) -> str:
    return next((written.day for written in dates_in(text)), "")


def _label(sender: str, date: str) -> str:
    said = f"quoted from {sender}" if sender else "quoted"
    return f"{said}, {date}" if date else said


def _signed(part: Part) -> list[Part]:
    """Part the signature at the end of own words: below "-- ", or from "Kind regards," on."""
    lines = part.lines
    for n, line in enumerate(lines):
        if line.rstrip() == "--":
            return [Part(OWN, lines[:n]), Part(SIGNATURE, lines[n + 1 :])]
    filled = [n for n, line in enumerate(lines) if line.strip()]
    for n in filled[-_SIGNED_LINES:]:
        line = lines[n].strip()
        rest = [lines[m] for m in filled if m > n]
        if (_CLOSING.fullmatch(line) or _SENT_FROM.fullmatch(line)) and all(
            len(following.split()) <= _SIGNED_WORDS for following in rest
        ):
            return [Part(OWN, lines[:n]), Part(SIGNATURE, lines[n:])]
    return [part]
