"""What can be said about an attachment: the limits it is measured against, and the two answers there are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from smartbarleben.cases.exif import Position

MEGABYTE = 1_000_000
MEGAPIXEL = 1_000_000


class Kind(StrEnum):
    """What we take. The value is the suffix that the file gets in its name."""

    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"
    PDF = "pdf"
    TEXT = "txt"
    DOCX = "docx"
    ODT = "odt"

    @property
    def is_picture(self) -> bool:
        """Whether the file is stored only after `clean_picture` has made it anew."""
        return self in PICTURES

    @property
    def content_type(self) -> str:
        """The media type by content; what browser or mail claimed plays no part."""
        return CONTENT_TYPES[self]


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.HEIC})
CONTENT_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.GIF: "image/gif",
    Kind.HEIC: "image/heic",
    Kind.PDF: "application/pdf",
    Kind.TEXT: "text/plain",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
}


class Code(StrEnum):
    """Why something was refused. `cases/upload_words.py` has a sentence for each, with what to do."""

    TOO_MANY = "too_many"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    MIXED = "mixed"
    SVG = "svg"
    HTML = "html"
    PROGRAM = "program"
    ARCHIVE = "archive"
    VIDEO = "video"
    SOUND = "sound"
    MAIL = "mail"
    OLD_OFFICE = "old_office"
    OTHER_OFFICE = "other_office"
    OTHER_PICTURE = "other_picture"
    HEIC_UNREADABLE = "heic_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_TOO_LONG = "picture_too_long"
    PICTURE_CUT_OFF = "picture_cut_off"
    PICTURE_DAMAGED = "picture_damaged"
    PICTURE_TOO_COMPLEX = "picture_too_complex"
    PDF_LOCKED = "pdf_locked"
    PDF_ACTIVE = "pdf_active"
    PDF_ATTACHMENTS = "pdf_attachments"
    PDF_DAMAGED = "pdf_damaged"
    PDF_UNCHECKED = "pdf_unchecked"
    OFFICE_LOCKED = "office_locked"
    OFFICE_MACROS = "office_macros"
    OFFICE_EMBEDDED = "office_embedded"
    OFFICE_REMOTE = "office_remote"
    OFFICE_TOO_MUCH = "office_too_much"
    OFFICE_DAMAGED = "office_damaged"


@dataclass(frozen=True, slots=True)
class Limits:
    """What we take. Sizes in bytes unless the name says otherwise; files are counted for each submission."""

    files: int = 5
    file_bytes: int = 10 * MEGABYTE
    megapixels: int = 40
    side_px: int = 30_000
    decode_bytes: int = 230 * MEGABYTE
    office_entries: int = 1_000
    office_unpacked_bytes: int = 60 * MEGABYTE
    office_xml_bytes: int = 20 * MEGABYTE
    office_ratio: int = 100
    pdf_unpacked_bytes: int = 40 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that we take. `name` is for showing, never a path; pictures are measured as people see them (turned)."""

    kind: Kind
    content_type: str
    name: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    position: Position | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that we do not take. `facts` fill the sentence for `code`: sizes in bytes, lengths in px, counts."""

    code: Code
    facts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


class RefusedError(Exception):
    """Carries a refusal from the depth of a file to whoever asked."""

    def __init__(self, code: Code, **facts: int) -> None:
        super().__init__(code.value)
        self.refused = Refused(code, MappingProxyType(facts))
