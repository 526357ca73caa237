import itertools
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.plaintext import html_to_text, shorten, text_to_html

from .common import thorough


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Eins</p><p>Zwei</p>", "Eins\n\nZwei"),
        ("<p>Eins<br>zwei<br/>drei</p>", "Eins\nzwei\ndrei"),
        ("<h2>Kopf</h2><p>Text</p>", "Kopf\n\nText"),
        (
            "<p>Bitte:</p><ul><li>Ausweis</li><li><p>Foto</p></li></ul><p>Danke</p>",
            "Bitte:\n\n- Ausweis\n- Foto\n\nDanke",
        ),
        ("<ol><li>erst</li><li>dann<ul><li>so</li></ul></li></ol>", "1. erst\n2. dann\n  - so"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>d", "- a\n  - b\n- c\n\nd"),
        ("<ul><li>lang<br>länger</li></ul>", "- lang\n  länger"),
        ('<p>Zum <a href="https://a.de/b">Plan</a>.</p>', "Zum Plan (https://a.de/b)."),
        ('<a href="https://a.de">a.de</a> <a href="https://a.de">https://a.de</a>', "a.de https://a.de"),
        ('<a href="mailto:rathaus@a.de?subject=x">Schreiben</a>', "Schreiben (rathaus@a.de)"),
        (
            '<a href="mailto:rathaus@a.de">rathaus@a.de</a>, <a href="tel:+4939203">Anruf</a>',
            "rathaus@a.de, Anruf (+4939203)",
        ),
        ('<a href="/termine/">Termine</a> <a href="#x">X</a> <a>Y</a>', "Termine X Y"),
        ('<a href="javascript:alert(1)">Klick</a>', "Klick"),
        ("<p>Gr&uuml;&szlig;e &amp; K&#252;sse&nbsp;&lt;3</p>", "Grüße & Küsse <3"),
        ("<p> viel \n\n  Luft </p>\n\n<p></p><p> </p>", "viel Luft"),
        ("<p>ein <b>fett</b>es <i>Wort</i></p>", "ein fettes Wort"),
        ("<p>vor<script>alert('x')</script><style>p{}</style>bei</p>", "vorbei"),
        ('<p><img alt="Kirchturm" src="x.jpg"> von Ebendorf</p>', "Kirchturm von Ebendorf"),
        ("<table><tr><th>Tag</th><th>Zeit</th></tr><tr><td>Di</td><td>9</td></tr></table>", "Tag Zeit\nDi 9"),
        ("<p>offen<p>gelassen<ul><li>eins<li>zwei", "offen\n\ngelassen\n\n- eins\n- zwei"),
        ("</li></ul></a></script>ohne Anfang<li>Punkt", "ohne Anfang\n- Punkt"),
        ("", ""),
    ],
)
def test_editor_html_reads_well_aloud(markup: str, text: str) -> None:
    assert html_to_text(markup) == text


def test_links_within_the_site_need_the_sites_address() -> None:
    markup = '<a href="/termine/">Termine</a>'
    assert html_to_text(markup, "https://barleben.example/de/") == "Termine (https://barleben.example/termine/)"


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Eins\n\nZwei", "<p>Eins</p>\n<p>Zwei</p>"),
        ("Eins\r\nzwei\r\n \r\n\r\ndrei", "<p>Eins<br/>zwei</p>\n<p>drei</p>"),
        (
            "Bitte:\n- Ausweis\n- Foto\nDanke",
            "<p>Bitte:</p>\n<ul>\n<li>Ausweis</li>\n<li>Foto</li>\n</ul>\n<p>Danke</p>",
        ),
        ("## Kopf\nText", "<h3>Kopf</h3>\n<p>Text</p>"),
        ("## Kopf\n## Hals", "<h3>Kopf</h3>\n<h3>Hals</h3>"),
        ("#Hashtag\n-5 Grad\n-", "<p>#Hashtag<br/>-5 Grad<br/>-</p>"),
        ("<b>\"A\" & 'B'</b>", "<p>&lt;b&gt;&quot;A&quot; &amp; &#x27;B&#x27;&lt;/b&gt;</p>"),
        (
            "Siehe https://a.de/b?c=1&d=2.",
            '<p>Siehe <a href="https://a.de/b?c=1&amp;d=2">https://a.de/b?c=1&amp;d=2</a>.</p>',
        ),
        ("(http://a.de/x_(y)), gut", '<p>(<a href="http://a.de/x_(y)">http://a.de/x_(y)</a>), gut</p>'),
        ("„https://a.de“", '<p>„<a href="https://a.de">https://a.de</a>“</p>'),
        (
            "Hier: /en/formular/barriere/ oder /formular/x",
            '<p>Hier: <a href="/en/formular/barriere/">/en/formular/barriere/</a> oder /formular/x</p>',
        ),
        ("https:// und javascript:alert(1)", "<p>https:// und javascript:alert(1)</p>"),
        ("eins\x00\x08zwei", "<p>einszwei</p>"),
        (" \n\n ", ""),
    ],
)
def test_plain_text_becomes_simple_html(text: str, markup: str) -> None:
    assert text_to_html(text) == markup


