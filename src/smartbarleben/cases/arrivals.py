"""A letter becomes what it is: a new case, a message to one, a note, a mail of ours that failed, or nothing.

Each letter is taken in once, however often it is fetched and by how many workers: its key is written in the same
transaction. No automatic mail ever answers a machine, a list, or the same address twice within an hour.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User
from smartbarleben.places.queries import mail_house, village

from . import access, actions, failed_mail, files, items, notices
from .arrival_words import for_person, for_staff
from .letter_language import language_of
from .letters import Bounce, Kind, Letter, case_hint
from .models import Case, Contact, Door, Entry, ReceivedMail
from .numbers import NumberError, read

# An automatic mail to one address once in this time; more new cases than this wait for a look.
QUIET = timedelta(hours=1)
MOST_NEW = 10
LONGEST_NOTE = 5_000
_THREAD = re.compile(r"<case-([a-z0-9]{2}-[a-z0-9]{3})-([0-9a-f]{4,40})@[^>]+>", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6f1c7a0e-53d5-4b8e-9a39-0d0d1b7a2f11")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of a letter.

    ``outcome``: "case", "held", "message", "note", "bounce", "auto_reply", "receipt", "own", "nothing" (a failed mail
    that belongs to no case) or "known" (it was taken in before). ``case`` where there is one.
    """

    outcome: str
    case: Case | None = None


def our_addresses() -> frozenset[str]:
    """The addresses that our mails come from. One query."""
    return frozenset(filter(None, (mail_house().address.lower(), parseaddr(settings.MAIL_FROM)[1].lower())))


def is_known(key: str) -> bool:
    """Whether the mail under this key (`Waiting.key`) was taken in. One query."""
    return ReceivedMail.objects.filter(pk=short_key(key)).exists()


def take_in(letter: Letter, raw_digest: str, *, key: str = "", now: datetime | None = None) -> Arrival:
    """Do with a letter what it asks for, once. ``key``: where it lay (`Waiting.key`); ``raw_digest`` names its bytes.

    A letter is known again by its Message-ID and its words together, because careless programs use an ID twice.
    """
    now = now or timezone.now()
    identity = raw_digest
    if letter.message_id:
        identity = "\x00".join((letter.message_id, letter.sender.address, letter.subject, letter.text))
    identity = short_key(identity)
    keys = {identity, short_key(key)} if key else {identity}
    known = ReceivedMail.objects.select_related("case").filter(pk=identity).first()
    arrival = None
    if known is None:
        # Judging files takes seconds, in which nobody else shall wait for the database.
        problems = _keep_files(letter, _submission(identity), now)
        with transaction.atomic():
            known, is_first = ReceivedMail.objects.select_related("case").get_or_create(pk=identity)
            if is_first:
                outcome, case = _settle(letter, _submission(identity), problems, now)
                arrival = Arrival(outcome, case)
                _remember(keys, arrival, now)
        for row in files.waiting(_submission(identity)):
            files.remove(_submission(identity), row.pk)
    if arrival is None:
        arrival = Arrival("known", known.case)
        # Somebody put it back into the mailbox, or the server numbers its mails anew.
        _remember(keys, Arrival(known.outcome, known.case), known.at)
    return arrival


def _remember(keys: Iterable[str], arrival: Arrival, at: datetime) -> None:
    rows = [ReceivedMail(pk=key, outcome=arrival.outcome, case=arrival.case, at=at) for key in keys]
    ReceivedMail.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["outcome", "case", "at"]
    )


def short_key(key: str) -> str:
    """A key that fits into its column and says nothing about anybody."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _submission(identity: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, identity)


def _keep_files(letter: Letter, submission: uuid.UUID, now: datetime) -> list[str]:
    """Store what came with a letter; a sentence for each file that we don't take."""
    if letter.kind not in (Kind.MESSAGE, Kind.AUTO_REPLY) or not letter.files:
        return []
    uploads = [ContentFile(one.content, name=one.name or one.content_type.replace("/", ".")) for one in letter.files]
    with translation.override(_language(letter)):
        return files.keep(submission, uploads, village(), now)


