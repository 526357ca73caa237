"""Loads items from plain mappings (the YAML files of `data/<village>/`) with texts in all languages and the trail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from smartbarleben.kernel.plaintext import text_to_html
from smartbarleben.places.loading import LoadError, explain, source_values
from smartbarleben.places.models import Ortschaft, Place

from . import actions, kinds
from .models import Item
from .relative_dates import DateSpecError, resolve, resolve_day

ZONE = ZoneInfo("Europe/Berlin")
# Days after which a fact of a kind is asked for again; the others keep the model's default of a year.
REVIEW_DAYS = {"closure": 30, "event": 180, "club": 365, "office": 180, "service": 365}

type Row = Mapping[str, Any]
# Rooms above this one read files of their own from a data folder: name of the file → how it is stored.
type PartLoader = Callable[[Any, date, Mapping[str, Ortschaft]], int]
_parts: dict[str, PartLoader] = {}


def register_part(name: str, load: PartLoader) -> None:
    """Let a room store `<name>.yaml` of a data folder: ``load(content, start, ortschaften)`` returns the rows."""
    _parts[name] = load


def parts() -> Mapping[str, PartLoader]:
    """The further files, by name."""
    return _parts


@dataclass
class Loader:
    """Remembers what is stored already, so that later rows can point to it by key."""

    start: date
    ortschaften: Mapping[str, Ortschaft]
    places: Mapping[str, Place]
    items: dict[tuple[str, str], Item] = field(default_factory=dict)

    def load(self, kind: str, rows: Sequence[Row]) -> int:
        """Store the rows of one kind. Raises LoadError naming the row; returns how many."""
        model, values_of = _READERS[kind]
        for row in rows:
            where = f"{kind} {row.get('key', '?')}"
            try:
                values = self._shared_values(kind, row) | values_of(self, row)
                item = actions.create_item(model, texts=_texts(row), **values)
            except (ValidationError, DateSpecError, KeyError, ValueError) as problem:
                raise explain(where, problem) from problem
            self.items[kind, row["key"]] = item
        return len(rows)

    def link(self, rows: Sequence[Row]) -> int:
        """Store the trail's links between items loaded before, named by key (of any kind)."""
        by_key: dict[str, Item] = {}
        for (_kind, key), item in self.items.items():
            by_key.setdefault(key, item)
        for row in rows:
            where = f"trail {row.get('source')} → {row.get('target')}"
            for end in (row["source"], row["target"]):
                if end not in by_key:
                    raise LoadError(f"{where}: there is no item {end!r}.")
            try:
                actions.link(
                    source=by_key[row["source"]],
                    target=by_key[row["target"]],
                    relation=row["relation"],
                    reason=row.get("reason", ""),
                )
            except (ValidationError, ValueError) as problem:
                raise explain(where, problem) from problem
        return len(rows)

    def when(self, spec: Any, default_time: time = time(0)) -> datetime | None:
        """A moment of a row, or None."""
        return None if spec is None else resolve(spec, self.start, ZONE, default_time=default_time)

    def _shared_values(self, kind: str, row: Row) -> dict[str, Any]:
        ortschaft, place = row.get("ortschaft"), row.get("place")
        if ortschaft and ortschaft not in self.ortschaften:
            raise ValueError(f"there is no Ortschaft {ortschaft!r}")
        if place and place not in self.places:
            raise ValueError(f"there is no place {place!r}")
        days = REVIEW_DAYS.get(kind, 365)
        # A source that asks for a check is due from the first day.
        review_by = self.start if row.get("review") == "due" else self.start + timedelta(days=days)
        published = self.when(row.get("published"), time(9)) or resolve(
            {"day": -1, "time": "09:00"}, self.start, ZONE
        )
        return {
            "slug": row["key"],
            "title": row["title"],
            "summary": row.get("summary", ""),
            "body": text_to_html(row.get("body") or ""),
            "ortschaft": self.ortschaften.get(ortschaft or ""),
            "place": self.places.get(place or ""),
            "location": row.get("location") or row.get("street") or "",
            "all_day": bool(row.get("all_day")),
            "is_cancelled": bool(row.get("cancelled")),
            "published_on": published,
            "review_by": review_by,
            "review_every_days": days,
            **source_values(row),
        }


def _texts(row: Row) -> dict[str, dict[str, Any]]:
    return {
        language: {**text, "body": text_to_html(text.get("body") or "")}
        for language, text in (row.get("translations") or {}).items()
    }


def _news(loader: Loader, row: Row) -> dict[str, Any]:
    return {}


def _event(loader: Loader, row: Row) -> dict[str, Any]:
    audience = row.get("audience") or "all"
    if not isinstance(audience, str):
        audience = "all" if "all" in audience else audience[0]
    club = loader.items.get(("club", row.get("organiser") or ""))
    return {
        "starts_at": loader.when(row["starts"]),
        "ends_at": loader.when(row.get("ends")),
        "recurrence": row.get("recurrence") or "",
        "audience": audience,
        "cost_cents": row.get("cost_cents"),
        "cost_note": row.get("cost_note") or "",
        "organiser": "" if club else (row.get("organiser") or ""),
        "club": club,
        "registration": row.get("registration") or "",
        "is_unconfirmed": bool(row.get("unconfirmed")),
    }


