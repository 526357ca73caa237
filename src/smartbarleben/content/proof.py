"""The proof of when notices were shown: each hour we look at our own public pages, and write down what we saw.

What was seen goes into a hash chain (`kernel.chain`) whose links the database lets nobody change. Gaps are admitted:
a page that did not answer is a link, too, and an hour without a link is shown as one in which nobody looked.
"""

import hashlib
import html
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from smartbarleben.kernel.chain import GENESIS, Json, Link, Verdict, extend, salted_digest, verify

from . import registry
from .models import Item, ProofLink

STARTED, SHOWN, MISSING, ENDED = "started", "shown", "missing", "ended"
TIMEOUT_SECONDS = 5.0
MAX_PAGE_BYTES = 2_000_000
_TRIES = 50


class ChainBusy(RuntimeError):
    """Other processes added links all the time; nothing was written."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look gave: `status` 0 when nothing answered; `problem` is empty when the notice was there."""

    status: int
    page_sha256: str
    problem: str


def append(*, kind: str, payload: Json, notice: Item | None, at: datetime) -> ProofLink:
    """Add one link to the chain. Two processes never make the same link: the later one continues the earlier's.

    Raises ChainBusy when that did not succeed for a long time.
    """
    salt = secrets.token_bytes(16)
    digest = salted_digest(payload, salt)
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                last = ProofLink.objects.select_for_update().order_by("-sequence").first()
                link = extend(_link(last) if last else None, at=at, kind=kind, digest=digest)
                return ProofLink.objects.create(
                    sequence=link.sequence,
                    at=link.at,
                    kind=link.kind,
                    digest=link.digest,
                    previous=link.previous,
                    hash=link.hash,
                    salt=salt,
                    payload=payload,
                    notice=notice,
                )
        except IntegrityError:
            continue
    raise ChainBusy(f"The chain of proofs was busy {_TRIES} times.")


def _link(row: ProofLink) -> Link:
    return Link(row.sequence, row.at, row.kind, row.digest, row.previous, row.hash)


def displayed(now: datetime) -> QuerySet[Item]:
    """The notices that should be on display at this moment."""
    notices = Item.objects.filter(kind="notice", live=True, starts_at__lte=now)
    return notices.filter(Q(ends_at=None) | Q(ends_at__gte=now)).order_by("pk")


def _with_last_event(notices: QuerySet[Item]) -> QuerySet[Item]:
    events = ProofLink.objects.filter(notice=OuterRef("pk"), kind__in=[STARTED, ENDED]).order_by("-sequence")
    return notices.annotate(last_event=Subquery(events.values("kind")[:1]))


def look_at_all(now: datetime) -> int:
    """The clock's hourly work: look at each displayed notice, write down what was seen; returns how many."""
    opener = _opener()
    notices = list(_with_last_event(displayed(now)))
    for notice in notices:
        _record(notice, opener, now)
    begun = _with_last_event(Item.objects.filter(kind="notice")).filter(last_event=STARTED)
    for notice in begun.exclude(pk__in=[notice.pk for notice in notices]):
        append(kind=ENDED, payload={**_about(notice), **_planned(notice)}, notice=notice, at=now)
    return len(notices)


def look_now(notice_pk: int, now: datetime) -> None:
    """Look at one notice out of turn, because it was published, changed or taken back just now."""
    notice = _with_last_event(Item.objects.filter(pk=notice_pk, kind="notice")).first()
    if notice is None:
        return
    if displayed(now).filter(pk=notice_pk).exists():
        _record(notice, _opener(), now)
    elif notice.last_event == STARTED:
        append(kind=ENDED, payload={**_about(notice), **_planned(notice)}, notice=notice, at=now)


def _record(notice: Any, opener: OpenerDirector, now: datetime) -> None:
    if notice.last_event != STARTED:
        append(kind=STARTED, payload={**_about(notice), **_planned(notice)}, notice=notice, at=now)
    seen = look(notice, opener)
    payload: dict[str, Any] = {**_about(notice), "status": seen.status, "page_sha256": seen.page_sha256}
    if seen.problem:
        payload["problem"] = seen.problem
    append(kind=MISSING if seen.problem else SHOWN, payload=payload, notice=notice, at=now)


def _about(notice: Item) -> dict[str, Any]:
    text = "\0".join((notice.title, notice.summary, notice.body))
    return {
        "notice": notice.pk,
        "path": path_of(notice),
        "title": notice.title,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _planned(notice: Item) -> dict[str, Any]:
    moments = {"from": notice.starts_at, "until": notice.ends_at}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def path_of(notice: Item) -> str:
    """The notice's own German page."""
    return f"/{registry.kind('notice').path}/{notice.slug}/"


class _NoRedirect(HTTPRedirectHandler):
    """A page that sends us elsewhere does not show the notice, and we go nowhere but to ourselves."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _opener() -> OpenerDirector:
    # No proxy: we ask our own machine, and nobody in between.
    return build_opener(ProxyHandler({}), _NoRedirect, HTTPSHandler(context=ssl.create_default_context()))


def look(notice: Item, opener: OpenerDirector | None = None) -> Seen:
    """Fetch the notice's public page from our own web server and see whether the notice stands on it."""
    if not settings.SELF_URL.startswith(("http://", "https://")):
        return Seen(0, "", "SMARTBARLEBEN_SELF_URL is no web address")
    address = settings.SELF_URL + path_of(notice)
    request = Request(address, headers={"User-Agent": "SmartBarleben proof of display"})  # noqa: S310 (checked above)
    try:
        with (opener or _opener()).open(request, timeout=TIMEOUT_SECONDS) as answer:
            content, status = answer.read(MAX_PAGE_BYTES), int(answer.status)
    except HTTPError as problem:
        problem.close()
        return Seen(problem.code, "", f"status {problem.code}")
    except OSError as problem:
        # No connection, no name, no time left, a certificate that nobody trusts.
        return Seen(0, "", f"{type(problem).__name__}: {problem}"[:200])
    digest = hashlib.sha256(content).hexdigest()
    page = html.unescape(content.decode("utf-8", "replace"))
    return Seen(status, digest, "" if notice.title in page else "the page does not show the title")


def links() -> Iterator[Link]:
    """The chain from its first link, without loading it whole."""
    return map(_link, ProofLink.objects.order_by("sequence").defer("payload", "salt").iterator())


def check() -> Verdict:
    """Whether the whole chain holds."""
    return verify(links())


def holds(hash_kept: str) -> bool:
    """Whether a hash that somebody kept earlier is still that of a link; the chain has grown since."""
    return hash_kept == GENESIS or ProofLink.objects.filter(hash=hash_kept).exists()


def altered_payload() -> int | None:
    """The first link whose kept payload is not the one that was sealed; deleted payloads are fine."""
    for row in ProofLink.objects.filter(payload__isnull=False).order_by("sequence").iterator():
        if row.salt is None or salted_digest(row.payload, bytes(row.salt)) != row.digest:
            return int(row.sequence)
    return None


def head() -> tuple[int, str]:
    """How many links there are, and the hash of the last one."""
    last = ProofLink.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return last or (0, GENESIS)


def forget(notice_pk: int) -> int:
    """Delete what the links of a notice speak about; the chain itself stays whole."""
    return ProofLink.objects.filter(notice=notice_pk, payload__isnull=False).update(payload=None, salt=None)
