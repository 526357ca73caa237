"""What stands at a failed row, in words that somebody in a town hall understands. Pure."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The first that fits counts. Codes are those of RFC 3463 ("5.1.1") and RFC 5321 ("550").
_MAIL: list[tuple[re.Pattern[str], Promise]] = [
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"\b53[045]\b|5\.7\.8", _("The mail server refuses our login. The operator has to look at its settings.")),
        (r"cannot be reached", _("The mail server cannot be reached.")),
        (r"^InTheDark|did not answer", _("The mail server took the mail and fell silent.")),
        (r"[45]\.2\.2|quota|mailbox full|over ?quota", _("The mailbox is full.")),
        (r"[45]\.3\.4|5\.2\.3|\b552\b|too (big|large)", _("The mail is too large for the other side.")),
        (r"5\.1\.[01346]\b|5\.2\.1|user unknown|no such", _("There is no such mailbox. Is the address right?")),
        (r"5\.1\.(2|10)|5\.4\.4|domain|host unknown", _("There is no mail server for this address. Is it right?")),
        (r"[45]\.7\.\d|spam|blocked|black ?list|\b554\b", _("The other side refuses our mails for the time being.")),
        (r"^TryLater: 4\d\d", _("The mail server asks us to come back later.")),
        (r"^Hopeless: 5\d\d", _("The mail server refuses the mail.")),
        (r"attachments have been deleted", _("Its attachments have been deleted in the meantime.")),
    )
]
_ALL: list[tuple[re.Pattern[str], Promise]] = [
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"^MailboxTrouble", _("The town hall's mailbox cannot be read as it should. The technical words say why.")),
        (r"^Doubtful", _("The clock has leapt ahead. Nothing is deleted until somebody says that it is right.")),
        (r"^KeepingTrouble", _("Something is wrong with the backups. The page of backups says why.")),
        (r"worker vanished", _("The program stopped in the middle of it, several times.")),
        (r"no task is called", _("This version of the program does not know this work.")),
        (r"database is locked|OperationalError", _("The database was busy or away.")),
        (r"No space left", _("The disk is full.")),
        (r"(Connection|Timeout|URL|ssl\.)\w*Error|timed out", _("The other side cannot be reached.")),
    )
]
_UNKNOWN = _("Something in the program went wrong. Please show the technical words to whoever looks after it.")
_DELETED = _("Its words were deleted because their time was over.")


def in_plain_words(sort: str, problem: str) -> Promise:
    """Why a "mail" or a "job" failed; ``problem`` is what the worker wrote down, "" once that was deleted."""
    if not problem:
        return _DELETED
    for pattern, words in (_MAIL if sort == "mail" else []) + _ALL:
        if pattern.search(problem):
            return words
    return _UNKNOWN
