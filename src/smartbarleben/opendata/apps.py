from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save


class OpenDataConfig(AppConfig):
    name = "smartbarleben.opendata"
    label = "opendata"
    verbose_name = "Offene Daten"

    def ready(self) -> None:
        from smartbarleben.people.roles import ADMINISTRATOR, grant

        from . import privacy
        from .models import Terms

        privacy.declare_all()
        grant(ADMINISTRATOR, {"opendata.change_terms", "opendata.view_terms"})
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=Terms, dispatch_uid=f"opendata.{id(signal)}")
        post_migrate.connect(_one_row, sender=self, dispatch_uid="opendata.terms")


def _changed(**kwargs: Any) -> None:
    """The terms stand on public pages."""
    from smartbarleben.places.actions import raise_generation

    raise_generation()


def _one_row(using: str, **kwargs: Any) -> None:
    """The town hall changes the one row and never has to make it."""
    from .models import Terms

    is_there = Terms._meta.db_table in connections[using].introspection.table_names()
    if is_there and not Terms.objects.using(using).exists():
        Terms(id=1).save(using=using)
