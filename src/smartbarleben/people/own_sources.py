"""What this room and the ones below hold about somebody by mail address: mails to them, consents, their account."""

from collections.abc import Iterator
from email.utils import parseaddr

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartbarleben.jobs import actions as jobs
from smartbarleben.jobs.models import Job, OutgoingMail
from smartbarleben.places.models import Ortschaft, Place
from smartbarleben.ui.dates import plain_date

from . import erasure, mail_files, residents
from .erasure import Found
from .fingerprint import addresses_in, fingerprint, normal
from .models import AccessLink, Consent, Resident, SignInCode, User


def register() -> None:
    """Register the sources; called once when the app is ready."""
    erasure.register_source("outbox", find_mails, erase_mails, mails_in_outbox)
    erasure.register_source("mail_files", find_files, mail_files.remove, mails_in_files)
    erasure.register_source("consents", find_consents, erase_consents, mails_in_consents)
    erasure.register_source("links", find_links, erase_links, mails_in_links)
    erasure.register_source("residents", find_residents, erase_residents, mails_of_residents)
    erasure.register_source("problems", find_problems, erase_problems, mails_in_problems)
    erasure.register_source("places", find_places, erase_places)
    erasure.register_source("accounts", find_accounts, erase_accounts)


def find_mails(mail: str) -> list[Found]:
    """Mails that went to the person or will."""
    return [
        Found(
            _("Mail from us"),
            one.created_at,
            plain_date(one.wipe_at),
            {pgettext("mail", "To"): one.to, _("Subject"): one.subject, _("Text"): one.text},
        )
        for one in jobs.mails_of(mail).order_by("pk")
    ]


def erase_mails(mail: str) -> int:
    """Delete their words at once; what was not sent yet is not sent."""
    return jobs.forget(to=mail)


def mails_in_outbox() -> Iterator[str]:
    """All addresses in the outbox."""
    for to, reply_to in OutgoingMail.objects.filter(wiped_at=None).values_list("to", "reply_to"):
        yield to
        yield parseaddr(reply_to)[1]


def find_files(mail: str) -> list[Found]:
    """Copies of mails in the data folder of a village without a mail server."""
    mails = [one for path in mail_files.files() for _raw, one in mail_files.mails(path)]
    concerned = [one for one in mails if mail_files.concerns(one, mail)]
    return [Found(_("Copy of a mail from us"), data={_("Subject"): str(one.get("Subject", ""))}) for one in concerned]


def mails_in_files() -> Iterator[str]:
    """All addresses in these files."""
    for path in mail_files.files():
        for _raw, one in mail_files.mails(path):
            yield from mail_files.addresses(one)


def find_consents(mail: str) -> list[Found]:
    """What the person said yes or no to."""
    rows = Consent.objects.filter(person=fingerprint(mail)).select_related("text").order_by("pk")
    kept = _("We keep that somebody agreed or said no, without your address, as proof.")
    return [
        Found(
            _("You agreed") if one.given else _("You said no"),
            one.at,
            data={_("What about"): one.topic, _("Text"): one.text.text},
            kept_because="" if one.mail else kept,
        )
        for one in rows
    ]


def erase_consents(mail: str) -> int:
    """Erase the address; that somebody agreed stays as proof."""
    return Consent.objects.filter(person=fingerprint(mail)).exclude(mail=None).update(mail=None)


def mails_in_consents() -> Iterator[str]:
    """All addresses in the ledger."""
    return (mail for mail in Consent.objects.exclude(mail=None).values_list("mail", flat=True).distinct() if mail)


def find_links(mail: str) -> list[Found]:
    """Links to these very pages."""
    return [
        Found(_("You asked for your data"), one.created_at, _("a day after the link ends"), {_("Mail"): one.mail})
        for one in AccessLink.objects.filter(person=fingerprint(mail)).order_by("pk")
    ]


