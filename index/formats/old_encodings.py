"""Pure: which old encoding of Latin letters makes the most plausible words of a file's bytes.

charset-normalizer needs long texts to tell these tables apart. Which letters come together, and
where they are in words, tells more: no language has both "ĺ" and "ř", and "Gr”áenau" is no word,
but "Größenau" is one.
"""

import re

# In the order of how common they are: of equals the first counts.
_TABLES = (
    *("cp1252", "mac_roman", "cp850", "cp437", "cp1250", "cp852", "iso8859_2", "mac_latin2"),
    *("cp1254", "cp1257"),
)
# What each language writes beside a to z.
_LETTERS = tuple(
    map(
        frozenset,
        (
            *("äöüß", "éèêëàâçîïôùûœ", "áéíóúñü", "áâãàçéêíóôõú", "àèéìòù", "æøåé", "åäöé"),
            *("áðéíóúýþæö", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
            *("ăâîșțşţ", "çğıöşüâ", "čćđšž", "äõöüšž", "āčēģīķļņšūž", "ąčęėįšųūž", "àçèéíïòóúü"),
        ),
    )
)
_ALONE = frozenset("àáéèêóòíìùúåöôyæø")  # words of one letter
_OPENING, _CLOSING = frozenset("“„‚‘«‹¿¡»›"), frozenset("”“’‘»›«‹…™®©ºª°")
_OF_NUMBERS = frozenset("°€£¥§½¼¾²³±×–—‰\u00a0")
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTER = re.compile(rb"[A-Za-z]")
_DRAWN_BYTES = re.compile(rb"[\xb0-\xdf]")  # lines and blocks, in DOS's tables
_RUN = re.compile(rb"([\xb0-\xdf])\1{2}")
_DRAWN = re.compile(r"[\u2500-\u259f]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_MOSTLY_ASCII = 0.5  # high bytes to letters, in languages that are written in Latin letters
_READ = 100_000  # bytes; more would only be slower


def likeliest(raw: bytes) -> str | None:
    """Return the name of the table that makes the most plausible words; None where none does.

    None also for bytes that are not mostly ASCII: their script is no Latin one.
    """
    piece = raw[:_READ]
    if b"\0" in piece:  # characters of two bytes
        return None
    beyond = _DRAWN_BYTES.sub(b"", piece) if _RUN.search(piece) else piece
    high, letters = len(_HIGH.findall(beyond)), len(_LETTER.findall(beyond))
    if high > _MOSTLY_ASCII * letters:
        return None
    scores = {name: _plausible(piece, name) for name in _TABLES}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else None


def _plausible(raw: bytes, name: str) -> float:
    text = raw.decode(name, "replace")
    score, letters = 0.0, list[str]()
    for found in _BEYOND_ASCII.finditer(text):
        at = found.start()
        score += _in_place(text[at], text[at - 1 : at], text[at + 1 : at + 2])
        if text[at].isalpha():
            letters.append(text[at].lower())
    foreign = min(sum(letter not in own for letter in letters) for own in _LETTERS)
    return score - 2 * foreign


def _in_place(it: str, before: str, after: str) -> float:
    """Return how plausible a character is between its neighbours; 1 for a letter in a word."""
    if it == "\ufffd" or "\x80" <= it <= "\x9f":
        return -3.0
    if it.isalpha() and it not in "ºª":
        return _letter(it, before, after)
    if _DRAWN.match(it):
        return -2.0 if before.isalnum() or after.isalnum() else 0.5
    if before.isalpha() and after.isalpha():
        return 0.5 if it in "’·" else 0.0 if it in "–—…\u00a0" else -2.0
    if before.isdigit() or after.isdigit():
        return 0.3 if it in _OF_NUMBERS | _CLOSING | _OPENING else -1.0
    at_its_side = it in _OPENING if after.isalnum() else it in _CLOSING
    return 0.5 if at_its_side else 0.0 if it in _OF_NUMBERS or it in "•·†" else -1.0


def _letter(it: str, before: str, after: str) -> float:
    if not before.isalpha() and not after.isalpha():
        return 0.5 if it.lower() in _ALONE else -1.0
    torn = it.isupper() and (before.islower() or it in (before, after))
    return -2.0 if torn else 1.0
