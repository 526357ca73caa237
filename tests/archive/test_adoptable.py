"""Another municipality, founded from one file: nothing that anybody can read there speaks of Barleben."""

import html
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from jinja2 import meta
from pypdf import PdfReader
from tests.config.url_map import addresses
from tests.factories import at, make_item, make_place, make_village

from smartbarleben.archive.exporting import export
from smartbarleben.config.paths import ROOT
from smartbarleben.content import registry
from smartbarleben.jobs import mail
from smartbarleben.people.models import User
from smartbarleben.places.models import Ortschaft
from smartbarleben.timetables import actions as timetables
from smartbarleben.timetables.samples import busy_feed
from smartbarleben.ui.dates import today
from smartbarleben.waste.actions import set_pickups, set_tour
from smartbarleben.waste.calendar import Pickup

SOURCE = ROOT / "src" / "smartbarleben"
PLAN = Path(__file__).with_name("neudorf.yaml")
BASE = "https://vierlinden.example"
# Words of the village of Barleben that no other place needs.
TRACES = re.compile(
    r"barleb|\bebendorf|meitzendorf|mittellandhalle|mittellandkanal|breiteweg|thälmann|magdeburg|wolmirstedt|börde"
    r"|\b039203\b|\b39179\b|\b15083040\b|villa ?147",
    re.IGNORECASE,
)
# Where a program may name itself: one line at the foot of a page, its template, what wrote a calendar file, the names
# of its settings.
_PROGRAM = re.compile(
    r'<bdi dir="ltr">SmartBarleben</bdi>|bdi\("SmartBarleben", none\)'
    r"|PRODID:-//SmartBarleben//|\bSMARTBARLEBEN_[A-Z_]+\b"
)
# What the copy does not hold.
LIVE = (
    *("/", "/bausteine/", "/formular/", "/formular/frage/", "/formular/meine-daten/", "/nichts/", "/robots.txt"),
    *("/en/bausteine/", "/pl/formular/hinweis/", "/suche/?q=bad", "/karte/namen.json"),
)
# Where a choice in the workspace stores the name of a drawing that only one municipality has.
_STORED = re.compile(r'value="barleben"')


def traces(text: str) -> list[str]:
    """The words of Barleben in a text, each with what stands around it."""
    text = _STORED.sub("", _PROGRAM.sub("", html.unescape(text)))
    return [text[max(0, one.start() - 40) : one.end() + 20].replace("\n", " ") for one in TRACES.finditer(text)]


def test_no_text_of_the_program_speaks_of_one_village() -> None:
    found = []
    for path in sorted([*SOURCE.rglob("*"), *(ROOT / "data" / "founding").rglob("*")]):
        if path.suffix in {".jinja", ".html", ".js", ".css", ".svg", ".po", ".yaml", ".txt"}:
            text = re.sub(r'skyline\("barleben"|line == "barleben"', "", path.read_text("utf-8"))
            found += [f"{path.relative_to(ROOT)}: {one}" for one in traces(text)]
    assert not found, "\n".join(found)


def test_traces_are_seen() -> None:
    """A test that looks for words has to find them."""
    words = yaml.safe_load((ROOT / "data" / "barleben" / "village.yaml").read_text("utf-8"))
    assert traces(str(words))
    assert traces("in Meitzendorf &amp; Umgebung") == ["in Meitzendorf & Umgebung"]
    assert traces("<title>Übersicht · SmartBarleben</title>") == ["<title>Übersicht · SmartBarleben</title>"]
    assert not traces('<bdi dir="ltr">SmartBarleben</bdi>')


