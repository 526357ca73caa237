"""Whoever changes a place, an Ortschaft or opening hours changes public pages: this raises the generation."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from . import searching
from .actions import raise_generation
from .models import OpeningHours, Ortschaft, OrtschaftText, Place, PlaceText, SpecialHours


def _on_change(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        raise_generation()
        searching.changed(instance)


def connect() -> None:
    """Listen; called once when the app is ready."""
    for model in (Ortschaft, OrtschaftText, Place, PlaceText, OpeningHours, SpecialHours):
        post_save.connect(_on_change, sender=model, dispatch_uid=f"places.saved.{model.__name__}")
        post_delete.connect(_on_change, sender=model, dispatch_uid=f"places.deleted.{model.__name__}")
