"""A map is taken over, shown, replaced and taken away: by the command, by the staff's page, in a job."""

import os
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from tests.factories import make_village
from tests.map.osm import write_pbf

from smartbarleben.jobs import work
from smartbarleben.map import actions
from smartbarleben.map.extract import MapError
from smartbarleben.map.models import Spot, VillageMap
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR
from smartbarleben.places.models import Municipality

pytest.importorskip("osmium", reason="osmium is not installed: ./village map FILE fetches it")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.MAP_TOOLS = "builtins.bool"
    make_village()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_pbf(tmp_path / "barleben.osm.pbf")


@pytest.fixture
def staff(client: Client) -> Client:
    user = User.objects.create_user("chefin", "chefin@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    client.force_login(user)
    return client


def generation() -> int:
    return Municipality.objects.values_list("generation", flat=True)[0]


def test_the_command_makes_a_map(source: Path, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    before = generation()
    call_command("make_map", str(source))
    said = capsys.readouterr().out
    assert "13 things" in said
    assert "OpenStreetMap" in said
    assert generation() > before
    page = client.get("/karte/").content.decode()
    [made] = VillageMap.objects.all()
    assert f"/kartendaten/{made.name}.pmtiles" in page
    assert "© OpenStreetMap-Mitwirkende (ODbL)" in page
    assert actions.tiles_of(made.name).read_bytes().startswith(b"PMTiles\x03")
    assert Spot.objects.filter(folded="breiteweg 50").exists()


def test_taking_the_map_away_brings_the_sketch_back(source: Path, client: Client) -> None:
    made = actions.take_map(path=source)
    call_command("make_map", remove=True)
    assert not actions.tiles_of(made.name).exists()
    assert not VillageMap.objects.exists()
    assert not Spot.objects.exists()
    assert "OpenStreetMap" not in client.get("/karte/").content.decode()


def test_the_map_before_the_last_stays_for_those_who_have_it_open(source: Path) -> None:
    first, second, third = (actions.take_map(path=source) for _ in range(3))
    assert [actions.tiles_of(one.name).exists() for one in (first, second, third)] == [False, True, True]
    assert set(Spot.objects.values_list("village_map", flat=True)) == {third.pk}


def test_a_broken_file_leaves_everything_as_it_was(source: Path, tmp_path: Path) -> None:
    made = actions.take_map(path=source)
    before = generation()
    broken = tmp_path / "kaputt.osm.pbf"
    broken.write_bytes(source.read_bytes()[:300])
    with pytest.raises(CommandError, match=r"kaputt\.osm\.pbf"):
        call_command("make_map", str(broken))
    assert list(VillageMap.objects.all()) == [made]
    assert generation() == before
    assert [path.name for path in actions.folder().iterdir()] == [f"{made.name}.pmtiles"]


@pytest.mark.parametrize("arguments", [{}, {"file": "x.osm.pbf", "remove": True}])
def test_the_command_says_what_it_needs(arguments: dict[str, Any]) -> None:
    words = [arguments["file"]] if "file" in arguments else []
    with pytest.raises(CommandError, match="Name one file"):
        call_command("make_map", *words, remove=arguments.get("remove", False))


def test_whose_data_a_geojson_file_holds_must_be_said(tmp_path: Path) -> None:
    path = tmp_path / "amt.geojson"
    path.write_text(
        '{"type": "Feature", "properties": {"highway": "residential"},'
        ' "geometry": {"type": "LineString", "coordinates": [[11.6, 52.2], [11.61, 52.2]]}}'
    )
    with pytest.raises(MapError):
        actions.take_map(path=path)
    made = actions.take_map(path=path, attribution="© Vermessungsamt")
    assert (made.features, made.attribution) == (1, "© Vermessungsamt")


# ---- the staff's page ----


def upload(staff: Client, name: str, content: bytes, attribution: str = "") -> Any:
    data = {"file": SimpleUploadedFile(name, content), "attribution": attribution}
    return staff.post("/verwaltung/karte/", data)


def test_staff_hand_in_a_file_and_the_background_makes_the_map(source: Path, staff: Client) -> None:
    answer = upload(staff, "barleben.osm.pbf", source.read_bytes())
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/karte/")
    waiting = staff.get("/verwaltung/karte/").content.decode()
    assert "data-progress" in waiting
    work.run_due()
    [made] = VillageMap.objects.exclude(made_at=None)
    assert made.features == 13
    assert not actions.source_of(made).exists()
    shown = staff.get("/verwaltung/karte/").content.decode()
    assert "barleben.osm.pbf" in shown
    assert "data-progress" not in shown
    assert staff.get("/verwaltung/karte/entfernen/").status_code == 200
    assert VillageMap.objects.exists()
    staff.post("/verwaltung/karte/entfernen/")
    assert not VillageMap.objects.exists()


def test_a_broken_upload_is_explained_and_the_map_before_stays(source: Path, staff: Client) -> None:
    made = actions.take_map(path=source)
    upload(staff, "kaputt.osm.pbf", b"nichts davon")
    work.run_due()
    page = staff.get("/verwaltung/karte/").content.decode()
    assert "kaputt.osm.pbf" in page
    assert 'role="alert"' in page
    # In the words of the workspace, with what to do.
    assert "laden Sie die Datei noch einmal" in page
    assert f"/kartendaten/{made.name}.pmtiles" in Client().get("/karte/").content.decode()
    assert not list((actions.folder() / "incoming").iterdir())


@pytest.mark.parametrize(
    ("name", "content", "attribution", "field"),
    [
        ("plan.pdf", b"%PDF", "", "id_file"),
        ("leer.osm.pbf", b"", "", "id_file"),
        ("amt.geojson", b"{}", "", "id_attribution"),
    ],
)
def test_a_wrong_file_is_refused_at_the_field(
    staff: Client, name: str, content: bytes, attribution: str, field: str
) -> None:
    answer = upload(staff, name, content, attribution)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert not VillageMap.objects.exists()


def test_a_job_that_runs_twice_makes_one_map(source: Path) -> None:
    with open(source, "rb") as file:
        one = actions.accept_file(file_name="barleben.osm.pbf", chunks=[file.read()])
    actions.make_waiting(village_map=one.pk)
    made = VillageMap.objects.get().made_at
    actions.make_waiting(village_map=one.pk)
    assert VillageMap.objects.get().made_at == made


def test_taking_all_maps_away_while_one_is_made_leaves_none(source: Path) -> None:
    one = actions.accept_file(file_name="barleben.osm.pbf", chunks=[source.read_bytes()])

    def say(step: str, count: int) -> None:
        if step == "cutting":
            actions.remove_map()

    actions.make_waiting(village_map=one.pk, say=say)
    assert not VillageMap.objects.exists()
    assert not Spot.objects.exists()
    assert [path for path in actions.folder().rglob("*") if path.is_file()] == []


def test_the_newer_file_wins_however_long_the_older_takes(source: Path) -> None:
    older = actions.accept_file(file_name="alt.osm.pbf", chunks=[source.read_bytes()])
    newer = actions.accept_file(file_name="neu.osm.pbf", chunks=[source.read_bytes()])
    actions.make_waiting(village_map=newer.pk)
    actions.make_waiting(village_map=older.pk)
    assert [row.file_name for row in VillageMap.objects.all()] == ["neu.osm.pbf"]


def test_what_a_killed_program_left_is_cleared_away(source: Path) -> None:
    made = actions.take_map(path=source)
    waiting = actions.accept_file(file_name="neu.osm.pbf", chunks=[source.read_bytes()])
    half, tiles, lost = (
        actions.folder() / name for name in ("making-x", "20260101-x.pmtiles", "incoming/20260101-x")
    )
    half.mkdir()
    for path in (half / "features.geojson", tiles, lost):
        path.write_bytes(b"x")
    actions.sweep()
    assert all(path.exists() for path in (half, tiles, lost))
    long_ago = time.time() - 2 * 24 * 3600
    for path in [*actions.folder().rglob("*")]:
        os.utime(path, (long_ago, long_ago))
    actions.sweep()
    assert not any(path.exists() for path in (half, tiles, lost))
    assert actions.tiles_of(made.name).exists()
    assert actions.source_of(waiting).exists()


# ---- the tiles' file ----


@pytest.fixture
def tiles(source: Path) -> tuple[str, bytes]:
    made = actions.take_map(path=source)
    return f"/kartendaten/{made.name}.pmtiles", actions.tiles_of(made.name).read_bytes()


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-126", 0, 126), ("bytes=127-", 127, None), ("bytes=-100", -100, None), ("bytes=5-99999999", 5, None)],
)
def test_a_part_of_the_file(
    tiles: tuple[str, bytes], client: Client, asked: str, first: int, last: int | None
) -> None:
    path, whole = tiles
    # Whoever takes gzip gets the file's own bytes all the same.
    answer = client.get(path, headers={"range": asked, "accept-encoding": "gzip"})
    wanted = whole[first : None if last is None else last + 1]
    assert (answer.status_code, body(answer)) == (206, wanted)
    start = first % len(whole)
    assert answer["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert answer["Content-Length"] == str(len(wanted))
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize("asked", ["", "bytes=9-3", "bytes=0-1,5-9", "lines=1-2", "bytes=-"])
def test_what_is_no_single_range_brings_the_whole_file(tiles: tuple[str, bytes], client: Client, asked: str) -> None:
    path, whole = tiles
    answer = client.get(path, headers={"range": asked} if asked else {})
    assert (answer.status_code, body(answer)) == (200, whole)
    assert answer["Accept-Ranges"] == "bytes"


def test_a_range_outside_of_the_file(tiles: tuple[str, bytes], client: Client) -> None:
    path, whole = tiles
    for asked in (f"bytes={len(whole)}-", "bytes=-0"):
        answer = client.get(path, headers={"range": asked})
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_known_file_is_not_sent_again(tiles: tuple[str, bytes], client: Client) -> None:
    path, _whole = tiles
    with closing(client.get(path)) as sent:
        tag = sent["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    with closing(client.get(path, headers={"range": "bytes=0-1", "if-range": '"other"'})) as whole:
        assert whole.status_code == 200
    assert client.head(path).content == b""


@pytest.mark.parametrize("path", ["/kartendaten/fehlt.pmtiles", "/kartendaten/..%2fsecret.pmtiles"])
def test_a_file_that_is_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
