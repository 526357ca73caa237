"""What we say when a mail could not be read whole: to staff, and to the person who can send it again."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

# For staff, and for the person. Codes: `letter_parts.Contents`.
_WORDS: dict[str, tuple[Any, Any]] = {
    "cut": (
        _("The mail was too long to be read whole; this is its beginning. All of it lies in the mailbox."),
        _("Your mail was too large for us to read it whole. Please send large files one by one."),
    ),
    "unreadable": (
        _("Parts of this mail could not be read. All of it lies in the mailbox; open it there with care."),
        _("We could not read all parts of your mail. Please send it again as plain text."),
    ),
    "too_many_files": (
        _("The mail brought more files than we take. All of them lie in the mailbox."),
        _("Your mail brought more files than we take at once. Please send the others in a second mail."),
    ),
    "winmail": (
        _("The mail brought files in a format that only Outlook reads (winmail.dat)."),
        _("Your mail program packed the files so that only Outlook opens them. Please send them as PDF or JPEG."),
    ),
    "encrypted": (
        _("The mail is encrypted. Nobody here can read it."),
        _("Your mail is encrypted, and we cannot open it. Please write to us without encryption, or use the form."),
    ),
}


def for_staff(problems: Iterable[str]) -> list[str]:
    """A sentence for each problem."""
    return [str(_WORDS[one][0]) for one in sorted(problems) if one in _WORDS]


def for_person(problems: Iterable[str]) -> list[str]:
    """A sentence for each problem, with what they can do about it."""
    return [str(_WORDS[one][1]) for one in sorted(problems) if one in _WORDS]
