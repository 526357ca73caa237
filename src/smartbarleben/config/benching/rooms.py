"""What the rooms want measured: their modules `benches.py`.

`cases()` gives what is measured: pairs (case, path) for public pages, which get a twin, or dictionaries with

    case, path      as above
    headers         pairs, such as the cookie of somebody who signed in
    connections     how many people ask at the same time (16 unless said)
    bodies          forms, urlencoded, each sent once; the twin is then a plain view that writes the same rows

`report(full=…)`, where a room has it, gives lines that are printed when the room is named: in the village that the
benchmark filled (``full``) and, with `ON_BOTH_DATABASES = True`, in the village as shipped and on PostgreSQL, too.

`fill()`, where a room has it, adds rows to the village before that. A room with `BY_NAME_ONLY = True` fills and is
measured only when it is named, because its rows would slow down what the others measure.
"""

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from django.apps import apps


def modules(rooms: list[str]) -> Iterator[tuple[str, ModuleType]]:
    """The `benches` of ``rooms`` (all if empty), by the rooms' labels."""
    for config in reversed(list(apps.get_app_configs())):
        if not config.name.startswith("smartbarleben.") or (rooms and config.label not in rooms):
            continue
        try:
            module = importlib.import_module(f"{config.name}.benches")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.benches":
                raise
            continue
        if rooms or not getattr(module, "BY_NAME_ONLY", False):
            yield config.label, module


def plain(case: Any) -> dict[str, Any]:
    """A case as a dictionary with all its keys."""
    given = {"case": case[0], "path": case[1]} if isinstance(case, tuple) else dict(case)
    return {"headers": [], "connections": 16, "bodies": [], **given}
