"""A mail as it goes over the wire: its headers, its parts, and lines that other programs can read."""

from collections.abc import Sequence
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives

from .models import MailAttachment, OutgoingMail
from .retrying import Hopeless


class _InBrackets(UnstructuredHeader):
    """Addresses and Message-IDs in angle brackets, one a line.

    Python would write a long one as an encoded word, which no mail program takes for an address or a thread.
    """

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep  # type: ignore[attr-defined]


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "in-reply-to", "references"):
    _headers.map_to_type(_name, _InBrackets)


class _Letter(EmailMultiAlternatives):
    files: Sequence[MailAttachment] = ()

    def message(self, *, policy: EmailPolicy = default) -> EmailMessage:  # type: ignore[override]
        made: EmailMessage = super().message(policy=policy.clone(header_factory=_headers))
        for file in self.files:
            # Not by Django's `attach`, which decodes and rewrites texts: a file arrives as it was, byte for byte.
            main, _slash, sub = file.content_type.partition("/")
            made.add_attachment(bytes(file.content), maintype=main, subtype=sub, filename=file.name)
        return made


def message(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The mail as it goes out. Its Message-ID and date are those of the row, however often it is sent.

    Raises Hopeless when attachments are missing, because they were deleted since the worker took the mail.
    """
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.created_at),
        "Content-Language": "de" if mail.language.startswith("de") else mail.language,
    }
    if mail.automatic:
        headers["Auto-Submitted"] = "auto-generated"
    if mail.in_reply_to:
        headers["In-Reply-To"] = mail.in_reply_to
    if mail.references:
        headers["References"] = mail.references
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        if mail.unsubscribe_url.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = _Letter(
        mail.subject,
        mail.text,
        from_email=mail.sender,
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
    )
    if mail.html:
        letter.attach_alternative(mail.html, "text/html")
    if mail.attachment_count:
        letter.files = list(mail.attachments.order_by("pk"))
        if len(letter.files) != mail.attachment_count:
            raise Hopeless("The attachments have been deleted in the meantime.")
    return letter
