"""Whoever changes what the town hall promises, or who answers, changes public pages: this raises the generation."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from smartbarleben.places.actions import raise_generation

from .models import Category, Office


def _on_change(sender: type, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        raise_generation()


def connect() -> None:
    """Listen; called once when the app is ready."""
    for model in (Category, Office):
        post_save.connect(_on_change, sender=model, dispatch_uid=f"cases.saved.{model.__name__}")
        post_delete.connect(_on_change, sender=model, dispatch_uid=f"cases.deleted.{model.__name__}")
