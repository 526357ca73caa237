"""A dozen ways around Barleben, written by hand as OpenStreetMap XML: roads, a canal, a railway, houses, fields."""

from pathlib import Path

# Corner positions by number: (lon, lat).
NODES = {
    1: (11.6100, 52.2000), 2: (11.6200, 52.2030), 3: (11.6187, 52.2100), 4: (11.6250, 52.2080),
    5: (11.6050, 52.2150), 6: (11.6400, 52.2160), 7: (11.5800, 52.2100), 8: (11.6500, 52.2090),
    10: (11.6150, 52.2010), 11: (11.6160, 52.2010), 12: (11.6160, 52.2016), 13: (11.6150, 52.2016),
    20: (11.6000, 52.1900), 21: (11.6100, 52.1900), 22: (11.6100, 52.1960), 23: (11.6000, 52.1960),
    30: (11.6110, 52.2040), 31: (11.6140, 52.2040), 32: (11.6140, 52.2060), 33: (11.6110, 52.2060),
    40: (11.6187, 52.2033), 41: (11.6155, 52.2013),
    50: (11.6300, 52.2100), 51: (11.6340, 52.2100), 52: (11.6340, 52.2130), 53: (11.6300, 52.2130),
    54: (11.6310, 52.2110), 55: (11.6330, 52.2110), 56: (11.6330, 52.2120), 57: (11.6310, 52.2120),
}  # fmt: skip
NODE_TAGS = {
    40: {"place": "village", "name": "Barleben"},
    41: {"addr:street": "Breiteweg", "addr:housenumber": "50"},
}
WAYS: list[tuple[list[int], dict[str, str]]] = [
    ([1, 2, 3], {"highway": "secondary", "name": "Breiteweg"}),
    ([2, 4], {"highway": "residential", "name": "Rothenseer Straße"}),
    ([1, 10], {"highway": "footway"}),
    ([4, 8], {"highway": "motorway", "ref": "A 2"}),
    ([3, 5], {"highway": "residential", "name": "Breiteweg"}),
    ([5, 6], {"waterway": "canal", "name": "Mittellandkanal"}),
    ([7, 8], {"railway": "rail"}),
    ([10, 11, 12, 13, 10], {"building": "yes"}),
    ([20, 21, 22, 23, 20], {"landuse": "farmland"}),
    ([30, 31, 32, 33, 30], {"leisure": "park", "name": "Anger"}),
    ([1, 5], {"boundary": "administrative", "admin_level": "8"}),
    ([50, 51, 52, 53, 50], {}),
    ([54, 55, 56, 57, 54], {}),
    ([1, 99], {"highway": "residential", "name": "Halbe Straße"}),
    ([2, 3], {"power": "line"}),
]
# A lake with an island: the outer and the inner ring are ways without tags.
RELATION = {"type": "multipolygon", "natural": "water", "name": "Adamsee"}


def xml() -> str:
    """The whole file."""

    def tags(given: dict[str, str]) -> str:
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in given.items())

    parts = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="tests">']
    for number, (lon, lat) in NODES.items():
        parts.append(
            f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{tags(NODE_TAGS.get(number, {}))}</node>'
        )
    for number, (nodes, given) in enumerate(WAYS, 1):
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        parts.append(f'<way id="{number}" version="1">{refs}{tags(given)}</way>')
    parts.append(
        '<relation id="1" version="1"><member type="way" ref="12" role="outer"/>'
        f'<member type="way" ref="13" role="inner"/>{tags(RELATION)}</relation></osm>'
    )
    return "\n".join(parts)


def write_xml(path: Path) -> Path:
    """The file as XML."""
    path.write_text(xml(), encoding="utf-8")
    return path


def write_pbf(path: Path) -> Path:
    """The file as extracts are handed out, written by osmium."""
    import osmium

    source = write_xml(path.with_name("source.osm"))
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    source.unlink()
    return path
