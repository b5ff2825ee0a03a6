"""No text, however it is made, keeps a regular expression or what uses it busy.

Whoever writes a document, a question or a filter would otherwise stop everybody else.
"""

import ast
import importlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from re import _constants as sre
from re import _parser as sre_parse
from typing import Any

import pytest

from index.formats.plain import decode
from index.headers import find_date, find_title
from index.lines import lines
from index.passages import split_document
from index.sentences import sentences
from index.tokens import words
from index.types import Document
from qa.names import names
from qa.spans import normalise

ROOT = Path(__file__).parents[1]
SOURCES = [file for room in ("index", "qa") for file in sorted((ROOT / room).rglob("*.py"))]
MEGABYTE = 1_000_000
_SCREENED = (200, 1_500, 6_000)  # characters: what is cubic shows at the first, and soon fails
_SCREEN_SECONDS = 0.05  # quadratic is 36 million steps at the last, linear next to nothing
_MEGABYTE_SECONDS = 3.0
_USES = ("search", "match", "fullmatch", "finditer")
_AS = {"sub": "finditer", "findall": "finditer", "split": "finditer"}
# What is never given more characters than this, and why that is so.
_BOUNDED = {
    "qa.things._THING": 1_200,  # of a passage
    "qa.things._WORD": 1_200,
    "qa.names._TITLE": 300,  # of a question or an answer, see qa.understanding
    "qa.understanding._IN_BRACKETS": 1_000,  # of a question
    "qa.forms._POLITE": 1_000,  # of a question, see qa.answering.checked
    "qa.forms._OR": 1_000,
    "qa.sides._DIFFER": 1_000,
    "index.formats.pdf_running._PAGE": 60,
    "index.formats.markdown._MARKUP": 1_000,
    "index.formats.markup._CHARSET": 2_048,
    "index.formats.quoting._SEPARATOR": 200,
    "index.headers._TOLD": 60,
}
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "1",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_NOT_WORD: ".",
}


def patterns() -> dict[str, "re.Pattern[Any]"]:
    """Return the patterns that modules have compiled, by where they are, and those within them."""
    found = {}
    for file in SOURCES:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        text = file.read_text(encoding="utf-8")
        if "re.compile" in text:
            for name, value in vars(importlib.import_module(module)).items():
                found |= {f"{module}.{name}{at}": p for at, p in compiled(value)}
        for how, pattern in inline(ast.parse(text)):
            found[f"{module}:re.{how}({pattern.pattern})"] = pattern
    return found


def compiled(value: object, at: str = "") -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    """Yield the patterns that a value is or holds, and where in it."""
    if isinstance(value, re.Pattern):
        yield at, value
    elif isinstance(value, list | tuple | dict):
        for n, one in enumerate(value.values() if isinstance(value, dict) else value):
            yield from compiled(one, f"{at}[{n}]")


def inline(tree: ast.AST) -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    """Yield the functions of `re` that are given a pattern as it is, and that."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                ast.Attribute(ast.Name("re"), how), [ast.Constant(str() as pattern), *_]
            ) if how != "compile":
                yield how, re.compile(pattern)


def uses() -> dict[str, set[str]]:
    """Return how patterns are used: one of a module by its whole name, others by their own."""
    found = defaultdict(set)
    for file in SOURCES:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = node.value.id
                known = f"{module}.{name}" if name.startswith("_") else name
                found[known].add(_AS.get(node.attr, node.attr))
    return {name: of.intersection(_USES) or set(_USES) for name, of in found.items()}


PATTERNS, HOW = patterns(), uses()


def walk(tree: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield all nodes of a parsed pattern."""
    for op, of in tree:
        yield op, of
        for part in of if isinstance(of, tuple | list) else (of,):
            inner = part if isinstance(part, list) else [part]
            for each in inner:
                if isinstance(each, sre_parse.SubPattern):
                    yield from walk(each)


def characters(node: tuple[Any, Any]) -> list[str]:
    """Return characters that a node matches by itself, one of each kind."""
    op, of = node
    if op is sre.LITERAL:
        return [chr(of)]
    if op is sre.IN:
        found = [
            _CATEGORIES[value]
            if kind is sre.CATEGORY
            else chr(value if kind is sre.LITERAL else value[0])
            for kind, value in of
            if kind is not sre.NEGATE
        ]
        return ["a", ".", " "] if of[0][0] is sre.NEGATE else found
    return ["a", " "] if op in (sre.ANY, sre.NOT_LITERAL) else []


