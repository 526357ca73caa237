"""Where people are signed in: written down when they sign in, seen anew every few minutes, ended by themselves."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from .devices import describe
from .models import SignedIn, User

# Not at each request: that would be a write for every click.
EVERY = timedelta(minutes=5)
_MARK = "people.visit"


def connect() -> None:
    """Listen to logins and logouts; called once when the app is ready."""
    user_logged_in.connect(_begin, dispatch_uid="people.visits")
    user_logged_out.connect(_end, dispatch_uid="people.visits")


def _begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    session = request.session
    if session.session_key is None:
        session.save()
    elif SignedIn.objects.filter(session_key=session.session_key).delete()[0]:
        # Back after a pause, in the same session: Django keeps its key, and a key is for one sign-in.
        session.cycle_key()
    _write(request, user)


def _end(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    SignedIn.objects.filter(session_key=request.session.session_key).delete()


def _write(request: HttpRequest, user: Any) -> None:
    words, now = describe(request.META.get("HTTP_USER_AGENT", "")), timezone.now()
    values = {"user": user, "device": words, "since": now, "seen_at": now}
    SignedIn.objects.update_or_create(session_key=request.session.session_key, defaults=values)
    _mark(request.session)


def _mark(session: Any) -> None:
    session[_MARK] = [session.session_key, timezone.now().timestamp()]


def last_seen(session: Any) -> datetime | None:
    """When the person last did something, at most `EVERY` too early; None for a session that knows nothing of it."""
    mark = session.get(_MARK)
    return datetime.fromtimestamp(mark[1], tz=timezone.get_default_timezone()) if mark else None


def seen(request: HttpRequest) -> None:
    """Note that the person is still there. Most of the time this is no query at all."""
    session = request.session
    key, at = session.get(_MARK, ["", 0.0])
    is_recent = timezone.now().timestamp() - at < EVERY.total_seconds()
    if key == session.session_key and is_recent:
        return
    # A new password gives the session another key.
    rows = SignedIn.objects.filter(session_key=key or session.session_key)
    if rows.update(session_key=session.session_key, seen_at=timezone.now()):
        _mark(session)
    else:
        _write(request, request.user)


def of(user: User) -> list[SignedIn]:
    """The browsers in which somebody is signed in now, the last seen first. One query."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(SignedIn.objects.filter(user=user, session_key__in=alive).order_by("-seen_at", "-pk"))


def end(user: User, pk: int) -> bool:
    """Sign somebody out in one of their browsers; False where there is none like that."""
    visit = SignedIn.objects.filter(user=user, pk=pk).first()
    if visit is None:
        return False
    SessionStore().delete(visit.session_key)
    visit.delete()
    return True


def end_others(user: User, session_key: str) -> int:
    """Sign somebody out everywhere but in one browser; returns how many that were."""
    others = [visit.pk for visit in of(user) if visit.session_key != session_key]
    return sum(end(user, pk) for pk in others)
