"""Pages written anew: every address of the house leads into the copy, all else stays as it was."""

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.archive import rewriting

HERE = {"/termine/": "../termine/index.html", "/static/ui.css": "../static/ui.css", "/a.webp": "../a.webp"}


def resolve(address: str) -> str | None:
    if address.startswith(("https:", "mailto:", "#")):
        return address
    return HERE.get(address)


def written(text: str, *, module: bool = True) -> str:
    return rewriting.page(
        text, resolve, search="suche/index.html", form_note="<p>note</p>", scripts=lambda _address: module
    )


def test_links_lead_into_the_copy_or_are_words() -> None:
    assert (
        written('<a class="x" href="/termine/">Termine</a>')
        == '<a class="x" href="../termine/index.html">Termine</a>'
    )
    assert written('<a href="/verwaltung/" rel="nofollow" class="x">Rathaus</a>') == '<a class="x">Rathaus</a>'
    for outside in ("https://example.org/?a=1&amp;b=2", "mailto:a@example.org", "#main"):
        text = f'<a href="{outside}">x</a>'
        assert written(text) == text


def test_pictures_styles_and_addresses_to_copy() -> None:
    assert written('<img src="/a.webp" srcset="/a.webp 720w, /a.webp 1200w" alt="a">') == (
        '<img src="../a.webp" srcset="../a.webp 720w, ../a.webp 1200w" alt="a">'
    )
    assert written('<button data-address="/termine/">x</button>') == (
        '<button data-address="../termine/index.html">x</button>'
    )
    assert written('<link rel="stylesheet" href="/gone.css">') == ""
    whole = '<link rel="canonical" href="https://dorf.example/termine/">'
    assert written(whole) == whole
    css = rewriting.style("a{b:url(/a.webp)}c{d:url('data:x')}", lambda one: HERE.get(one, one))
    assert css == "a{b:url(../a.webp)}c{d:url('data:x')}"


def test_forms_become_a_sentence_and_searches_stay() -> None:
    assert written('<form method="post" action="/x/"><input name="text"></form>') == "<p>note</p>"
    assert written('<p>a</p><form method="get" action="/x/"><select name="b"></select></form>') == "<p>a</p>"
    search = '<form action="/zustaendig/" method="get"><input id="street" name="strasse" type="search"></form>'
    assert (
        written(search)
        == '<form action="suche/index.html" method="get"><input id="street" name="q" type="search"></form>'
    )
    assert list(
        rewriting.addresses('<form action="/x/"><a href="/inside/">x</a></form><a href="/y/?a=1&amp;b=2">')
    ) == ["/y/?a=1&b=2"]


def test_values_of_json_lead_into_the_copy_or_are_null() -> None:
    base = "https://dorf.example"
    text = f'{{"{base}/x/": 1, "a": "{base}/termine/#x", "b": ["{base}/api/"], "c": "Siehe {base}/api/."}}'
    there = {f"{base}/termine/#x": f"{base}/wann/#x"}
    assert json.loads(rewriting.data(text, base, there.get)) == {
        f"{base}/x/": 1,
        "a": f"{base}/wann/#x",
        "b": [None],
        "c": f"Siehe {base}/api/.",
    }
    assert rewriting.data(text, "https://dorf.exam", there.get) == text


def test_scripts_need_no_server() -> None:
    text = '<script type="module" src="/static/ui.css"></script>'
    assert written(text) == '<script defer src="../static/ui.css"></script>\n'
    assert written(text, module=False) == ""
    assert rewriting.is_module('import { a } from "./b.js";')
    assert rewriting.is_module("const a = await import(b);")
    assert not rewriting.is_module("// imports nothing\nconst exported = 1;")
    assert not rewriting.is_module(rewriting.classic("const a = 1;"))


def test_the_policy_stands_in_the_head() -> None:
    head = written('<head>\n<meta charset="utf-8">\n<title>x</title></head>')
    assert head.count("Content-Security-Policy") == 1
    assert "'unsafe" not in head


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


parts_of_a_page = st.tuples(st.sampled_from(["a", "p", "link", "img"]), st.text("abc &;\"'äé", max_size=12))


@given(st.lists(parts_of_a_page, max_size=6))
def test_words_are_never_touched(parts: list[tuple[str, str]]) -> None:
    """Whatever becomes of tags, what people read stays."""
    from html import escape

    text = "".join(f'<{tag} href="/{escape(word)}" title="{escape(word)}">{escape(word)}' for tag, word in parts)
    before, after = _Texts(), _Texts()
    before.feed(text)
    after.feed(written(text))
    assert "".join(before.said) == "".join(after.said)
