"""What this room's tables hold about people. What the municipality publishes is public; few fields name somebody."""

from django.db.models import Q
from django.utils.translation import gettext as _

from smartbarleben.people.erasure import Found, register_source
from smartbarleben.people.personal import declare, harmless

from .kinds import Closure, Club, Decision, Event, Funding, Measure, Notice, Office, Project, Service, Wish
from .models import Item, ItemText, Occurrence, ProofLink, TrailLink

_PUBLIC = "published by the municipality"
_REVIEWED = "staff change it; the item's review date asks whether it is still true"


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(
        Item,
        *("kind", "slug", "title", "summary", "body", "location", "stored_digest"),
        *("photo_alt", "source_name", "source_url", "as_of"),
        because=_PUBLIC,
    )
    declare(
        Item,
        {
            "owner": "names who keeps the facts true",
            "photo_credit": "names who took the picture, as the law asks",
            "locked_by": "tells colleagues who is working on it",
        },
        until=_REVIEWED,
    )
    harmless(ItemText, "source_digest", "title", "summary", "body", because=_PUBLIC)
    harmless(Occurrence, "kind", because="a key of the program")
    harmless(TrailLink, "reason", because=_PUBLIC)
    harmless(ProofLink, "kind", "digest", "previous", "hash", "salt", because="keys and digests")
    harmless(ProofLink, "payload", because="address, title and times of a public notice")
    harmless(Event, "recurrence", "exception_dates", "cost_note", "registration", because=_PUBLIC)
    declare(Event, {"organiser": "says who invites"}, until=_REVIEWED)
    harmless(Notice, "reference", "legal_basis", because=_PUBLIC)
    harmless(Club, "topics", "website", "meets", because=_PUBLIC)
    declare(Club, dict.fromkeys(("contact", "phone", "email"), "how to reach the club"), until=_REVIEWED)
    harmless(Office, "keywords", because=_PUBLIC)
    declare(Office, dict.fromkeys(("phone", "email"), "how to reach the office"), until=_REVIEWED)
    harmless(Service, "responsible_name", "responsible_url", "keywords", because=_PUBLIC)
    harmless(Closure, "affects", "detour", "line", because=_PUBLIC)
    harmless(Project, "fields_of_action", because=_PUBLIC)
    harmless(Measure, "funding", "reason", because=_PUBLIC)
    harmless(Wish, "channel", "answer", because=_PUBLIC)
    harmless(Decision, "decided_by", "reason", "take_part", because=_PUBLIC)
    harmless(Funding, "payer", because=_PUBLIC)
    register_source("published", find, erase)


def find(mail: str) -> list[Found]:
    """What the municipality publishes with the address as a contact, and what the person keeps true."""
    about = Q(owner__iexact=mail) | Q(as_club__email__iexact=mail) | Q(as_office__email__iexact=mail)
    kept = _("It is public as a contact, or you keep it true for us. The town hall changes it when you say so.")
    rows = Item.objects.filter(about).order_by("pk")
    return [Found(_("Page of ours"), data={_("Title"): row.title}, kept_because=kept) for row in rows]


def erase(mail: str) -> int:
    """A public contact ends when there is another one."""
    return 0
