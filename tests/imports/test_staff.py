"""The staff's pages: from file to plan to done, mistakes in words, rights, few queries."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories import make_village
from tests.imports.making import calendar, event, table
from tests.imports.test_importing import day, when

from smartbarleben.content.actions import revise
from smartbarleben.content.kinds import Club, Event
from smartbarleben.imports import actions, carrying_out
from smartbarleben.imports.models import Record, Run, Source
from smartbarleben.jobs import work
from smartbarleben.people.models import User
from smartbarleben.people.roles import CASE_WORKER, EDITOR
from smartbarleben.ui.dates import plain_date, today
from smartbarleben.waste.actions import set_tour

LIST = "/verwaltung/importe/"


@pytest.fixture
def editor(db: None, settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    make_village()
    user = User.objects.create_user("redaktion", "r@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITOR))
    browser = Client()
    browser.force_login(user)
    return browser


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def main(answer: Any) -> str:
    return " ".join(soup(answer).select_one(".sb-column").get_text(" ").split())  # type: ignore[union-attr]


def upload(content: bytes, name: str = "verein.ics") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(**values: Any) -> dict[str, Any]:
    given = {"name": "Sportverein", "address": "", "every_hours": "24", "ortschaft": "", "publish": "1"}
    return given | {"when_gone": "take_back", "owner": "verein@example.org"} | values


def new(editor: Client, content: bytes, target: str = "events", file_name: str = "verein.ics", **values: Any) -> Any:
    data = {key: value for key, value in form(file=upload(content, file_name), **values).items() if value != ""}
    return editor.post(f"{LIST}neu/{target}/", data, follow=True)


def plan_of(answer: Any) -> str:
    return str(soup(answer).select_one("input[name=plan]")["value"])  # type: ignore[index]


def test_a_name_that_a_colleague_took_in_this_instant_is_said_and_nothing_typed_is_lost(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Source.full_clean

    def overtaken(self: Source, *words: Any, **named: Any) -> None:
        judged(self, *words, **named)
        if self.name == "Sportverein":
            Source.objects.bulk_create([Source(name=self.name, target="events")])

    monkeypatch.setattr(Source, "full_clean", overtaken)
    told = new(editor, calendar(event("1", "Hofmarkt", when(3))), owner="verein@example.org")
    assert told.status_code == 422
    assert soup(told).select_one("input[name=name]")["value"] == "Sportverein"  # type: ignore[index]
    assert soup(told).select_one("input[name=owner]")["value"] == "verein@example.org"  # type: ignore[index]
    assert "diesem Namen" in main(told) or "of this name already" in main(told)

    other = actions.add_source(name="Chor", target="events")
    told = editor.post(f"{LIST}{other.pk}/aendern/", form())
    assert told.status_code == 422
    other.refresh_from_db()
    assert other.name == "Chor"


def test_from_the_file_to_the_plan_to_the_pages(editor: Client) -> None:
    assert "Neue Quelle" in main(editor.get(LIST)) or "New source" in main(editor.get(LIST))
    shown = new(editor, calendar(event("1", "Hofmarkt", when(3)), event("2", "Chor", when(5))))
    assert {"Hofmarkt", "Chor"} <= set(main(shown).split())
    assert not Event.objects.exists()
    run = Run.objects.get()
    done = editor.post(f"{LIST}lauf/{run.pk}/uebernehmen/", {"plan": plan_of(shown)}, follow=True)
    told = soup(done).select_one(".imports-group")
    assert told is not None
    assert "2" in told.h2.get_text()  # type: ignore[union-attr]
    assert [row.get_text() for row in told.select("li")] == ["Hofmarkt", "Chor"]
    public = " ".join(soup(editor.get("/termine/hofmarkt/")).get_text(" ").split())
    assert "Sportverein" in public, "each entry says where it is from"
    assert plain_date(today()) in public, "and of which day it is"
    assert Event.objects.filter(live=True).count() == 2
    again = editor.post(f"{LIST}lauf/{run.pk}/uebernehmen/", {"plan": plan_of(shown)}, follow=True)
    assert again.status_code == 200
    assert Event.objects.count() == 2


def test_a_plan_shows_each_field_that_would_change(editor: Client) -> None:
    new(editor, calendar(event("1", "Hofmarkt", when(3))))
    take_latest()
    shown = editor.post(
        f"{LIST}{Source.objects.get().pk}/pruefen/",
        {"file": upload(calendar(event("1", "Hofmarkt am See", when(3))))},
        follow=True,
    )
    changes = soup(shown).select_one(".imports-changes")
    assert changes is not None
    assert changes.select_one("del").get_text().endswith("Hofmarkt")  # type: ignore[union-attr]
    assert changes.select_one("ins").get_text().endswith("Hofmarkt am See")  # type: ignore[union-attr]


def take_latest() -> None:
    run = Run.objects.latest("pk")
    carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))


def test_a_plan_that_no_longer_holds_is_shown_anew_and_nothing_is_done(editor: Client) -> None:
    new(editor, calendar(event("1", "Hofmarkt", when(3))))
    take_latest()
    row = Source.objects.get()
    shown = editor.post(
        f"{LIST}{row.pk}/pruefen/", {"file": upload(calendar(event("1", "Neu", when(3))))}, follow=True
    )
    revise(item=Event.objects.get(), title="Unser Markt")
    run = Run.objects.latest("pk")
    answer = editor.post(f"{LIST}lauf/{run.pk}/uebernehmen/", {"plan": plan_of(shown)}, follow=True)
    assert Event.objects.get().title == "Unser Markt"
    assert "Unser Markt" in main(answer)
    assert plan_of(answer) != plan_of(shown)
    assert soup(answer).select_one(".messages .warning, .w-message--warning, li.warning") is not None


def test_many_entries_are_taken_over_in_the_background(editor: Client) -> None:
    shown = new(editor, calendar(*(event(str(number), f"Fest {number}", when(3)) for number in range(50))))
    run = Run.objects.get()
    answer = editor.post(f"{LIST}lauf/{run.pk}/uebernehmen/", {"plan": plan_of(shown)}, follow=True)
    assert soup(answer).select_one("meta[http-equiv=refresh]") is not None
    assert not Event.objects.exists()
    work.run_due()
    assert Event.objects.count() == 50


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"file": ""}, "file"),
        ({"file": "", "address": "ftp://example.org/a.ics"}, "address"),
        ({"file": "", "address": "https://user:pw@example.org/"}, "address"),
        ({"owner": "keine"}, "owner"),
    ],
)
def test_mistakes_in_the_form_are_told_and_nothing_is_lost(editor: Client, values: Any, field: str) -> None:
    data = form(file=upload(calendar(event("1", "Fest", when(3))))) | values
    answer = editor.post(f"{LIST}neu/events/", {name: value for name, value in data.items() if value != ""})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(f"#id_{field}_error") is not None
    assert page.select_one(f".sb-summary a[href='#id_{field}']") is not None
    if field != "name":
        assert page.select_one("#id_name")["value"] == "Sportverein"  # type: ignore[index]
    assert not Source.objects.exists()


def test_an_address_into_our_own_network_is_refused_with_a_reason(editor: Client) -> None:
    data = {key: value for key, value in form(address="http://127.0.0.1/geheim.ics").items() if value != ""}
    answer = editor.post(f"{LIST}neu/events/", data, follow=True)
    assert soup(answer).select_one(".imports-note--bad") is not None
    assert "127.0.0.1" in main(answer)
    assert Source.objects.get().state == "failed"


def test_a_plan_that_can_no_longer_be_read_says_so_and_does_nothing(editor: Client) -> None:
    tour = set_tour(key="tour-1", streets=["Breiteweg"])
    content = calendar(event("1", "Restmüll", f"VALUE=DATE:{day(3)}"))
    shown = new(editor, content, "waste", "abfall.ics", option="tour-1")
    run = Run.objects.get()
    tour.delete()
    page = editor.get(f"{LIST}lauf/{run.pk}/")
    assert page.status_code == 200
    assert "abfall.ics" in soup(page).select_one(".imports-note--bad").get_text()  # type: ignore[union-attr]
    answer = editor.post(f"{LIST}lauf/{run.pk}/uebernehmen/", {"plan": plan_of(shown)}, follow=True)
    assert soup(answer).select_one(".imports-note--bad") is not None
    assert not Record.objects.exists()


def test_a_broken_file_says_file_line_and_mend(editor: Client) -> None:
    answer = new(editor, b"Farbe;Form\r\nrot;rund\r\n", "clubs", "vereine.csv")
    said = main(answer)
    assert "vereine.csv" in said
    assert "Name" in said
    assert Run.objects.get().trouble["line"] == 1


def test_conflicts_wait_on_the_page_of_the_source_and_on_the_first_page(editor: Client) -> None:
    new(editor, calendar(event("1", "Hofmarkt", when(3), "DESCRIPTION:Alt.")))
    take_latest()
    revise(item=Event.objects.get(), summary="Unser Text.")
    row = Source.objects.get()
    actions.look(source=row, content=calendar(event("1", "Hofmarkt", when(3), "DESCRIPTION:Neu.")), file_name="a.ics")
    take_latest()
    assert soup(editor.get("/verwaltung/")).select_one("#sb-imports") is not None
    page = main(editor.get(f"{LIST}{row.pk}/"))
    assert "Unser Text." in page
    assert "Neu." in page
    editor.post(f"{LIST}eintrag/{Record.objects.get().pk}/", {"take": "summary"})
    assert Event.objects.get().summary == "Neu."
    assert soup(editor.get("/verwaltung/")).select_one("#sb-imports") is None


def test_templates_can_be_filled_in_and_read_back(editor: Client) -> None:
    for target in ("events", "clubs", "places"):
        answer = editor.get(f"{LIST}vorlage/{target}.csv")
        assert answer["Content-Disposition"].endswith(f'"vorlage-{target}.csv"')
        new(editor, answer.content, target, "vorlage.csv", name=f"Vorlage {target}")
        run = Run.objects.latest("pk")
        assert (run.counts, run.skipped) == ({"new": 1}, [])
    assert editor.get(f"{LIST}vorlage/nichts.csv").status_code == 404


def test_settings_change_pausing_and_removing(editor: Client) -> None:
    new(editor, table([{"Name": "Chor"}]), "clubs", "a.csv")
    take_latest()
    row = Source.objects.get()
    data = {
        key: value for key, value in form(name="Chöre", address="https://example.org/a.csv").items() if value != ""
    }
    assert editor.post(f"{LIST}{row.pk}/aendern/", data).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.every_hours, row.next_run_at is not None) == ("Chöre", 24, True)
    editor.post(f"{LIST}{row.pk}/pause/", {"on": ""})
    row.refresh_from_db()
    assert (row.paused_at is not None, row.next_run_at) == (True, None)
    assert editor.get(f"{LIST}{row.pk}/entfernen/").status_code == 200
    editor.post(f"{LIST}{row.pk}/entfernen/")
    assert not Source.objects.exists()
    assert Club.objects.get().live


def test_who_may_not_publish_may_not_import(editor: Client) -> None:
    new(editor, calendar(event("1", "Fest", when(3))))
    row, run = Source.objects.get(), Run.objects.get()
    worker = User.objects.create_user("amt", "a@example.org", "ein-gutes-passwort", is_staff=True)
    worker.groups.add(Group.objects.get(name=CASE_WORKER))
    browser = Client()
    browser.force_login(worker)
    for path in (
        "",
        "neu/",
        "neu/events/",
        f"{row.pk}/",
        f"{row.pk}/aendern/",
        f"lauf/{run.pk}/",
        "vorlage/events.csv",
    ):
        assert browser.get(LIST + path).status_code in {302, 403}, path
    for path in (f"lauf/{run.pk}/uebernehmen/", f"{row.pk}/entfernen/", f"{row.pk}/pruefen/"):
        browser.post(LIST + path, {"plan": run.plan_digest})
    assert Source.objects.exists()
    assert not Event.objects.exists()


def test_pages_cost_few_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        content = calendar(*(event(str(one), f"Fest {number} {one}", when(3 + one)) for one in range(8)))
        new(editor, content, file_name=f"q{number}.ics", name=f"Quelle {number}")
        take_latest()
    row = Source.objects.latest("pk")
    run = actions.look(source=row, content=calendar(), file_name="leer.ics")
    for path, most in ((LIST, 25), (f"{LIST}{row.pk}/", 35), (f"{LIST}lauf/{run.pk}/", 35), ("/verwaltung/", 60)):
        editor.get(path)
        with django_assert_max_num_queries(most):
            assert editor.get(path).status_code == 200
