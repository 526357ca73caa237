"""The kinds of items that every municipality has, registered. A domain room registers its own in the same way."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartbarleben.ui import dates

from . import kinds
from .models import Item
from .registry import Badge, Fact, Kind, Order, Stage, register


def _contact(item: kinds.Club | kinds.Office) -> list[Fact]:
    facts = []
    if item.phone:
        facts.append(Fact(_("Phone"), item.phone, f"tel:{item.phone.replace(' ', '')}", "telephone", item.phone))
    if item.email:
        facts.append(Fact(_("Mail"), item.email, f"mailto:{item.email}", "email", item.email))
    return facts


def event_facts(item: Item, language: str) -> list[Fact]:
    """For whom, what it costs, who organises it, how to sign up."""
    assert isinstance(item, kinds.Event)
    facts = [Fact(_("For"), item.get_audience_display(), name="audience", data=item.audience)]
    if item.cost_cents == 0:
        facts.append(Fact(_("Costs"), _("free"), name="price", data=0))
    elif item.cost_cents is not None:
        facts.append(
            Fact(_("Costs"), dates.money(item.cost_cents, language), name="price", data=item.cost_cents / 100)
        )
    elif item.cost_note:
        facts.append(Fact(_("Costs"), item.cost_note))
    organiser = item.club.title if item.club else item.organiser
    if organiser:
        facts.append(Fact(_("Organised by"), organiser, name="organizer", data=organiser))
    if item.registration:
        facts.append(Fact(_("Signing up"), item.registration))
    return facts


def event_badges(item: Item, now: datetime) -> list[Badge]:
    """The date of a yearly feast is often not fixed yet."""
    assert isinstance(item, kinds.Event)
    return [Badge("attention", _("Date not confirmed yet"))] if item.is_unconfirmed else []


def notice_facts(item: Item, language: str) -> list[Fact]:
    """Reference, legal basis and the days of display."""
    assert isinstance(item, kinds.Notice)
    facts = []
    if item.reference:
        facts.append(Fact(_("Reference"), item.reference, name="identifier", data=item.reference))
    if item.legal_basis:
        facts.append(Fact(_("Legal basis"), item.legal_basis))
    if item.starts_at:
        facts.append(Fact(_("On display from"), dates.plain_date(item.starts_at, language)))
    if item.ends_at:
        facts.append(Fact(_("On display until"), dates.plain_date(item.ends_at, language)))
    return facts


def club_facts(item: Item, language: str) -> list[Fact]:
    """What the club does and how to reach it."""
    assert isinstance(item, kinds.Club)
    facts = []
    if item.topics:
        facts.append(Fact(_("Topics"), item.topics, name="knowsAbout", data=item.topics))
    if item.meets:
        facts.append(Fact(_("Meets"), item.meets))
    if item.contact:
        facts.append(Fact(_("Contact"), item.contact))
    facts += _contact(item)
    if item.website:
        facts.append(Fact(_("Website"), item.website, item.website, "sameAs", item.website))
    return facts


def office_facts(item: Item, language: str) -> list[Fact]:
    """How to reach the office."""
    assert isinstance(item, kinds.Office)
    return _contact(item)


def service_facts(item: Item, language: str) -> list[Fact]:
    """Who does it: an office of ours or somebody else."""
    assert isinstance(item, kinds.Service)
    from .presentation import item_path
    from .registry import kind

    if item.office:
        link = item_path(kind("office"), item.office.slug, language)
        return [
            Fact(_("Responsible"), item.office.title, link, "provider", item.office.title),
            *_contact(item.office),
        ]
    return [Fact(_("Responsible"), item.responsible_name, item.responsible_url, "provider", item.responsible_name)]


AFFECTED = {
    "car": gettext_lazy("cars"),
    "bus": gettext_lazy("buses"),
    "bike": gettext_lazy("bicycles"),
    "foot": gettext_lazy("people on foot"),
}


def closure_facts(item: Item, language: str) -> list[Fact]:
    """What is closed for whom, and the way round."""
    assert isinstance(item, kinds.Closure)
    facts = [Fact(_("What"), item.get_what_display())]
    affected = [str(AFFECTED[key]) for key in item.affects if key in AFFECTED]
    if affected:
        facts.append(Fact(_("Affects"), ", ".join(affected)))
    if item.detour:
        facts.append(Fact(_("Detour"), item.detour))
    return facts


def closure_badges(item: Item, now: datetime) -> list[Badge]:
    """Closed now, or soon."""
    assert isinstance(item, kinds.Closure)
    if item.is_cancelled or item.starts_at is None or (item.ends_at and item.ends_at < now):
        return []
    if item.starts_at <= now:
        return [Badge("closed", str(item.get_what_display()).capitalize())]
    days = (dates.local(item.starts_at).date() - dates.local(now).date()).days
    if days == 0:
        return [Badge("attention", _("From today"))]
    return [Badge("attention", ngettext("In %(days)s day", "In %(days)s days", days) % {"days": days})]


def project_facts(item: Item, language: str) -> list[Fact]:
    """The fields of action that the project belongs to."""
    assert isinstance(item, kinds.Project)
    return [Fact(_("Fields of action"), ", ".join(item.fields_of_action))] if item.fields_of_action else []


_STATUS_TONES = {"done": "done", "running": "open", "rejected": "closed", "stopped": "closed"}


def measure_facts(item: Item, language: str) -> list[Fact]:
    """Status with reason, and the money."""
    assert isinstance(item, kinds.Measure)
    facts = [Fact(_("Status"), item.get_status_display(), name="status", data=item.status)]
    if item.reason:
        facts.append(Fact(_("Because"), item.reason))
    if item.cost_cents is not None:
        facts.append(Fact(_("Costs"), dates.money(item.cost_cents, language), name="costCents", data=item.cost_cents))
    if item.funded_cents is not None:
        granted = dates.money(item.funded_cents, language)
        facts.append(Fact(_("Of which granted"), granted, name="fundedCents", data=item.funded_cents))
    if item.funding:
        facts.append(Fact(_("Who pays"), item.funding))
    return facts


def measure_badges(item: Item, now: datetime) -> list[Badge]:
    """The status as a word with a tone."""
    assert isinstance(item, kinds.Measure)
    return [Badge(_STATUS_TONES.get(item.status, "quiet"), str(item.get_status_display()).capitalize())]


def milestone_badges(item: Item, now: datetime) -> list[Badge]:
    """Reached or ahead."""
    assert isinstance(item, kinds.Milestone)
    return [Badge("done", _("Reached"))] if item.is_done else [Badge("quiet", _("Ahead"))]


def wish_facts(item: Item, language: str) -> list[Fact]:
    """Where the wish was heard, and the answer."""
    assert isinstance(item, kinds.Wish)
    facts = []
    if item.channel:
        facts.append(Fact(_("Heard at"), item.channel))
    if item.answer:
        facts.append(Fact(_("Our answer"), item.answer))
    if item.answered_on:
        facts.append(Fact(_("Answered on"), dates.plain_date(item.answered_on, language)))
    return facts


_OUTCOME_TONES = {"open": "attention", "accepted": "done", "rejected": "closed", "withdrawn": "closed"}


def decision_facts(item: Item, language: str) -> list[Fact]:
    """Who decides, what came out and why, how to take part."""
    assert isinstance(item, kinds.Decision)
    facts = [Fact(_("Outcome"), item.get_outcome_display(), name="outcome", data=item.outcome)]
    if item.reason:
        facts.append(Fact(_("Because"), item.reason))
    if item.decided_by:
        facts.append(Fact(_("Who decides"), item.decided_by))
    if item.take_part and item.outcome == kinds.Outcome.OPEN:
        facts.append(Fact(_("How to take part"), item.take_part))
    return facts


def decision_badges(item: Item, now: datetime) -> list[Badge]:
    """The outcome as a word with a tone."""
    assert isinstance(item, kinds.Decision)
    return [Badge(_OUTCOME_TONES[item.outcome], str(item.get_outcome_display()).capitalize())]


def funding_facts(item: Item, language: str) -> list[Fact]:
    """How much, and from whom."""
    assert isinstance(item, kinds.Funding)
    facts = []
    if item.amount_cents is not None:
        amount = dates.money(item.amount_cents, language)
        facts.append(Fact(_("Amount"), amount, name="amountCents", data=item.amount_cents))
    if item.payer:
        facts.append(Fact(_("Who pays"), item.payer))
    return facts


_WHERE = ("ortschaft", "place", "location")
_WHEN = ("starts_at", "ends_at", "all_day")


def register_kinds() -> None:
    """Register every kind of this room; called when the app is ready."""
    lazy = gettext_lazy
    register(
        Kind(
            "news",
            kinds.News,
            "neues",
            lazy("News"),
            lazy("News"),
            "news",
            "NewsArticle",
            quick_fields=("title", "summary", "body", "ortschaft"),
            fields=("place", "location"),
        )
    )
    register(
        Kind(
            "event",
            kinds.Event,
            "termine",
            lazy("Event"),
            lazy("Events"),
            "calendar",
            "Event",
            order=Order.SOONEST,
            timed=True,
            facts=event_facts,
            badges=event_badges,
            related=("club",),
            quick_fields=("title", *_WHEN, *_WHERE, "summary"),
            fields=(
                "body",
                "recurrence",
                "audience",
                "cost_cents",
                "cost_note",
                "organiser",
                "club",
                "registration",
                "is_cancelled",
                "is_unconfirmed",
            ),
        )
    )
    register(
        Kind(
            "notice",
            kinds.Notice,
            "bekanntmachungen",
            lazy("Public notice"),
            lazy("Public notices"),
            "paper",
            "GovernmentService",
            facts=notice_facts,
            quick_fields=("title", "summary", "body", "starts_at", "ends_at", "ortschaft"),
            fields=("reference", "legal_basis"),
        )
    )
    register(
        Kind(
            "closure",
            kinds.Closure,
            "sperrungen",
            lazy("Closure"),
            lazy("Closures and road works"),
            "road-closed",
            "SpecialAnnouncement",
            order=Order.SOONEST,
            timed=True,
            facts=closure_facts,
            badges=closure_badges,
            quick_fields=("title", "what", "location", "ortschaft", "starts_at", "ends_at", "detour"),
            fields=("all_day", "place", "summary", "body", "affects", "is_cancelled"),
        )
    )
    register(
        Kind(
            "page",
            kinds.Page,
            "seiten",
            lazy("Page"),
            lazy("Pages"),
            "book",
            "WebPage",
            order=Order.TITLE,
            quick_fields=("title", "summary", "body"),
            fields=("in_footer",),
        )
    )
    register(
        Kind(
            "club",
            kinds.Club,
            "vereine",
            lazy("Club"),
            lazy("Clubs and groups"),
            "people",
            "Organization",
            order=Order.TITLE,
            facts=club_facts,
            quick_fields=("title", "summary", "ortschaft", "topics", "contact", "phone", "email", "website"),
            fields=("meets", "place", "body"),
        )
    )
    register(
        Kind(
            "office",
            kinds.Office,
            "aemter",
            lazy("Office"),
            lazy("Offices"),
            "building",
            "GovernmentOffice",
            order=Order.TITLE,
            facts=office_facts,
            quick_fields=("title", "summary", "place", "phone", "email"),
            fields=("body", "keywords"),
        )
    )
    register(
        Kind(
            "service",
            kinds.Service,
            "zustaendig",
            lazy("Who is responsible?"),
            lazy("Who is responsible for …?"),
            "info",
            "GovernmentService",
            order=Order.TITLE,
            facts=service_facts,
            related=("office",),
            quick_fields=("title", "summary", "office", "responsible_name", "responsible_url"),
            fields=("body", "keywords"),
        )
    )
    register(
        Kind(
            "project",
            kinds.Project,
            "projekte",
            lazy("Project"),
            lazy("Projects"),
            "flag",
            "Project",
            order=Order.NUMBER,
            facts=project_facts,
            quick_fields=("title", "summary", "number"),
            fields=("body", "fields_of_action"),
        )
    )
    register(
        Kind(
            "measure",
            kinds.Measure,
            "massnahmen",
            lazy("Measure"),
            lazy("Measures"),
            "check",
            "Project",
            order=Order.TITLE,
            stage=Stage.MEASURE,
            facts=measure_facts,
            badges=measure_badges,
            related=("project",),
            quick_fields=("title", "summary", "project", "status", "reason"),
            fields=("body", "cost_cents", "funded_cents", "funding", "ortschaft", "place"),
        )
    )
    register(
        Kind(
            "milestone",
            kinds.Milestone,
            "meilensteine",
            lazy("Milestone"),
            lazy("Milestones"),
            "flag",
            "Event",
            order=Order.SOONEST,
            stage=Stage.RESULT,
            badges=milestone_badges,
            related=("measure",),
            quick_fields=("title", "summary", "starts_at", "date_precision", "is_done"),
            fields=("body", "measure"),
        )
    )
    register(
        Kind(
            "wish",
            kinds.Wish,
            "wuensche",
            lazy("Wish"),
            lazy("Wishes and answers"),
            "idea",
            "Question",
            stage=Stage.WISH,
            facts=wish_facts,
            quick_fields=("title", "summary", "channel", "answer", "answered_on"),
            fields=("body", "ortschaft"),
        )
    )
    register(
        Kind(
            "decision",
            kinds.Decision,
            "entscheidungen",
            lazy("Decision"),
            lazy("Decisions"),
            "decision",
            "Legislation",
            stage=Stage.DECISION,
            facts=decision_facts,
            badges=decision_badges,
            quick_fields=("title", "summary", "starts_at", "decided_by", "outcome", "reason"),
            fields=("body", "take_part", "ortschaft"),
        )
    )
    register(
        Kind(
            "funding",
            kinds.Funding,
            "geld",
            lazy("Money"),
            lazy("Money"),
            "money",
            "MonetaryGrant",
            stage=Stage.MONEY,
            facts=funding_facts,
            quick_fields=("title", "summary", "amount_cents", "payer"),
            fields=("body",),
        )
    )