@pytest.fixture
def village(db: None, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """Vierlinden with something of everything; gives the samples for the addresses of the workspace."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    call_command("init_village", str(PLAN), stdout=io.StringIO())
    hall = make_place("Rathaus", slug="rathaus", ortschaft="oberlinden", hours=[(0, "09:00", "18:00")])
    texts = {"en": {"title": "Something", "summary": "In short.", "state": "reviewed"}}
    samples: dict[str, Any] = {"verwaltung/orte/plaetze/:pk": hall.pk, "verwaltung/importe/:target": "events"}
    for kind in registry.kinds():
        more = {"responsible_name": "Landkreis"} if kind.key == "service" else {}
        item = make_item(kind.key, slug="muster", ortschaft="lindenau", place=hall, texts=texts, **more)
        samples[f"verwaltung/inhalte/{kind.key}/:pk"] = item.pk
        samples[f"verwaltung/snippets/choose/content/{kind.key}/:pk"] = item.pk
    make_item("event", title="Fest", starts_at=at(2, 10), ends_at=at(2, 12), ortschaft="hinterlinden")
    villages = [(one.name, one.lon + 0.01 * one.pk, one.lat) for one in Ortschaft.objects.order_by("pk")]
    buses = tmp_path / "buses.zip"
    buses.write_bytes(busy_feed(villages, today(), lines=2, trips_each=4, stops_each=4))
    timetables.import_feed(path=buses, attribution="Verkehrsverbund")
    tour = set_tour(key="nord", streets=["Dorfstraße"], ortschaft=Ortschaft.objects.get(slug="lindenau"))
    set_pickups(tour=tour, pickups=[Pickup("paper", today())], first=today(), last=today())
    ortschaft = {"verwaltung/orte/ortschaften/:pk": Ortschaft.objects.get(slug="lindenau").pk}
    return {"*": "1", "_0": "1/", "verwaltung/schnell/:kind": "closure", **samples, **ortschaft}


def read(path: Path) -> str:
    """The text of a file of the copy, that of a PDF included."""
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        return f"{reader.metadata} " + " ".join(page.extract_text() for page in reader.pages)
    return path.read_text("utf-8", "ignore") if path.suffix not in {".woff2", ".webp", ".png"} else ""


@pytest.mark.slow
def test_nothing_public_speaks_of_barleben(village: dict[str, Any], tmp_path: Path, client: Client) -> None:
    report = export(tmp_path / "copy", base=BASE, told=lambda _text: None)
    assert not report.failed
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert report.papers == "none" or any(path.suffix == ".pdf" for path in files)
    for name in (
        "robots.txt",
        "sitemap.xml",
        "feed.atom",
        "en/feed.atom",
        "pl/index.html",
        "ortschaft/lindenau/index.html",
    ):
        assert (tmp_path / "copy" / name).is_file(), name
    found = [
        f"{path.relative_to(tmp_path)}: {one}"
        for path in files
        for one in traces(f"{path.relative_to(tmp_path)} {read(path)}")
    ]
    for path in LIVE:
        found += [f"{path}: {one}" for one in traces(client.get(path).content.decode())]
    assert not found, "\n".join(found[:60])


@pytest.mark.slow
def test_nothing_for_programs_speaks_of_barleben(village: dict[str, Any], client: Client) -> None:
    document = client.get("/api/v1/openapi.json").content.decode()
    found = [f"openapi: {one}" for one in traces(document)]
    page = client.get("/offene-daten/schnittstelle/").content.decode()
    asked = {html.unescape(path) for path in re.findall(r"/api/v1/[^\s\"'<]+", page)}
    assert len(asked) > 8
    for path in sorted(asked):
        found += [f"{path}: {one}" for one in traces(client.get(path).content.decode())]
    assert not found, "\n".join(found[:60])


@pytest.mark.slow
def test_nothing_in_the_workspace_speaks_of_barleben(village: dict[str, Any], settings: Any, client: Client) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(User.objects.create_superuser("chefin", "chefin@vierlinden.example", "ein-gutes-passwort"))
    found, opened = [], 0
    for address in addresses(village):
        if address.pattern.startswith(("verwaltung/", "konto/")) and "failwhale" not in address.pattern:
            answer = client.get(address.sample)
            if answer.status_code == 200 and not answer.streaming:
                opened += 1
                text = answer.content.decode("utf-8", "ignore")
                found += [f"{address.pattern}: {one}" for one in traces(text)]
    assert opened > 30, opened
    assert not found, "\n".join(found[:60])


@pytest.mark.parametrize("address", ["", "https://example.org/quelle?a=1&b=2"])
def test_the_foot_names_the_program_and_where_its_source_lies(
    db: None, settings: Any, client: Client, address: str
) -> None:
    make_village(name="Vierlinden")
    settings.SOURCE_URL = address
    foot = client.get("/").content.decode().rpartition("<footer")[2]
    name = '<bdi dir="ltr">SmartBarleben</bdi>'
    linked = f'<a href="{html.escape(address)}">{name}</a>' if address else name
    assert f"<p>Gemacht mit {linked}, freier Software (EUPL-1.2)</p>" in foot


class Anything(int):
    """Stands for whatever a mail's template asks for: a text, a number, a day, a list of one."""

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> "Anything":
        return self

    def __call__(self, *args: object, **kwargs: object) -> "Anything":
        return self

    def __iter__(self) -> Iterator["Anything"]:
        return iter((self,))

    def __radd__(self, other: Any) -> Any:
        return [*other, self] if isinstance(other, list) else int(self) + other

    def __len__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "etwas"


def letters() -> list[str]:
    """The templates of all mails."""
    return sorted(f"{path.parents[1].name}/mail/{path.name}" for path in SOURCE.glob("*/jinja2/*/mail/*.jinja"))


@pytest.mark.parametrize("template", letters())
def test_no_mail_speaks_of_barleben(db: None, template: str) -> None:
    from django.template import engines

    call_command("init_village", str(PLAN), stdout=io.StringIO())
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    source = (SOURCE / template.partition("/")[0] / "jinja2" / template).read_text("utf-8")
    asked = meta.find_undeclared_variables(environment.parse(source)) - environment.globals.keys() - {"village"}
    context: Mapping[str, Any] = {name: Anything(2) for name in asked}
    for language in ("de", "en", "pl"):
        with translation.override(language):
            letter = mail.render(template, dict(context), language)
        assert "Vierlinden" in letter.html
        assert not traces(f"{letter.subject} {letter.text} {letter.html}")
