"""Every write to items outside the editor's screens: loading, quick forms, confirming facts, the trail."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from .models import Item, ItemText, Relation, TrailLink

TWICE = timedelta(minutes=5)


@transaction.atomic
def create_item(
    model: type[Item],
    *,
    by: AbstractBaseUser | None = None,
    texts: Mapping[str, Mapping[str, str]] | None = None,
    publish: bool = True,
    **values: Any,
) -> Item:
    """Make an item with its translations ({language: {title, summary, body, state}}) and publish it.

    A text may carry ``outdated=True``: it is stored as made from another German text. Raises ValidationError with the
    fields that are wrong; nothing is stored then.
    """
    item = model(live=False, **values)
    for language, text in (texts or {}).items():
        item.translations.add(_text(item, language, text))
    item.full_clean()
    item.save()
    revision = item.save_revision(user=by, clean=False)
    if publish:
        item.publish(revision, user=by, log_action=by is not None)
        # Publishing stamps the present moment; what is taken over from elsewhere keeps its own day.
        item.refresh_from_db()
    return item


@transaction.atomic
def create_once(model: type[Item], *, by: AbstractBaseUser, publish: bool, **values: Any) -> Item:
    """Like `create_item`, for a form that may arrive twice: by a double press, a reload, the way back.

    The same values from the same person within `TWICE` are one item; what is public already stays so.
    """
    # One person's forms wait for each other here.
    get_user_model()._default_manager.select_for_update().get(pk=by.pk)
    since = timezone.now() - TWICE
    same = model._default_manager.filter(latest_revision__user=by, latest_revision__created_at__gte=since, **values)
    item = same.order_by("pk").first()
    if item is None:
        return create_item(model, by=by, publish=publish, **values)
    return publish_latest(item=item, by=by) if publish and not item.live else item


def _text(item: Item, language: str, text: Mapping[str, Any]) -> ItemText:
    return ItemText(
        language=language,
        title=text.get("title", ""),
        summary=text.get("summary", ""),
        body=text.get("body", ""),
        state=text.get("state", "reviewed"),
        source_digest="outdated" if text.get("outdated") else item.german_digest,
    )


@transaction.atomic
def take_back(*, item: Item, by: AbstractBaseUser | None = None) -> Item:
    """Take an item of its kind's model from the public; its newest revision stays as a draft."""
    if item.live:
        item.unpublish(user=by, log_action=by is not None)
    return item


@transaction.atomic
def publish_latest(*, item: Item, by: AbstractBaseUser | None = None) -> Item:
    """Put the newest revision of an item of its kind's model before the public."""
    revision = item.latest_revision or item.save_revision(user=by, clean=False)
    item.publish(revision, user=by, log_action=by is not None)
    return item


@transaction.atomic
def confirm_facts(*, item: Item, today: date | None = None) -> Item:
    """ "Still correct": the item's facts hold as of today, and are asked for again after the usual time."""
    today = today or timezone.localdate()
    item.as_of = today.isoformat()
    item.review_by = today + timedelta(days=item.review_every_days)
    _set_facts(item, as_of=item.as_of, review_by=item.review_by)
    return item


@transaction.atomic
def question_facts(*, item: Item, today: date | None = None) -> Item:
    """Nobody vouches for the item's facts any more: its page says so, and staff find it on the board."""
    item.review_by = (today or timezone.localdate()) - timedelta(days=1)
    _set_facts(item, review_by=item.review_by)
    return item


@transaction.atomic
def name_source(*, item: Item, name: str, url: str) -> Item:
    """Say where the item's facts are from."""
    item.source_name, item.source_url = name, url
    _set_facts(item, source_name=name, source_url=url)
    return item


def _set_facts(item: Item, **facts: Any) -> None:
    """Change facts in place, without a new revision."""
    Item.objects.filter(pk=item.pk).update(**facts)
    # The newest draft holds the old ones; publishing it later must not bring them back.
    revision = item.latest_revision
    if revision is not None:
        revision.content |= {
            name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()
        }
        revision.save(update_fields=["content"])
    from smartbarleben.places.actions import raise_generation

    raise_generation()


@transaction.atomic
def revise(*, item: Item, by: AbstractBaseUser | None = None, **values: Any) -> Item:
    """Change an item of its kind's model: what is public changes there, what is a draft stays a draft.

    Raises ValidationError with the fields that are wrong; nothing is stored then.
    """
    is_draft = item.has_unpublished_changes and item.latest_revision_id is not None
    newest: Item = item.get_latest_revision_as_object() if is_draft else item
    for name, value in values.items():
        setattr(newest, name, value)
    newest.full_clean()
    revision = newest.save_revision(user=by, clean=False)
    if item.live and not is_draft:
        newest.publish(revision, user=by, log_action=by is not None)
    return newest


def link(*, source: Item, target: Item, relation: str, reason: str = "") -> TrailLink:
    """Add a step to the trail. Raises ValidationError for a loop or a rejection without a reason."""
    step = TrailLink(source=source, target=target, relation=Relation(relation), reason=reason)
    step.full_clean()
    step.save()
    return step
