"""Clubs out of tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from smartbarleben.imports import columns
from smartbarleben.imports.columns import Column
from smartbarleben.imports.incoming import Incoming
from smartbarleben.imports.registry import FromTables, Origin
from smartbarleben.imports.tables import Row
from smartbarleben.imports.trouble import Report
from smartbarleben.kernel.folding import fold, slugify

from ..kinds import Club
from .items import ItemTarget, by_name
from .villages import ORTSCHAFT, known_village


class Clubs(ItemTarget, FromTables):
    """Rows become clubs."""

    key = "clubs"
    kind = "club"
    label = gettext_lazy("Clubs")
    hint = gettext_lazy("A table (CSV, Excel) with a row for each club.")
    plain = ("title", "summary", "topics", "contact", "phone", "email", "website", "meets")
    other = ("body", "ortschaft")
    columns = (
        Column("number", ("Nummer", "Number", "ID", "Kennung"), columns.text(100), example="1"),
        Column("title", ("Name", "Verein", "Titel", "Title", "Club"), columns.text(160), True, "Sportverein Muster"),
        ORTSCHAFT,
        Column("summary", ("Kurztext", "Summary", "Beschreibung"), columns.text(300), example="Fußball und Turnen."),
        Column("topics", ("Themen", "Topics", "Sparte", "Angebot"), columns.text(200), example="Sport, Kinder"),
        Column("contact", ("Kontakt", "Contact", "Ansprechpartner"), columns.text(200), example="Vorstand"),
        Column("phone", ("Telefon", "Phone", "Tel"), columns.text(40), example="039203 12345"),
        Column("email", ("E-Mail", "Mail", "Email"), columns.mail, example="post@example.org"),
        Column(
            "website", ("Webseite", "Website", "Homepage", "URL"), columns.web, example="https://www.example.org/"
        ),
        Column("meets", ("Trifft sich", "Meets", "Zeiten"), columns.text(200), example="dienstags 18 Uhr"),
        Column("body", ("Text", "Description"), columns.long_text),
    )
    labels: Mapping[str, Any] = {
        "title": gettext_lazy("name"),
        "summary": gettext_lazy("in one or two sentences"),
        "body": gettext_lazy("text"),
        "ortschaft": gettext_lazy("Ortschaft"),
        "topics": gettext_lazy("topics"),
        "contact": gettext_lazy("contact"),
        "phone": gettext_lazy("phone"),
        "email": gettext_lazy("mail"),
        "website": gettext_lazy("website"),
        "meets": gettext_lazy("meets"),
    }

    def from_table(self, rows: Iterable[Row], report: Report, origin: Origin) -> Iterator[Incoming]:
        village = known_village(origin)
        for row in rows:
            values = dict(row.values)
            number = values.pop("number", "")
            values["ortschaft"] = values.get("ortschaft") or village
            yield Incoming(str(number or slugify(str(values["title"]))), values, row.line)

    def find(self, rows: Sequence[Incoming], origin: Origin) -> dict[str, str]:
        """A club of the same name is the same club."""
        known = by_name(Club)
        found = {row.key: known.get(fold(str(row.values["title"])), "") for row in rows}
        return {key: pk for key, pk in found.items() if pk}