def _notice(loader: Loader, row: Row) -> dict[str, Any]:
    return {
        "starts_at": loader.when(row.get("display_from")),
        "ends_at": loader.when(row.get("display_until"), time(23, 59)),
        "reference": row.get("reference") or "",
        "legal_basis": row.get("legal_basis") or "",
    }


def _closure(loader: Loader, row: Row) -> dict[str, Any]:
    return {
        "what": row.get("kind", "closure"),
        "starts_at": loader.when(row.get("from")),
        "ends_at": loader.when(row.get("until"), time(23, 59)),
        "all_day": "time" not in (row.get("from") if isinstance(row.get("from"), Mapping) else {}),
        "detour": row.get("detour") or "",
        "affects": list(row.get("affects") or []),
        "line": row.get("area") or [],
    }


def _page(loader: Loader, row: Row) -> dict[str, Any]:
    return {"in_footer": bool(row.get("in_footer"))}


def _club(loader: Loader, row: Row) -> dict[str, Any]:
    topics = row.get("topics") or ""
    return {
        "topics": topics if isinstance(topics, str) else ", ".join(topics),
        "contact": row.get("contact") or "",
        "phone": row.get("phone") or "",
        "email": row.get("email") or "",
        "website": row.get("website") or "",
        "meets": row.get("meets") or "",
    }


def _keywords(row: Row) -> str:
    return ", ".join(row.get("keywords") or [])


def _office(loader: Loader, row: Row) -> dict[str, Any]:
    return {"phone": row.get("phone") or "", "email": row.get("email") or "", "keywords": _keywords(row)}


def _service(loader: Loader, row: Row) -> dict[str, Any]:
    responsible = row["responsible"]
    office = None
    if responsible.get("office"):
        office = loader.items.get(("office", responsible["office"]))
        if office is None:
            raise ValueError(f"there is no office {responsible['office']!r}")
    return {
        "office": office,
        "responsible_name": responsible.get("name") or "",
        "responsible_url": responsible.get("url") or "",
        "keywords": _keywords(row),
    }


def _project(loader: Loader, row: Row) -> dict[str, Any]:
    number = int(row.get("number", 0))
    return {
        "number": number,
        "fields_of_action": list(row.get("handlungsfelder") or []),
        # Projects are read by number; the list sorts by the day of publication.
        "published_on": resolve({"day": -10 + number, "time": "09:00"}, loader.start, ZONE),
    }


def _measure(loader: Loader, row: Row) -> dict[str, Any]:
    project = row.get("project")
    if project and ("project", project) not in loader.items:
        raise ValueError(f"there is no project {project!r}")
    return {
        "project": loader.items.get(("project", project or "")),
        "status": row.get("status", "planned"),
        "reason": row.get("reason") or "",
        "cost_cents": row.get("cost_cents"),
        "funded_cents": row.get("funded_cents", row.get("funding_cents")),
        "funding": row.get("funding") or "",
    }


def _milestone(loader: Loader, row: Row) -> dict[str, Any]:
    spec = row["date"]
    day = resolve_day(spec, loader.start)
    return {
        "starts_at": datetime.combine(day, time(0), tzinfo=ZONE),
        "all_day": True,
        "date_precision": row.get("precision", "day"),
        "is_done": bool(row.get("done", day <= loader.start)),
        "measure": loader.items.get(("measure", row.get("measure") or "")),
    }


def _wish(loader: Loader, row: Row) -> dict[str, Any]:
    answered = row.get("answered_on")
    return {
        "channel": row.get("channel") or "",
        "answer": row.get("answer") or "",
        "answered_on": resolve_day(answered, loader.start) if answered else None,
    }


def _decision(loader: Loader, row: Row) -> dict[str, Any]:
    return {
        "starts_at": loader.when(row.get("decided_on")),
        "all_day": True,
        "outcome": row.get("outcome", "open"),
        "decided_by": row.get("decided_by") or "",
        "reason": row.get("reason") or "",
        "take_part": row.get("take_part") or "",
    }


def _funding(loader: Loader, row: Row) -> dict[str, Any]:
    return {"amount_cents": row.get("amount_cents"), "payer": row.get("payer") or ""}


_READERS: dict[str, tuple[type[Item], Callable[[Loader, Row], dict[str, Any]]]] = {
    "news": (kinds.News, _news),
    "event": (kinds.Event, _event),
    "notice": (kinds.Notice, _notice),
    "closure": (kinds.Closure, _closure),
    "page": (kinds.Page, _page),
    "club": (kinds.Club, _club),
    "office": (kinds.Office, _office),
    "service": (kinds.Service, _service),
    "project": (kinds.Project, _project),
    "measure": (kinds.Measure, _measure),
    "milestone": (kinds.Milestone, _milestone),
    "wish": (kinds.Wish, _wish),
    "decision": (kinds.Decision, _decision),
    "funding": (kinds.Funding, _funding),
}
