"""The kinds of items that every municipality has, registered. A domain room registers its own in the same way."""

from django.utils.translation import gettext_lazy

from . import kind_facts, kinds
from .registry import Kind, Order, Stage, register

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
            facts=kind_facts.event_facts,
            badges=kind_facts.event_badges,
            related=("club",),
            quick_fields=("title", *_WHEN, *_WHERE, "summary"),
            fields=(
                "body",
                "recurrence",
                "exception_dates",
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
            # In schema.org's words the "date-stamped information update" of a local government, with the days on
            # which it is posted; an article has no end, and a service is something that one applies for.
            "SpecialAnnouncement",
            facts=kind_facts.notice_facts,
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
            facts=kind_facts.closure_facts,
            badges=kind_facts.closure_badges,
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
            facts=kind_facts.club_facts,
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
            facts=kind_facts.office_facts,
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
            facts=kind_facts.service_facts,
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
            facts=kind_facts.project_facts,
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
            facts=kind_facts.measure_facts,
            badges=kind_facts.measure_badges,
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
            badges=kind_facts.milestone_badges,
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
            facts=kind_facts.wish_facts,
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
            facts=kind_facts.decision_facts,
            badges=kind_facts.decision_badges,
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
            facts=kind_facts.funding_facts,
            quick_fields=("title", "summary", "amount_cents", "payer"),
            fields=("body",),
        )
    )
