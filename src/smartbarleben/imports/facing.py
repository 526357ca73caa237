"""Where a source's entries meet what stands here: the plan of a delivery, made from a few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from . import planning, registry
from .models import Record, Source, WhenGone
from .planning import Entry, Known
from .reading import Delivery
from .registry import Origin, State, Target


@dataclass(frozen=True, slots=True)
class Faced:
    """A plan with what it was made from: the records by the source's key, and keys of things found here by key."""

    entries: list[Entry]
    records: Mapping[str, Record]
    found: Mapping[str, str]


def origin_of(source: Source, today: date) -> Origin:
    """What everything from this source says about where it is from."""
    return Origin(
        name=source.name,
        url=source.address if source.address.startswith(("https://", "http://")) else "",
        as_of=today,
        owner=source.owner,
        ortschaft=source.ortschaft_id,
        publish=source.publish,
        take_back=source.when_gone == WhenGone.TAKE_BACK,
        option=source.option,
    )


def target_of(source: Source) -> Target:
    """What the source's entries become."""
    return registry.target(source.target)


def face(source: Source, delivery: Delivery, only: Iterable[str] | None = None) -> Faced:
    """The plan for a delivery; ``only``: the part of it for these keys."""
    rows, origin = delivery.rows, delivery.origin
    target = target_of(source)
    wanted = Record.objects.filter(source=source)
    if only is not None:
        chosen = set(only)
        wanted = wanted.filter(key__in=chosen)
        rows = [row for row in rows if row.key in chosen]
    records = {record.key: record for record in wanted}
    states = target.read([record.object_key for record in records.values()])
    strangers = [row for row in rows if row.key not in records]
    found = _unclaimed(target, target.find(strangers, origin) if strangers else {})
    here = target.read(list(found.values())) if found else {}
    entries = planning.plan(
        rows,
        {key: _known(record, states.get(record.object_key)) for key, record in records.items()},
        {key: here[thing].values for key, thing in found.items() if thing in here},
        target.title_field,
        delivery.report.spares,
    )
    return Faced(entries, records, found)


def _unclaimed(target: Target, found: Mapping[str, str]) -> dict[str, str]:
    """Without what belongs to a source already; of several rows that mean one thing the first has it."""
    claimed = set(
        Record.objects.filter(target=target.key, object_key__in=list(found.values())).values_list(
            "object_key", flat=True
        )
    )
    free: dict[str, str] = {}
    for key in sorted(found):
        if found[key] not in claimed:
            claimed.add(found[key])
            free[key] = found[key]
    return free


def _known(record: Record, state: State | None) -> Known:
    return Known(
        key=record.key,
        given=record.given,
        stored=record.stored,
        here=None if state is None else state.values,
        vanished=record.vanished_at is not None,
        over=state is not None and state.is_over,
    )
