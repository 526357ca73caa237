"""A worker that fetches mails in a process of its own, to race and to be killed."""

import os
import signal
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
django.setup()

from smartbarleben.cases import arrivals, fetching, mailbox  # noqa: E402


def kill_myself(*_arguments: object, **_more: object) -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


def fetch() -> None:
    """Take in what lies in the mailbox."""
    fetching.fetch_mail()


def race() -> None:
    """The same at the same moment as another process."""
    folder = Path(os.environ["MEETING"])
    (folder / f"ready-{os.getpid()}").touch()
    until = time.monotonic() + 60
    while not (folder / "go").exists() and time.monotonic() < until:
        time.sleep(0.002)
    fetch()


def die_before_commit() -> None:
    """Be killed when all is written and nothing committed."""
    arrivals._remember = kill_myself
    fetch()


def die_before_moving() -> None:
    """Be killed when the mail is taken in and still lies in the mailbox."""
    mailbox._Imap.put_aside = kill_myself  # type: ignore[method-assign]
    fetch()


def die_while_moving() -> None:
    """Be killed on a server without MOVE, between the copy and the mark."""
    ask = mailbox._Imap._uid

    def ask_until_copied(self: mailbox._Imap, command: str, *arguments: str) -> object:
        answer = ask(self, command, *arguments)
        if command == "COPY":
            kill_myself()
        return answer

    mailbox._Imap._uid = ask_until_copied  # type: ignore[method-assign,assignment]
    opened = mailbox._Imap._open

    def open_without_move(self: mailbox._Imap) -> None:
        self._can = [b"IMAP4REV1"]
        opened(self)

    mailbox._Imap._open = open_without_move  # type: ignore[method-assign]
    fetch()


ACTIONS = {
    "fetch": fetch,
    "race": race,
    "die-before-commit": die_before_commit,
    "die-before-moving": die_before_moving,
    "die-while-moving": die_while_moving,
}

if __name__ == "__main__":
    ACTIONS[sys.argv[1]]()