def erase_links(mail: str) -> int:
    """Delete them; the page that asks is open already."""
    return AccessLink.objects.filter(person=fingerprint(mail)).delete()[0]


def mails_in_links() -> Iterator[str]:
    """All addresses that asked."""
    return iter(AccessLink.objects.values_list("mail", flat=True).distinct())


def find_residents(mail: str) -> list[Found]:
    """The resident's account, and codes that were asked for it."""
    found = []
    for one in Resident.objects.filter(mail=mail):
        until = _("%(day)s, unless you sign in before") % {"day": plain_date(one.delete_on)}
        data = {_("Mail"): one.mail, _("Name"): one.name, _("Language"): one.language}
        devices = [visit.device for visit in residents.visits_of(one)]
        data[_("Signed in with")] = "\n".join(filter(None, devices))
        data[_("Last seen")] = plain_date(one.last_seen_at)
        known = {label: text for label, text in data.items() if text}
        found.append(Found(pgettext("resident", "Your account"), one.created_at, until, known))
    codes = SignInCode.objects.filter(person=fingerprint(mail)).order_by("pk")
    what, until = _("You asked for a code to sign in"), _("a day after the code ends")
    return [*found, *(Found(what, one.created_at, until, {_("Mail"): one.mail}) for one in codes)]


def erase_residents(mail: str) -> int:
    """Delete them."""
    count = 0
    for one in Resident.objects.filter(mail=mail):
        residents.delete(resident=one, why="erased")
        count += 1
    return count + SignInCode.objects.filter(person=fingerprint(mail)).delete()[0]


def mails_of_residents() -> Iterator[str]:
    """All addresses with an account or a code."""
    yield from Resident.objects.values_list("mail", flat=True)
    yield from SignInCode.objects.values_list("mail", flat=True).distinct()


def _problems(mail: str) -> list[Job]:
    quoting = Job.objects.filter(problem__icontains=mail).order_by("pk")
    return [job for job in quoting if normal(mail) in addresses_in(job.problem)]


def find_problems(mail: str) -> list[Found]:
    """What background work that failed says, where it quotes the address."""
    what = _("Note on something that did not work")
    return [Found(what, job.finished_at, data={_("Text"): job.problem}) for job in _problems(mail)]


def erase_problems(mail: str) -> int:
    """Empty these notes; the work itself stays for staff to look after."""
    return Job.objects.filter(pk__in=[job.pk for job in _problems(mail)]).update(problem="")


def mails_in_problems() -> Iterator[str]:
    """All addresses that such notes quote."""
    for problem in Job.objects.filter(problem__contains="@").values_list("problem", flat=True):
        yield from addresses_in(problem)


def _keeps() -> str:
    return _(
        "You keep this true for us, or it is how people reach the place. The town hall changes it when you say so."
    )


def find_places(mail: str) -> list[Found]:
    """Public facts that name the address, or that the person keeps true."""
    named = Place.objects.filter(Q(email__iexact=mail) | Q(owner__iexact=mail)).order_by("pk")
    kept = Ortschaft.objects.filter(owner__iexact=mail).order_by("pk")
    return [
        Found(_("Place in our directory"), data={_("Name"): row.name}, kept_because=_keeps())
        for row in [*named, *kept]
    ]


def erase_places(mail: str) -> int:
    """A public contact ends when there is another one."""
    return 0


def find_accounts(mail: str) -> list[Found]:
    """Accounts of people who work in the town hall."""
    return [
        Found(
            _("Your account in the town hall"),
            one.date_joined,
            data={_("User name"): one.username, _("Name"): one.get_full_name(), _("Mail"): one.email},
            kept_because=_("You work here. It is deleted after you have left; the town hall can do that at once."),
        )
        for one in User.objects.filter(email__iexact=mail).order_by("pk")
    ]


def erase_accounts(mail: str) -> int:
    """An account ends with the work, not here."""
    return 0
