"""Files that came with a form: judged, cleaned, kept at once under the form's name, so that no mistake loses them."""

import hashlib
import io
import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from PIL import Image

from smartbarleben.places.models import Place
from smartbarleben.places.queries import Village

from .exif import Position
from .models import Attachment, Case
from .upload_words import refusal_text
from .uploads import (
    CLEAN_TYPE,
    Accepted,
    Kind,
    Refused,
    RefusedError,
    check_count,
    clean_name,
    clean_picture,
    examine,
)

# All files together whose forms were never sent; they are swept after a day.
MOST_WAITING_BYTES = 2_000_000_000
_KILOMETRES_PER_DEGREE = 111.2
_OUR_AREA_KM = 12
_NEARBY_KM = 0.6


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a picture was taken, and what is there in words."""

    lon: float
    lat: float
    words: str
    ortschaft: str


def waiting(submission: uuid.UUID) -> list[Attachment]:
    """The files of a form that is not complete yet. One query, two where there are files."""
    if not _any("SELECT 1 FROM cases_attachment WHERE submission = %s AND case_id IS NULL LIMIT 1", submission):
        return []
    return list(Attachment.objects.filter(case=None, submission=submission).order_by("pk"))


def sent(submission: uuid.UUID) -> Case | None:
    """The case that came of a form, if it has been handed in already. One query, two if so."""
    if not _any("SELECT 1 FROM cases_case WHERE submission = %s LIMIT 1", submission):
        return None
    return Case.objects.filter(submission=submission).first()


def _any(sql: str, submission: uuid.UUID) -> bool:
    # Every form asks, and hardly one finds: what Django needs to put the query together would cost more than it.
    with connection.cursor() as cursor:
        cursor.execute(sql, [Case._meta.get_field("submission").get_db_prep_value(submission, connection)])
        return cursor.fetchone() is not None


def rename(submission: uuid.UUID, then: uuid.UUID) -> list[Attachment]:
    """Files of a form that is shown again under another name go along with it. Two queries."""
    Attachment.objects.filter(case=None, submission=submission).update(submission=then)
    return waiting(then)


def remove(submission: uuid.UUID, pk: int) -> None:
    """Take a file out of a form that is not sent yet."""
    for row in Attachment.objects.filter(case=None, submission=submission, pk=pk):
        row.delete()
        row.file.storage.delete(row.file.name)


def keep(submission: uuid.UUID, uploads: Iterable[Any], house: Village, now: datetime) -> list[str]:
    """Judge and keep the files of a form; returns a sentence for each that we don't take, with its name."""
    problems: list[str] = []
    chosen = list(uploads)
    if not chosen:
        return problems
    known = Attachment.objects.filter(case=None, submission=submission).count()
    full = (Attachment.objects.filter(case=None).aggregate(sum=Sum("size"))["sum"] or 0) > MOST_WAITING_BYTES
    for upload in chosen:
        if full:
            text = _("We cannot take files just now. Please send your message without it, and the file later.")
        elif refused := check_count(known + 1):
            text = refusal_text(refused)
        else:
            text = _keep_one(submission, upload, house, now)
            known += not text
        if text:
            problems.append(_("%(name)s: %(problem)s") % {"name": _shown(upload.name), "problem": text})
    return problems


def _shown(name: str | None) -> str:
    return " ".join((name or "").split())[:60] or _("A file")


def _keep_one(submission: uuid.UUID, upload: Any, house: Village, now: datetime) -> str:
    """Keep one file; "" or why not."""
    verdict = examine(upload, upload.name or "")
    if isinstance(verdict, Refused):
        return refusal_text(verdict)
    name, content_type, kind, width, height = verdict.name, verdict.content_type, verdict.kind, None, None
    if verdict.kind.is_picture:
        try:
            data = clean_picture(upload)
        except RefusedError as problem:
            return refusal_text(problem.refused)
        name, content_type, kind = clean_name(name), CLEAN_TYPE, Kind.JPEG
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    else:
        upload.seek(0)
        data = upload.read()
    spot = spot_of(verdict.position, house) if isinstance(verdict, Accepted) and verdict.position else None
    digest = hashlib.sha256(data).hexdigest()
    row = Attachment(
        submission=submission,
        name=name,
        content_type=content_type,
        size=len(data),
        digest=digest,
        width=width,
        height=height,
        offered_lon=spot.lon if spot else None,
        offered_lat=spot.lat if spot else None,
        created_at=now,
    )
    # The same file twice in one form is one file: somebody pressed twice or chose it again.
    same = Attachment.objects.filter(submission=submission, digest=digest)
    if not same.exists():
        path = f"{now:%Y-%m}/{uuid.uuid4().hex}.{kind.value}"
        try:
            with transaction.atomic():
                row.file.save(path, ContentFile(data), save=True)
        except IntegrityError:
            # The other press was first, a moment ago.
            row.file.storage.delete(row.file.name)
            if not same.exists():
                raise
    return ""


def offered_spot(files: Iterable[Attachment], house: Village) -> Spot | None:
    """The place that a picture of this form offers, in words. One query."""
    for one in files:
        if one.offered_lon is not None and one.offered_lat is not None:
            return spot_of(Position(one.offered_lat, one.offered_lon), house)
    return None


def spot_of(position: Position, house: Village) -> Spot | None:
    """What is at a position, or None where it isn't in our municipality. One query."""
    lon, lat = position.longitude, position.latitude
    if not house.ortschaften:
        return None
    ortschaft = min(house.ortschaften, key=lambda one: _kilometres(lon, lat, one.lon, one.lat))
    if _kilometres(lon, lat, ortschaft.lon, ortschaft.lat) > _OUR_AREA_KM:
        return None
    reach = _NEARBY_KM / _KILOMETRES_PER_DEGREE
    places = Place.objects.filter(
        lon__range=(lon - 2 * reach, lon + 2 * reach), lat__range=(lat - reach, lat + reach)
    )
    near = [(_kilometres(lon, lat, x, y), name) for name, x, y in places.values_list("name", "lon", "lat")]
    within = [one for one in near if one[0] <= _NEARBY_KM]
    words = f"{min(within)[1]}, {ortschaft.name}" if within else ortschaft.name
    return Spot(lon, lat, words, ortschaft.slug)


def _kilometres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The distance of two places of one municipality; the Earth is flat there."""
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return _KILOMETRES_PER_DEGREE * math.hypot(east, lat - other_lat)
