"""What this room holds about people, what for and until when; and the person's own way to see and delete it."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from smartbarleben.people import erasure, holdings, retention
from smartbarleben.people.erasure import Found
from smartbarleben.people.personal import declare, harmless
from smartbarleben.ui.dates import plain_date

from . import access, removal
from .desk import Absence, DeskSetting, ReplyTemplate, SavedView
from .models import Attachment, Case, Category, Contact, Ended, Entry, Office, ReceivedMail
from .tallies import Tally

_WITH_THE_CASE = gettext_lazy("deleted with the case, on the day that stands in its row (delete_on)")
_ACCOUNT = holdings.ACCOUNT
_KEYS = "keys of the program"


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(Office, "name", "email", because="an office, not a person")
    harmless(Category, "key", because=_KEYS)
    harmless(Case, "number", "salt", because="made by the program")
    harmless(Case, "about", because="the address of a page of ours")
    harmless(Case, "language", because="one of six, and nobody's origin: people pick what helps them read")
    declare(
        Case,
        {
            "title": "is what the person wants, in a few words",
            "where": "says where the matter is",
            "owner": "says who answers",
        },
        until="delete_on",
    )
    declare(
        Contact,
        dict.fromkeys(("name", "email", "phone", "address"), "lets us answer the person")
        | {"folded": "finds the person's case when they call"},
        until=_WITH_THE_CASE,
    )
    declare(
        Entry,
        {
            "text": "is what was asked and answered",
            "facts": "names who was given the case",
            "by": "says who acted",
            "folded": "finds the case by its words",
        },
        until=_WITH_THE_CASE,
    )
    harmless(Entry, "message_id", because="an identifier, so that a mail is taken in once; goes with the case")
    declare(
        Attachment,
        dict.fromkeys(("name", "file"), "shows what the person means"),
        until=gettext_lazy("deleted with the case; a day after it came where its form was never sent"),
    )
    harmless(Attachment, "content_type", "digest", because=_KEYS)
    harmless(Ended, "category", because="numbers of a month, nothing about a person")
    harmless(ReceivedMail, "key", "outcome", because="a digest and a key word, so that a mail is taken in once")
    harmless(Tally, "key", because="a hash that changes with its window of time, and goes with it")
    _declare_the_desk()
    erasure.register_source("cases", find=find, erase=erase, mails=mails)
    retention.register("cases.ended", removal.erase_due)
    retention.register("cases.files", removal.sweep_files)
    retention.register("cases.mails", removal.forget_mails)


def _declare_the_desk() -> None:
    """What staff leave behind at their own desk."""
    declare(Absence, {"user": "says who is away", "substitute": "says who helps out"}, until=_ACCOUNT)
    declare(DeskSetting, {"user": "remembers how somebody likes to work"}, until=_ACCOUNT)
    declare(
        SavedView,
        {"user": "keeps a view for its maker", "name": "finds it again", "query": "may hold a name looked for"},
        until=_ACCOUNT,
    )
    declare(Office.members.through, {"user": "says who answers for an office"}, until=_ACCOUNT)
    harmless(ReplyTemplate, "title", "text", because="words for everybody, with places left open for the person's")


def _of(mail: str) -> list[Case]:
    return list(Case.objects.select_related("contact", "category").filter(contact__email__iexact=mail).order_by("pk"))


def find(mail: str) -> list[Found]:
    """The person's cases with everything that stands in them for the person."""
    found = []
    for case in _of(mail):
        data = {
            _("Number"): case.number,
            _("Status"): str(case.get_status_display()),
            _("Name"): case.contact.name,
            _("Mail"): case.contact.email,
            _("Phone"): case.contact.phone,
            _("Address"): case.contact.address,
            _("Place"): case.where,
            _("Link"): access.url(case),
        }
        for number, entry in enumerate(case.entries.filter(shown=True), 1):
            data[f"{number}. {entry.get_sort_display()}, {plain_date(entry.at)}"] = entry.text
        for attachment in case.attachments.all():
            data[_("File %(name)s") % {"name": attachment.name}] = attachment.content_type
        until = (
            plain_date(case.delete_on)
            if case.delete_on
            else _("still open; deleted %(days)s days after it is closed") % {"days": case.category.keep_days}
        )
        what = pgettext("inbox", "Case %(number)s: %(title)s") % {"number": case.number, "title": case.title}
        found.append(Found(what, case.received_at, until, {label: text for label, text in data.items() if text}))
    return found


@transaction.atomic
def erase(mail: str) -> int:
    """Delete the person's cases, open ones too: nobody answers them any more. Others' merged cases live on."""
    cases = _of(mail)
    for case in cases:
        removal.erase(case=case, with_merged=False)
    return len(cases)


def mails() -> Iterator[str]:
    """All addresses in this room."""
    yield from Contact.objects.exclude(email="").values_list("email", flat=True).iterator()
