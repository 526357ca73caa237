"""Failures of yesterday: one mail to each administrator, once a day, only when something failed."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartbarleben.ui.dates import VILLAGE_TIME, local, plain_date

from . import clock, mail, policies, queries, work
from .explaining import in_plain_words

# Village time: it lies there when the town hall opens.
FROM_HOUR = 6


def write_when_due(now: datetime) -> None:
    """The clock's hourly look: from six in the morning on, one job for the day before."""
    here = local(now)
    if here.hour >= FROM_HOUR:
        day = (here.date() - timedelta(days=1)).isoformat()
        work.enqueue(tell_operators, key=day, day=day)


@work.task("jobs.failures", label=gettext_lazy("Tell administrators what failed yesterday"), atomic=True)
def tell_operators(day: str) -> None:
    """Write the mails about one day ("2026-11-22"). Doing it twice writes none twice."""
    then = date.fromisoformat(day)
    begin = datetime.combine(then, time(), VILLAGE_TIME)
    jobs, mails = queries.dead_between(begin, datetime.combine(then + timedelta(days=1), time(), VILLAGE_TIME))
    registered = {piece.name for piece in clock.registered()}
    failing = [run for run in queries.failing() if run.name in registered]
    if not (jobs or mails or failing):
        return
    for person in policies.operators():
        with translation.override(person.language):
            # Reasons and numbers only: whom a mail was for stands on the page, behind the login.
            lines = _lines(Counter(str(in_plain_words("mail", one.problem)) for one in mails), _("Mails"))
            lines += _lines(Counter(work.label_of(one.task) for one in jobs), _("Jobs"))
            lines += _lines(Counter(clock.label_of(run.name) for run in failing), _("Again and again"))
            context = {
                "day": plain_date(then, person.language),
                "count": len(jobs) + len(mails) + len(failing),
                "lines": lines,
                "url": settings.BASE_URL + reverse("jobs_overview"),
            }
        letter = mail.render("jobs/mail/failures.jinja", context, person.language)
        key = f"jobs.failures-{day}-{person.pk}"
        mail.send(**letter.words(), to=person.email, reason="jobs.failures", key=key)


def _lines(counted: Counter[str], title: str) -> list[str]:
    return [f"{title}: {words} ({count} ×)" for words, count in sorted(counted.items())]
