"""Which fields hold data about people, what for, and until when: every room says so about its own tables.

    personal.declare(Case, {"email": "answers the person", "text": "is the request"}, until="delete_on")
    personal.harmless(Case, "number", because="given by the program")

A test walks all tables and fails on every field that could hold something about a person and is neither declared nor
harmless with a reason. `overdue` lists tables with rows whose day has passed: the deletion did not run.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model, QuerySet

# Deletion runs once a day; two missed days are worth a word.
PATIENCE = timedelta(days=2)
_FREE = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    models.BinaryField,
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a table holds about people. ``until`` is the name of its date field or the rule in words."""

    model: type[Model]
    purposes: Mapping[str, Any]
    until: Any
    overdue: Callable[[datetime], QuerySet[Any]] | None = None


@dataclass(slots=True)
class _Table:
    declarations: list[Declaration] = field(default_factory=list)
    harmless: dict[str, str] = field(default_factory=dict)
    whole: str = ""


_tables: dict[type[Model], _Table] = {}


def _table(model: type[Model]) -> _Table:
    return _tables.setdefault(model, _Table())


def declare(
    model: type[Model],
    purposes: Mapping[str, Any],
    *,
    until: Any,
    overdue: Callable[[datetime], QuerySet[Any]] | None = None,
) -> None:
    """Declare personal fields with what each is for, and when they go.

    ``until`` is a date field of the model (rows whose date passed are overdue) or a rule in words; ``overdue(now)``
    gives the rows that should be gone by ``now`` where that is something else, as where fields are emptied and the
    row stays. Raises LookupError for a field that the model does not have.
    """
    _must_exist(model, purposes)
    if overdue is None and isinstance(until, str) and _has(model, until):
        day = until

        def overdue(now: datetime) -> QuerySet[Any]:
            return model._default_manager.filter(**{f"{day}__lte": now})

    _table(model).declarations.append(Declaration(model, dict(purposes), until, overdue))


def harmless(model: type[Model], *fields: str, because: str) -> None:
    """Say why fields hold nothing about people. Raises LookupError for a field that the model does not have."""
    _must_exist(model, fields)
    _table(model).harmless |= dict.fromkeys(fields, because)


def harmless_table(model: type[Model], *, because: str) -> None:
    """The same for a whole table of somebody else's (Django's, Wagtail's); our own say it field by field.

    Raises ValueError for a table of our own.
    """
    if model.__module__.startswith("smartbarleben."):
        raise ValueError(f"{model._meta.label} is ours: name its fields.")
    _table(model).whole = because


def _has(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _must_exist(model: type[Model], names: Any) -> None:
    missing = [name for name in names if not _has(model, name)]
    if missing:
        raise LookupError(f"{model._meta.label} has no field {', '.join(missing)}.")


def declarations() -> Iterator[Declaration]:
    """All declarations."""
    for table in _tables.values():
        yield from table.declarations


def suspicious(model: type[Model]) -> list[str]:
    """Names of a table's own fields that could hold something about a person.

    Free text, files, JSON, network addresses, and links to accounts; not what takes one of given choices.
    """
    return [one.name for one in model._meta.local_fields if _is_suspicious(one)]


def _is_suspicious(one: Any) -> bool:
    if one.is_relation:
        return not one.remote_field.parent_link and one.related_model._meta.label == settings.AUTH_USER_MODEL
    return isinstance(one, _FREE) and not one.choices


def undeclared() -> list[str]:
    """Fields that nobody has said anything about, as "app.Model.field"; all tables of all installed apps."""
    return sorted(
        f"{model._meta.label}.{name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
        for name in suspicious(model)
        if not _is_said(model, name)
    )


def _is_said(model: type[Model], name: str) -> bool:
    table = _tables.get(model)
    if table is None:
        return False
    return bool(table.whole or name in table.harmless or any(name in one.purposes for one in table.declarations))


@dataclass(frozen=True, slots=True)
class Overdue:
    """A table with rows past their date."""

    table: str
    rows: int


def overdue(now: datetime) -> list[Overdue]:
    """Tables with rows that should have been deleted `PATIENCE` ago: the deletion has not run, or not reached them.

    One query for each declaration.
    """
    found = []
    for one in declarations():
        if one.overdue and (rows := one.overdue(now - PATIENCE).count()):
            found.append(Overdue(one.model._meta.label, rows))
    return found
