"""Rooms are furnished the same everywhere (docs/architecture.md), and every file says what it is for."""

import ast
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from types import ModuleType

import pytest

from smartbarleben.config.paths import ROOT

from .house import PACKAGE, SOURCE, checkout, rooms, said, sources

LONGEST_FILE = 400
# Names that say nothing about what lies inside.
MEANINGLESS = frozenset(
    {"utils", "util", "helpers", "helper", "misc", "tools", "base", "managers", "signals", "constants"}
)
# Folders with a meaning of their own: docs/architecture.md, "A room is furnished the same everywhere".
FOLDERS = frozenset({"jinja2", "templates", "static", "locale", "migrations", "management"})
# Third parties whose templates a room may put its own in front of.
OVERRIDDEN = frozenset({"wagtailadmin", "account", "allauth", "mfa"})
# Starts its work when it is imported; it has no public function.
BUSY = frozenset({f"{PACKAGE}.config.worker"})
# Strictly typed though they speak with Django: what they do is to translate between it and the pure parts.
ADAPTERS = {f"{PACKAGE}.keeping.checks", f"{PACKAGE}.config.headers", f"{PACKAGE}.watching.watch"}
CODE = (".py", ".jinja", ".html", ".css", ".js")


def _modules(room: str) -> Iterator[str]:
    for path in sources(".py", under=SOURCE / room):
        if "migrations" not in path.parts:
            yield ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for(room: str) -> None:
    assert ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text(encoding="utf-8")))


def test_pure_cores_know_no_django() -> None:
    """What mypy checks strictly is pure: texts for people are marked in it and translated where they are shown."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        overrides = tomllib.load(file)["tool"]["mypy"]["overrides"]
    strict = [name for one in overrides if one.get("strict") for name in one["module"]]
    assert len(strict) > 30
    frameworks = re.compile(r"^\s*(?:from|import) (?:django|wagtail|allauth|ninja)\b", re.MULTILINE)
    knowing = set()
    for path in sources(".py"):
        dotted = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        if any(fnmatch(dotted, name) for name in strict) and frameworks.search(path.read_text(encoding="utf-8")):
            knowing.add(dotted)
    assert knowing == ADAPTERS, said(sorted(knowing ^ ADAPTERS))


@pytest.mark.parametrize("room", rooms())
def test_folders_of_a_room(room: str) -> None:
    problems = []
    for path in checkout():
        if SOURCE / room not in path.parents:
            continue
        folder, *below = path.relative_to(SOURCE / room).parts
        if not below:
            continue
        package = SOURCE / room / folder / "__init__.py"
        if folder in {"jinja2", "static"} and below[0] != room:
            problems.append(f"{path.relative_to(SOURCE)}: only {folder}/{room}/ belongs to this room")
        elif folder == "templates" and below[0] not in {room, *OVERRIDDEN}:
            problems.append(f"{path.relative_to(SOURCE)}: templates of {room} or of {', '.join(sorted(OVERRIDDEN))}")
        elif folder not in FOLDERS and not (
            package.is_file() and ast.get_docstring(ast.parse(package.read_text("utf-8")))
        ):
            problems.append(
                f"{path.relative_to(SOURCE)}: {folder}/ is a package that says what it is for, or nothing"
            )
    assert not problems, said(problems)


def test_names_carry_meaning() -> None:
    found = {str(path.relative_to(SOURCE)) for path in sources(".py") if path.stem in MEANINGLESS}
    # Django looks for a database backend under this name.
    assert found == {"config/sqlite/base.py"}, said(sorted(found))


def test_what_has_nothing_to_say_is_not_there() -> None:
    empty = [
        str(path.relative_to(SOURCE))
        for path in sources(*CODE)
        if not path.read_text(encoding="utf-8").strip()
        and not (path.name == "__init__.py" and {"management", "migrations"} & set(path.parts))
    ]
    assert not empty, said(empty)


def test_files_stay_short() -> None:
    """A file past some 400 lines is two meanings: split it. Migrations are written by a machine."""
    lengths = {
        path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n")
        for path in (*sources(*CODE), *sources(*CODE, under=ROOT / "tests"), ROOT / "village")
        if "migrations" not in path.parts
    }
    long = [f"{path}: {lines} lines" for path, lines in lengths.items() if lines > LONGEST_FILE]
    assert not long, said(long)


def _silent(module: ModuleType) -> Iterator[str]:
    """Public functions and classes' public methods without a word about them.

    What overrides a method of a base class is explained there; a property is a name like a field.
    """
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            if not thing.__doc__:
                yield f"{module.__name__}.{name}"
        elif inspect.isclass(thing):
            for part, value in vars(thing).items():
                function = getattr(value, "__func__", value)
                if part.startswith("_") or not inspect.isfunction(function) or function.__doc__:
                    continue
                if not any(hasattr(base, part) for base in thing.__mro__[1:]):
                    yield f"{module.__name__}.{name}.{part}"


@pytest.mark.parametrize("room", rooms())
def test_public_functions_say_what_they_do(room: str) -> None:
    silent = [line for name in _modules(room) if name not in BUSY for line in _silent(importlib.import_module(name))]
    assert not silent, said(silent)
