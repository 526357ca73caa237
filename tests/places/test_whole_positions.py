"""What old villages hold as positions is whole after the migration."""

from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from smartbarleben.kernel.cells import cell
from smartbarleben.places.whole_positions import keep_whole_positions

RATHAUS = (11.6187, 52.2033)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((*RATHAUS, None), (*RATHAUS, cell(*RATHAUS))),
        ((*RATHAUS, 7), (*RATHAUS, cell(*RATHAUS))),
        ((*RATHAUS, cell(*RATHAUS)), (*RATHAUS, cell(*RATHAUS))),
        ((11.6187, None, None), (None, None, None)),
        ((None, 52.2033, 7), (None, None, None)),
        ((11.6187, 95.0, None), (None, None, None)),
        ((None, None, None), (None, None, None)),
    ],
)
@isolate_apps("smartbarleben.places")
def test_a_position_is_whole_or_none(before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    class Old(models.Model):
        lon = models.FloatField(null=True)
        lat = models.FloatField(null=True)
        cell = models.BigIntegerField(null=True)

        class Meta:
            app_label = "places"
            db_table = "old_positions"

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE old_positions"
            " (id bigint PRIMARY KEY, lon double precision, lat double precision, cell bigint)"
        )
    try:
        Old.objects.create(pk=1, **dict(zip(("lon", "lat", "cell"), before, strict=True)))
        keep_whole_positions("places", "Old")(Old._meta.apps, None)
        assert Old.objects.values_list("lon", "lat", "cell").get() == after
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE old_positions")
