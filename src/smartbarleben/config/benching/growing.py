"""Makes a village of a given size for `./village bench growth`, and names the pages that are measured in it.

Run in a process of its own: ``python -m smartbarleben.config.benching.growing COUNT`` prints one JSON line; without
COUNT it only makes the village that all of them begin with.
"""

import json
import os
import sys


def begin() -> None:
    """Migrate SMARTBARLEBEN_DATA and load Barleben."""
    from django.core.management import call_command

    from smartbarleben.config.settings import ROOT

    call_command("migrate", verbosity=0)
    call_command("load_village", str(ROOT / "data" / "barleben"), verbosity=0)


def main(count: int) -> None:
    """Fill SMARTBARLEBEN_DATA with ``count`` items, as many places on the map, and as many cases."""
    from django.db import connection

    from smartbarleben.cases import access
    from smartbarleben.cases import benches as cases
    from smartbarleben.cases.models import Case
    from smartbarleben.content.models import Item
    from smartbarleben.map import benches as points
    from smartbarleben.search import benches as search

    from .seed import fill

    fill(count)
    points.POINTS = count
    cases.COUNT, cases.BATCH = count, min(cases.BATCH, count)
    for room in (points, cases, search):
        room.fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    item = Item.objects.filter(kind="event", live=True, slug__startswith="b").order_by("-pk")[0]
    # A tile of the same size at each count: a street and what is around it.
    tile = next(str(one["path"]) for one in points.cases() if one["case"] == "tile z16")
    print(
        json.dumps(
            {
                "home": "/",
                "list": "/neues/",
                "item": f"/termine/{item.slug}/",
                "search": "/suche/?art=event&q=Sommerfest",
                "map data": tile,
                "case page": access.path(Case.objects.order_by("-pk")[0]),
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    import django

    django.setup()
    if sys.argv[1:]:
        main(int(sys.argv[1]))
    else:
        begin()
