"""Background work on items. Each asks the database what is still to do, so that doing it twice is doing it once."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import work
from smartbarleben.jobs.retrying import Policy

from . import freshness, occurrences, proof
from .models import ReviewRequest


@work.task("content.proof", label=_("Look whether the public notices are on display"))
def look_at_notices() -> None:
    """Write down for each displayed notice that it is there."""
    proof.look_at_all(timezone.now())


@work.task("content.look_at_notice", label=_("Look whether a public notice is on display"))
def look_at_notice(notice: int) -> None:
    """Write down at once that a notice is on display or no longer is; the clock's next look may be an hour away."""
    proof.look_now(notice, timezone.now())


@work.task("content.freshness", label=_("Find facts that somebody has to look at"))
def find_stale_facts() -> None:
    """Ask who keeps facts true, once for each review date."""
    freshness.daily(timezone.now())


# An address that is none does not become one by trying.
@work.task(
    "content.ask",
    label=_("Ask whether a fact is still correct"),
    policy=Policy(hopeless=(ValueError,)),
    atomic=True,
)
def ask_whether_still_true(request: int) -> None:
    """Ask who keeps a fact true; what was confirmed or deleted in the meantime asks no more."""
    row = ReviewRequest.objects.select_related("item", "place").filter(pk=request).first()
    thing = (row.item or row.place) if row else None
    if row is not None and thing is not None and thing.review_by == row.review_by and thing.owner:
        freshness.ask(thing, key=f"content.ask-{row.pk}")


@work.task("content.occurrences", label=_("Work out the dates of events that repeat"))
def refresh_repeated() -> None:
    """Move the window of every repeated event forward."""
    occurrences.refresh_repeated(timezone.now())
