"""A category row for each registered kind, so that the town hall can set its period and its office."""

from django.db import connections

from . import registry
from .models import Category


def make_categories(using: str = "default") -> None:
    """Add the rows that are missing; what the town hall has set stays. Called after every migration."""
    if Category._meta.db_table not in connections[using].introspection.table_names():
        return
    there = set(Category.objects.using(using).values_list("key", flat=True))
    Category.objects.using(using).bulk_create(
        [
            Category(key=kind.key, answer_days=kind.days, answer_months=kind.months, keep_days=kind.keep_days)
            for kind in registry.kinds()
            if kind.key not in there
        ],
        ignore_conflicts=True,
    )
