"""The twin of a form: a plain Django view that reads and writes the same rows in one transaction.

When it starts it sends the form once through the house and looks which rows came, what was read for them, and which
templates made words of them (a mail's text is a row too). Each request then passes the same middleware, takes a form
of plain text fields apart, runs these reads through the driver, renders these templates and inserts these rows anew
in one durable transaction: new primary keys, links between the rows kept, words that must be unique drawn anew. It
takes nobody for a person or a machine, counts, promises and seals nothing, and builds no query: the ratio says what
all that costs above a form that merely stores what was typed.
"""

import json
import os
import secrets
import string
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Template

from smartbarleben.config.settled import settle

from .twin import driver_statement

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")

type Table = tuple[Any, list[dict[str, Any]]]


def send(client: Any, path: str, headers: dict[str, str], body: str) -> int:
    """Post one form as the measuring client does. Raises RuntimeError when it isn't taken."""
    answer = client.post(path, body, content_type="application/x-www-form-urlencoded", headers=headers)
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return int(answer.status_code)


@dataclass(frozen=True)
class Work:
    """What one form did: rows by table in an order in which links point back, reads, templates with their values."""

    tables: list[Table]
    reads: list[tuple[str, tuple[Any, ...]]]
    rendered: list[tuple[Any, dict[str, Any]]]


def watch(path: str, headers: dict[str, str], body: str) -> Work:
    """Send one form through the house and write down what it did. Raises RuntimeError when it isn't taken."""
    from django.apps import apps
    from django.db import connection
    from django.db.models import AutoField
    from django.test import Client

    models = [model for model in apps.get_models() if isinstance(model._meta.pk, AutoField)]
    before = {model: _last(model) for model in models}
    reads: list[tuple[str, tuple[Any, ...]]] = []
    rendered: list[tuple[Any, dict[str, Any]]] = []

    def note_sql(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            reads.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    original = Template.render

    def note_template(template: Template, *args: Any, **values: Any) -> str:
        rendered.append((template, dict(*args, **values)))
        return original(template, *args, **values)

    Template.render = note_template  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(note_sql):
            send(Client(SERVER_NAME="127.0.0.1"), path, headers, body)
    finally:
        Template.render = original  # type: ignore[method-assign]
    found: list[Table] = []
    for model in models:
        rows = list(model._default_manager.filter(pk__gt=before[model]).order_by("pk").values())
        if rows:
            found.append((model, rows))
    return Work(_ordered(found), reads, rendered)


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


def make_view(path: str, headers: dict[str, str], body: str) -> Any:
    """The twin of the form at ``path`` as a view."""
    from django import forms
    from django.db import connection, transaction
    from django.http import HttpRequest, HttpResponse

    work = watch(path, headers, body)
    reads = work.reads
    if connection.vendor == "sqlite":
        reads = [driver_statement(sql, params) for sql, params in reads]
    names = [name for name, _value in parse_qsl(body) if name != "csrfmiddlewaretoken"]
    plain = type("PlainForm", (forms.Form,), {name: forms.CharField(required=False) for name in names})
    connection.close()

    def view(request: HttpRequest, word: str) -> HttpResponse:
        if not plain(request.POST).is_valid():
            return HttpResponse(status=422)
        made: dict[Any, dict[int, int]] = {}
        with transaction.atomic():
            cursor = connection.connection.cursor()
            for sql, params in reads:
                cursor.execute(sql, params)
                cursor.fetchall()
            for template, values in work.rendered:
                template.render(values)
            for model, rows in work.tables:
                _write(model, rows, made)
        return HttpResponse(status=303, headers={"Location": path})

    return view


def _write(model: Any, rows: list[dict[str, Any]], made: dict[Any, dict[int, int]]) -> None:
    """Write the rows of one table anew and remember their new keys under their old ones."""
    key = model._meta.pk.attname
    fields = [field for field in model._meta.local_fields if not field.primary_key]
    unique = {name for names in model._meta.unique_together for name in names} | {
        name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())
    }
    mine = made.setdefault(model, {})
    for row in rows:
        new = model(
            **{
                field.attname: _anew(field, row[field.attname], made, drawn=field.unique or field.name in unique)
                for field in fields
            }
        )
        new.save_base(raw=True, force_insert=True)
        mine[row[key]] = new.pk


def _anew(field: Any, value: Any, made: dict[Any, dict[int, int]], *, drawn: bool) -> Any:
    if field.is_relation:
        return made.get(field.related_model, {}).get(value, value)
    if not drawn or value in (None, ""):
        return value
    if isinstance(value, str):
        return "".join(secrets.choice(string.ascii_letters) for _sign in value)
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return secrets.randbelow(2**60)
    return value


if given := os.environ.get("SMARTBARLEBEN_BENCH_POST"):
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import path as route

    django.setup()
    _spec = json.loads(given)
    urlpatterns = [route("<path:word>", make_view(_spec["path"], dict(_spec["headers"]), _spec["body"]))]
    settings.ROOT_URLCONF = __name__
    application = get_wsgi_application()
    settle()
