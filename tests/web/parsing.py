"""HTML as a browser takes it apart, and texts that would rather be more than text."""

from html.parser import HTMLParser

from hypothesis import strategies as st

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</bdi></section><h1>", "</mark>",
    '" onclick="alert(1)', "**bold** $x$ `code`", "[a](javascript:alert(1))", "&lt;b&gt; &amp;",
    "\u202eright to left", "line\nline\r\n\ttabbed  spaced", "  ", "x" * 10_000, "劉曉波",
]  # fmt: skip
texts = st.text() | st.sampled_from(HOSTILE)


class Parsed(HTMLParser):
    """The text of a piece of HTML, whole and by tag or class, and what it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.by_name: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag in ("meta", "img"):  # which nothing closes
            return
        self._open.append((tag, dict(attrs).get("class") or tag))
        self.by_name.setdefault(self._open[-1][1], []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, name in self._open:
            self.by_name[name][-1] += data
