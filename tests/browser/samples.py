"""One real address for each public address of the house, asked of the loaded data.

``python -m tests.browser.samples`` prints {key of `addresses.Address`: {language: path}} as JSON. It has a process of
its own, because one that drives a browser must not talk to the database.
"""

import json
from collections.abc import Callable
from typing import Any

type Words = dict[str, Any]


def _item(kind: str, **conditions: Any) -> Words:
    """The published item of a kind with the most to show: trail, translations, photo."""
    from django.db.models import Count

    from smartbarleben.content import registry
    from smartbarleben.content.models import Item

    found = Item.objects.filter(kind=kind, live=True, **conditions).annotate(
        steps=Count("leads_to", distinct=True) + Count("comes_from", distinct=True),
        languages=Count("translations", distinct=True),
    )
    best = found.order_by("-languages", "-steps", "pk").first()
    return {"kind": registry.kind(kind), "slug": best.slug} if best else {}


def _dated(kind: str) -> Words:
    conditions: Words = {"starts_at__isnull": False}
    if kind == "milestone":
        conditions["as_milestone__date_precision"] = "day"
    return _item(kind, **conditions)


def _kind(kind: str) -> Words:
    from smartbarleben.content import registry

    return {"kind": registry.kind(kind)}


def _ortschaft(_kind: str) -> Words:
    from smartbarleben.places.models import Ortschaft

    return {"slug": Ortschaft.objects.values_list("slug", flat=True)[0]}


def _place(_kind: str) -> Words:
    from django.db.models import Count

    from smartbarleben.places.models import Place

    best = Place.objects.annotate(rows=Count("hours") + Count("special_hours")).order_by("-rows", "pk")[0]
    return {"slug": best.slug}


def _month(_kind: str) -> Words:
    from smartbarleben.ui.dates import today

    return {"text": f"{today():%Y-%m}"}


def _street(_kind: str) -> Words:
    from smartbarleben.waste.models import Street

    return {"slug": Street.objects.order_by("name").values_list("slug", flat=True)[0]}


def _halt(_kind: str) -> Words:
    from smartbarleben.timetables.models import Halt

    if not Halt.objects.exists():
        _load_a_timetable()
    return {"slug": Halt.objects.order_by("name").values_list("slug", flat=True)[0]}


def _halt_day(kind: str) -> Words:
    from smartbarleben.ui.dates import today

    return _halt(kind) | {"day": today().isoformat()}


