"""The texts of a room: collected from Python, Jinja2 and Django templates, and kept in one .po file a language.

Babel collects instead of Django's makemessages, because that one does not see `_("… %(name)s", name=…)` in Jinja2.
Files carry no line numbers and no dates, so that they change only when a text does.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize
from jinja2.ext import babel_extract

# English is the language of the source texts and has no file.
LANGUAGES = ("de", "de-simple", "uk", "ar", "pl")
# Babel names plural rules by locale; Leichte Sprache counts as German does.
_BABEL = {"de-simple": "de"}
# Django's folder for a language code.
_FOLDERS = {"de-simple": "de_Simple"}
_JINJA_OPTIONS = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_KEYWORDS = {
    "_": None,
    "lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Header lines that say when and by whom, not what.
_CHANGING = re.compile(r'"(POT-C|PO-Rev|Last-T|Generated|Project-Id|Report-Msgid|Language-Team)')
_HEADER = "# Texts of the room. Collected by ./village manage messages; translations are written by hand."


def po_file(room: Path, language: str) -> Path:
    """Where a room's texts in a language lie."""
    return room / "locale" / _FOLDERS.get(language, language) / "LC_MESSAGES" / "django.po"


def collect(room: Path) -> Catalog:
    """All texts of a room, without translations."""
    found = Catalog()
    for path in sorted(room.rglob("*")):
        if path.suffix not in {".py", ".jinja", ".html", ".txt"} or "migrations" in path.parts:
            continue
        for _line, message, comments, context in _texts(path):
            found.add(message, auto_comments=comments, context=context)
    return found


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".jinja" or "jinja2" in path.parts:
        method, content, options = babel_extract, source, _JINJA_OPTIONS
    elif path.suffix == ".py":
        method, content, options = "python", source, {}
    elif "templates" in path.parts:
        # Django's own translation of a template to something like Python; Babel wants each call on its own.
        calls = re.findall(r"""(?:np?gettext|p?gettext)\((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*\)""",
                           re.sub(r"\bu(?=['\"])", "", templatize(source)))  # fmt: skip
        method, content, options = "python", "\n".join(calls), {}
    else:
        return
    yield from extract(method, io.BytesIO(content.encode()), _KEYWORDS, ["Translators:"], options)


def load(room: Path, language: str) -> Catalog:
    """A room's stored texts in a language; empty where there are none yet."""
    path = po_file(room, language)
    if not path.exists():
        return Catalog(locale=_BABEL.get(language, language))
    with path.open("rb") as file:
        return read_po(file, locale=_BABEL.get(language, language))


def merged(room: Path, language: str) -> Catalog:
    """The room's present texts with the stored translations; texts that are gone from the source are left out."""
    stored = load(room, language)
    result = Catalog(locale=_BABEL.get(language, language), header_comment=_HEADER, fuzzy=False)
    for message in collect(room):
        if not message.id:
            continue
        old = stored.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        keep = old is not None and isinstance(old.id, str) == isinstance(message.id, str)
        result.add(
            message.id,
            old.string if keep and old is not None else None,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if keep and old is not None else (),
            context=message.context,
        )
    return result


def untranslated(room: Path, language: str) -> list[str]:
    """The source texts that have no translation in a language."""
    missing = []
    for message in merged(room, language):
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def rendered(catalog: Catalog) -> bytes:
    """The .po file of a catalog, the same bytes for the same texts."""
    out = io.BytesIO()
    write_po(out, catalog, width=116, no_location=True, sort_output=True, omit_header=False)
    text = out.getvalue().decode()
    kept = [line for line in text.splitlines() if not _CHANGING.match(line)]
    return ("\n".join(kept).strip() + "\n").encode()


def update(room: Path, language: str) -> bool:
    """Write a room's file of a language anew; whether it changed. A room without texts has no file."""
    catalog = merged(room, language)
    if not any(message.id for message in catalog):
        return False
    path = po_file(room, language)
    new = rendered(catalog)
    if path.exists() and path.read_bytes() == new:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(new)
    return True
