"""Markdown: what front matter says, what is a heading, and what no reader sees."""

import pytest

from index.formats import extract

FRONT = """---
title: "Rules of the hut"  # as agreed
authors:
  - name: Ada Low
  - Ben Ruck
date: 2021-03-04T10:00:00Z
updated: 2022-01-01
tags: [huts, "opening hours"]
description: >
  Who sleeps
  where.
lang: en
---

The hut is open.
"""


def places(raw: str, suffix: str = ".md") -> list[tuple[str, str]]:
    found = extract(suffix, raw.encode())
    return [(place.label, found.text[place.start : place.end]) for place in found.places]


def test_front_matter_says_of_the_text_and_is_not_of_it() -> None:
    found = extract(".md", FRONT.encode())
    assert (found.text, found.title, found.date) == (
        "The hut is open.\n",
        "Rules of the hut",
        "2021-03-04",
    )
    assert found.metadata == {
        "author": "Ada Low, Ben Ruck",
        "language": "en",
        "tags": "huts, opening hours",
        "description": "Who sleeps where.",
    }


def test_front_matter_of_toml_is_read_too() -> None:
    raw = '+++\ntitle = "The hut"\ndate = 2021-03-04\nurl = "javascript:x"\n+++\nOpen.\n'
    found = extract(".md", raw.encode())
    assert (found.text, found.title, found.date) == ("Open.\n", "The hut", "2021-03-04")
    assert "url" not in found.metadata


@pytest.mark.parametrize(
    "raw", ["---\nNo end.\n", "A line.\n\n---\n\nAnother: one.\n---\n", "---\n\n---\nA.\n"]
)
def test_a_rule_is_no_front_matter(raw: str) -> None:
    assert extract(".md", raw.encode()).text == raw


def test_a_hash_in_a_fence_is_neither_title_nor_section() -> None:
    raw = (
        "```sh\n# install first\nmake\n```\n\n# The *hut*\n\nText.\n\n"
        "~~~~\n## no\n~~~\n~~~~\n## Beds ##\nTwo.\n"
    )
    assert extract(".md", raw.encode()).title == "The hut"
    assert [label for label, _ in places(raw)] == ["section The hut", "section Beds"]
    assert places(raw)[0][1].endswith("~~~~")


def test_underlined_headings_are_sections() -> None:
    raw = "The hut\n=======\n\nText.\n\nBeds\n----\n\nTwo.\n"
    assert places(raw) == [
        ("section The hut", "The hut\n=======\n\nText."),
        ("section Beds", "Beds\n----\n\nTwo."),
    ]
    assert extract(".md", raw.encode()).title == "The hut"


def test_comments_are_left_out_but_not_in_code() -> None:
    raw = "One.\n<!-- a\nnote -->\nTwo.\n```\n<!-- kept -->\n```\n"
    assert extract(".md", raw.encode()).text == "One.\nTwo.\n```\n<!-- kept -->\n```\n"


def test_mdx_is_markdown_without_imports_and_components() -> None:
    raw = (
        "---\ntitle: The hut\n---\nimport Tabs from '@theme/Tabs'\n"
        'export const a = {\n  b: 1,\n}\n\n<Note type="x">\n\nThe {/* not */}hut is <b>open</b>.\n'
        '\n</Note>\n\n```js\nimport x from "y"\n```\n'
    )
    found = extract(".mdx", raw.encode())
    assert found.text == '\nThe hut is <b>open</b>.\n\n\n```js\nimport x from "y"\n```\n'.lstrip(
        "\n"
    )
    assert found.title == "The hut"
