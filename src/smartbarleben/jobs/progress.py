"""How far a job is, for a page of any room: `ui/components/job.jinja` or `jobs/staff/progress.html` shows it.

    shown = progress.shown(pk, _("Your export"))
    render(request, "…", {"job": shown, "state_url": …})   # the address answers JsonResponse(shown.as_json())

Nothing in it is about a person, and whoever asks has been let in by the room that shows it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import queries, work
from .models import ENDED, State


@dataclass(frozen=True, slots=True)
class Shown:
    """``done`` of ``total`` steps (0: not known yet), as ``text`` and in ``words``; ``ended``: nothing changes."""

    label: str
    state: str
    done: int
    total: int
    text: str
    words: str
    ended: bool

    def as_json(self) -> dict[str, Any]:
        """What ui/progress.js asks for."""
        return {
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "text": self.text,
            "words": self.words,
            "ended": self.ended,
        }


def shown(pk: int, label: str = "") -> Shown | None:
    """The job with this id under a label (the task's own if it is empty); None when it is long gone. One query."""
    found = queries.progress(pk)
    return found and of(found, label)


def of(found: queries.Progress, label: str = "") -> Shown:
    """The same for progress that has been read already."""
    text = _("%(done)d of %(total)d") % {"done": found.done, "total": found.total} if found.total else ""
    return Shown(
        label=label or work.label_of(found.task),
        state=found.state.value,
        done=found.done,
        total=found.total,
        text=text,
        words=_words(found),
        ended=found.state in ENDED,
    )


def _words(found: queries.Progress) -> str:
    match found.state:
        case State.WAITING:
            return _("This will be tried again soon.") if found.tried else _("This starts in a moment.")
        case State.RUNNING:
            return found.words or _("This is under way.")
        case State.DONE:
            return _("Done.")
        case State.DROPPED:
            return _("This was called off.")
    return _("This did not work. The administrators can see why.")
