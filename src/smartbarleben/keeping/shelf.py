"""What lies in the folder of backups, as the staff's page shows it."""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from . import actions, rotation


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive in the folder: its name, when it was made, its bytes, whether it needs a passphrase."""

    name: str
    made: datetime
    size: int
    encrypted: bool


def archives(now: datetime) -> list[Archive]:
    """The archives that are there, the newest first. Raises KeepingTrouble where the folder is of no use."""
    place, found = actions.folder(), []
    for made, name in reversed(rotation.archives((path.name for path in place.iterdir()), now)):
        # It may go while we look.
        with contextlib.suppress(FileNotFoundError):
            found.append(Archive(name, made, (place / name).stat().st_size, name.endswith(".enc")))
    return found
