"""The outbox: mails are written with what they tell, and sent by the worker.

`send` writes a row in the caller's transaction, so a rollback sends nothing and a commit loses nothing. The worker
leases the row before it talks to the mail server. What SMTP leaves open is the moment between the server's "taken"
and our commit: if the worker is killed just then, the mail goes out again with the same Message-ID and date.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, make_msgid, parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template import engines
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from jinja2 import Environment

from smartbarleben.guards.attempts import attempt
from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.ui.context import VillageInfo

from . import leases
from .attaching import Attachment, checked
from .composing import message
from .models import KEEP_SECRET, KEEP_SENT, WIPED, MailAttachment, OutgoingMail
from .retrying import Policy
from .smtp import Postbox
from .work import check_key

# Half a minute, doubling up to an hour: about five days, as RFC 5321 asks.
POLICY = Policy(tries=160, first=timedelta(seconds=30), longest=timedelta(hours=1), doubts=3)
_URL = re.compile(r"https?://\S+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: the name in the head of each mail, and the address that answers go to ("" where none is known)."""

    village: VillageInfo
    address: str = ""


def _no_house() -> House:
    return House(VillageInfo(name=urlsplit(settings.BASE_URL).hostname or "", kind=""))


_house: Callable[[], House] = _no_house


def register_house(house: Callable[[], House]) -> None:
    """Say who writes; the room that knows the municipality calls this when it is ready."""
    global _house
    _house = house


_hears_refusals: dict[str, Callable[[OutgoingMail, str], None]] = {}


def register_refusals(prefix: str, hear: Callable[[OutgoingMail, str], None]) -> None:
    """``hear(mail, words)`` is told of every mail that is given up: refused for good, or put off again and again.

    ``prefix``: how the mail's reason begins, as "cases."; a room calls this when it is ready. ``words``: the server's
    answer ("550 no such user"), without the address. What ``hear`` writes and the mail's end are one transaction; a
    mail that fails again after staff have sent it anew is told again.
    """
    _hears_refusals[prefix] = hear


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's words: ``mail.send(**letter.words(), to=…)``."""

    subject: str
    text: str
    html: str
    language: str

    def words(self) -> dict[str, str]:
        """The keyword arguments for `send`."""
        return {"subject": self.subject, "text": self.text, "html": self.html, "language": self.language}


@cache
def _plain(environment: Environment) -> Environment:
    # Kept, because an overlay compiles its templates anew.
    return environment.overlay(autoescape=False)


def render(template: str, context: dict[str, Any], language: str = "de", *, by: House | None = None) -> Letter:
    """Text and HTML from one template, in the person's language.

    The template (``<room>/mail/<name>.jinja``) sets ``subject`` and ``paragraphs`` (a list of texts), and may set
    ``greeting``, ``action`` ({label, url}), ``signature`` and ``why`` (why this mail comes); `ui/layouts/mail.jinja`
    and `mail.txt.jinja` do the rest. It writes plain text: what HTML needs is escaped in the layout alone.
    Raises LookupError when subject or paragraphs are missing.
    """
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    village = (by or _house()).village
    with translation.override(language):
        plain = _plain(environment)
        parts = vars(plain.get_template(template).make_module({"village": village, **context}))
        missing = {"subject", "paragraphs"} - parts.keys()
        if missing:
            raise LookupError(f"{template} does not set {', '.join(sorted(missing))}")
        values = {
            "village": village,
            "language": "de" if language.startswith("de") else language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "subject": " ".join(parts["subject"].split()),
            "greeting": parts.get("greeting", _("Hello,")),
            "paragraphs": [text for text in parts["paragraphs"] if text],
            "action": parts.get("action"),
            "signature": parts.get("signature", _("Kind regards, the town hall")),
            "why": parts.get("why", ""),
        }
        return Letter(
            subject=values["subject"],
            text=plain.get_template("ui/layouts/mail.txt.jinja").render(values).strip() + "\n",
            html=environment.get_template("ui/layouts/mail.jinja").render(values),
            language=language,
        )


