"""The town hall's mailbox: look what is there, fetch it, put it aside when it is taken in. Nothing is ever deleted.

`Mailbox` is what the rest of the house needs; `imap` opens the one kind that there is. A mail stays in its folder
until `put_aside` moves it, so a program that is killed in between finds it again; that it is taken in only once is
the database's part (`arrivals`).
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _

from .letter_parts import BEGINNING, LARGEST

TIMEOUT_SECONDS = 30
DONE = "SmartBarleben"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")


class MailboxTrouble(Exception):
    """The mailbox cannot be used just now; the message says in words for staff what is wrong and whose turn it is."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that lies in the mailbox. ``key`` names it as long as it lies there."""

    key: str
    uid: int
    size: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a mail. ``cut``: it is too large, and this is its beginning."""

    raw: bytes = field(repr=False)
    cut: bool


class Mailbox(Protocol):
    """A place where mails for the town hall arrive. All of it may raise MailboxTrouble."""

    name: str

    def waiting(self, since: date, limit: int) -> list[Waiting]:
        """The mails that came on ``since`` or later, the oldest first."""

    def fetch(self, mail: Waiting) -> Fetched | None:
        """One mail, which stays unread and where it is; None when somebody took it away meanwhile."""

    def put_aside(self, mail: Waiting) -> None:
        """The mail is taken in: move it out of the way."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to get into an IMAP mailbox. ``done`` is the folder for what was taken in."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done: str = DONE


