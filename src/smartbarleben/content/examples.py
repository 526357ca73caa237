"""Example data: found by the one flag that every sample row carries, and removed with one command."""

from django.apps import apps
from django.db import models, transaction

from smartbarleben.places.actions import raise_generation


def example_models() -> list[type[models.Model]]:
    """The models whose rows can be examples; a kind's table is reached through `Item`, so it is left out."""
    return [
        model for model in apps.get_models() if any(field.name == "is_example" for field in model._meta.local_fields)
    ]


def count_examples() -> dict[str, int]:
    """Rows marked as example data, by model label; models without any are left out."""
    counts = {model._meta.label: model._default_manager.filter(is_example=True).count() for model in example_models()}
    return {label: count for label, count in counts.items() if count}


@transaction.atomic
def remove_examples() -> int:
    """Delete every example row with its translations, revisions, dates and trail steps; returns how many rows went.

    Rows are deleted one by one so that what hangs on them by content type (revisions, references) goes too.
    """
    removed = 0
    for model in example_models():
        for row in model._default_manager.filter(is_example=True):
            specific = getattr(row, "as_specific", None)
            (specific() if specific else row).delete()
            removed += 1
    raise_generation()
    return removed
