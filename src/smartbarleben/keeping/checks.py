"""The doctor's registry: small looks at the house, each with what to do where something is wrong.

    checks.register("map.tiles", look, label=_("The map's tiles"))

``look()`` returns findings; nothing to say means that all is well. A look that fails is a finding itself, so that one
broken part of the house hides no other. `./village doctor` and staff's pages show the same list.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from django.db import Error
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

type Words = str | Promise
type Look = Callable[[], Iterable["Finding"]]


class Level(StrEnum):
    """``WARN``: the village works, and somebody should see to it. ``BROKEN``: something does not work."""

    OK = "ok"
    WARN = "warn"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look saw, and how to mend it; ``values`` fill the %(name)s of both. `look` sets the ``id``.

    ``blind``: the look itself failed, because the database does not answer.
    """

    level: Level
    text: Words
    mend: Words = ""
    values: Mapping[str, object] = field(default_factory=dict)
    id: str = ""
    blind: bool = False

    def said(self) -> str:
        """The text in the present language."""
        return str(self.text) % self.values if self.values else str(self.text)

    def mended(self) -> str:
        """How to mend it, in the present language; "" where nothing is to be done."""
        return str(self.mend) % self.values if self.values else str(self.mend)

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {"id": self.id, "level": self.level.value, "text": self.said(), "mend": self.mended()}


@dataclass(frozen=True, slots=True)
class Check:
    """One look under a name that stays the same over versions ("room.what")."""

    name: str
    look: Look
    label: Words


_checks: dict[str, Check] = {}


def register(name: str, look: Look, *, label: Words) -> None:
    """Add a check; the same name again replaces it. Rooms call this when ready. ``label`` says what is looked at."""
    _checks[name] = Check(name, look, label)


def registered() -> Iterator[Check]:
    """All checks, in the order in which the rooms came."""
    return iter(_checks.values())


def look(check: Check) -> list[Finding]:
    """What a check finds, at least one finding: "ok" where it has nothing to say."""
    try:
        found = list(check.look())
    except Exception as problem:
        found = [
            Finding(
                Level.BROKEN,
                _("%(label)s: this could not be looked at (%(problem)s)."),
                _("Mend what else is broken first, then look again. If it stays, report it with these words."),
                {"label": check.label, "problem": f"{type(problem).__name__}: {problem}"[:300]},
                blind=isinstance(problem, Error),
            )
        ]
    return [replace(one, id=check.name) for one in found or [Finding(Level.OK, check.label)]]


def not_seen(blind: Sequence[Finding]) -> Finding:
    """Many looks that failed for the same reason, in one finding."""
    return Finding(
        Level.BROKEN,
        ngettext_lazy(
            "%(count)d check needs the database, which does not answer: %(problem)s",
            "%(count)d checks need the database, which does not answer: %(problem)s",
            len(blind),
        ),
        _("Mend the database first."),
        {"count": len(blind), "problem": blind[0].values.get("problem", "")},
        id="keeping.not_seen",
    )


def look_at_all(names: Iterable[str] = ()) -> Iterator[tuple[Check, list[Finding], float]]:
    """Each check with its findings and the seconds it took; only those named, if any are."""
    wanted = set(names)
    for check in list(registered()):
        if not wanted or check.name in wanted:
            began = time.monotonic()
            found = look(check)
            yield check, found, time.monotonic() - began


def worst(findings: Iterable[Finding]) -> Level:
    """The gravest level among findings."""
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.OK)
