"""The bare limit of a form: a WSGI function that writes the same rows in one transaction, nothing else.

When it starts it sends the form once through the house and looks which rows came. Each request then writes these rows
anew in one durable transaction: new primary keys, links between the rows kept, words that must be unique drawn anew.
It checks nothing, renders nothing and updates no existing row, so no form of ours can be faster.
"""

import json
import os
import secrets
import string
import threading
import uuid
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")

type Table = tuple[Any, list[dict[str, Any]]]


def send(client: Any, path: str, headers: dict[str, str], body: str) -> int:
    """Post one form as the measuring client does. Raises RuntimeError when it isn't taken."""
    answer = client.post(path, body, content_type="application/x-www-form-urlencoded", headers=headers)
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return int(answer.status_code)


def new_rows(path: str, headers: dict[str, str], body: str) -> list[Table]:
    """The tables that one form adds rows to, with these rows, in an order in which links point back."""
    from django.apps import apps
    from django.db.models import AutoField
    from django.test import Client

    models = [model for model in apps.get_models() if isinstance(model._meta.pk, AutoField)]
    before = {model: _last(model) for model in models}
    send(Client(SERVER_NAME="127.0.0.1"), path, headers, body)
    found: list[Table] = []
    for model in models:
        rows = list(model._default_manager.filter(pk__gt=before[model]).order_by("pk").values())
        if rows:
            found.append((model, rows))
    return _ordered(found)


def _last(model: Any) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def _ordered(tables: list[Table]) -> list[Table]:
    done: list[Table] = []
    waiting = list(tables)
    while waiting:
        models = {model for model, _rows in waiting}
        ready = [
            one
            for one in waiting
            if not {field.related_model for field in one[0]._meta.local_fields if field.is_relation}
            & models - {one[0]}
        ]
        done += ready or waiting
        waiting = [one for one in waiting if one not in ready] if ready else []
    return done


def make_application(path: str, headers: dict[str, str], body: str) -> Any:
    """The twin of the form at ``path`` as a WSGI application."""
    import django

    django.setup()
    from django.db import connection, transaction

    tables = new_rows(path, headers, body)
    writers = [_writer(model, rows) for model, rows in tables]
    connection.close()
    local = threading.local()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not hasattr(local, "ready"):
            connection.ensure_connection()
            local.ready = True
        made: dict[Any, dict[int, int]] = {}
        with transaction.atomic():
            # The driver's own cursor: Django is only there to begin and commit as the house does.
            cursor = connection.connection.cursor()
            for write in writers:
                write(cursor, made)
        start_response("303 See Other", [("Location", path), ("Content-Length", "0")])
        return [b""]

    return application


def _writer(model: Any, rows: list[dict[str, Any]]) -> Any:
    """A function that writes the rows of one table and remembers their new keys under their old ones."""
    from django.db import connection

    fields = [field for field in model._meta.local_fields if not field.primary_key]
    unique = {name for names in model._meta.unique_together for name in names} | {
        name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())
    }
    mark = "?" if connection.vendor == "sqlite" else "%s"
    names = ", ".join(f'"{field.column}"' for field in fields)
    sql = (
        f'INSERT INTO "{model._meta.db_table}" ({names}) '  # noqa: S608 (names of our own models)
        f"VALUES ({', '.join([mark] * len(fields))}) RETURNING {model._meta.pk.column}"
    )
    stored = [
        (row[model._meta.pk.attname], [field.get_db_prep_save(row[field.attname], connection) for field in fields])
        for row in rows
    ]

    def write(cursor: Any, made: dict[Any, dict[int, int]]) -> None:
        mine = made.setdefault(model, {})
        for key, values in stored:
            anew = [
                _anew(field, value, made, drawn=field.unique or field.name in unique)
                for field, value in zip(fields, values, strict=True)
            ]
            cursor.execute(sql, anew)
            mine[key] = cursor.fetchone()[0]

    return write


def _anew(field: Any, value: Any, made: dict[Any, dict[int, int]], *, drawn: bool) -> Any:
    if field.is_relation:
        return made.get(field.related_model, {}).get(value, value)
    if not drawn or value in (None, ""):
        return str(value) if hasattr(value, "isoformat") else value
    if isinstance(value, str):
        return "".join(secrets.choice(string.ascii_letters) for _sign in value)
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return secrets.randbelow(2**60)
    return value


if given := os.environ.get("SMARTBARLEBEN_BENCH_POST"):
    _spec = json.loads(given)
    application = make_application(_spec["path"], dict(_spec["headers"]), _spec["body"])
