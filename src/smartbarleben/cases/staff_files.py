"""Files that staff send along: kept at once under the form's name, shown again after every mistake.

A form that is shown again has a new name, and its files go along: whoever goes back to the older page sees a form
without files, and that is what it sends.
"""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from smartbarleben.places.queries import village

from . import files
from .models import Attachment
from .uploads import Limits
from .views import ACCEPTED_FILES


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of one form of the page: which are kept already, which were refused and why."""

    key: str
    submission: uuid.UUID
    kept: list[Attachment]
    problems: list[str]
    most: int = Limits().files
    megabytes: int = Limits().file_bytes // 1_000_000
    accepted: str = ACCEPTED_FILES

    @property
    def room(self) -> bool:
        """Whether one more file fits."""
        return len(self.kept) < self.most


def name_of(request: HttpRequest) -> uuid.UUID:
    """The name of the form that was sent; a new one where it has none."""
    try:
        return uuid.UUID(request.POST.get("sendung", ""))
    except ValueError:
        return uuid.uuid4()


def keep(request: HttpRequest, key: str, submission: uuid.UUID) -> list[str]:
    """Judge, clean and keep what was chosen in the form of this verb; a sentence for each file that we don't take."""
    return files.keep(submission, request.FILES.getlist(f"{key}-files"), village(request), timezone.now())


def shown(request: HttpRequest, key: str, *, again: bool, refused: list[str]) -> Attached:
    """What the page shows of the files of this verb's form. ``again``: it was sent, and comes back."""
    submission = uuid.uuid4()
    kept = files.rename(name_of(request), submission) if again else []
    return Attached(key, submission, kept, refused)
