"""The bare limit of a page: a WSGI function that runs the same SQL and renders the same template, nothing else.

When it starts, it runs the real view once and writes down every SQL statement with its parameters and the context
that the template was given. Each request then runs those statements through sqlite3 (or psycopg) without Django,
fetches all rows, and renders the template uncached with that context. It skips routing, middleware, the ORM and the
building of the context, so no uncached page of ours can be faster; the ratio says how much all that costs.
"""

import os
import re
import threading
from typing import Any

from smartbarleben.config.settled import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")


def capture(path: str) -> tuple[list[tuple[str, tuple[Any, ...]]], str, dict[str, Any], bytes]:
    """Run the view at ``path`` once: its SQL with parameters, the template's name and context, the body it gave.

    Raises RuntimeError for a page in HTML that no template made: it came from the shelf, and a twin of that is none.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import RequestFactory
    from django.urls import resolve
    from django.utils import translation

    from smartbarleben.ui import http

    statements: list[tuple[str, tuple[Any, ...]]] = []
    rendered: dict[str, Any] = {}
    first = path[1:].partition("/")[0]
    translation.activate(first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)

    def note_sql(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    original = http.render_to_string

    def note_template(name: str, values: dict[str, Any], *args: Any, **kwargs: Any) -> str:
        rendered.update(name=name, values=values)
        return original(name, values, *args, **kwargs)

    request = RequestFactory().get(path)
    match = resolve(request.path)
    # The second run shows what a warm process does: the village of this generation is known by then.
    match.func(request, *match.args, **match.kwargs)
    request = RequestFactory().get(path)
    http.render_to_string = note_template
    try:
        with connection.execute_wrapper(note_sql):
            response = match.func(request, *match.args, **match.kwargs)
            body = b"".join(response.streaming_content) if response.streaming else response.content
    finally:
        http.render_to_string = original
    connection.close()
    if response.headers["Content-Type"].startswith("text/html") and not rendered:
        raise RuntimeError(f"{path} was not rendered.")
    return statements, rendered.get("name", ""), rendered.get("values", {}), body


def make_application(path: str) -> Any:
    """The twin of the page at ``path`` as a WSGI application."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.template import engines

    statements, name, values, body = capture(path)
    template = engines["jinja2"].env.get_template(name) if name else None  # type: ignore[attr-defined]
    database = settings.DATABASES["default"]
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        statements = [driver_statement(sql, params) for sql, params in statements]
    local = threading.local()

    def connect() -> Any:
        if not hasattr(local, "connection"):
            if is_sqlite:
                import sqlite3

                local.connection = sqlite3.connect(database["NAME"])
                local.connection.executescript(database["OPTIONS"]["init_command"])
            else:
                connection.ensure_connection()
                local.connection = connection.connection
        return local.connection

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        cursor = connect().cursor()
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
        content = template.render(values).encode() if template else body
        start_response(
            "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))]
        )
        return [content]

    return application


def driver_statement(sql: str, params: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """A statement of Django's as sqlite3 itself takes it."""
    return re.sub(r"(?<!%)%s", "?", sql).replace("%%", "%"), tuple(map(_sqlite_value, params))


def _sqlite_value(value: Any) -> Any:
    """Dates as Django stores them; sqlite3's own adapters are deprecated."""
    return str(value) if hasattr(value, "isoformat") else value


if path := os.environ.get("SMARTBARLEBEN_BENCH_PATH"):
    application = make_application(path)
    settle()
