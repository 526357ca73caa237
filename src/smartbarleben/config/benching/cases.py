"""Collects what the rooms want measured, with the SQL each page runs. Prints JSON; run in a process of its own."""

import importlib
import json
import os
import sys


def main(rooms: list[str]) -> None:
    """Print the cases of ``rooms`` (all if empty) as one JSON line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    import django

    django.setup()
    from django.apps import apps

    from .twin import capture

    found = []
    for config in reversed(list(apps.get_app_configs())):
        if not config.name.startswith("smartbarleben.") or (rooms and config.label not in rooms):
            continue
        try:
            module = importlib.import_module(f"{config.name}.benches")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.benches":
                raise
            continue
        for case, path in module.cases():
            statements, _name, _values, _body = capture(path)
            found.append({"room": config.label, "case": case, "path": path, "queries": len(statements)})
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
