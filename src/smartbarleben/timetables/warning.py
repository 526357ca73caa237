"""Staff hear in time that a timetable ends: once for each timetable by mail, and on the workspace's first page."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from smartbarleben.jobs import mail, policies, work
from smartbarleben.ui.dates import plain_date, today

from .queries import ending


@work.task("timetables.warn", label=gettext_lazy("Look which timetables end soon"), atomic=True)
def warn() -> None:
    """Write to administrators about each timetable that ends soon. Doing it twice writes none twice."""
    feeds = ending(today())
    if not feeds:
        return
    for person in policies.operators():
        for feed in feeds:
            with translation.override(person.language):
                context = {
                    "name": feed.attribution or feed.publisher,
                    "day": plain_date(feed.full_until, person.language),
                    "over": feed.full_until < today(),
                    "url": settings.BASE_URL + reverse("timetables_overview"),
                }
            letter = mail.render("timetables/mail/ends.jinja", context, person.language)
            key = f"timetables.ends-{feed.key}-{feed.full_until}-{person.pk}"
            mail.send(**letter.words(), to=person.email, reason="timetables.ends", key=key)