def example(tree: Iterable[Any], choice: int = 0) -> str:
    """Return a text much like one that a pattern matches; `choice` says which of its branches."""
    parts = []
    for op, of in tree:
        if op is sre.BRANCH:
            parts.append(example(of[1][choice % len(of[1])], choice))
        elif op is sre.SUBPATTERN:
            parts.append(example(of[3], choice))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            parts.append(example(of[2], choice) * max(of[0], 1))
        elif op is sre.ATOMIC_GROUP:
            parts.append(example(of, choice))
        else:
            parts += characters((op, of))[:1]
    return "".join(parts)


def parsed(pattern: "re.Pattern[Any]") -> list[Any]:
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    return list(sre_parse.parse(text, pattern.flags & re.VERBOSE))


def repeated(tree: Iterable[Any]) -> list[str]:
    """Return the characters of which a pattern takes any number."""
    endless = [
        of[2]
        for op, of in walk(tree)
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT) and of[1] is sre.MAXREPEAT
    ]
    return list(
        dict.fromkeys(c for body in endless for node in walk(body) for c in characters(node))
    )


def made(tree: list[Any], length: int) -> Iterator[str]:
    """Yield texts of a length in which something that a pattern repeats stands too often."""
    branches = max([len(of[1]) for op, of in walk(tree) if op is sre.BRANCH], default=1)
    examples = dict.fromkeys(example(tree, choice) for choice in range(min(branches, 6)))
    for whole in examples:
        gaps = range(0, len(whole) + 1, max(1, len(whole) // 8))
        for character in repeated(tree)[:8]:
            yield from (whole[:at] + character * length + whole[at:] for at in gaps)
            yield from (whole[:at] + character * length + "\0" for at in gaps)
            yield (whole + character) * (length // (len(whole) + 1))
            yield (whole[:-1] + character) * (length // max(len(whole), 1))


def taken(pattern: "re.Pattern[Any]", how: str, text: str) -> float:
    """Return the seconds that a pattern takes with a text."""
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    found = getattr(pattern, how)(given)
    if how == "finditer":
        for _ in found:
            pass
    return time.process_time() - began


def own_name(name: str) -> str | set[str]:
    """Return by what name a pattern is used, or how, where it has no name."""
    if ":re." in name:
        how = name.partition(":re.")[2].partition("(")[0]
        return {_AS.get(how, how)}
    name = name.partition("[")[0]
    return name if name.rpartition(".")[2].startswith("_") else name.rpartition(".")[2]


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_time_by_the_length_of_a_text_and_not_by_its_square(name: str) -> None:
    pattern, bound = PATTERNS[name], _BOUNDED.get(name, MEGABYTE)
    tree = parsed(pattern)
    own = own_name(name)
    every = dict.fromkeys(c for node in walk(tree) for c in characters(node))
    for how in own if isinstance(own, set) else HOW.get(own, set(_USES)):
        for length in _SCREENED:
            for text in made(tree, min(length, bound)):
                seconds = taken(pattern, how, text)
                if seconds > _SCREEN_SECONDS:  # perhaps something else had the processor
                    seconds = min(seconds, taken(pattern, how, text))
                assert seconds <= _SCREEN_SECONDS, (how, text[:40], text[-40:])
        for character in every if bound == MEGABYTE else ():
            assert taken(pattern, how, character * bound) <= _MEGABYTE_SECONDS, (how, character)


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "find_title": find_title,
    "find_date": find_date,
    "lines": lambda text: list(lines(text)),
    "sentences": sentences,
    "split_document": lambda text: split_document(Document.of(text, id="a.txt")),
    "words": words,
    "names": names,
    "normalise": normalise,
    "decode": lambda text: decode(text.encode()),
}
UNITS = (
    *("a", "A", "1", " ", "\n", "\t", ".", "-", '"', "“", "»", "(", "#", "|", ">", "é", "東"),
    *("a\n", "a. ", "A. ", "# a\n", "- a\n", "a: b\n", "a-", "1,", "' ", "x@y.", "1 May ", "www."),
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_reads_whole_texts_is_not_kept_busy_by_any_of_them(name: str) -> None:
    for unit in UNITS:
        began = time.process_time()
        FUNCTIONS[name](unit * (100_000 // len(unit)))
        assert time.process_time() - began < 3, unit
