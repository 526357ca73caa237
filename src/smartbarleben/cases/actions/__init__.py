"""Every write to cases, as verbs. Each is one transaction that holds the case's row, so two people never cross.

Who acts on what they saw says so with ``seen`` (the newest line that stood on their page): when the person or a
colleague was quicker, `Crossed` is raised, and what was typed stays on the page.
"""

from .answering import answer, ask_back, note
from .arriving import accept, auto_reply, mail_failed, person_wrote, receive
from .common import Crossed, NotPossible, Who, shortened
from .deciding import assign, close, extend, pass_on, refuse, release, reopen, seen_by_staff, sort_anew, take_back
from .joining import merge, split, unmerge

__all__ = [
    "Crossed",
    "NotPossible",
    "Who",
    "accept",
    "answer",
    "ask_back",
    "assign",
    "auto_reply",
    "close",
    "extend",
    "mail_failed",
    "merge",
    "note",
    "pass_on",
    "person_wrote",
    "receive",
    "refuse",
    "release",
    "reopen",
    "seen_by_staff",
    "shortened",
    "sort_anew",
    "split",
    "take_back",
    "unmerge",
]
