"""What this room's tables hold about people: contacts that sources publish, and who is told of failures."""

from django.utils.translation import gettext as _

from smartbarleben.people.erasure import Found, register_source
from smartbarleben.people.personal import declare, harmless

from .models import Record, Run, Source

KEPT = "the source no longer names it, or is removed"


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    settings = "a setting of the import"
    harmless(
        Source,
        *("name", "target", "option", "address", "trouble", "etag", "last_modified", "digest", "file_name"),
        because=settings,
    )
    declare(Source, {"owner": "is told when the import fails"}, until="somebody else keeps it, or it is removed")
    harmless(
        Run,
        *("file_name", "content_digest", "etag", "last_modified", "plan_digest", "counts", "details", "skipped"),
        "trouble",
        because="names of entries that are public, and numbers",
    )
    declare(
        Run,
        {"content": "is the file to be taken over, with its contacts"},
        until="the import is done, or a week later",
    )
    harmless(Record, "key", "target", "object_key", because="names of public entries")
    declare(
        Record,
        dict.fromkeys(("given", "stored", "notes"), "tells what was changed here from what the source says"),
        until=KEPT,
    )
    register_source("imports", find, erase)


def find(mail: str) -> list[Found]:
    """What sources publish with the address as a contact, and the sources whose failures it is told of."""
    kept = _("It stands so in a public source. The town hall changes it when you say so.")
    rows = list(Record.objects.filter(given__icontains=mail).order_by("pk")[:500])
    found = [Found(_("Entry of an import"), data={_("Title"): row.key}, kept_because=kept) for row in rows]
    told = Source.objects.filter(owner__iexact=mail).order_by("pk")
    return found + [Found(_("Source of an import"), data={_("Title"): row.name}, kept_because=kept) for row in told]


def erase(mail: str) -> int:
    """A public contact ends when the source names another one."""
    return 0
