"""Collects what the rooms want measured, with the SQL each page runs. Prints JSON; run in a process of its own.

The answer has ``cases``, and ``reports``: the rooms that print one, and whether also on PostgreSQL.
"""

import json
import os
import sys
from typing import Any


def main(rooms: list[str]) -> None:
    """Print the cases of ``rooms`` (all if empty) as one JSON line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    import django

    django.setup()
    from .rooms import modules, plain

    found = []
    reports = {}
    for room, module in modules(rooms):
        if hasattr(module, "report"):
            reports[room] = bool(getattr(module, "ON_BOTH_DATABASES", False))
        for case in map(plain, module.cases()):
            case["queries"] = _queries(case)
            # Only a page that everybody gets alike, and a form, have a twin.
            case["twin"] = bool(case["bodies"]) or not case["headers"]
            found.append({"room": room, **case})
    print(json.dumps({"cases": found, "reports": reports}))


def _queries(case: dict[str, Any]) -> int:
    """How many statements one request runs, beside the reads of session and account."""
    from .twin import capture

    if not case["headers"] and not case["bodies"]:
        return len(capture(case["path"])[0])
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = dict(case["headers"])
    ask = Client(SERVER_NAME="127.0.0.1")
    if case["bodies"]:
        from .post_twin import send

        with CaptureQueriesContext(connection) as seen:
            send(ask, case["path"], headers, case["bodies"].pop())
        return len(seen)
    ask.get(case["path"], headers=headers)
    with CaptureQueriesContext(connection) as seen:
        ask.get(case["path"], headers=headers)
    return len(seen)


if __name__ == "__main__":
    main(sys.argv[1:])
