"""What follows from publishing, whoever does it: the editor's screen, a schedule, an import, an action.

Wagtail publishes through its own actions and announces it by signals; this is the one place that listens, so that
no way of publishing can forget the dates and the generation.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.signals import published, unpublished

from smartbarleben.jobs import work
from smartbarleben.places.actions import raise_generation

from . import occurrences, searching
from .models import Item, ItemText, TrailLink
from .tasks import look_at_notice


def _on_change(sender: type, instance: Any = None, **kwargs: Any) -> None:
    if isinstance(instance, Item):
        if isinstance(instance, _specific_models()):
            occurrences.refresh(instance, timezone.now())
        if instance.kind == "notice":
            work.enqueue(look_at_notice, notice=instance.pk)
        raise_generation()
        searching.changed(instance)


def _on_delete(sender: type, instance: Any = None, **kwargs: Any) -> None:
    if isinstance(instance, Item | TrailLink | ItemText):
        raise_generation()


def _on_save(sender: type, instance: Any = None, raw: bool = False, **kwargs: Any) -> None:
    if not raw and isinstance(instance, TrailLink):
        raise_generation()


def _specific_models() -> tuple[type[Item], ...]:
    from . import registry

    return tuple(kind.model for kind in registry.kinds())


def connect() -> None:
    """Listen; called once when the app is ready."""
    published.connect(_on_change, dispatch_uid="content.published")
    unpublished.connect(_on_change, dispatch_uid="content.unpublished")
    post_delete.connect(_on_delete, dispatch_uid="content.deleted")
    post_save.connect(_on_save, sender=TrailLink, dispatch_uid="content.trail")
