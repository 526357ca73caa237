"""Every change of the village's map: take a file, make the tiles, take the map away."""

import contextlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.jobs import work
from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.places.actions import raise_generation

from .extract import ENDINGS, Extract, MapError, check_name
from .making import make
from .models import Spot, VillageMap

OSM_ATTRIBUTION = "© OpenStreetMap-Mitwirkende (ODbL)"
OSM_ENDINGS = tuple(ending for ending in ENDINGS if "json" not in ending)
# The map before the last one stays: readers who have it open still fetch parts of it.
KEPT = 2
# What nobody's row names and is older than the longest making was left by a program that was killed.
LEFT_BEHIND_S = 24 * 3600
_BATCH = 2_000

type Say = Callable[[str, int], None]


def folder() -> Path:
    """Where the tiles lie."""
    return Path(settings.DATA_DIR) / "maps"


def tiles_of(name: str) -> Path:
    """The file with the tiles of a map."""
    return folder() / f"{name}.pmtiles"


def source_of(one: VillageMap) -> Path:
    """Where an uploaded file waits for its tiles."""
    return folder() / "incoming" / one.name


def attribution_of(file_name: str, given: str) -> str:
    """The words that the source wants. Raises MapError where we cannot know them."""
    if given.strip():
        return given.strip()[:300]
    if file_name.lower().endswith(OSM_ENDINGS):
        return OSM_ATTRIBUTION
    raise MapError(
        gettext_noop("%(file)s: whose data are these? Name the source as its licence asks for it."),
        file=file_name[:80],
    )


def take_map(*, path: Path, attribution: str = "", say: Say = lambda step, count: None) -> VillageMap:
    """Make the village's map of a file and show it. Raises MapError; then the map before stays."""
    sweep()
    check_name(path.name)
    one = VillageMap(
        name=_new_name(),
        file_name=path.name[:200],
        attribution=attribution_of(path.name, attribution),
        added_at=timezone.now(),
    )
    _store(one, make(path, tiles_of(one.name), name=path.name, say=say))
    return one


def accept_file(*, file_name: str, chunks: Iterable[bytes], attribution: str = "") -> VillageMap:
    """Keep an uploaded file and write a job that makes the map of it. Raises MapError for a wrong name."""
    from .tasks import make_map

    check_name(file_name)
    one = VillageMap(
        name=_new_name(),
        file_name=file_name[:200],
        attribution=attribution_of(file_name, attribution),
        added_at=timezone.now(),
    )
    path = source_of(one)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(path, "xb") as target:
            for chunk in chunks:
                target.write(chunk)
        with transaction.atomic():
            one.save()
            one.job = work.enqueue(make_map, key=f"map-{one.pk}", village_map=one.pk).pk
            one.save(update_fields=["job"])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return one


def make_waiting(*, village_map: int, say: Say = lambda step, count: None) -> None:
    """Make the map of an uploaded file; what is wrong with the file is kept as the row's `trouble`."""
    sweep()
    one = VillageMap.objects.filter(pk=village_map, made_at=None, trouble="").first()
    if one is None:
        return
    path = source_of(one)
    try:
        found = make(path, tiles_of(one.name), name=one.file_name, say=say)
    except MapError as problem:
        VillageMap.objects.filter(pk=one.pk).update(trouble=problem.said(_)[:600])
    else:
        _store(one, found)
    path.unlink(missing_ok=True)


def _new_name() -> str:
    return f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(4)}"


def _store(one: VillageMap, found: Extract) -> None:
    one.made_at, one.features = timezone.now(), found.count
    one.size = tiles_of(one.name).stat().st_size
    one.west, one.south, one.east, one.north = found.west, found.south, found.east, found.north
    with transaction.atomic():
        if one.pk is not None and not VillageMap.objects.select_for_update().filter(pk=one.pk).exists():
            # Somebody took the maps away while this one was made.
            tiles_of(one.name).unlink(missing_ok=True)
            return
        one.save()
        # Whatever was handed in before is out of date now, failed or still to be made.
        VillageMap.objects.filter(made_at=None, added_at__lt=one.added_at).delete()
        Spot.objects.all().delete()
        Spot.objects.bulk_create(
            (
                Spot(village_map=one, name=name, folded=fold(name)[:200], lon=lon, lat=lat)
                for name, (lon, lat, _count) in found.spots.items()
            ),
            batch_size=_BATCH,
        )
        old = list(VillageMap.objects.exclude(made_at=None).order_by("-made_at", "-pk")[KEPT:])
        VillageMap.objects.filter(pk__in=[row.pk for row in old]).delete()
        raise_generation()
    for row in old:
        tiles_of(row.name).unlink(missing_ok=True)


def sweep() -> None:
    """Delete what a program that was killed in the middle left in the folder."""
    if not folder().is_dir():
        return
    names = set(VillageMap.objects.values_list("name", flat=True))
    oldest = time.time() - LEFT_BEHIND_S
    for path in [*folder().iterdir(), *(folder() / "incoming").glob("*")]:
        if path.name == "incoming" or path.name.removesuffix(".pmtiles") in names:
            continue
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def remove_map() -> int:
    """Take all maps and their files away; the sketch comes back. How many there were."""
    with transaction.atomic():
        names = list(VillageMap.objects.values_list("name", flat=True))
        VillageMap.objects.all().delete()
        raise_generation()
    for name in names:
        for path in (tiles_of(name), folder() / "incoming" / name):
            with contextlib.suppress(OSError):
                path.unlink()
    return len(names)
