"""The columns of a table, their names in German and English, and how their cells are read. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time

from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.wording import gettext_noop

from .incoming import Value

YES = {"ja", "yes", "j", "y", "x", "1", "wahr", "true"}
NO = {"nein", "no", "n", "0", "falsch", "false", "-"}
_MAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?(?:\s*(?:uhr|h))?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")


class CellError(ValueError):
    """A cell that cannot be understood: what is wrong and how to write it, as texts to translate."""

    def __init__(self, problem: str, mend: str = "", **values: str | int) -> None:
        super().__init__(problem % values)
        self.problem, self.mend, self.values = problem, mend, values


type Read = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, the headings that mean it (the first stands in the template), how it is read.

    ``example`` is what the template shows; a function where only the village knows it. ``default`` is the value of an
    empty cell.
    """

    field: str
    headings: tuple[str, ...]
    read: Read
    required: bool = False
    example: str | Callable[[], str] = ""
    default: Value = ""


def text(most: int) -> Read:
    """Words on one line, at most so many characters."""

    def read(cell: str) -> Value:
        words = " ".join(cell.split())
        if len(words) > most:
            raise CellError(
                gettext_noop("The text has %(count)d characters."),
                gettext_noop("At most %(most)d fit."),
                count=len(words),
                most=most,
            )
        return words

    return read


def long_text(cell: str) -> Value:
    """A text of several paragraphs."""
    if len(cell) > 20_000:
        raise CellError(
            gettext_noop("The text has %(count)d characters."),
            gettext_noop("At most %(most)d fit."),
            count=len(cell),
            most=20_000,
        )
    return cell.strip()


def mail(cell: str) -> Value:
    """One mail address."""
    if not _MAIL.fullmatch(cell.strip()) or len(cell) > 200:
        raise CellError(
            gettext_noop("“%(cell)s” is no mail address."), gettext_noop("Write it like post@example.org."), cell=cell
        )
    return cell.strip()


def web(cell: str) -> Value:
    """A web address; "www.…" gets its beginning."""
    address = cell.strip()
    if address and "://" not in address:
        address = f"https://{address}"
    # The length first: a cell full of dots would keep the pattern busy for minutes.
    if len(address) > 200 or not re.fullmatch(r"https?://[^\s/@:]+\.[^\s@]+", address, re.IGNORECASE):
        raise CellError(
            gettext_noop("“%(cell)s” is no web address."),
            gettext_noop("Write it like https://www.example.org/."),
            cell=cell,
        )
    return address


def number(low: float, high: float) -> Read:
    """A number between two others, with a point or a comma."""

    def read(cell: str) -> Value:
        try:
            found = float(cell.strip().replace(",", "."))
        except ValueError:
            found = float("nan")
        if not low <= found <= high:
            raise CellError(
                gettext_noop("“%(cell)s” is no number from %(low)s to %(high)s."),
                gettext_noop("Write it like 52,2019."),
                cell=cell,
                low=f"{low:g}",
                high=f"{high:g}",
            )
        return round(found, 7)

    return read


def yes_no(cell: str) -> Value:
    """ "ja" or "nein"."""
    word = cell.strip().casefold()
    if word not in YES | NO:
        raise CellError(
            gettext_noop("“%(cell)s” is neither yes nor no."), gettext_noop("Write ja or nein."), cell=cell
        )
    return word in YES


def choice(words: Mapping[str, tuple[str, ...]]) -> Read:
    """One of given values, by any of its names."""
    known = {fold(name): value for value, names in words.items() for name in (value, *names)}

    def read(cell: str) -> Value:
        found = known.get(fold(cell))
        if found is None:
            raise CellError(
                gettext_noop("“%(cell)s” is none of the known words."),
                gettext_noop("Known are: %(known)s."),
                cell=cell,
                known=", ".join(names[0] if names else value for value, names in words.items()),
            )
        return found

    return read


def day(cell: str) -> Value:
    """A day: "24.12.2026" or "2026-12-24"; stored as the latter."""
    german = _DAY.fullmatch(cell.strip())
    text = f"{german[3]}-{german[2]:0>2}-{german[1]:0>2}" if german else cell.strip()
    try:
        found = date.fromisoformat(text)
        if not 1990 <= found.year <= 2200:
            raise ValueError
    except ValueError:
        raise CellError(
            gettext_noop("“%(cell)s” is no day."), gettext_noop("Write it like 24.12.2026."), cell=cell
        ) from None
    return found.isoformat()


def clock(cell: str) -> Value:
    """A time of day: "18:00", "18.30", "18 Uhr"; stored as "18:00"."""
    found = _CLOCK.fullmatch(cell.strip())
    if found and 24 <= int(found[1]) < 48:
        raise CellError(
            gettext_noop("“%(cell)s” lies past midnight."),
            gettext_noop("Write %(clock)s and the following day."),
            cell=cell,
            clock=f"{int(found[1]) - 24}:{found[2] or '00'}",
        )
    try:
        if not found:
            raise ValueError
        return time(int(found[1]), int(found[2] or 0)).strftime("%H:%M")
    except ValueError:
        raise CellError(
            gettext_noop("“%(cell)s” is no time of day."), gettext_noop("Write it like 18:30."), cell=cell
        ) from None
