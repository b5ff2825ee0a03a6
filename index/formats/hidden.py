"""What a page does not show: hidden elements, dropped before their text is read."""

import re
from collections.abc import Iterable

from lxml import etree

from index.formats.markup import name_of

HIDDEN = "hidden text: the page does not show it"
STRUCK = "struck-out text: it no longer holds"
_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_MAIN = {"main", "article", "h1"}  # a page saved while a dialog was open hides them all


def drop_hidden(root: etree._Element) -> bool:
    """Drop the elements that are hidden; return whether there was text in them."""
    return drop(node for node in root.iter(etree.Element) if _is_hidden(node))


def drop_struck(root: etree._Element) -> bool:
    """Drop what is struck out, and so no longer holds; return whether there was text in it."""
    return drop(root.iter("del", "s", "strike", "{*}del", "{*}s", "{*}strike"))


def drop(nodes: Iterable[etree._Element]) -> bool:
    """Drop elements, not the text behind them; return whether there was text in them."""
    text = ""
    for node in list(nodes):
        parent, before = node.getparent(), node.getprevious()
        if parent is None:
            continue
        text += "".join(node.itertext(etree.Element))
        if node.tail and before is not None:
            before.tail = (before.tail or "") + node.tail
        elif node.tail:
            parent.text = (parent.text or "") + node.tail
        node.tail = None
        parent.remove(node)
    return bool(text.strip())


def _is_hidden(node: etree._Element) -> bool:
    name = name_of(node)
    if name in ("html", "body", "head"):
        return False
    if node.get("hidden", "until-found") != "until-found" or _STYLE.search(node.get("style", "")):
        return True
    if name == "dialog" and node.get("open") is None:
        return True
    return node.get("aria-hidden") == "true" and not any(
        name_of(inner) in _MAIN for inner in node.iter(etree.Element)
    )
