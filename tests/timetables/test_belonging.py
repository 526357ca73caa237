"""Which stop is whose, and which platforms are one stop."""

import pytest

from smartbarleben.timetables.belonging import Known, Spot, as_one, ortschaft_of, place_of

BARLEBEN, EBENDORF = Spot(1, "Barleben", 11.6187, 52.2033), Spot(2, "Ebendorf", 11.5712, 52.1832)
VILLAGES = (BARLEBEN, EBENDORF)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "expected"),
    [
        ("Barleben, Mitte", 11.6187, 52.2033, 1),
        ("BARLEBEN Bahnhof", 11.6210, 52.2086, 1),
        ("Ebendorf", 11.5712, 52.1832, 2),
        ("Ebendorf (Börde), Kirche", 11.5712, 52.1832, 2),
        ("Ebendorfer Chaussee", 11.6005, 52.1948, None),
        ("Magdeburg, Barleber See", 11.6686, 52.2094, None),
        ("Ebendorf", 13.0, 52.1832, None),
    ],
)
def test_a_stop_belongs_to_the_ortschaft_in_its_name_if_it_lies_near(
    name: str, lon: float, lat: float, expected: int | None
) -> None:
    assert ortschaft_of(Spot(9, name, lon, lat), VILLAGES, ()) == expected


def test_a_place_of_the_town_decides_before_the_name() -> None:
    known = [Known(Spot(7, "Barleber See", 11.6686, 52.2094), 1)]
    assert ortschaft_of(Spot(9, "Magdeburg, Barleber See", 11.6687, 52.2094), VILLAGES, known) == 1


def test_a_stop_stands_at_the_nearest_place() -> None:
    known = [
        Known(Spot(7, "Barleben Mitte", 11.6187, 52.2033), 1),
        Known(Spot(8, "Rathaus", 11.6190, 52.2034), 1),
    ]
    assert place_of(Spot(9, "Barleben, Mitte", 11.61871, 52.2033), known) == 7
    assert place_of(Spot(9, "Barleben, Mitte", 11.6220, 52.2033), known) == 7
    assert place_of(Spot(9, "Barleben, Süd", 11.6220, 52.1800), known) is None


def test_platforms_of_one_name_close_together_are_one_stop() -> None:
    stops = [
        Spot(1, "Barleben, Mitte", 11.6187, 52.2033),
        Spot(2, "Barleben Mitte", 11.6189, 52.2035),
        Spot(3, "Barleben, Mitte", 11.6487, 52.2033),
        Spot(4, "Barleben, Nord", 11.6187, 52.2034),
    ]
    groups = as_one(stops)
    assert sorted(sorted(spot.key for spot in group) for group in groups) == [[1, 2], [3], [4]]
    assert as_one(stops[::-1]) == groups
