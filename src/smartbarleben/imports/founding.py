"""A source by its name: what commands and forms use alike, so that the same source is not made twice."""

from typing import Any

from .actions import add_source, change_source
from .models import Source


class OtherTarget(ValueError):
    """The name belongs to a source of other things."""


def source_named(name: str, target: str, **settings: Any) -> Source:
    """The source of that name, made or with these settings. Raises OtherTarget and ValidationError."""
    known = Source.objects.filter(name=name).first()
    if known is None:
        return add_source(name=name, target=target, **settings)
    if known.target != target:
        raise OtherTarget(f"“{name}” brings {known.target}, not {target}.")
    changed = {key: value for key, value in settings.items() if getattr(known, key) != value}
    return change_source(source=known, **changed) if changed else known
