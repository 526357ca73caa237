"""Background work on items: mails about facts."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartbarleben.places.models import Municipality, Place
from smartbarleben.ui.context import VillageInfo
from smartbarleben.ui.dates import plain_date, today

from . import freshness, proof
from .models import Item, ReviewRequest
from .presentation import as_of_words


def send(*, to: list[str], subject: str, context: dict[str, Any], reply_to: list[str] | None = None) -> None:
    """One mail as text and HTML from the mail layout; ``context`` as `ui/layouts/mail.jinja` says."""
    house = Municipality.objects.get()
    values = {
        "village": VillageInfo(name=f"{house.kind} {house.name}"),
        "language": "de",
        "direction": "ltr",
        "subject": subject,
        "greeting": _("Hello,"),
        "action": None,
        "signature": _("Kind regards, the town hall"),
        "why": "",
        **context,
    }
    mail = EmailMultiAlternatives(
        subject,
        render_to_string("ui/layouts/mail.txt.jinja", values, using="jinja2").strip(),
        to=to,
        reply_to=reply_to,
    )
    mail.attach_alternative(render_to_string("ui/layouts/mail.jinja", values, using="jinja2"), "text/html")
    mail.send()


@task
def ask_whether_still_true(request_pk: int) -> None:
    """Ask who keeps a fact true; what was confirmed or deleted in the meantime asks no more."""
    request = ReviewRequest.objects.select_related("item", "place").filter(pk=request_pk).first()
    thing = (request.item or request.place) if request else None
    if request is None or thing is None or thing.review_by != request.review_by or not thing.owner:
        return
    with translation.override("de"):
        name = freshness.name_of(thing)
        as_of = thing.as_of and _("We last knew it to be true: %(day)s.") % {"day": as_of_words(thing.as_of, "de")}
        send(
            to=[thing.owner],
            subject=_("Is this still correct? %(name)s") % {"name": name},
            context={
                "paragraphs": [
                    _("“%(name)s” stands on our pages, and you know best whether it is still correct.")
                    % {"name": name},
                    *([as_of] if as_of else []),
                    _("Please look at it: one press of a button says yes, and you can write us what has changed."),
                ],
                "action": {"label": _("Look and answer"), "url": freshness.link(thing)},
                "why": _("You get this mail because you keep this fact true for us. The link works for 30 days."),
            },
        )


@task
def look_at_notice(notice_pk: int) -> None:
    """Write down at once that a notice is on display or no longer is; the clock's next look may be an hour away."""
    proof.look_now(notice_pk, timezone.now())


@task
def report_change(sort: str, pk: int, text: str) -> None:
    """Tell the editors that a fact is no longer correct, in the words of who keeps it true."""
    model: Any = {"item": Item, "place": Place}[sort]
    thing = model.objects.filter(pk=pk).first()
    house = Municipality.objects.get()
    if thing is None or not house.email:
        return
    with translation.override("de"):
        name = freshness.name_of(thing)
        send(
            to=[house.email],
            reply_to=[thing.owner] if thing.owner else None,
            subject=_("No longer correct: %(name)s") % {"name": name},
            context={
                "paragraphs": [_("Somebody who keeps this fact true writes:"), *text.splitlines()],
                "action": {
                    "label": _("To the board of facts"),
                    "url": settings.BASE_URL + reverse("content_freshness"),
                },
                "why": _("Written on %(day)s by the link in our mail.") % {"day": plain_date(today())},
            },
        )