def _settle(letter: Letter, submission: uuid.UUID, problems: list[str], now: datetime) -> tuple[str, Case | None]:
    own = bool(letter.message_id) and OutgoingMail.objects.filter(message_id=letter.message_id).exists()
    if own or letter.kind in (Kind.OWN, Kind.RECEIPT):
        return ("receipt" if letter.kind == Kind.RECEIPT else "own"), None
    if letter.kind == Kind.BOUNCE:
        return _bounced(letter, now)
    case = _case_of(letter)
    if case is None:
        return _new(letter, submission, problems, now)
    if letter.kind == Kind.AUTO_REPLY:
        actions.auto_reply(case=case, text=_words(letter)[:LONGEST_NOTE], message_id=_free_id(letter), now=now)
        return "auto_reply", case
    if _is_colleague(letter) and not _is_known_to(letter, case):
        return "note", _noted(letter, case, now)
    _replied(letter, case, submission, problems, now)
    return "message", case


def _new(letter: Letter, submission: uuid.UUID, problems: list[str], now: datetime) -> tuple[str, Case]:
    who = _who(letter)
    lately = Contact.objects.filter(
        email__iexact=who.email or "-", case__door=Door.MAIL, case__received_at__gt=now - QUIET
    ).count()
    is_ours = _plain(letter.sender.address) in our_addresses()
    held = not (letter.answerable or is_ours) or lately >= MOST_NEW
    case = actions.receive(
        category=items.QUESTION,
        text=letter.text or _("(This mail has no text.)"),
        title=letter.subject,
        door=Door.MAIL,
        who=who,
        language=_language(letter),
        held=held,
        receipt=not is_ours and not _wrote_lately(who.email, "cases.received", now),
        submission=submission,
        message_id=_free_id(letter),
        now=now,
    )
    _tell_problems(letter, case, problems, now, answerable=not held and not is_ours)
    return ("held" if held else "case"), case


def _replied(letter: Letter, case: Case, submission: uuid.UUID, problems: list[str], now: datetime) -> None:
    words = letter.words or _("(This mail has no text.)")
    actions.person_wrote(
        case=case,
        text=words,
        facts={} if words == letter.text else {"whole": letter.text},
        submission=submission,
        message_id=_free_id(letter),
        now=now,
    )
    if letter.sender.address and _is_known_to(letter, case):
        actions.mail_works(case=case)
    elif letter.sender.address:
        text = _("The last message came from another address: %(address)s") % {"address": letter.sender.address}
        actions.note(case=case, text=text, now=now)
    _tell_problems(letter, case, problems, now, answerable=letter.answerable)


def _noted(letter: Letter, case: Case, now: datetime) -> Case:
    """A colleague wrote from their own mail program. Anybody can write any sender, so the line is by nobody."""
    text = _("Mail from %(sender)s:") % {"sender": letter.sender.address} + "\n\n" + _words(letter)
    names = ", ".join(one.name or one.content_type for one in letter.files)
    if names:
        text += "\n\n" + _("Files that stayed in the mailbox: %(names)s") % {"names": names}
    actions.note(case=case, text=text, now=now)
    return case


def _bounced(letter: Letter, now: datetime) -> tuple[str, Case | None]:
    """A mail of ours came back: its case is for staff to look at, and the mail itself says so."""
    bounce = letter.bounce or Bounce()
    sent = OutgoingMail.objects.filter(message_id__in=case_hint(letter).message_ids).first()
    reason = " ".join(filter(None, (bounce.reason or letter.subject, *bounce.addresses[:3])))[:500]
    if sent is not None:
        OutgoingMail.objects.filter(pk=sent.pk, wiped_at=None).update(problem=reason)
    case = _case_of(letter)
    if case is None:
        return "nothing", None
    failed_mail.came_back(case=case, to=sent.to if sent else "", reason=reason, now=now)
    return "bounce", case


