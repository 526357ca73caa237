"""Facts stay true because somebody is asked: who keeps a fact true gets a mail with one button before it grows stale.

The link in the mail carries a signed token and nothing else. Opening it changes nothing, because mail programs open
links to look for dangers; only the button does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac

from smartbarleben.jobs import mail, work
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.places.actions import confirm_place
from smartbarleben.places.models import Municipality, Place
from smartbarleben.ui.dates import local, plain_date, today

from . import registry
from .actions import confirm_facts
from .models import Item, ReviewRequest
from .presentation import as_of_words

type Thing = Item | Place

SALT = "smartbarleben.content.freshness"
LINK_DAYS = 30
AHEAD_DAYS = 14
# Somebody who keeps fifty facts true gets a few questions a day, the oldest first.
MAILS_A_DAY = 3


class LinkOver(Exception):
    """The link is older than `LINK_DAYS`."""


class LinkUnknown(Exception):
    """The link was never made here, or its fact is gone."""


def token(thing: Thing) -> str:
    """The part of a link's address that names a fact, signed."""
    return signing.dumps(["item" if isinstance(thing, Item) else "place", thing.pk], salt=SALT)


def thing_of(text: str) -> Thing:
    """The live item (as its kind's model) or the place of a token. Raises LinkOver or LinkUnknown."""
    try:
        sort, pk = signing.loads(text, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.SignatureExpired as problem:
        raise LinkOver from problem
    except signing.BadSignature as problem:
        raise LinkUnknown from problem
    found: Thing | None = (
        Item.objects.filter(pk=pk, live=True).first() if sort == "item" else Place.objects.filter(pk=pk).first()
    )
    if found is None:
        raise LinkUnknown
    return found.as_specific() if isinstance(found, Item) else found


def link(thing: Thing) -> str:
    """The address that stands in the mail."""
    return f"{settings.BASE_URL}/stimmt-noch/{token(thing)}/"


def name_of(thing: Thing) -> str:
    """What the fact is about."""
    return thing.title if isinstance(thing, Item) else thing.name


def public_path(thing: Thing) -> str:
    """The German page that shows the fact."""
    if isinstance(thing, Item):
        return f"/{registry.kind(thing.kind).path}/{thing.slug}/"
    return f"/orte/{thing.slug}/"


def confirm(thing: Thing) -> None:
    """ "Still correct": holds as of today. Doing it twice is doing it once."""
    if isinstance(thing, Item):
        confirm_facts(item=thing)
    else:
        confirm_place(place=thing)


def due_items(today: date, ahead_days: int = AHEAD_DAYS) -> QuerySet[Item]:
    """Live items to be checked within ``ahead_days``, the most overdue first; `asked` says whether we asked."""
    return (
        Item.objects.filter(live=True, review_by__lte=today + timedelta(days=ahead_days))
        .annotate(asked=Exists(ReviewRequest.objects.filter(item=OuterRef("pk"), review_by=OuterRef("review_by"))))
        .order_by("review_by", "pk")
    )


def due_places(today: date, ahead_days: int = AHEAD_DAYS) -> QuerySet[Place]:
    """Places to be checked within ``ahead_days``, like `due_items`."""
    return (
        Place.objects.filter(review_by__lte=today + timedelta(days=ahead_days))
        .annotate(asked=Exists(ReviewRequest.objects.filter(place=OuterRef("pk"), review_by=OuterRef("review_by"))))
        .order_by("review_by", "pk")
    )


def _to_ask(today: date) -> Iterator[Thing]:
    """What nobody was asked about yet, at most `MAILS_A_DAY` for each person."""
    for rows in (due_items(today), due_places(today)):
        asked: dict[str, int] = {}
        for thing in rows.filter(asked=False).exclude(owner="").iterator():
            asked[thing.owner] = asked.get(thing.owner, 0) + 1
            if asked[thing.owner] <= MAILS_A_DAY:
                yield thing


def ask_owners(now: datetime) -> int:
    """Ask everybody whose facts are due, once for each review date; returns how many questions are on their way."""
    from .tasks import ask_whether_still_true

    sent = 0
    for thing in list(_to_ask(local(now).date())):
        sort = "item" if isinstance(thing, Item) else "place"
        try:
            with transaction.atomic():
                request = ReviewRequest.objects.create(**{sort: thing}, review_by=thing.review_by, sent_at=now)
                work.enqueue(ask_whether_still_true, key=str(request.pk), request=request.pk)
        except IntegrityError:
            # Another process asked at the same moment.
            continue
        sent += 1
    return sent


def ask(thing: Thing, *, key: str) -> OutgoingMail:
    """Write the mail that asks whether a fact is still correct; ``key``: one for each question."""
    context = {
        "name": name_of(thing),
        "as_of": as_of_words(thing.as_of, "de") if thing.as_of else "",
        "url": link(thing),
    }
    letter = mail.render("content/mail/still_true.jinja", context)
    return mail.send(**letter.words(), to=thing.owner, reason="content.ask", key=key)


def report(thing: Thing, text: str) -> OutgoingMail | None:
    """Tell the editors that a fact is no longer correct, in the words of who keeps it true.

    The same words on the same day are one mail, however often the button is pressed. None: the municipality has no
    mail address.
    """
    office = Municipality.objects.values_list("email", flat=True).first()
    if not office:
        return None
    day = today()
    context = {
        "name": name_of(thing),
        "lines": text.splitlines(),
        "url": settings.BASE_URL + reverse("content_freshness"),
        "day": plain_date(day),
    }
    sort = "item" if isinstance(thing, Item) else "place"
    # The words themselves would stay behind in the key when the mail is deleted.
    words = salted_hmac("content.changed", text, algorithm="sha256").hexdigest()[:20]
    return mail.send(
        **mail.render("content/mail/changed.jinja", context).words(),
        to=office,
        reply_to=thing.owner,
        reason="content.changed",
        key=f"content.changed-{sort}-{thing.pk}-{day}-{words}",
        automatic=False,
    )


@dataclass(frozen=True, slots=True)
class Stale:
    """One line of the board."""

    thing: Thing
    title: str
    sort: str
    review_by: date
    owner: str
    asked: bool
    is_over: bool


def board(today: date, limit: int = 200) -> list[Stale]:
    """What is stale or will be within `AHEAD_DAYS`, the oldest first: two queries."""
    rows = [_line(item, str(registry.kind(item.kind).label), today) for item in due_items(today)[:limit]]
    rows += [_line(place, str(Place._meta.verbose_name), today) for place in due_places(today)[:limit]]
    return sorted(rows, key=lambda row: row.review_by)[:limit]


def _line(thing: Any, sort: str, today: date) -> Stale:
    return Stale(thing, name_of(thing), sort, thing.review_by, thing.owner, thing.asked, thing.review_by < today)


def stale_count(today: date) -> int:
    """How many facts are overdue: two queries."""
    overdue = Q(review_by__lt=today)
    return Item.objects.filter(overdue, live=True).count() + Place.objects.filter(overdue).count()


def forget_old_requests(now: datetime) -> int:
    """Remove what we asked about review dates that have moved on since."""
    moved = ReviewRequest.objects.exclude(item__review_by=F("review_by")).exclude(place__review_by=F("review_by"))
    return moved.filter(sent_at__lt=now - timedelta(days=2 * LINK_DAYS)).delete()[0]


def daily(now: datetime) -> int:
    """The clock's daily work."""
    forget_old_requests(now)
    return ask_owners(now)
