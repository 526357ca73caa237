"""Where the passphrase of an archive comes from: a file with it, or the terminal."""

import argparse
import getpass
from pathlib import Path

from .encrypting import check_passphrase
from .trouble import KeepingTrouble


def add_options(parser: argparse.ArgumentParser) -> None:
    """``--key FILE`` and ``--passphrase``, at most one of them."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--key", type=Path, metavar="FILE", help="the archive's passphrase stands in this file")
    either.add_argument("--passphrase", action="store_true", help="ask for the archive's passphrase")


def from_file(path: Path) -> str:
    """The first line of a file, without the mark that some editors set before it. Raises KeepingTrouble."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise KeepingTrouble(f"The passphrase cannot be read from {path}: {reason}.") from None
    return check_passphrase(lines[0] if lines else "")


def chosen(key: Path | None, ask: bool, *, twice: bool = False) -> str:
    """The passphrase that the options name, "" for none; ``twice``: typed again, so that no slip locks it for good.

    Raises KeepingTrouble.
    """
    if key is not None:
        return from_file(key)
    if not ask:
        return ""
    typed = check_passphrase(getpass.getpass("Passphrase of the archive: "))
    if twice and getpass.getpass("Once more: ").strip() != typed:
        raise KeepingTrouble("The two are not the same. Start again.")
    return typed
