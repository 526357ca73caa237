"""What `./village bench opendata` measures: pages of the API, a whole data set as a file, the sitemap."""

from typing import Any

from smartbarleben.ui import dates

from .api import ROOT


def cases() -> list[tuple[str, str] | dict[str, Any]]:
    """What programs ask for at the village's real size. The largest file is for few readers at a time."""
    largest = "/offene-daten/neues/daten"
    return [
        ("items", f"{ROOT}items/?limit=100"),
        ("items late", f"{ROOT}items/?limit=100&happens_after={dates.today().isoformat()}T00:00:00Z"),
        ("rows", f"{ROOT}datasets/neues/rows?limit=1000"),
        ("page", "/offene-daten/"),
        ("sitemap", "/sitemap-items-1.xml"),
        {"case": "csv", "path": f"{largest}.csv", "connections": 2},
        {"case": "geojson", "path": f"{largest}.geojson", "connections": 2},
    ]
