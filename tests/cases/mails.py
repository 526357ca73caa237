"""Mails for tests, as they come over the wire."""

from email.message import EmailMessage

US = ("rathaus@example.org",)


def raw(*lines: str, charset: str = "utf-8") -> bytes:
    """A mail as it comes over the wire."""
    return "\r\n".join(lines).encode(charset)


def mail(body: str = "Guten Tag", **headers: str) -> bytes:
    """A plain mail from a resident; ``headers`` with underscores for hyphens."""
    head = {
        "From": "Erika Muster <erika@example.com>",
        "To": "rathaus@example.org",
        "Subject": "Laterne",
        "Message-ID": "<1@example.com>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return raw(*(f"{name}: {value}" for name, value in head.items() if value), "", *body.split("\n"))


def built(**parts: str) -> EmailMessage:
    """The same as an object that more can be attached to."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Erika <erika@example.com>", US[0], "Laterne"
    message.set_content(parts.get("text", "Die Laterne ist aus.\n"))
    if "html" in parts:
        message.add_alternative(parts["html"], subtype="html")
    return message


def dsn(action: str, *original: str) -> bytes:
    """A delivery report about a mail of ours."""
    return raw(
        "From: MAILER-DAEMON@mx.example.com",
        "Return-Path: <>",
        "To: rathaus@example.org",
        "Subject: Undelivered Mail Returned to Sender",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "",
        "--x",
        "",
        "550 5.1.1 <erika@example.com> unknown",
        "--x",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        "",
        "Final-Recipient: rfc822; erika@example.com",
        f"Action: {action}",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
        "--x",
        *original,
        "--x--",
    )
