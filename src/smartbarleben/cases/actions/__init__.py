"""Every write of this room, as verbs. Each is one transaction; what changes a case holds its row, so that two
people never cross.

Who acts on what they saw says so with ``seen`` (the newest line that stood on their page): when the person or a
colleague was quicker, `Crossed` is raised, and what was typed stays on the page.
"""

from .answering import answer, ask_back, note
from .arriving import accept, auto_reply, mail_failed, mail_works, person_wrote, receive
from .common import Crossed, NotPossible, Who, shortened
from .deciding import assign, close, extend, pass_on, refuse, release, reopen, seen_by_staff, sort_anew, take_back
from .desk import come_back, drop_view, go_away, keep_view, set_habits
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
    "come_back",
    "drop_view",
    "extend",
    "go_away",
    "keep_view",
    "mail_failed",
    "mail_works",
    "merge",
    "note",
    "pass_on",
    "person_wrote",
    "receive",
    "refuse",
    "release",
    "reopen",
    "seen_by_staff",
    "set_habits",
    "shortened",
    "sort_anew",
    "split",
    "take_back",
    "unmerge",
]