def _case_of(letter: Letter) -> Case | None:
    """The case that a letter belongs to: by a mail that it answers, by the address it went to, by its subject."""
    hint = case_hint(letter)
    cases = Case.objects.select_related("category", "contact")
    ours = dict(OutgoingMail.objects.filter(message_id__in=hint.message_ids).values_list("message_id", "key"))
    theirs = dict(Entry.objects.filter(message_id__in=hint.message_ids).values_list("message_id", "case_id"))
    for message_id in hint.message_ids:
        ours_key, thread = failed_mail.OURS.match(ours.get(message_id, "")), _THREAD.fullmatch(message_id)
        case = cases.filter(pk=ours_key[1]).first() if ours_key else None
        if case is None and thread:
            case = _opened(thread[1], thread[2])
        if case is None and message_id in theirs:
            found = cases.filter(pk=theirs[message_id]).first()
            case = found if found and _is_known_to(letter, found) else None
        if case is not None:
            return case
    for number, sign in hint.tagged:
        if case := _opened(number, sign):
            return case
    for case in cases.filter(number__in=hint.numbers):
        if _is_known_to(letter, case) or _is_colleague(letter):
            return case
    return None


def _opened(number: str, sign: str) -> Case | None:
    try:
        case = Case.objects.select_related("category", "contact").filter(number=read(number)).first()
    except NumberError:
        return None
    return case if case and access.mail_opens(case, sign) else None


def _is_known_to(letter: Letter, case: Case) -> bool:
    contact = getattr(case, "contact", None)
    given = {letter.sender.address.lower(), letter.reply_to.address.lower()} - {""}
    return contact is not None and contact.email.lower() in given


def _is_colleague(letter: Letter) -> bool:
    address = letter.sender.address
    if not address:
        return False
    return _plain(address) in our_addresses() or User.objects.filter(email__iexact=address, is_active=True).exists()


def _plain(address: str) -> str:
    """The address without what follows a plus sign."""
    box, at, host = address.lower().rpartition("@")
    return box.partition("+")[0] + at + host


def _who(letter: Letter) -> actions.Who:
    given = letter.reply_to if letter.reply_to.address else letter.sender
    # The longest address that a mail server takes (RFC 5321).
    address = given.address if len(given.address) <= 254 else ""
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    return actions.Who(name=(given.name or letter.sender.name)[:120], email=address)


def _language(letter: Letter) -> str:
    return language_of(letter.words, dict(settings.LANGUAGES))


def _words(letter: Letter) -> str:
    return "\n\n".join(filter(None, (letter.subject, letter.words)))


def _free_id(letter: Letter) -> str:
    """The Message-ID, unless another mail has it already."""
    taken = letter.message_id and Entry.objects.filter(message_id=letter.message_id).exists()
    return "" if taken else letter.message_id


def _wrote_lately(address: str, reason: str, now: datetime) -> bool:
    lately = Q(to__iexact=address, reason=reason, created_at__gt=now - QUIET)
    return OutgoingMail.objects.filter(lately).exists()


def _tell_problems(letter: Letter, case: Case, refused: list[str], now: datetime, *, answerable: bool) -> None:
    """What we could not read or take: a line for staff, and a polite mail to whoever can send it again."""
    if not refused and not letter.problems:
        return
    actions.note(case=case, text="\n".join([*for_staff(letter.problems), *refused]), now=now)
    contact = Contact.objects.filter(case=case).exclude(email="").first()
    if contact is None or not answerable or _wrote_lately(contact.email, "cases.not_taken", now):
        return
    with translation.override(case.language):
        sentences = [*for_person(letter.problems), *refused]
        context = {"number": case.number, "name": contact.name, "sentences": sentences, "url": access.url(case)}
        words = mail.render("cases/mail/not_taken.jinja", context, case.language).words()
    mail.send(
        **words,
        to=contact.email,
        reason="cases.not_taken",
        key=f"case-{case.pk}-not-taken-{case.entries.latest('pk').pk}",
        in_reply_to=letter.message_id,
        references=f"{notices.thread(case)} {letter.message_id}",
        reply_to=notices.reply_address(case),
    )
