"""How a case's life is said in words: to staff and to the person."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .status import Status

STATUS_WORDS = {
    Status.HELD: pgettext_lazy("case", "held for a look"),
    Status.NEW: pgettext_lazy("case", "new"),
    Status.IN_WORK: pgettext_lazy("case", "in work"),
    Status.ASKED_BACK: pgettext_lazy("case", "asked back"),
    Status.PASSED_ON: pgettext_lazy("case", "passed on"),
    Status.ANSWERED: pgettext_lazy("case", "answered"),
    Status.CLOSED: pgettext_lazy("case", "closed"),
    Status.MERGED: pgettext_lazy("case", "merged with another"),
    Status.REFUSED: pgettext_lazy("case", "refused"),
}

# What the person reads on the page of their case.
STATUS_FOR_PERSON = {
    Status.HELD: _("We have received it. Somebody will look at it soon."),
    Status.NEW: _("We have received it. It waits for its turn."),
    Status.IN_WORK: _("Somebody works on it."),
    Status.ASKED_BACK: _("We have a question to you and wait for your reply."),
    Status.PASSED_ON: _("Another office must act. We stay the ones who answer you."),
    Status.ANSWERED: _("We have answered. Write to us if that does not help."),
    Status.CLOSED: _("This matter is closed. You can still write to us."),
    Status.MERGED: _("Others have told us the same. You hear everything that we answer them."),
    Status.REFUSED: _("We do not work on this."),
}
