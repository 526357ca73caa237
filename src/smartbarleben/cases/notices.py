"""What the person hears by mail: in their language, in one thread, with one link; part of an action's transaction."""

from collections.abc import Iterable
from email.utils import formataddr, parseaddr
from typing import Any

from django.utils import translation

from smartbarleben.jobs import mail
from smartbarleben.places.queries import mail_house
from smartbarleben.ui.dates import day

from . import access, registry
from .models import Case, Contact, Entry, Sort

TEMPLATE = "cases/mail/case.jinja"


def reply_address(case: Case, by: mail.House | None = None) -> str:
    """Where an answer to our mail goes: the town hall's address with the case and its sign; "" where none is known.

    A mail that comes back to it belongs to the case, whatever its subject says.
    """
    box, _at, host = (by or mail_house()).address.rpartition("@")
    if not box:
        return ""
    return f"{box}+{case.number.replace('-', '').lower()}.{access.mail_sign(case)}@{host}"


def thread(case: Case, by: mail.House | None = None) -> str:
    """The Message-ID that all our mails of a case refer to, whether or not a mail with it was ever sent."""
    host = parseaddr((by or mail_house()).address)[1].rpartition("@")[2] or "localhost"
    return f"<case-{case.number.lower()}-{access.mail_sign(case)}@{host}>"


def received(case: Case, contact: Contact, *, theirs: str | None = None) -> None:
    """ "Danke! Ihre Nachricht hat die Nummer …": number, promised day, secret link and code.

    ``theirs``: the Message-ID of what came, "" for no mail; None where it is not known.
    """
    _send(case, contact, "received", f"case-{case.pk}-received", theirs=theirs)


def told(case: Case, entry: Entry) -> None:
    """A line that concerns the person, and everybody whose case was merged into this one."""
    names = list(entry.attachments.order_by("pk").values_list("name", flat=True))
    for one, contact in _reachable(case):
        # The page of a merged case shows the answers of the case that it lives on in, not its questions.
        shown = names if one.pk == case.pk or entry.sort == Sort.ANSWER else []
        _send(one, contact, entry.sort, f"case-{one.pk}-entry-{entry.pk}", entry=entry, files=shown)


def merged(case: Case, entry: Entry) -> None:
    """The person of a merged case hears that others told us the same."""
    for one, contact in _reachable(case, merged=False):
        _send(one, contact, entry.sort, f"case-{one.pk}-entry-{entry.pk}", entry=entry)


def split(case: Case, entry: Entry, parts: Iterable[Case]) -> None:
    """One mail for all parts, with the number, link and code of each."""
    lines = [f"{part.number}: {part.title} – {access.url(part)}" for part in parts]
    for one, contact in _reachable(case, merged=False):
        _send(one, contact, entry.sort, f"case-{one.pk}-entry-{entry.pk}", entry=entry, parts=lines)


def hearers(case: Case) -> int:
    """How many people get a mail when the case is answered: its own person, and those of the cases merged into it."""
    return len(_reachable(case))


def _reachable(case: Case, *, merged: bool = True) -> list[tuple[Case, Contact]]:
    """Cases with the contacts who have a mail address; one mail goes to one address only."""
    contacts = Contact.objects.select_related("case__category").exclude(email="")
    rows = contacts.filter(case=case)
    if merged:
        rows = rows | contacts.filter(case__merged_into=case)
    found: dict[str, Contact] = {}
    for contact in rows.order_by("case_id"):
        found.setdefault(contact.email.lower(), contact)
    return [(contact.case, contact) for contact in found.values()]


def _send(case: Case, contact: Contact, what: str, key: str, theirs: str | None = None, **more: Any) -> None:
    entry: Entry | None = more.pop("entry", None)
    kind = registry.find(case.category_id)
    by = mail_house()
    with translation.override(case.language):
        context = {
            "what": what,
            "case": case,
            "name": contact.name,
            "kind": str(kind.title) if kind else "",
            "law": str(kind.law) if kind else "",
            "text": entry.text if entry else "",
            "facts": entry.facts if entry else {},
            "files": (),
            "due": day(case.due_on, case.language) if case.due_on else "",
            "url": access.url(case),
            "code": access.code(case),
            **more,
        }
        letter = mail.render(TEMPLATE, context, case.language, by=by)
    address = reply_address(case, by)
    by_person = entry is not None and entry.sort in {Sort.ANSWER, Sort.QUESTION}
    # Their mail program shows ours below the mail that they wrote.
    theirs = _latest_mail(case) if theirs is None else theirs
    mail.send(
        **letter.words(),
        to=contact.email,
        reason=f"cases.{what}",
        key=key,
        references=f"{thread(case, by)} {theirs}",
        in_reply_to=theirs or thread(case, by),
        reply_to=formataddr((by.village.name, address)) if address else "",
        by=by,
        automatic=not by_person,
    )


def _latest_mail(case: Case) -> str:
    """The Message-ID of the person's latest mail; "" where they wrote none."""
    mails = case.entries.filter(sort__in=[Sort.RECEIVED, Sort.MESSAGE]).exclude(message_id="")
    return mails.order_by("-pk").values_list("message_id", flat=True).first() or ""
