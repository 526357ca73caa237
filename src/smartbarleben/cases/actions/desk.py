"""What people at the desk keep for their own work: views of the inbox, habits, days away."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from smartbarleben.people import audit

from ..models import Absence, DeskSetting, SavedView
from .common import NotPossible

_NAME_CHARS, _QUERY_CHARS = 60, 400


@transaction.atomic
def keep_view(*, name: str, query: str, by: Any, shared: bool = False) -> SavedView:
    """Keep a filter of the inbox (its query string) under a name; the same name again replaces it.

    ``shared``: for everybody instead of for ``by`` alone. Raises NotPossible without a name.
    """
    name = " ".join(name.split())[:_NAME_CHARS]
    if not name:
        raise NotPossible(_("Give the view a name."))
    owner = None if shared else by
    view, _made = SavedView.objects.update_or_create(user=owner, name=name, defaults={"query": query[:_QUERY_CHARS]})
    audit.record("cases.keep_view", view, actor=by, shared=shared)
    return view


@transaction.atomic
def drop_view(*, pk: int, by: Any) -> SavedView | None:
    """Take a view away, one's own or a shared one; returns it, or None where ``by`` has no such view."""
    view = SavedView.objects.filter(Q(user=by) | Q(user=None), pk=pk).first()
    if view is not None:
        audit.record("cases.drop_view", view, actor=by, shared=view.user_id is None)
        view.delete()
    return view


@transaction.atomic
def set_habits(*, by: Any, digest: bool, shortcuts: bool) -> DeskSetting:
    """How ``by`` likes to work: the morning's mail, single letters as shortcuts."""
    habits = {"digest": digest, "shortcuts": shortcuts}
    return DeskSetting.objects.update_or_create(user=by, defaults=habits)[0]


@transaction.atomic
def go_away(*, by: Any, first: date, last: date, substitute: Any) -> Absence:
    """``by`` is away from ``first`` to ``last`` (both included); ``substitute`` looks after their cases.

    The database refuses days in the wrong order and oneself as substitute (IntegrityError).
    """
    absence = Absence.objects.create(user=by, first=first, last=last, substitute=substitute)
    audit.record("cases.go_away", absence, actor=by, substitute=substitute.pk)
    return absence


@transaction.atomic
def come_back(*, pk: int, by: Any) -> None:
    """An absence of ``by`` is called off; one that is not theirs or not there stays as it is."""
    absence = Absence.objects.filter(user=by, pk=pk).first()
    if absence is not None:
        audit.record("cases.come_back", absence, actor=by)
        absence.delete()
