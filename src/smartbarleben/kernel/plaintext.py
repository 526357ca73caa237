"""Between what editors write, plain text, and the simple HTML that pages show.

`html_to_text` is for reading aloud, mails and feeds; `text_to_html` is for text from forms and files, and lets no
markup through.
"""

import html
import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urljoin

_LINES = frozenset(("dd", "dt", "li", "tr"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SECTIONS = frozenset(("article", "aside", "div", "footer", "header", "main", "nav", "section"))
_OTHERS = frozenset(("address", "blockquote", "dl", "figcaption", "figure", "hr", "ol", "p", "pre", "table", "ul"))
_PARAGRAPHS = _HEADINGS | _SECTIONS | _OTHERS
_SILENT = frozenset(("script", "style", "template", "title"))

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Addresses on the web, and the house's own forms, which texts name without the host.
_WEB_ADDRESS = re.compile(
    r"https?://[^\s<>\"]+|(?<!\S)/(?:[a-z]{2}(?:-simple)?/)?formular/[a-z]+/(?!\S)", re.IGNORECASE
)
# Most texts are nothing but paragraphs: those need no parser, which takes three times as long.
_PARAGRAPH = r'<p(?: data-block-key="\w+")?>([^<&]*)</p>\s*'
_PARAGRAPH_TEXT, _ONLY_PARAGRAPHS = re.compile(_PARAGRAPH), re.compile(rf"\s*(?:{_PARAGRAPH})*")
_ELLIPSIS = "…"


def html_to_text(markup: str, base_url: str = "") -> str:
    """Readable lines of simple editor HTML: blank lines around paragraphs and headings, "- " and "1. " for lists.

    Links carry their address behind them in brackets; those within the site only if `base_url` completes them.
    Scripts, styles and addresses of other kinds vanish. Broken HTML is read as well as it goes.
    """
    if _ONLY_PARAGRAPHS.fullmatch(markup):
        lines = (" ".join(words.split()) for words in _PARAGRAPH_TEXT.findall(markup))
        return "\n\n".join(filter(None, lines))
    return _parsed(markup, base_url)


def text_to_html(text: str) -> str:
    """Safe HTML of plain text: a blank line parts paragraphs, "- " lines are a list, "## " lines are an h3.

    Other line breaks stay line breaks, http(s) addresses and our own forms (/formular/…/) become links, everything
    else is escaped.
    """
    out: list[str] = []
    for block in re.split(r"\n\s*\n", "\n".join(_UNPRINTABLE.sub("", text).splitlines())):
        kind, lines = "", list[str]()
        for line in filter(None, map(str.strip, block.split("\n"))):
            line_kind, content = _line_kind(line)
            if line_kind != kind or kind == "h3":
                out += _element(kind, lines)
                kind, lines = line_kind, []
            lines.append(content)
        out += _element(kind, lines)
    return "\n".join(out)


def shorten(text: str, max_chars: int) -> str:
    """`text` on one line of at most `max_chars` characters, cut between words and ended by "…" if it was longer."""
    if max_chars < 1:
        raise ValueError("Shortened text needs room for one character.")
    line = " ".join(text.split())
    if len(line) <= max_chars:
        return line
    room = max_chars - 1
    kept = line[: room + 1].rpartition(" ")[0].rstrip(" ,;:.!?–—-(")
    if not kept:
        kept = line[:room]
        # A letter must not lose the accents that follow it as separate characters.
        if unicodedata.combining(line[room]):
            while kept and unicodedata.combining(kept[-1]):
                kept = kept[:-1]
            kept = kept[:-1]
    return kept + _ELLIPSIS


def _parsed(markup: str, base_url: str) -> str:
    reader = _Reader(base_url)
    reader.feed(markup)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects the words of one line and writes the line when a block or a line break ends it."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base_url = base_url
        self._lines: list[str] = []
        self._words: list[str] = []
        self._blank_line_due = False
        self._bullet = ""
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._silent = 0

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._end_block(tag)
        if tag == "br":
            self._end_line()
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag in ("td", "th"):
            self._words.append(" ")
        elif tag == "a":
            self._links.append((self._address(dict(attrs).get("href") or ""), len(self._words)))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            address, begin = self._links.pop()
            shown = "".join(self._words[begin:]).strip()
            if address and shown not in (address, address.partition("://")[2]):
                self._words.append(f" ({address})")
        self._end_block(tag)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._blank_line_due = not self._lists

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    def _address(self, href: str) -> str:
        address = urljoin(self._base_url, href.strip()) if self._base_url else href.strip()
        scheme = address.partition(":")[0].lower()
        if scheme in ("mailto", "tel"):
            return address.partition(":")[2].partition("?")[0]
        return address if scheme in ("http", "https") else ""

    def _next_bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def _end_block(self, tag: str) -> None:
        if tag in _LINES or tag in _PARAGRAPHS:
            self._end_line()
        if tag in _PARAGRAPHS and not self._lists:
            self._blank_line_due = True

    def _end_line(self) -> None:
        line = " ".join("".join(self._words).split())
        self._words = []
        if not line:
            return
        if self._blank_line_due and self._lines:
            self._lines.append("")
        depth = len(self._lists) - (1 if self._bullet else 0)
        self._lines.append("  " * max(0, depth) + self._bullet + line)
        self._blank_line_due, self._bullet = False, ""


def _line_kind(line: str) -> tuple[str, str]:
    if line.startswith("## "):
        return "h3", line[3:].strip()
    if line.startswith("- "):
        return "li", line[2:].strip()
    return "p", line


def _element(kind: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    inner = [_linked(line) for line in lines]
    if kind == "li":
        return ["<ul>", *(f"<li>{item}</li>" for item in inner), "</ul>"]
    # Closed, because Wagtail's editor refuses to open a text with a bare <br>.
    return [f"<{kind}>{'<br/>'.join(inner)}</{kind}>"]


def _linked(line: str) -> str:
    out, position = [], 0
    for match in _WEB_ADDRESS.finditer(line):
        address = _without_trailing_punctuation(match[0])
        if address.endswith("//"):
            continue
        shown = html.escape(address)
        out += [html.escape(line[position : match.start()]), f'<a href="{shown}">{shown}</a>']
        position = match.start() + len(address)
    return "".join([*out, html.escape(line[position:])])


def _without_trailing_punctuation(address: str) -> str:
    """The sentence's punctuation is not the address's, nor is a bracket that was opened before it."""
    while address[-1:] in tuple(".,;:!?'’”“»*") or (
        address.endswith(")") and address.count(")") > address.count("(")
    ):
        address = address[:-1]
    return address
