"""A village with many items, made in seconds: the real data of Barleben, then rows by the hundred thousand.

Run in a process of its own: ``python -m smartbarleben.config.benching.seed COUNT [ROOM …]`` fills SMARTBARLEBEN_DATA.
"""

import os
import random
import sys
from datetime import timedelta

# What a village publishes in many years: mostly news and dates.
SHARES = {"news": 60, "event": 25, "notice": 8, "closure": 7}
BATCH = 5_000
_NOUNS = ("Sommerfest", "Bauarbeiten", "Sprechstunde", "Lesung", "Turnier", "Gemeinderat", "Ausstellung", "Konzert")
_PLACES = ("Breiteweg", "Bahnhofstraße", "Thieplatz", "Mittellandhalle", "Bibliothek", "Schulstraße")


def fill(count: int) -> None:
    """Add ``count`` live items with dates and English texts. Deterministic: the same count gives the same village."""
    from django.db import connection, transaction
    from django.utils import timezone

    from smartbarleben.content import registry
    from smartbarleben.content.models import Item, ItemText, Occurrence
    from smartbarleben.places.models import Ortschaft

    chance = random.Random(147)  # noqa: S311 (sample data)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    ortschaften = [None, *Ortschaft.objects.values_list("pk", flat=True)]
    next_pk = (Item.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for first in range(0, count, BATCH):
        items, texts, dates = [], [], []
        for number in range(first, min(first + BATCH, count)):
            kind = kinds[number % len(kinds)]
            pk = next_pk + number
            published = now - timedelta(hours=chance.randrange(1, 24 * 365 * 20))
            timed = kind != "news"
            starts = now + timedelta(hours=chance.randrange(-24 * 365 * 19, 24 * 180)) if timed else None
            ends = starts + timedelta(hours=chance.choice([2, 8, 72])) if starts else None
            title = f"{chance.choice(_NOUNS)} {chance.choice(_PLACES)} {number}"
            items.append(
                Item(
                    pk=pk, kind=kind, slug=f"b{number}", title=title, live=True, is_example=True,
                    summary=f"{title}: was Sie wissen sollten, in einem Satz mit etwa achtzig Zeichen Länge.",
                    body=f"<p>{title}.</p><p>{'Ein Satz, der etwas erklärt. ' * 12}</p>",
                    ortschaft_id=chance.choice(ortschaften), location=chance.choice(_PLACES),
                    starts_at=starts, ends_at=ends, published_on=published, sort_at=starts or published,
                )
            )  # fmt: skip
            if number % 3 == 0:
                texts.append(
                    ItemText(item_id=pk, language="en", title=f"{title} (English)", summary=f"{title} in English")
                )
            if timed and registry.kind(kind).timed:
                dates.append(Occurrence(item_id=pk, kind=kind, starts_at=starts, ends_at=ends))
        with transaction.atomic():
            Item.objects.bulk_create(items)
            ItemText.objects.bulk_create(texts)
            Occurrence.objects.bulk_create(dates)
            _fill_kind_tables(connection, next_pk + first)


def _fill_kind_tables(connection: object, first_pk: int) -> None:
    """The second row of each item: Django cannot create rows of inherited tables in bulk, plain SQL can."""
    from smartbarleben.content import registry

    for kind in (registry.kind(key) for key in SHARES):
        model = kind.model
        fields = [field for field in model._meta.local_fields if not field.primary_key]
        names = "".join(f', "{field.column}"' for field in fields)
        with connection.cursor() as cursor:  # type: ignore[attr-defined]
            values = [
                field.get_db_prep_save(field.get_default(), connection)  # type: ignore[arg-type]
                for field in fields
            ]
            marks = ", %s" * len(fields)
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ("item_ptr_id"{names}) '  # noqa: S608 (names of our own models)
                f"SELECT id{marks} FROM content_item WHERE kind = %s AND id >= %s",
                [*values, kind.key, first_pk],
            )


def main(count: int, rooms: list[str]) -> None:
    """Migrate, load Barleben, add ``count`` items, and what rooms add; ``rooms``: those that are measured."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    from smartbarleben.config.settings import ROOT

    from .rooms import modules

    call_command("migrate", verbosity=0)
    call_command("load_village", str(ROOT / "data" / "barleben"), verbosity=0)
    fill(count)
    filling = dict(modules([])) | (dict(modules(rooms)) if rooms else {})
    for module in filling.values():
        if hasattr(module, "fill"):
            module.fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    main(int(sys.argv[1]), sys.argv[2:])