def _load_a_timetable() -> None:
    """A made-up one: the village brings none."""
    import tempfile
    from pathlib import Path

    from smartbarleben.places.models import Ortschaft
    from smartbarleben.timetables.actions import import_feed
    from smartbarleben.timetables.samples import busy_feed
    from smartbarleben.ui.dates import today

    villages = list(Ortschaft.objects.values_list("name", "lon", "lat"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.zip"
        path.write_bytes(busy_feed(villages, today(), lines=4, trips_each=20, stops_each=6))
        import_feed(path=path)


def _review(_kind: str) -> Words:
    from smartbarleben.content import freshness
    from smartbarleben.places.models import Place

    return {"token": freshness.token(Place.objects.order_by("pk")[0])}


def _form(kind: str) -> Words:
    from smartbarleben.cases import registry

    found = registry.find(kind)
    return {"form_word": found.word} if found else {}


def _case(_kind: str) -> Words:
    """A case as a resident hands it in, with a file; made once, because the loaded data hold none."""
    import uuid

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from smartbarleben.cases import access, actions, files
    from smartbarleben.cases.models import Door
    from smartbarleben.places.queries import village

    name = uuid.UUID("5f0c6d0e-7f2b-4c53-9f52-0d6f8b1b7a11")
    upload = SimpleUploadedFile("Brief.txt", b"Guten Tag!", "text/plain")
    files.keep(name, [upload], village(), timezone.now())
    case = actions.receive(
        category="question",
        text="Wann wird die Hecke am Breiteweg geschnitten?\nSie ragt auf den Gehweg.",
        door=Door.WEB,
        who=actions.Who(name="Erika Beispiel", email="erika@example.org"),
        submission=name,
        is_example=True,
    )
    return {"number": case.number, "secret": access.token(case)}


def _case_file(kind: str) -> Words:
    from smartbarleben.cases.models import Attachment

    words = _case(kind)
    row = Attachment.objects.filter(case__number=words["number"])[0]
    return words | {"pk": row.pk, "name": row.name}


def _access_link(_kind: str) -> Words:
    """A link that nobody has used yet; looking at its page does not use it."""
    from datetime import timedelta

    from smartbarleben.people import access
    from smartbarleben.people.models import AccessLink

    access.ask(mail="erika@example.org", visitor="192.0.2.1")
    link = AccessLink.objects.order_by("-pk")[0]
    link.digest, link.expires_at = access.digest("muster"), link.expires_at + timedelta(days=1)
    link.save()
    return {"secret": "muster"}


def _security(_kind: str) -> Words:
    """The file is there as soon as the town hall has named somebody."""
    from smartbarleben.opendata.models import Terms

    terms = Terms.objects.first() or Terms()
    terms.security_contact = "sicherheit@example.org"
    terms.save()
    return {}


def _tile(_kind: str) -> Words:
    """The map tile that holds the first Ortschaft."""
    from smartbarleben.kernel.cells import ZOOM, cell
    from smartbarleben.places.models import Ortschaft

    where = cell(*Ortschaft.objects.values_list("lon", "lat")[0]) >> 2 * (ZOOM - 11)
    column = sum((where >> 2 * bit & 1) << bit for bit in range(11))
    row = sum((where >> 2 * bit + 1 & 1) << bit for bit in range(11))
    return {"z": 11, "x": column, "y": row}


def _nothing(_kind: str) -> Words:
    return {}


# The view's name → what its address needs. A view of all kinds is asked once for each.
SAMPLES: dict[str, Callable[[str], Words]] = {
    "content:still_true": _review,
    "content:feed": _nothing,
    "content:feed_ortschaft": _ortschaft,
    "content:calendar": _nothing,
    "content:feed_kind": _kind,
    "content:notice": _item,
    "content:proof": lambda _kind: {"slug": _item("notice")["slug"]},
    "content:ics": _dated,
    "content:slide": _item,
    "content:aloud": _item,
    "content:json": _item,
    "content:qr": _item,
    "cases:answers": _nothing,
    "cases:start": _nothing,
    "cases:find": _nothing,
    "cases:form": _form,
    "cases:follow": _case,
    "cases:receipt": _case,
    "cases:slip_pdf": _case,
    "cases:file": _case_file,
    "opendata:sets": _nothing,
    "opendata:interface": _nothing,
    "opendata:set": lambda _kind: {"key": "termine"},
    "opendata:catalogue": _nothing,
    "opendata:catalogue_turtle": _nothing,
    "opendata:file": lambda _kind: {"key": "orte", "ending": "geojson"},
    "robots": _nothing,
    "sitemap": _nothing,
    "sitemap_file": lambda _kind: {"key": "pages", "number": 1},
    "security": _security,
    "map:map": _nothing,
    "map:names": _nothing,
    "map:marks": _tile,
    "timetables:stops": _nothing,
    "timetables:stop": _halt,
    "timetables:text": _halt,
    "timetables:json": _halt,
    "timetables:day": _halt_day,
    "waste:streets": _nothing,
    "waste:street": _street,
    "waste:file": _street,
    "waste:reminder": _street,
    "portal:home": _nothing,
    "portal:colours": _nothing,
    "portal:ortschaft": _ortschaft,
    "portal:places": _nothing,
    "portal:search": _nothing,
    "portal:suggestions": _nothing,
    "portal:place": _place,
    "portal:responsible": _nothing,
    "portal:strategy": _nothing,
    "portal:events": _nothing,
    "portal:month": _month,
    "portal:list": _kind,
    "portal:item": _item,
    "people:ask": _nothing,
    "people:sent": _nothing,
    "people:open": _access_link,
    "people:account": _nothing,
    "people:account_code": _nothing,
    "ui:gallery": _nothing,
}
# Kinds without a date of their own have no calendar file.
WITHOUT: dict[str, frozenset[str]] = {
    "content:ics": frozenset({"news", "page", "club", "office", "service", "project", "measure", "wish", "funding"})
}


def collect() -> dict[str, dict[str, str]]:
    """The path of each public address in each language. Raises LookupError where the data have no example."""
    from django.urls import reverse
    from django.utils import translation

    from .addresses import LANGUAGES, public

    found: dict[str, dict[str, str]] = {}
    for address in public():
        # Views without a sample are named by test_html.py; all others are tested meanwhile.
        if address.kind in WITHOUT.get(address.name, ()) or address.name not in SAMPLES:
            continue
        words = SAMPLES[address.name](address.kind)
        if "<" in address.route and not words:
            raise LookupError(f"data/barleben has nothing to show for {address.key}")
        found[address.key] = {}
        for language in LANGUAGES:
            with translation.override(language):
                found[address.key][language] = reverse(address.name, kwargs=words or None)
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(collect()))
