"""What each kind says of itself: facts as lines, state as badges. Called with an instance of the kind's model."""

from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartbarleben.ui import dates

from . import kinds
from .registry import Badge, Fact
from .texts import SOURCE_LANGUAGE


def _typed(label: str, value: str, url: str = "", name: str = "") -> Fact:
    """What the town hall typed, in German; with a name, machines get it as it is."""
    return Fact(label, value, url, name, value if name else None, SOURCE_LANGUAGE)


def _contact(item: kinds.Club | kinds.Office) -> list[Fact]:
    facts = []
    if item.phone:
        facts.append(Fact(_("Phone"), item.phone, f"tel:{item.phone.replace(' ', '')}", "telephone", item.phone))
    if item.email:
        facts.append(Fact(_("Mail"), item.email, f"mailto:{item.email}", "email", item.email))
    return facts


def event_facts(item: kinds.Event, language: str) -> list[Fact]:
    """For whom, what it costs, who organises it, how to sign up."""
    facts = [Fact(_("For"), item.get_audience_display(), name="audience", data=item.audience)]
    if item.is_unconfirmed:
        facts.append(Fact(_("Date"), _("not confirmed yet"), name="tentative", data=True))
    if item.cost_cents == 0:
        facts.append(Fact(_("Costs"), _("free"), name="price", data=0))
    elif item.cost_cents is not None:
        facts.append(
            Fact(_("Costs"), dates.money(item.cost_cents, language), name="price", data=item.cost_cents / 100)
        )
    elif item.cost_note:
        facts.append(_typed(_("Costs"), item.cost_note))
    organiser = item.club.title if item.club and item.club.live else item.organiser
    if organiser:
        facts.append(_typed(_("Organised by"), organiser, name="organizer"))
    if item.registration:
        facts.append(_typed(_("Signing up"), item.registration))
    return facts


def event_badges(item: kinds.Event, now: datetime) -> list[Badge]:
    """The date of a yearly feast is often not fixed yet."""
    return [Badge("attention", _("Date not confirmed yet"))] if item.is_unconfirmed else []


def notice_facts(item: kinds.Notice, language: str) -> list[Fact]:
    """Reference, legal basis and the days of display."""
    facts = []
    if item.reference:
        facts.append(_typed(_("Reference"), item.reference, name="identifier"))
    if item.legal_basis:
        facts.append(_typed(_("Legal basis"), item.legal_basis))
    if item.starts_at:
        facts.append(Fact(_("On display from"), dates.plain_date(item.starts_at, language)))
    if item.ends_at:
        facts.append(Fact(_("On display until"), dates.plain_date(item.ends_at, language)))
    return facts


def club_facts(item: kinds.Club, language: str) -> list[Fact]:
    """What the club does and how to reach it."""
    facts = []
    if item.topics:
        facts.append(_typed(_("Topics"), item.topics, name="knowsAbout"))
    if item.meets:
        facts.append(_typed(_("Meets"), item.meets))
    if item.contact:
        facts.append(_typed(_("Contact"), item.contact))
    facts += _contact(item)
    if item.website:
        facts.append(Fact(_("Website"), item.website, item.website, "sameAs", item.website))
    return facts


def office_facts(item: kinds.Office, language: str) -> list[Fact]:
    """How to reach the office."""
    return _contact(item)


def service_facts(item: kinds.Service, language: str) -> list[Fact]:
    """Who does it: an office of ours or somebody else."""
    from .presentation import item_path
    from .registry import kind

    if item.office and item.office.live:
        link = item_path(kind("office"), item.office.slug, language)
        return [
            _typed(_("Responsible"), item.office.title, link, "provider"),
            *_contact(item.office),
        ]
    if not item.responsible_name:
        return []
    return [_typed(_("Responsible"), item.responsible_name, item.responsible_url, "provider")]


AFFECTED = {
    "car": gettext_lazy("cars"),
    "bus": gettext_lazy("buses"),
    "bike": gettext_lazy("bicycles"),
    "foot": gettext_lazy("people on foot"),
}