class _Strict(HTMLParser):
    """Fails on any tag or attribute that `text_to_html` has no business writing."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("p", "br", "ul", "li", "h3", "a")
        if tag == "a":
            [(name, value)] = attrs
            assert name == "href"
            assert str(value).lower().startswith(("http://", "https://", "/"))
        else:
            assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert self.open or not data.strip()
        self.words += data


SIGNS = [
    "<",
    ">",
    '"',
    "'",
    "&",
    "&lt;",
    "&#0;",
    "\n",
    "\n\n",
    " ",
    ")",
    "- ",
    "## ",
    "wort",
    "ü",
    "https://",
    "http://a.de/",
    " /formular/frage/ ",
]
TAGS = ["<p>", "<a href=", "</a>", "<ul>", "<ol>", "<li>", "</li>", "<br>", "<script>", "</script>", "<!--", "]]>"]
MARKUP = st.lists(st.sampled_from(SIGNS + TAGS) | st.text(max_size=4), max_size=12).map("".join)


@thorough
@given(MARKUP)
def test_nothing_typed_becomes_markup_and_nothing_is_lost(text: str) -> None:
    reader = _Strict()
    reader.feed(text_to_html(text))
    reader.close()
    assert reader.open == []
    kept = "".join(char for char in text if char.isalnum())
    assert "".join(char for char in reader.words if char.isalnum()) == kept


@thorough
@given(MARKUP)
def test_any_html_is_read_without_trouble(markup: str) -> None:
    lines = html_to_text(markup).split("\n")
    assert lines == [""] or (lines[0].strip() and lines[-1].strip())
    assert not any(line != line.rstrip() for line in lines)
    assert not any(before == after == "" for before, after in itertools.pairwise(lines))


PIECES = [
    "<p>",
    '<p data-block-key="a1">',
    "</p>",
    "</p><p>",
    "Wort",
    " zwei  Wörter",
    " ",
    "\n",
    "\xa0",
    "\x1c",
    "\x00",
    ">",
]


@thorough
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_the_quick_way_for_paragraphs_reads_as_the_parser_does(markup: str) -> None:
    """A comment says nothing, and only the parser knows that."""
    assert html_to_text(markup) == html_to_text(f"{markup}<!---->")


@thorough
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=5))
def test_paragraphs_survive_the_way_there_and_back(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    assert html_to_text(text_to_html(text)) == text


@pytest.mark.parametrize(
    ("text", "max_chars", "short"),
    [
        ("Die Brücke ist gesperrt", 30, "Die Brücke ist gesperrt"),
        ("Die Brücke ist gesperrt", 23, "Die Brücke ist gesperrt"),
        ("Die Brücke ist gesperrt", 22, "Die Brücke ist…"),
        ("Die Brücke, die alte", 12, "Die Brücke…"),
        ("Die Brücke – gesperrt", 14, "Die Brücke…"),
        ("Straßenausbaubeitrag", 8, "Straßen…"),
        ("viel \n\n Luft", 20, "viel Luft"),
        ("ab", 1, "…"),
        ("xe\u0301\u0323y", 3, "x…"),
        ("", 5, ""),
    ],
)
def test_short_versions_end_between_words(text: str, max_chars: int, short: str) -> None:
    assert shorten(text, max_chars) == short


@thorough
@given(st.text(), st.integers(1, 40))
def test_short_versions_fit(text: str, max_chars: int) -> None:
    short = shorten(text, max_chars)
    assert len(short) <= max_chars
    line = " ".join(text.split())
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))
    assert shorten(short, max_chars) == short


def test_no_room_is_no_length() -> None:
    with pytest.raises(ValueError, match="room"):
        shorten("x", 0)
