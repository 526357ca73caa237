"""The inbox: what stands in it and in which order, what its address means, views, many cases at once, the table."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.making import fresh, make_case, make_office, make_worker
from tests.factories import make_village

from smartbarleben.cases import actions, filters
from smartbarleben.cases.filters import Filter
from smartbarleben.cases.models import Absence, Case, Door, SavedView
from smartbarleben.people import roles
from smartbarleben.people.models import User
from smartbarleben.ui.dates import today

INBOX = "/verwaltung/vorgaenge/"


@pytest.fixture
def village(db: None) -> Any:
    return make_village()


@pytest.fixture
def worker(village: Any) -> User:
    return make_worker("anna")


@pytest.fixture
def desk(client: Client, worker: User) -> Client:
    client.force_login(worker)
    return client


def titles(answer: Any) -> list[str]:
    """The titles of the cases on a page of the inbox, from above."""
    return re.findall(r"data-open>.*?<bdi>(.*?)</bdi>", answer.content.decode())


def due_in(case: Case, days: int) -> Case:
    Case.objects.filter(pk=case.pk).update(due_on=today() + timedelta(days=days))
    return case


def test_what_is_due_first_stands_first_and_says_how_late_it_is(desk: Client) -> None:
    due_in(make_case("Später"), 60)
    due_in(make_case("Überfällig"), -3)
    due_in(make_case("Heute"), 0)
    due_in(make_case("Lange überfällig"), -30)
    answer = desk.get(INBOX)
    assert titles(answer) == ["Lange überfällig", "Überfällig", "Heute", "Später"]
    text = answer.content.decode()
    assert "30 days late" in text or "30 Tage" in text
    assert len(re.findall(r'class="sb-section ', text)) == 3


def test_what_was_opened_is_no_longer_marked_unread(desk: Client) -> None:
    case = make_case("Neu")
    assert "sb-case--unread" in desk.get(INBOX).content.decode()
    desk.get(f"{INBOX}{case.number}/")
    assert "sb-case--unread" not in desk.get(INBOX).content.decode()


@pytest.mark.parametrize("typed", ["muellstrasse", "MÜLLSTRASSE", "Müllstraße", "tonne muellstr"])
def test_search_folds_umlauts_and_wants_every_word(desk: Client, typed: str) -> None:
    make_case("Die Tonne in der Müllstraße ist voll")
    make_case("Eine Tonne fehlt")
    assert titles(desk.get(INBOX, {"suche": typed})) == ["Die Tonne in der Müllstraße ist voll"]


def test_search_finds_numbers_names_mails_and_phones_also_of_ended_cases(desk: Client, worker: User) -> None:
    who = actions.Who(name="Jürgen Groß", email="jg@example.org", phone="039203 12 34")
    case = make_case("Laterne", who=who)
    actions.answer(case=case, text="Wird gemacht.", by=worker, close=True)
    make_case("Etwas anderes")
    for typed in (case.number, case.number.lower().replace("-", " "), "juergen gross", "jg@example", "0392031234"):
        assert titles(desk.get(INBOX, {"suche": typed})) == ["Laterne"], typed
    assert titles(desk.get(INBOX, {"suche": "wird gemacht"})) == ["Laterne"]
    assert titles(desk.get(INBOX, {"suche": "\x00 %_"})) == []


def test_a_view_is_its_address(desk: Client, worker: User) -> None:
    mine = make_case("Meiner")
    actions.assign(case=mine, by=worker, owner=worker)
    make_case("Niemandes", category="feedback", door=Door.PHONE)
    held = make_case("Zu prüfen", held=True)
    asked = make_case("Gefragt")
    actions.ask_back(case=asked, text="Wo?", by=worker)
    closed = make_case("Zu Ende")
    actions.answer(case=closed, text="Ja.", by=worker, close=True)
    assert held.status == "held"
    for query, wanted in {
        "": {"Meiner", "Niemandes"},
        "wer=meine": {"Meiner"},
        "wer=niemand": {"Niemandes"},
        f"wer=p{worker.pk}": {"Meiner"},
        "gruppe=pruefen": {"Zu prüfen"},
        "gruppe=wartet": {"Gefragt"},
        "gruppe=beendet": {"Zu Ende"},
        "gruppe=alle&art=feedback": {"Niemandes"},
        "gruppe=alle&tuer=phone": {"Niemandes"},
        "gruppe=unsinn&wer=unsinn&tuer=unsinn&seite=unsinn": {"Meiner", "Niemandes"},
        "sprache=uk": set(),
    }.items():
        assert set(titles(desk.get(f"{INBOX}?{query}"))) == wanted, query


words = st.text(max_size=20)
views = st.builds(
    Filter,
    gruppe=st.sampled_from(filters.GROUPS),
    wer=st.sampled_from(["", "meine", "aemter", "vertretung", "niemand", "p7", "a3"]),
    frist=st.sampled_from(["", filters.OVERDUE, filters.TODAY, filters.WEEK]),
    neu=st.sampled_from(["", "1"]),
    tuer=st.sampled_from(["", "web", "mail", "phone"]),
    suche=st.sampled_from(["", "Hecke & Weg", "K7-4M2", "ä=ö"]),
)


@given(views)
def test_an_address_leads_back_to_its_view(view: Filter) -> None:
    again = filters.from_query(view.query)
    assert again == view or (view.suche and view.gruppe == filters.OPEN and again == view.changed(gruppe=filters.ALL))


@given(st.dictionaries(st.sampled_from(["gruppe", "wer", "frist", "neu", "art", "tuer", "suche", "x"]), words))
def test_no_address_is_wrong(given_: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(given_)
    view = filters.read(query)
    assert filters.from_query(view.query).gruppe in filters.GROUPS
    filters.where(view, filters.Desk(1, frozenset({2}), frozenset(), today()))


def test_a_worker_sees_what_is_theirs_and_nothing_else(client: Client, village: Any) -> None:
    bauamt, kasse = make_office("Bauamt"), make_office("Kasse")
    bernd, anna = make_worker("bernd", offices=(bauamt,)), make_worker("clara", offices=(kasse,))
    his, hers = make_case("Seiner"), make_case("Ihrer")
    actions.assign(case=his, by=bernd, owner=bernd, office=bauamt)
    actions.assign(case=hers, by=anna, owner=anna, office=kasse)
    client.force_login(bernd)
    assert titles(client.get(INBOX)) == ["Seiner"]
    assert titles(client.get(INBOX, {"suche": "Ihrer"})) == []
    for path in ("", "zettel/"):
        assert client.get(f"{INBOX}{hers.number}/{path}").status_code == 404
    assert client.post(f"{INBOX}{hers.number}/", {"tun": "note", "note-text": "Hm."}).status_code == 404
    Absence.objects.create(user=anna, substitute=bernd, first=today(), last=today())
    assert set(titles(client.get(INBOX))) == {"Seiner", "Ihrer"}
    assert titles(client.get(INBOX, {"wer": "vertretung"})) == ["Ihrer"]
    assert client.get(f"{INBOX}{hers.number}/").status_code == 200


@pytest.mark.parametrize("role", [roles.EDITOR, roles.AUDITOR, roles.MODERATOR])
def test_others_of_the_town_hall_see_nothing(client: Client, village: Any, role: str) -> None:
    case = make_case("Geheim")
    client.force_login(make_worker("redaktion", role=role))
    for path in ("", "neu/", "wer/", "tabelle/", "mein-platz/", f"{case.number}/", f"{case.number}/zettel/"):
        answer = client.get(INBOX + path)
        assert answer.status_code in {302, 403}, path
        assert "Geheim" not in answer.content.decode()
    assert "vorgaenge" not in client.get("/verwaltung/").content.decode()


def test_many_at_once_and_each_failure_is_named(desk: Client, worker: User) -> None:
    free, closed = make_case("Offen"), make_case("Zu")
    actions.answer(case=closed, text="Ja.", by=worker, close=True)
    foreign = make_case("Fremd")
    other = make_office("Kasse")
    actions.assign(case=foreign, by=worker, owner=make_worker("clara", offices=(other,)), office=other)
    chosen = [free.pk, closed.pk, foreign.pk]
    answer = desk.post(f"{INBOX}auswahl/", {"tun": "nehmen", "vorgang": chosen, "liste": "wer=meine"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{INBOX}?wer=meine"
    assert fresh(free).owner == worker
    assert fresh(foreign).owner != worker
    text = answer.content.decode()
    assert closed.number in text
    assert foreign.number not in text
    assert titles(answer) == ["Offen"]


@pytest.mark.parametrize(
    ("given_", "check"),
    [
        ({"tun": "ablehnen"}, lambda case: case.status == "refused"),
        ({"tun": "art", "art": "barrier"}, lambda case: case.category_id == "barrier"),
        ({"tun": "art", "art": "unsinn"}, lambda case: case.category_id == "question"),
        ({"tun": "geben", "an": ""}, lambda case: case.owner is None),
        ({"tun": "unsinn"}, lambda case: case.status == "new"),
        ({"tun": "schliessen"}, lambda case: case.status == "new"),
    ],
)
def test_verbs_for_many(desk: Client, given_: dict[str, str], check: Any) -> None:
    case = make_case()
    assert desk.post(f"{INBOX}auswahl/", given_ | {"vorgang": [case.pk]}).status_code == 302
    assert check(fresh(case))


def test_give_many_to_an_office_or_a_person(desk: Client, worker: User) -> None:
    office, bernd = make_office("Bürgerbüro"), make_worker("bernd")
    case = make_case()
    desk.post(f"{INBOX}auswahl/", {"tun": "geben", "an": f"a{office.pk}", "vorgang": [case.pk]})
    assert (fresh(case).office, fresh(case).owner) == (office, None)
    office.members.add(worker)
    desk.post(f"{INBOX}auswahl/", {"tun": "geben", "an": f"p{bernd.pk}", "vorgang": [case.pk]})
    assert (fresh(case).office, fresh(case).owner) == (office, bernd)


def test_views_are_kept_shared_counted_and_taken_away(desk: Client, client: Client, worker: User) -> None:
    make_case("Barriere", category="barrier")
    desk.post(f"{INBOX}ansichten/", {"name": "Barrieren", "liste": "art=barrier", "alle": "1"})
    desk.post(f"{INBOX}ansichten/", {"name": "Meins", "liste": "wer=meine"})
    assert desk.post(f"{INBOX}ansichten/", {"name": " ", "liste": ""}).status_code == 302
    assert SavedView.objects.count() == 2
    page = desk.get(f"{INBOX}?art=barrier").content.decode()
    assert re.search(r"Barrieren.*?<span class=\"sb-count\">1</span>", page, re.DOTALL)
    own, shared = SavedView.objects.get(name="Meins"), SavedView.objects.get(name="Barrieren")
    bernd = Client()
    bernd.force_login(make_worker("bernd"))
    theirs = bernd.get(INBOX).content.decode()
    assert "Barrieren" in theirs
    assert "Meins" not in theirs
    assert bernd.post(f"{INBOX}ansichten/{own.pk}/entfernen/").status_code == 404
    assert bernd.post(f"{INBOX}ansichten/{shared.pk}/entfernen/").status_code == 302
    assert list(SavedView.objects.all()) == [own]


def test_the_table_has_no_names_unless_asked_for(desk: Client) -> None:
    make_case("=1+1 Formel", who=actions.Who(name="Erika Beispiel", email="e@example.org"))
    plain = desk.get(f"{INBOX}tabelle/").content.decode("utf-8-sig")
    assert "'=1+1 Formel" in plain
    assert "Erika" not in plain
    assert "e@example.org" in desk.get(f"{INBOX}tabelle/?kontakt=1").content.decode()


def test_pages_are_bounded_and_so_are_their_queries(desk: Client, worker: User) -> None:
    made = [make_case(f"Fall {number}") for number in range(3)]
    desk.get(INBOX)
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(INBOX)
    for number in range(60):
        case = make_case(f"Mehr {number}")
        if number % 2:
            actions.assign(case=case, by=worker, owner=worker)
    with CaptureQueriesContext(connection) as many:
        answer = desk.get(INBOX)
    assert len(many) == len(few) <= 15, "\n".join(one["sql"][:150] for one in many)
    assert len(titles(answer)) == 50
    assert len(titles(desk.get(f"{INBOX}?seite=2"))) == len(made) + 10
    assert len(titles(desk.get(f"{INBOX}?seite=99"))) == len(made) + 10
    with CaptureQueriesContext(connection) as searched:
        desk.get(INBOX, {"suche": "mehr fall"})
    assert len(searched) <= 15


def test_who_does_what_names_the_absent_and_their_substitute(desk: Client, worker: User) -> None:
    bernd = make_worker("bernd")
    late = due_in(make_case(), -2)
    actions.assign(case=late, by=worker, owner=bernd)
    due_in(late, -2)
    Absence.objects.create(user=bernd, substitute=worker, first=today(), last=today() + timedelta(days=3))
    make_case()
    page = desk.get(f"{INBOX}wer/")
    assert page.status_code == 200
    loads = {one.name: one for one in page.context["people"]}
    assert (loads["bernd"].open, loads["bernd"].overdue) == (1, 1)
    assert loads["bernd"].absence.substitute == worker
    assert page.context["nobody"].open == 1
    assert "anna" in page.content.decode()


def test_my_desk_switches_keys_off_and_notes_my_own_absence(desk: Client, worker: User) -> None:
    bernd = make_worker("bernd")
    assert "data-shortcuts" in desk.get(INBOX).content.decode()
    desk.post(f"{INBOX}mein-platz/", {"digest": "on"})
    assert "data-shortcuts" not in desk.get(INBOX).content.decode()
    days = {"tun": "abwesend", "first": "2031-05-01", "last": "2031-05-09", "substitute": bernd.pk}
    assert desk.post(f"{INBOX}mein-platz/", days | {"last": "2031-04-01"}).status_code == 422
    assert desk.post(f"{INBOX}mein-platz/", days | {"substitute": worker.pk}).status_code == 422
    assert desk.post(f"{INBOX}mein-platz/", days | {"user": bernd.pk}).status_code == 302
    absence = Absence.objects.get()
    assert (absence.user, absence.substitute) == (worker, bernd)
    desk.post(f"{INBOX}mein-platz/", {"tun": "entfernen", "abwesenheit": absence.pk})
    assert not Absence.objects.exists()


def test_the_first_page_says_what_waits(desk: Client) -> None:
    due_in(make_case(), -1)
    page = desk.get("/verwaltung/").content.decode()
    assert f"{INBOX}?frist=ueberfaellig" in page


def test_the_inbox_is_never_kept_by_a_browser(desk: Client) -> None:
    assert "no-store" in desk.get(INBOX)["Cache-Control"]
