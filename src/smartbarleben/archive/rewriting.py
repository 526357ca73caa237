"""Finding the addresses in what the village answers, and writing them anew for the copy. Pure.

The pages come from our own templates: attributes are quoted and hold no angle brackets. So they are read as text; a
parser would cost more than rendering the page did.
"""

import html
import re
from collections.abc import Callable, Iterator

# What an address becomes: where it lies in the copy, itself if it leads elsewhere, None where the copy has nothing.
type Resolve = Callable[[str], str | None]

_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)\s([^<>]*)>")
_ATTRIBUTE = re.compile(r'(?<![\w-])(href|src|srcset|data-address|poster)="([^"]*)"')
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r'(<form\b[^>]*?)\saction="[^"]*"')
_SENDS = re.compile(r'<form\b[^>]*\smethod="post"')
_SEARCHED = re.compile(r'name="[^"]*" type="search"')
_MODULE = re.compile(r'<script type="module" src="([^"]*)"></script>\n?')
_PRELOAD = re.compile(r'<link rel="preload"[^>]*>\n?')
_GIVEN_TO_THE_MAP = re.compile(r'\s(?:data-map|data-words)="[^"]*"')
_ABOUT_A_TARGET = re.compile(r'\s(?:rel|type|hreflang|download|target)(?:="[^"]*")?(?=[\s>/]|$)')
_WHOLE_ADDRESS = re.compile(r'\brel="(?:canonical|alternate)"[^<>]*\shref="https?:')
_GONE = "\0"
_CSS = re.compile(r"""(url\(\s*)(["']?)([^"')]+)\2(\s*\))""")
_MODULE_WORDS = re.compile(r"^\s*(?:import\b|export\b)|\bimport\(", re.MULTILINE)

# Only files that lie beside the page: what the village's own policy says, as far as a page can say it itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'none'; form-action 'self'; base-uri 'none'"
)


def addresses(page: str) -> Iterator[str]:
    """Everything that a page names in its tags, forms left out."""
    for tag in _TAG.finditer(_FORM.sub(_only_search, page)):
        for attribute in _ATTRIBUTE.finditer(tag[2]):
            text = html.unescape(attribute[2])
            if attribute[1] == "srcset":
                yield from (part.split()[0] for part in text.split(",") if part.strip())
            elif not (tag[1] == "link" and 'rel="preload"' in tag[2]):
                yield text


def _only_search(form: re.Match[str]) -> str:
    return form[0] if _looks_for_something(form[0]) else ""


def _looks_for_something(form: str) -> bool:
    return 'type="search"' in form


def style_addresses(css: str) -> Iterator[str]:
    """Everything that a stylesheet loads."""
    for found in _CSS.finditer(css):
        yield found[3]


def is_module(script: str) -> bool:
    """Whether a script loads others or is loaded by them: browsers do that only with a server."""
    return _MODULE_WORDS.search(script) is not None


def classic(script: str) -> str:
    """A script that needs no module around it; its names stay inside."""
    return f"(() => {{\n{script}\n}})();\n"


def style(css: str, resolve: Resolve) -> str:
    """A stylesheet whose addresses lead into the copy."""

    def one(found: re.Match[str]) -> str:
        target = resolve(found[3])
        return f"{found[1]}{found[2]}{target}{found[2]}{found[4]}" if target else found[0]

    return _CSS.sub(one, css)


def data(text: str, base: str, resolve: Resolve) -> str:
    """JSON whose addresses below ``base`` lead into the copy; one that leads to nothing becomes null.

    Only values that are an address and nothing else: sentences and keys stay as they are.
    """

    def one(found: re.Match[str]) -> str:
        target = resolve(found[1])
        return "null" if target is None else f'"{target}"'

    return re.sub(rf'"({re.escape(base)}(?:[/?#][^"\\]*)?)"(?!\s*:)', one, text)


def page(text: str, resolve: Resolve, *, search: str, form_note: str, scripts: Callable[[str], bool]) -> str:
    """A page for the copy: addresses lead into it, and the policy stands in the head.

    Forms that look for something lead to ``search``, those that choose what a page shows are gone, ``form_note``
    stands in the place of those that send something. ``scripts`` says of a script's address whether it works without
    a server.
    """

    def form(found: re.Match[str]) -> str:
        if not _looks_for_something(found[0]):
            return form_note if _SENDS.match(found[0]) else ""
        text = _SEARCHED.sub('name="q" type="search"', found[0])
        return _ACTION.sub(lambda action: f'{action[1]} action="{_escaped(search)}"', text, count=1)

    def module(found: re.Match[str]) -> str:
        return f'<script defer src="{found[1]}"></script>\n' if scripts(html.unescape(found[1])) else ""

    text = _FORM.sub(form, text)
    text = _PRELOAD.sub("", _MODULE.sub(module, text))
    text = _TAG.sub(lambda tag: _tag(tag, resolve), text)
    return text.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        1,
    )


def _tag(tag: re.Match[str], resolve: Resolve) -> str:
    name, rest = tag[1], tag[2]
    if name == "village-map":
        return f"<{name} {_GIVEN_TO_THE_MAP.sub('', ' ' + rest).strip()}>"
    if name == "link" and _WHOLE_ADDRESS.search(rest):
        return tag[0]
    gone = False

    def attribute(found: re.Match[str]) -> str:
        nonlocal gone
        value = html.unescape(found[2])
        if found[1] == "srcset":
            parts = [(resolve(part.split()[0]), part.split()[1:]) for part in value.split(",") if part.strip()]
            return f'srcset="{_escaped(", ".join(" ".join([to, *size]) for to, size in parts if to))}"'
        target = resolve(value)
        if target is None:
            gone = True
            return _GONE
        return f'{found[1]}="{_escaped(target)}"'

    written = _ATTRIBUTE.sub(attribute, rest)
    if not gone:
        return f"<{name} {written}>"
    if name == "link":
        return ""
    # A link without an address is still the words that it was.
    words = f" {written}".replace(f" {_GONE}", "")
    return f"<{name}{_ABOUT_A_TARGET.sub('', words).rstrip()}>"


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)
