"""What we read from a photo's EXIF before all of it is thrown away: where, when, which way up. Pure.

A reader of our own for five tags, because it may be fed anything: it looks at a bounded number of entries, follows
two references and nothing else, and what makes no sense counts as not there.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

# Most cameras write the time on their own clock and no zone.
CAMERA_ZONE = ZoneInfo("Europe/Berlin")

_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_MOST_ENTRIES = 300
_LONGEST_TEXT = 40
_FIRST_YEAR = 1990
_LARGEST_OFFSET_MINUTES = 14 * 60

type _Fields = dict[int, tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class Position:
    """A place on Earth in decimal degrees (WGS 84), six decimals, about ten centimetres. Altitude is left out."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What a photo tells about itself. `orientation` is 1 to 8 as in EXIF; `taken_at` is aware, in UTC."""

    orientation: int = 1
    position: Position | None = None
    taken_at: datetime | None = None


def read(block: bytes | None, *, now: datetime | None = None) -> Facts:
    """The facts in an EXIF block (with or without its "Exif" header). Never raises; a time after `now` is no time."""
    if block is None:
        return Facts()
    tiff = block.removeprefix(b"Exif\0\0")
    order: Literal["<", ">"]
    if tiff.startswith(b"II*\0"):
        order = "<"
    elif tiff.startswith(b"MM\0*"):
        order = ">"
    else:
        return Facts()
    first = _fields(tiff, _number_at(tiff, 4, order), order)
    shot = _fields(tiff, _number(first, _EXIF_IFD, order), order)
    gps = _fields(tiff, _number(first, _GPS_IFD, order), order)
    orientation = _number(first, _ORIENTATION, order)
    return Facts(
        orientation=orientation if orientation in range(1, 9) else 1,
        position=_position(gps, order),
        taken_at=_taken_at(_text(shot, _TAKEN), _text(shot, _TAKEN_OFFSET), now or datetime.now(UTC)),
    )


def _number_at(tiff: bytes, at: int, order: str) -> int:
    piece = tiff[at : at + 4]
    return int(struct.unpack(order + "I", piece)[0]) if len(piece) == 4 else 0


def _fields(tiff: bytes, at: int, order: str) -> _Fields:
    """The entries of one directory: tag to (type, count, value bytes). 0 is no place for a directory."""
    if not 8 <= at <= len(tiff) - 2:
        return {}
    count = min(int(struct.unpack_from(order + "H", tiff, at)[0]), _MOST_ENTRIES, (len(tiff) - at - 2) // 12)
    found: _Fields = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(order + "HHI", tiff, entry)
        size = _SIZES.get(kind, 0) * number
        start = entry + 8 if size <= 4 else _number_at(tiff, entry + 8, order)
        # Nothing that is read here is longer than three rationals or a line of text.
        if 0 < size <= max(24, _LONGEST_TEXT) and start + size <= len(tiff):
            found.setdefault(tag, (kind, number, tiff[start : start + size]))
    return found


def _number(fields: _Fields, tag: int, order: str) -> int:
    kind, count, raw = fields.get(tag, (0, 0, b""))
    if count != 1 or kind not in (3, 4):
        return 0
    return int(struct.unpack(order + ("H" if kind == 3 else "I"), raw)[0])


def _text(fields: _Fields, tag: int) -> str:
    kind, _count, raw = fields.get(tag, (0, 0, b""))
    return raw.split(b"\0")[0].decode("ascii", errors="replace").strip() if kind == 2 else ""


def _position(gps: _Fields, order: str) -> Position | None:
    latitude = _degrees(gps, _LATITUDE, _text(gps, _LATITUDE_REF), "NS", 90, order)
    longitude = _degrees(gps, _LONGITUDE, _text(gps, _LONGITUDE_REF), "EW", 180, order)
    if latitude is None or longitude is None:
        return None
    # Phones without a fix write zeros; nobody photographs Barleben from the Gulf of Guinea.
    if latitude == 0 and longitude == 0:
        return None
    return Position(latitude, longitude)


def _degrees(gps: _Fields, tag: int, ref: str, refs: str, most: int, order: str) -> float | None:
    kind, count, raw = gps.get(tag, (0, 0, b""))
    if kind != 5 or count != 3 or len(ref) != 1 or ref.upper() not in refs:
        return None
    parts: tuple[int, ...] = struct.unpack(order + "6I", raw)
    if not all(parts[1::2]):
        return None
    degrees, minutes, seconds = (above / below for above, below in zip(parts[::2], parts[1::2], strict=True))
    if minutes >= 60 or seconds > 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value > most:
        return None
    return round(-value if ref.upper() == refs[1] else value, 6)


def _taken_at(text: str, offset: str, now: datetime) -> datetime | None:
    try:
        wall = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows below
        taken = wall.replace(tzinfo=_zone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # A camera's clock may be a little fast or set to another zone, but not to another year.
    if wall.year < _FIRST_YEAR or taken > now + timedelta(days=1):
        return None
    return taken


def _zone(offset: str) -> timezone | ZoneInfo:
    """The zone of an EXIF offset such as "+02:00"; the camera's supposed one if there is none that makes sense."""
    hours, colon, minutes = offset[1:].partition(":")
    if (
        offset[:1] not in ("+", "-")
        or not colon
        or not (hours + minutes).isascii()
        or not (hours + minutes).isdigit()
    ):
        return CAMERA_ZONE
    total = int(hours) * 60 + int(minutes) if len(hours) == len(minutes) == 2 else _LARGEST_OFFSET_MINUTES + 1
    if total > _LARGEST_OFFSET_MINUTES:
        return CAMERA_ZONE
    return timezone(timedelta(minutes=total if offset[0] == "+" else -total))