def access(url: str) -> Access:
    """Read ``imaps://user:password@host:993/INBOX?done=SmartBarleben``, signs in names encoded as in any URL.

    ``imap://`` has no encryption: for tests and for a server on the same machine. Raises MailboxTrouble.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    folder = unquote(parts.path.strip("/")) or "INBOX"
    done = parse_qs(parts.query).get("done", [DONE])[0]
    if (
        parts.scheme not in ("imap", "imaps")
        or not parts.hostname
        or not parts.username
        or not (folder + done).isascii()
        or not (folder + done).isprintable()
        or folder == done
    ):
        raise MailboxTrouble(
            _("SMARTBARLEBEN_INBOX_URL is not understood. It looks like %(example)s.")
            % {"example": "imaps://user:password@mail.example.org/INBOX"}
        )
    return Access(
        host=parts.hostname,
        port=port or (993 if parts.scheme == "imaps" else 143),
        tls=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=folder,
        done=done,
    )


@contextlib.contextmanager
def imap(url: str) -> Iterator[Mailbox]:
    """Open the mailbox behind a URL, and leave it politely. Raises MailboxTrouble."""
    into = access(url)
    connection = _connected(into)
    try:
        _log_in(connection, into)
        yield _Imap(connection, into)
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            connection.logout()
        with contextlib.suppress(OSError):
            connection.shutdown()


def _connected(into: Access) -> imaplib.IMAP4:
    try:
        if into.tls:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(into.host, into.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(into.host, into.port, timeout=TIMEOUT_SECONDS)
    except ssl.SSLError as problem:
        raise MailboxTrouble(
            _("The mail server %(host)s shows no certificate that we trust: %(said)s")
            % {"host": into.host, "said": problem.reason or problem}
        ) from None
    except (OSError, imaplib.IMAP4.error) as problem:
        raise MailboxTrouble(
            _("The mail server %(host)s cannot be reached: %(said)s. It is tried again by itself.")
            % {"host": into.host, "said": _said(problem)}
        ) from None


def _log_in(connection: imaplib.IMAP4, into: Access) -> None:
    def plain(_challenge: bytes) -> bytes:
        return f"\0{into.user}\0{into.password}".encode()

    try:
        if (into.user + into.password).isascii():
            connection.login(_quoted(into.user), into.password)
        else:
            connection.authenticate("PLAIN", plain)
    except imaplib.IMAP4.abort as problem:
        raise _broken(problem) from None
    except imaplib.IMAP4.error as problem:
        raise MailboxTrouble(
            _("The mail server refuses our login to the mailbox: %(said)s. The operator has to look at the settings.")
            % {"said": _said(problem)}
        ) from None
    except OSError as problem:
        raise _broken(problem) from None


class _Imap:
    """The mailbox in one conversation with an IMAP server (RFC 3501; MOVE and UIDPLUS where the server has them)."""

    def __init__(self, connection: imaplib.IMAP4, into: Access) -> None:
        self._connection = connection
        self._into = into
        # Some servers say what they can do only after the login.
        with _conversation():
            answer = connection.capability()[1]
        self._can = b" ".join(part for part in answer if isinstance(part, bytes)).upper().split()
        self._done = ""
        self._open()

    def _open(self) -> None:
        self._ask(
            lambda: self._connection.select(_quoted(self._into.folder)),
            _("The mailbox has no folder “%(name)s”.") % {"name": self._into.folder},
        )
        validity = self._connection.response("UIDVALIDITY")[1][0] or b"0"
        self.name = f"{self._into.user}@{self._into.host}/{self._into.folder}"
        self._numbering = bytes(validity).decode("ascii", "replace")

    def waiting(self, since: date, limit: int) -> list[Waiting]:
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = self._uid("SEARCH", "UNDELETED", "SINCE", day)
        uids = sorted(int(word) for line in found if isinstance(line, bytes) for word in line.split())[:limit]
        if not uids:
            return []
        sizes: dict[int, int] = {}
        for line in self._uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"):
            text = line[0] if isinstance(line, tuple) else line
            uid, size = _UID.search(text or b""), _SIZE.search(text or b"")
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        return [Waiting(f"{self.name}:{self._numbering}:{uid}", uid, sizes[uid]) for uid in uids if uid in sizes]

    def fetch(self, mail: Waiting) -> Fetched | None:
        cut = mail.size > LARGEST
        what = f"BODY.PEEK[]<0.{BEGINNING}>" if cut else "BODY.PEEK[]"
        for line in self._uid("FETCH", str(mail.uid), f"(UID {what})"):
            if isinstance(line, tuple):
                return Fetched(bytes(line[1]), cut)
        return None

    def put_aside(self, mail: Waiting) -> None:
        self._done = self._done or self._made()
        if b"MOVE" in self._can:
            self._uid("MOVE", str(mail.uid), _quoted(self._done))
            return
        self._uid("COPY", str(mail.uid), _quoted(self._done))
        self._uid("STORE", str(mail.uid), "+FLAGS.SILENT", r"(\Deleted)")
        # Without UIDPLUS it would also remove what others have marked; marked mails are not looked at again.
        if b"UIDPLUS" in self._can:
            self._uid("EXPUNGE", str(mail.uid))

    def _made(self) -> str:
        """The folder for what was taken in; some servers want it below the inbox."""
        with _conversation():
            answer = self._connection.list('""', '""')[1]
        match = re.search(rb'\) "(.)" ', answer[0] if answer and isinstance(answer[0], bytes) else b"")
        names = [self._into.done, f"INBOX{match[1].decode('ascii', 'replace') if match else '.'}{self._into.done}"]
        for name in names:
            with _conversation():
                there = self._connection.list('""', _quoted(name))[1]
                if any(there) or self._connection.create(_quoted(name))[0] == "OK":
                    return name
        raise MailboxTrouble(
            _("The mail server lets us make no folder “%(name)s” for mails that were taken in. Please make it.")
            % {"name": self._into.done}
        )

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        return self._ask(
            lambda: self._connection.uid(command, *arguments),
            _("The mail server refuses %(command)s.") % {"command": command},
        )

    def _ask(self, question: Callable[[], tuple[str, list[Any]]], refused: str) -> list[Any]:
        with _conversation():
            state, answer = question()
        if state != "OK":
            raise MailboxTrouble(f"{refused} {_words(answer)}".strip())
        return answer


@contextlib.contextmanager
def _conversation() -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.error) as problem:
        raise _broken(problem) from None


def _broken(problem: Exception) -> MailboxTrouble:
    return MailboxTrouble(
        _("The conversation with the mail server broke off: %(said)s. It is tried again by itself.")
        % {"said": _said(problem)}
    )


def _said(problem: Exception) -> str:
    """What the server or the system says, on one line; IMAP errors carry bytes."""
    first = problem.args[-1] if problem.args else problem
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return " ".join(text.split())[:200].rstrip(".") or type(problem).__name__


def _words(answer: Iterable[Any]) -> str:
    return " ".join(part.decode("utf-8", "replace") for part in answer if isinstance(part, bytes))[:200]


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
