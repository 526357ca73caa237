"""What migrations do before `located.position_is_whole` holds for a table.

Old migrations import it for ever, so it works with the models that they hand it and with nothing newer.
"""

from collections.abc import Callable
from typing import Any

from smartbarleben.kernel.cells import cell


def keep_whole_positions(app: str, model: str) -> Callable[[Any, Any], None]:
    """For RunPython: give each position of a model its cell; half a position, or one off the globe, is none."""

    def keep(apps: Any, schema_editor: Any) -> None:
        rows = apps.get_model(app, model).objects
        for row in rows.only("lon", "lat", "cell").iterator():
            known = row.lon is not None and row.lat is not None and abs(row.lon) <= 180 and abs(row.lat) <= 90
            lon, lat = (row.lon, row.lat) if known else (None, None)
            wanted = cell(lon, lat) if known else None
            if (row.lon, row.lat, row.cell) != (lon, lat, wanted):
                rows.filter(pk=row.pk).update(lon=lon, lat=lat, cell=wanted)

    return keep
