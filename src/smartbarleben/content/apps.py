from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    name = "smartbarleben.content"
    label = "content"
    verbose_name = "Inhalte"

    def ready(self) -> None:
        from . import (
            house_checks,
            importing,
            items,
            lifecycle,
            map_layers,
            open_data,
            policies,
            privacy,
            schedule,
            searching,
        )

        items.register_kinds()
        importing.register_targets()
        map_layers.register_layers()
        open_data.register()
        policies.grant_roles()
        lifecycle.connect()
        searching.connect()
        privacy.declare_all()
        schedule.register()
        house_checks.register_all()
        post_migrate.connect(_seal, sender=self, dispatch_uid="content.seal")


def _seal(using: str, **kwargs: Any) -> None:
    """A remade table has lost its triggers."""
    from .sealing import install

    install(connections[using])