def send(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    language: str = "de",
    reason: str,
    unsubscribe_url: str = "",
    key: str,
    in_reply_to: str = "",
    references: str = "",
    message_id: str = "",
    reply_to: str = "",
    automatic: bool = True,
    attachments: Iterable[Attachment] = (),
    secret: bool = False,
    by: House | None = None,
) -> OutgoingMail:
    """Write a mail to one address in the caller's transaction; the worker sends it after the commit.

    ``key``: one mail for each key, also when two processes race; a mail that is already there is returned unchanged.
    ``reason``: what the mail is for, as "cases.answer", for staff and for the record that stays. ``unsubscribe_url``:
    for mails that somebody subscribed to; an https address must take a POST without a form (RFC 8058).
    ``in_reply_to`` and ``references`` come as the other mail has them; what is no Message-ID is left out.
    ``message_id``: "<…@…>", made here where none is given. ``automatic``: False for what a person wrote, so that
    answering machines treat it as such. ``attachments`` lie beside the row and go out byte for byte. ``secret``: the
    words hold a key (a login code, a new password's link); they are deleted on sending, and after a day in any case.
    ``by``: who writes, where the caller knows.

    What belongs to a thread: ``reply_to=addressing.plus(office, number)``, and the row's ``message_id`` for the
    ``in_reply_to`` and ``references`` of the next one. Raises ValueError for a bad address, key or Message-ID, for
    attachments that are too large, and for a secret with attachments.
    """
    check_key(key)
    _check_address(to)
    if reply_to:
        _check_address(parseaddr(reply_to)[1])
    files = checked(tuple(attachments))
    if secret and files:
        raise ValueError("A secret has no attachments: its words are deleted alone.")
    by = by or _house()
    sender = _sender(by)
    if not reply_to and by.address and parseaddr(sender)[1] != by.address:
        reply_to = by.address
    message_id = message_id or make_msgid(domain=_domain(sender))
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("A Message-ID looks like <word@host>.")
    # No mail and no PostgreSQL takes a NUL.
    subject, text, html = (words.replace("\0", "") for words in (subject, text, html))
    subject = " ".join(subject.split())[:300]
    values = {
        "reason": reason,
        "language": language,
        "sender": sender,
        "to": to,
        "reply_to": " ".join(reply_to.split()),
        "subject": subject,
        "text": text,
        "html": html,
        "unsubscribe_url": iri_to_uri(unsubscribe_url),
        "message_id": message_id,
        "in_reply_to": " ".join(_MESSAGE_ID.findall(in_reply_to)[:1]),
        "references": " ".join(_MESSAGE_ID.findall(references)),
        "automatic": automatic,
        "secret": secret,
        "attachment_count": len(files),
        "digest": digest(message_id, to, subject, text, html, [file.content for file in files]),
    }
    if secret:
        values["wipe_at"] = timezone.now() + KEEP_SECRET
    with transaction.atomic(savepoint=False):
        try:
            # First the usual case: the mail is new.
            with attempt():
                mail = OutgoingMail.objects.create(key=key, **values)
        except IntegrityError:
            known = OutgoingMail.objects.filter(key=key).first()
            if known is None:
                raise
            return known
        if files:
            MailAttachment.objects.bulk_create(
                MailAttachment(mail=mail, name=file.name, content_type=file.content_type, content=file.content)
                for file in files
            )
    return mail


def take(message: EmailMessage, *, reason: str, language: str = "de", secret: bool = False) -> list[OutgoingMail]:
    """Write a mail that another library made for Django to send: one row for each recipient, from the municipality.

    For allauth's mails with codes and links; each call is a mail of its own. Plain text gets an HTML part in our
    layout. Raises ValueError like `send`, and for mails with attachments.
    """
    if message.attachments:
        raise ValueError("Attachments go by `send`.")
    html = str(message.body) if message.content_subtype == "html" else ""
    for alternative in getattr(message, "alternatives", ()):
        html = str(alternative.content) if alternative.mimetype == "text/html" else html
    text = html_to_text(html) if message.content_subtype == "html" else str(message.body)
    html = html or _in_layout(str(message.subject), text, language)
    return [
        send(
            to=parseaddr(to)[1],
            subject=str(message.subject),
            text=text,
            html=html,
            language=language,
            reason=reason,
            key=f"{reason}-{uuid.uuid4()}",
            secret=secret,
        )
        for to in message.recipients()
    ]


def _in_layout(subject: str, text: str, language: str) -> str:
    """Plain text of another library as HTML in our layout; an address that stands alone becomes the button."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
    url = next((part for part in paragraphs if _URL.fullmatch(part)), "")
    with translation.override(language):
        values = {
            "village": _house().village,
            "language": "de" if language.startswith("de") else language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "subject": subject,
            "greeting": "",
            "paragraphs": [part for part in paragraphs if part != url],
            "action": {"label": _("Open this page"), "url": url} if url else None,
            "signature": "",
            "why": "",
        }
        return str(engines["jinja2"].env.get_template("ui/layouts/mail.jinja").render(values))  # type: ignore[attr-defined]


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("This is no mail address.") from None


def _sender(house: House) -> str:
    """`settings.MAIL_FROM`, else the municipality's address; the municipality's name where the setting has none."""
    name, address = parseaddr(settings.MAIL_FROM)
    if address or house.address:
        return formataddr((name or house.village.name, address or house.address))
    return settings.DEFAULT_FROM_EMAIL


def _domain(sender: str) -> str:
    host = parseaddr(sender)[1].rpartition("@")[2]
    return host.encode("idna").decode() if host else "localhost"


def digest(message_id: str, to: str, subject: str, text: str, html: str, files: Iterable[bytes] = ()) -> str:
    """What proves that a mail somebody holds is the one we sent; salted by its Message-ID."""
    parts = (message_id, to, subject, text, html, *(hashlib.sha256(file).hexdigest() for file in files))
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


class Outbox:
    """The queue of mails, for `leases.run_due` and `leases.keep_running`."""

    model = OutgoingMail

    def __init__(self) -> None:
        self._postbox = Postbox()

    def policy(self, row: OutgoingMail) -> Policy:
        """The same for all mails."""
        return POLICY

    def atomic(self, row: OutgoingMail) -> bool:
        """A mail server takes part in no transaction."""
        return False

    def do(self, row: OutgoingMail, now: datetime) -> dict[str, Any]:
        """Send the mail; from now on its words stay for `KEEP_SENT` only, a secret's not at all."""
        self._postbox.deliver(message(row))
        if row.secret:
            return WIPED | {"wipe_at": now, "wiped_at": now}
        return {"wipe_at": now + KEEP_SENT}

    def refused(self, row: OutgoingMail, words: str) -> None:
        """Tell the rooms whose mail it was."""
        for prefix, hear in _hears_refusals.items():
            if row.reason.startswith(prefix):
                hear(row, words)

    def rest(self) -> None:
        """Leave the mail server alone until there are mails again."""
        self._postbox.close()


def run_due(now: datetime | None = None) -> int:
    """Send all mails that are due (for tests and commands); returns how many tries that were."""
    return leases.run_due(Outbox(), now)
