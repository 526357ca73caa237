"""What stands at a backup or a trial that failed, in words that somebody in a town hall understands.

The program writes it down in English, for the operator; these are the same sentences in the reader's language.
"""

import re

from django.utils.functional import lazy
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

# The first that fits counts; what a group catches stands in the words again.
_KNOWN = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"No space left|Disk quota|too little space|disk is full", _("The disk is full. Make room.")),
        (
            r"The folder for backups (?P<path>.+) is not there",
            _("The folder %(path)s is not there. Make it, or connect its disk."),
        ),
        (
            r"The folder for backups (?P<path>.+) is empty",
            _("The folder %(path)s is empty, and lies on the disk of the machine. Connect the disk for backups."),
        ),
        (
            r"(?P<path>\S+) leads to .+ which is not there",
            _("The folder %(path)s leads to a disk that is not there. Connect it."),
        ),
        (
            r"SMARTBARLEBEN_BACKUP_DIR is a part of the data folder",
            _("The folder for backups lies inside the data folder. Choose another."),
        ),
        (
            r"passphrase cannot be read from (?P<path>.+): ",
            _("The file with the passphrase cannot be read: %(path)s"),
        ),
        (r"passphrase is too short", _("The passphrase is too short. Take at least four words.")),
        (r"passphrase does not open", _("This passphrase does not open the backup. Was it changed?")),
        (r"^(?P<path>.+) cannot be read: ", _("The file %(path)s cannot be read.")),
        (r"Permission denied|Read-only file system", _("The program may not write there.")),
        (r"(?P<program>pg_dump|pg_restore) is missing", _("The program %(program)s is missing on this machine.")),
        (r"PostgreSQL.*cannot be reached", _("The database cannot be reached.")),
        (r"^There is no backup in", _("There is no backup yet.")),
        (
            r"^(?P<table>\w+) has (?P<found>\d+) rows and had (?P<had>\d+)",
            _("The backup is not whole: %(table)s has %(found)s rows and had %(had)s."),
        ),
        (r"damaged|cut off|too early|not what was saved|no archive|do not use it", _("The backup is damaged.")),
        (r"newer version of the program", _("The backup was made by a newer version of the program.")),
        (r"could not be copied", _("The database could not be copied.")),
        (r"became shorter", _("A file was changed while it was saved.")),
    )
]


def _explain(problem: str) -> str:
    for pattern, words in _KNOWN:
        if found := pattern.search(problem):
            return translated(words) % found.groupdict()
    return problem


_lazily = lazy(_explain, str)


def in_plain_words(problem: object) -> str:
    """Why it failed, in the language in which it is shown; the program's own words where nobody has others."""
    return _lazily(str(problem))
