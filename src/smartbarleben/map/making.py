"""Makes tiles of a file: read it (`extract.py`), cut it up (tippecanoe), all in files beside each other."""

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

from smartbarleben.kernel.wording import gettext_noop

from .extract import Extract, MapError, read

ZOOMS = (6, 15)
# As long as a federal state may take on a small machine.
LONGEST_S = 3 * 3600


def make(source: Path, target: Path, *, name: str = "", say: Callable[[str, int], None]) -> Extract:
    """Make ``target`` (PMTiles) of ``source``; ``say(step, count)`` hears "reading" with what was read so far, then
    "cutting". The target appears only when it is whole. Raises MapError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="making-") as folder:
        lines = Path(folder) / "features.geojson"
        with open(lines, "w", encoding="utf-8") as writer:
            found = read(source, writer, lambda count: say("reading", count), name=name)
        say("cutting", found.count)
        tiles = Path(folder) / "tiles.pmtiles"
        _cut(lines, tiles)
        tiles.replace(target)
    return found


def _cut(lines: Path, tiles: Path) -> None:
    low, high = ZOOMS
    command = [
        _tippecanoe(), "--quiet", "--force", "--read-parallel", f"--minimum-zoom={low}", f"--maximum-zoom={high}",
        "--no-tile-size-limit", "--no-feature-limit", "--no-tiny-polygon-reduction", "--simplification=6",
        "--temporary-directory", str(tiles.parent), "--output", str(tiles), str(lines),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)  # noqa: S603 (no shell)
    except subprocess.TimeoutExpired as problem:
        raise MapError(gettext_noop("Cutting the tiles took too long. Take a smaller extract.")) from problem
    if done.returncode or not tiles.exists():
        raise MapError(gettext_noop("The tiles could not be cut (%(why)s)."), why=done.stderr.strip()[-400:])


def _tippecanoe() -> str:
    program = Path(sysconfig.get_path("scripts")) / ("tippecanoe.exe" if sys.platform == "win32" else "tippecanoe")
    if not program.exists():
        raise MapError(
            gettext_noop("The tools that make maps are missing. Run ./village map FILE once; it fetches them.")
        )
    return str(program)
