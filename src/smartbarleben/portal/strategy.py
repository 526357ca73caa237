"""The strategy on one page: projects with their measures and money, the timeline, what was rejected and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from smartbarleben.content.kinds import MeasureStatus
from smartbarleben.content.presentation import Card, TrailStep
from smartbarleben.content.queries import all_links, card_from_row, card_rows, live_items, trail_steps
from smartbarleben.content.trail import Link, connected
from smartbarleben.ui import dates

_REFUSED = frozenset({MeasureStatus.REJECTED, MeasureStatus.STOPPED})
_ORDER = {
    status: position for position, status in enumerate(("running", "planned", "idea", "done", "stopped", "rejected"))
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: status, reason, money in cents where it is known."""

    card: Card
    project: str
    status: str
    status_label: str
    reason: str
    cost_cents: int | None
    funded_cents: int | None
    funding: str


@dataclass(frozen=True, slots=True)
class Money:
    """A sum over measures: `known` of `all` have a published figure; what is not known is not guessed."""

    cost_cents: int
    funded_cents: int
    known: int
    all: int
    with_grant: int


@dataclass(slots=True)
class Project:
    """One project with its measures in order: under way, planned, ideas, done, refused."""

    card: Card
    number: int
    fields: list[str]
    measures: list[Measure] = field(default_factory=list)

    @property
    def money(self) -> Money:
        """The project's money."""
        return money(self.measures)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Status, its word and how many measures have it, in order."""
        found: dict[str, tuple[str, int]] = {}
        for one in self.measures:
            label, number = found.get(one.status, (one.status_label, 0))
            found[one.status] = (label, number + 1)
        return [(status, *found[status]) for status in sorted(found, key=lambda key: _ORDER.get(key, 9))]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated point. `when` is as exact as it is known."""

    card: Card
    when: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Strategy:
    """Everything that the page shows."""

    projects: list[Project]
    others: list[Measure]
    milestones: list[Milestone]
    money: Money

    @property
    def refused(self) -> list[Measure]:
        """What was not done, with the reason."""
        everything = [one for project in self.projects for one in project.measures] + self.others
        return [one for one in everything if one.status in _REFUSED]


def money(measures: Iterable[Measure]) -> Money:
    """The sum of what is known; grants without a total count as grants, not as costs."""
    measures = list(measures)
    costs = [one.cost_cents for one in measures if one.cost_cents is not None]
    grants = [one.funded_cents for one in measures if one.funded_cents is not None]
    return Money(sum(costs), sum(grants), len(costs), len(measures), len(grants))


def strategy(language: str, now: datetime) -> Strategy:
    """Projects, measures and milestones: three queries."""
    projects = {}
    rows = card_rows(live_items("project").order_by("as_project__number", "pk"), language).annotate(
        number=F("as_project__number"), fields=F("as_project__fields_of_action")
    )
    for row in rows:
        card = card_from_row(row[:-2], language, now)
        projects[card.slug] = Project(card, row[-2], list(row[-1] or []))
    others = []
    for measure in _measures(language, now):
        if measure.project in projects:
            projects[measure.project].measures.append(measure)
        else:
            others.append(measure)
    everything = [one for project in projects.values() for one in project.measures] + others
    return Strategy(list(projects.values()), others, _milestones(language, now), money(everything))


def _measures(language: str, now: datetime) -> list[Measure]:
    rows = card_rows(live_items("measure").order_by("title", "pk"), language).annotate(
        project=F("as_measure__project__slug"),
        status=F("as_measure__status"),
        reason=F("as_measure__reason"),
        cost=F("as_measure__cost_cents"),
        funded=F("as_measure__funded_cents"),
        funding=F("as_measure__funding"),
    )
    found = [
        Measure(card_from_row(row[:-6], language, now), row[-6] or "", row[-5], _label(row[-5]), *row[-4:])
        for row in rows
    ]
    return sorted(found, key=lambda one: _ORDER.get(one.status, 9))


def _label(status: str) -> str:
    return str(MeasureStatus(status).label)


def _milestones(language: str, now: datetime) -> list[Milestone]:
    rows = card_rows(live_items("milestone").order_by("sort_at", "pk"), language).annotate(
        precision=F("as_milestone__date_precision"), done=F("as_milestone__is_done")
    )
    found = []
    for row in rows:
        card = card_from_row(row[:-2], language, now)
        when = _("date not known")
        if card.starts_at is not None:
            shown = dates.local(card.starts_at)
            when = {
                "year": str(shown.year),
                "month": dates.month(shown, language),
            }.get(row[-2]) or dates.plain_date(shown, language)
        found.append(Milestone(card, when, row[-1]))
    return found


def stories(language: str, now: datetime, limit: int = 2) -> list[tuple[TrailStep, ...]]:
    """The trails that say most about how things are decided: with a no first, then the longest. Three queries."""
    links = all_links()
    trails: list[list[Link]] = []
    seen: set[int] = set()
    for link in links:
        if link.source not in seen:
            trails.append(connected(links, link.source))
            seen |= {end for one in trails[-1] for end in (one.source, one.target)}
    trails.sort(key=lambda steps: (all(step.relation != "rejected" for step in steps), -len(steps)))
    return trail_steps(trails[:limit], language, now)
