"""The conversation with the mail server, and what its answers mean for a mail."""

import contextlib
import smtplib
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMessage, mailers

from .retrying import Hopeless, InTheDark

# A server that looks for viruses and spam before it answers takes its time (RFC 5321 grants ten minutes). Giving up
# earlier would mean to send the mail again although it was taken.
ANSWER_SECONDS = 600
GOODBYE_SECONDS = 5


class TryLater(Exception):
    """The mail was not taken this time."""


class Postbox:
    """One connection to the mail server, kept while there are mails to send."""

    def __init__(self) -> None:
        self._mailer: Any = None

    def deliver(self, message: EmailMessage) -> None:
        """Hand one mail with one recipient to the server.

        Returns only when the server has taken it. Raises TryLater, Hopeless or InTheDark; none of them quotes the
        recipient's address.
        """
        address = message.to[0]
        if self._mailer is None:
            self._open()
        try:
            self._mailer.send_messages([message])
        except (Hopeless, InTheDark):
            self.close()
            raise
        except Exception as problem:
            self.close()
            words = said(problem).replace(address, "…")
            raise (Hopeless if is_hopeless(problem) else TryLater)(words) from None

    def _open(self) -> None:
        mailer = mailers.default
        try:
            mailer.open()
        except Exception as problem:
            _leave(mailer)
            # Refused logins too: it is the operator's trouble, and no mail may be given up for it.
            raise TryLater(f"The mail server cannot be reached: {said(problem)}") from None
        conversation = _conversation(mailer)
        if conversation is not None:
            _be_patient(conversation, ANSWER_SECONDS)
            _notice_silence(conversation)
        self._mailer = mailer

    def close(self) -> None:
        """End the conversation. What the server says to that no longer matters for the mails it took."""
        mailer, self._mailer = self._mailer, None
        if mailer is not None:
            _leave(mailer)


def _leave(mailer: Any) -> None:
    conversation = _conversation(mailer)
    if conversation is not None:
        _be_patient(conversation, GOODBYE_SECONDS)
    with contextlib.suppress(Exception):
        mailer.close()
    if conversation is not None:
        # Django leaves the socket open where the server answers QUIT with an error.
        conversation.close()


def _conversation(mailer: Any) -> smtplib.SMTP | None:
    """Django's connection to a mail server; None where mails become files."""
    # Django keeps a conversation that failed before the login was through under the second name.
    found = getattr(mailer, "connection", None) or getattr(mailer, "_partial_connection", None)
    return found if isinstance(found, smtplib.SMTP) else None


def _be_patient(conversation: smtplib.SMTP, seconds: float) -> None:
    if conversation.sock is not None:
        conversation.sock.settimeout(seconds)


def _notice_silence(conversation: smtplib.SMTP) -> None:
    """Tell a server that fell silent after the mail's last line from one that fell silent before it."""
    hand_over: Callable[[Any], tuple[int, bytes]] = conversation.data

    def watched(message: Any) -> tuple[int, bytes]:
        try:
            return hand_over(message)
        except smtplib.SMTPDataError:
            raise
        except (OSError, smtplib.SMTPException) as problem:
            raise InTheDark(f"The mail server took the mail and did not answer: {said(problem)}") from None

    conversation.data = watched  # type: ignore[method-assign]


def is_hopeless(problem: BaseException) -> bool:
    """Whether the server (or the mail itself) says that no later try can succeed.

    5xx counts about the recipient and about the content. About the sender only "too big" does: a refused sender is
    the operator's to repair, and then every mail that waits is good again.
    """
    match problem:
        case smtplib.SMTPRecipientsRefused():
            return all(500 <= code < 600 for code, _words in problem.recipients.values())
        case smtplib.SMTPSenderRefused():
            return problem.smtp_code == 552
        case smtplib.SMTPDataError():
            return 500 <= problem.smtp_code < 600
        case smtplib.SMTPNotSupportedError() | ValueError():
            return True
    return False


def said(problem: BaseException) -> str:
    """The server's answer as "550 no such user", or the problem's own words."""
    code, words = None, None
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(problem.recipients.values()))
    elif isinstance(problem, smtplib.SMTPResponseException):
        code, words = problem.smtp_code, problem.smtp_error
    if code is None:
        return f"{type(problem).__name__}: {problem}"
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(text.split())}"
