"""Nothing points upwards: neither tables nor templates nor addresses nor migrations nor names in strings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, URLResolver, get_resolver

from .house import PACKAGE, ROOF, SOURCE, floors, may_lean, room_of_file, room_of_module, rooms, said, sources

_LINKED = re.compile(r"""\burl\(\s*["'](\w+):[\w:-]+["']|\{%\s*url\s+["'](\w+):""")
_LINKING = {"reverse", "reverse_lazy", "redirect", "url"}
_INCLUDED = re.compile(
    r"""\{%-?\s*(?:extends|include|import|from)\s+(?:\[\s*)?["']([^"']+)["']|\bstatic(?:\(|\s+)["']([^"']+)["']"""
)
_TEMPLATE_NAME = re.compile(r"^(\w+)/[\w/.-]+\.(?:jinja|html|txt|css|js|svg)$")


def test_every_room_has_a_floor_and_every_floor_a_room() -> None:
    built = set(rooms())
    assert built == set(floors())


def _relations(model: Any) -> Iterator[tuple[str, Any]]:
    for field in [*model._meta.get_fields(include_hidden=True), *model._meta.private_fields]:
        # Reverse relations are the other model's own; they are looked at from there.
        if getattr(field, "auto_created", False) and not field.concrete:
            continue
        if isinstance(related := getattr(field, "related_model", None), type):
            yield field.name, related
    for base in model.__mro__[1:]:
        yield "base class", base


def test_tables_point_down_only() -> None:
    problems = []
    for model in apps.get_models(include_auto_created=True):
        room = room_of_module(model.__module__)
        for name, other in _relations(model) if room else ():
            lower = room_of_module(other.__module__)
            if lower and not may_lean(str(room), lower):
                problems.append(f"{model._meta.label}.{name} → {other.__module__}.{other.__name__}")
    assert not problems, said(problems)


def test_no_generic_foreign_keys_of_our_own() -> None:
    """A foreign key to "anything" can't be checked by the database; Wagtail's own tables may have theirs."""
    from django.contrib.contenttypes.fields import GenericForeignKey

    found = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey) and room_of_module(model.__module__)
    ]
    assert not found, said(found)


def test_migrations_depend_downwards_only() -> None:
    problems = []
    for (label, name), migration in MigrationLoader(None).disk_migrations.items():
        room = room_of_module(type(migration).__module__)
        if room is None:
            continue
        for other, _name in [*migration.dependencies]:
            lower = room_of_module(apps.get_app_config(other).name) if other != "__setting__" else None
            if lower and not may_lean(room, lower):
                problems.append(f"{label}.{name} depends on {other}")
        for other, _name in migration.run_before:
            upper = room_of_module(apps.get_app_config(other).name)
            if upper and not may_lean(upper, room):
                problems.append(f"{label}.{name} runs before {other}")
    assert not problems, said(problems)


def _namespaces() -> dict[str, str]:
    """The room of each address namespace of ours."""
    found: dict[str, str] = {}

    def walk(resolver: URLResolver) -> None:
        for pattern in resolver.url_patterns:
            if not isinstance(pattern, URLResolver):
                continue
            for below in pattern.url_patterns:
                if isinstance(below, URLPattern) and pattern.namespace:
                    room = room_of_module(getattr(below.callback, "__module__", ""))
                    if room:
                        found.setdefault(pattern.namespace, room)
            walk(pattern)

    walk(get_resolver())
    return found


def test_a_namespace_carries_the_name_of_its_room() -> None:
    assert {name: room for name, room in _namespaces().items() if name != room} == {}


def _namespaces_asked_for(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        for match in _LINKED.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[1] or match[2]
        return
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _LINKING and ":" in str(node.args[0].value):
            yield node.lineno, str(node.args[0].value).partition(":")[0]


def test_addresses_are_asked_for_downwards_only() -> None:
    known = _namespaces()
    problems = []
    for path in sources(".py", ".jinja", ".html", ".txt"):
        room = room_of_file(path)
        if room in ROOF or room not in floors():
            continue
        for line, namespace in _namespaces_asked_for(path):
            if namespace in known and not may_lean(room, known[namespace]):
                problems.append(f"{path.relative_to(SOURCE)}:{line}: {namespace}:…")
    assert not problems, said(problems)


def test_templates_include_downwards_only() -> None:
    problems = []
    for path in sources(".jinja", ".html", ".txt", ".svg"):
        room = room_of_file(path)
        for match in _INCLUDED.finditer(path.read_text(encoding="utf-8")):
            lower = (match[1] or match[2]).partition("/")[0]
            if lower in floors() and not may_lean(room, lower):
                problems.append(f"{path.relative_to(SOURCE)}: {match[0]}")
    assert not problems, said(problems)


def test_style_sheets_reach_downwards_only() -> None:
    problems = []
    for path in sources(".css", ".js"):
        for address in re.findall(r"""(?:url\(|@import\s+|from\s+)["']?([^"')\s;]+)""", path.read_text("utf-8")):
            if address.startswith(("data:", "#")) or not address.startswith((".", "/")):
                continue
            target = (path.parent / address.partition("?")[0].partition("#")[0]).resolve()
            # Collected files of all rooms lie side by side: ../../vendor is the front-end packages' folder.
            parts = target.relative_to(SOURCE).parts if SOURCE in target.parents else ()
            lower = parts[2] if len(parts) > 3 and parts[1] == "static" else None
            if lower in floors() and not may_lean(room_of_file(path), str(lower)):
                problems.append(f"{path.relative_to(SOURCE)}: {address}")
    assert not problems, said(problems)


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.mark.parametrize("room", [room for room in rooms() if room != "config"])
def test_names_in_strings_point_downwards_only(room: str) -> None:
    """Templates to render and dotted names to import: what an import checker cannot see."""
    problems = []
    for path in sources(".py", under=SOURCE / room):
        for line, text in _strings(path):
            lower = None
            if match := _TEMPLATE_NAME.match(text):
                lower = match[1] if match[1] in floors() else None
            elif re.fullmatch(rf"{PACKAGE}\.\w+(\.\w+)*", text):
                lower = room_of_module(text)
            if lower and not may_lean(room, lower):
                problems.append(f"{path.relative_to(SOURCE)}:{line}: {text}")
    assert not problems, said(problems)


def test_the_contract_would_notice() -> None:
    """The rules above answer as the floors say, so that an empty list of problems means something."""
    assert may_lean("portal", "kernel")
    assert may_lean("content", "content")
    assert not may_lean("kernel", "ui")
    assert not may_lean("places", "content")
    assert _LINKED.search('{{ url("waste:street", slug=one) }}')[1] == "waste"
    assert _LINKED.search('{% url "content:slide" %}')[2] == "content"
    assert _INCLUDED.search('{%- from "ui/components/card.jinja" import card -%}')[1] == "ui/components/card.jinja"
    assert _INCLUDED.search('{{ static("ui/base.css") }}')[2] == "ui/base.css"
    assert set(_namespaces()) >= {"content", "portal", "waste"}
    item = apps.get_model("content", "Item")
    assert {"ortschaft", "translations"} & {name for name, _other in _relations(item)} == {"ortschaft"}
    assert any(other.__module__ == "smartbarleben.places.facts" for _name, other in _relations(item))
