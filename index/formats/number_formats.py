"""Pure: a number in a cell and its format -> what a spreadsheet shows, such as "1,480.00 €"."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

BUILT_IN = {
    **{"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"},
    **{"11": "0.00E+00", "14": "yyyy-mm-dd", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy"},
    **{"18": "h:mm AM/PM", "19": "h:mm:ss AM/PM", "20": "h:mm", "21": "h:mm:ss"},
    **{"22": "yyyy-mm-dd h:mm", "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00"},
    **{"45": "mm:ss", "46": "[h]:mm:ss", "47": "mm:ss", "49": "@"},
}
_SECTIONS = re.compile(r'((?:[^;"]|"[^"]*+(?:"|\Z))*+)(?:;|\Z)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]{0,50})[^\]]{0,50}\]|_.|\*.|\[[^\]]{0,50}\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?,*|\.[#0?]+,*")
_DATE = re.compile(r"\[h+\]|\[m+\]|AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?", re.IGNORECASE)
_DAYS = 2_958_466  # to the year 10000
_SECONDS = 86_400


def shown(value: str, code: str, since_1904: bool = False) -> str:
    """Return what a cell shows of a number; what cannot be told is as it is stored.

    Dates are in ISO 8601, as precise as the format: how it orders them depends on the country.
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value.strip()
    if not number.is_finite() or abs(number) > Decimal(10) ** 30:
        return value.strip()
    section = _section(code, number)
    bare = _LITERAL.sub("", section)
    if re.search(r"[ymdhs]", bare, re.IGNORECASE) and "General" not in section:
        return _date(number, section, since_1904) or _plain(number)
    if "General" in section or "@" in section or not _DIGITS.search(bare) or "E" in bare:
        return _plain(number)
    return _amount(number, section, negative=";" in code and number < 0)


def _section(code: str, number: Decimal) -> str:
    """Return the part of a format for positive numbers, negative ones, or zero."""
    parts: list[str] = _SECTIONS.findall(code)
    if number < 0 and len(parts) > 1 and parts[1]:
        return parts[1]
    return parts[2] if number == 0 and len(parts) > 2 and parts[2] else parts[0]


def _plain(number: Decimal) -> str:
    """Return a number as a spreadsheet shows it in a wide column, of 11 digits at most."""
    text = f"{+number.normalize():f}" if abs(number) < Decimal(10) ** 16 else f"{number:.6E}"
    if "." in text and len(text.lstrip("-0.")) > 11:
        whole = len(text.lstrip("-").split(".")[0])
        places = max(0, 10 - whole) if abs(number) >= 1 else 10
        text = f"{number:.{places}f}".rstrip("0").rstrip(".")
    return text


def _amount(number: Decimal, section: str, negative: bool) -> str:
    marked = _LITERAL.sub(lambda m: _quoted(next(filter(None, m.groups()), "")), section)
    digits = _DIGITS.search(marked)
    if digits is None:
        return _plain(number)
    pattern = digits.group()
    if "%" in marked:
        number *= 100
    scale = len(pattern) - len(pattern.rstrip(","))
    number /= Decimal(1000) ** scale
    whole, _, fraction = pattern.rstrip(",").partition(".")
    least, most = fraction.count("0"), len(fraction)
    rounded = abs(number).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,.{most}f}" if "," in whole else f"{rounded:.{most}f}"
    if most > least and "." in text:
        kept = len(text) - (most - least)
        text = text[:kept] + text[kept:].rstrip("0")
        text = text.rstrip(".")
    minus = "-" if number < 0 and rounded and not (negative and re.search(r"[-(]", marked)) else ""
    before, after = marked[: digits.start()], marked[digits.end() :]
    return _unquoted(f"{minus}{before}{text}{after}")


def _quoted(text: str) -> str:
    """Move characters out of the way of those that mean something in a format."""
    return "".join(chr(0xE000 + ord(c)) if ord(c) < 0x1000 else c for c in text)


def _unquoted(text: str) -> str:
    plain = (chr(ord(c) - 0xE000) if 0xE000 <= ord(c) < 0xF000 else c for c in text)
    return " ".join("".join(plain).replace("?", " ").split())


def _date(number: Decimal, section: str, since_1904: bool) -> str | None:
    """Return a date, a time, or both, that a number stands for; None where it cannot be one."""
    parts = [p.lower() for p in _DATE.findall(re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", section))]
    kinds = {part.strip("[]")[:1] for part in parts}
    hours = "h" in kinds or "s" in kinds
    if "[h" in section.lower():  # hours that are more than a day
        seconds = int((number * _SECONDS).to_integral_value(ROUND_HALF_UP))
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02}"
        return clock + (f":{seconds % 60:02}" if "s" in kinds else "")
    if not 0 <= number < _DAYS:
        return None
    # The 29 February 1900, which there was not, is a day there.
    days = number + (1462 if since_1904 else 0)
    start = datetime(1899, 12, 30) if days >= 60 else datetime(1899, 12, 31)
    moment = start + timedelta(seconds=int((days * _SECONDS).to_integral_value(ROUND_HALF_UP)))
    clock = f"{moment:%H:%M:%S}" if "s" in kinds else f"{moment:%H:%M}"
    if hours and "y" not in kinds and "d" not in kinds:
        return clock
    day = f"{moment:%Y-%m-%d}" if "d" in kinds else f"{moment:%Y-%m}"
    day = f"{moment:%Y}" if kinds == {"y"} else day
    return f"{day} {clock}" if hours else day