def closure_facts(item: kinds.Closure, language: str) -> list[Fact]:
    """What is closed for whom, and the way round."""
    facts = [Fact(_("What"), item.get_what_display())]
    affected = [str(AFFECTED[key]) for key in item.affects if key in AFFECTED]
    if affected:
        facts.append(Fact(_("Affects"), ", ".join(affected)))
    if item.detour:
        facts.append(_typed(_("Detour"), item.detour))
    return facts


def closure_badges(item: kinds.Closure, now: datetime) -> list[Badge]:
    """Closed now, or soon."""
    if item.is_cancelled or item.starts_at is None or (item.ends_at and item.ends_at < now):
        return []
    if item.starts_at <= now:
        return [Badge("closed", capfirst(item.get_what_display()))]
    days = (dates.local(item.starts_at).date() - dates.local(now).date()).days
    if days == 0:
        return [Badge("attention", _("From today"))]
    return [Badge("attention", ngettext("In %(days)s day", "In %(days)s days", days) % {"days": days})]


def project_facts(item: kinds.Project, language: str) -> list[Fact]:
    """The fields of action that the project belongs to."""
    return [_typed(_("Fields of action"), ", ".join(item.fields_of_action))] if item.fields_of_action else []


_STATUS_TONES = {"done": "done", "running": "open", "rejected": "closed", "stopped": "closed"}


def measure_facts(item: kinds.Measure, language: str) -> list[Fact]:
    """Status with reason, and the money."""
    facts = [Fact(_("Status"), item.get_status_display(), name="status", data=item.status)]
    if item.reason:
        facts.append(_typed(_("Because"), item.reason))
    if item.cost_cents is not None:
        facts.append(Fact(_("Costs"), dates.money(item.cost_cents, language), name="costCents", data=item.cost_cents))
    if item.funded_cents is not None:
        granted = dates.money(item.funded_cents, language)
        facts.append(Fact(_("Of which granted"), granted, name="fundedCents", data=item.funded_cents))
    if item.funding:
        facts.append(_typed(_("Who pays"), item.funding))
    return facts


def measure_badges(item: kinds.Measure, now: datetime) -> list[Badge]:
    """The status as a word with a tone."""
    return [Badge(_STATUS_TONES.get(item.status, "quiet"), capfirst(item.get_status_display()))]


def milestone_badges(item: kinds.Milestone, now: datetime) -> list[Badge]:
    """Reached or ahead."""
    return [Badge("done", _("Reached"))] if item.is_done else [Badge("quiet", _("Ahead"))]


def wish_facts(item: kinds.Wish, language: str) -> list[Fact]:
    """Where the wish was heard, and the answer."""
    facts = []
    if item.channel:
        facts.append(_typed(_("Heard at"), item.channel))
    if item.answer:
        facts.append(_typed(_("Our answer"), item.answer, name="answer"))
    if item.answered_on:
        facts.append(Fact(_("Answered on"), dates.plain_date(item.answered_on, language)))
    return facts


_OUTCOME_TONES = {"open": "attention", "accepted": "done", "rejected": "closed", "withdrawn": "closed"}


def decision_facts(item: kinds.Decision, language: str) -> list[Fact]:
    """Who decides, what came out and why, how to take part."""
    facts = [Fact(_("Outcome"), item.get_outcome_display(), name="outcome", data=item.outcome)]
    if item.reason:
        facts.append(_typed(_("Because"), item.reason))
    if item.decided_by:
        facts.append(_typed(_("Who decides"), item.decided_by))
    if item.take_part and item.outcome == kinds.Outcome.OPEN:
        facts.append(_typed(_("How to take part"), item.take_part))
    return facts


def decision_badges(item: kinds.Decision, now: datetime) -> list[Badge]:
    """The outcome as a word with a tone."""
    return [Badge(_OUTCOME_TONES[item.outcome], capfirst(item.get_outcome_display()))]


def funding_facts(item: kinds.Funding, language: str) -> list[Fact]:
    """How much, and from whom."""
    facts = []
    if item.amount_cents is not None:
        amount = dates.money(item.amount_cents, language)
        facts.append(Fact(_("Amount"), amount, name="amountCents", data=item.amount_cents))
    if item.payer:
        facts.append(_typed(_("Who pays"), item.payer))
    return facts
