from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GuardsConfig(AppConfig):
    name = "smartbarleben.guards"
    label = "guards"
    verbose_name = "Wächter"

    def ready(self) -> None:
        post_migrate.connect(_install_all, dispatch_uid="guards.install")


def _install_all(using: str, **kwargs: Any) -> None:
    from django.db import connections

    from .registry import install_all

    install_all(connections[using])
