"""Who gets in where, asked at every address of the house. A new one that nobody has sorted fails the first test."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from tests.cases.making import make_case, make_file, make_office
from tests.config.url_map import Address, addresses
from tests.factories import make_item, make_place, make_village
from tests.imports.making import make_record, make_run, make_source
from tests.timetables.making import make_feed

from smartbarleben.cases.models import Absence, ReplyTemplate
from smartbarleben.content import registry
from smartbarleben.content.actions import link
from smartbarleben.content.freshness import token
from smartbarleben.jobs.models import Job
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, CASE_WORKER, EDITOR
from smartbarleben.timetables.models import Upload
from smartbarleben.ui.dates import today

LOGIN = "/konto/login/"

# Below /verwaltung/ and /konto/ everything refuses who is not signed in, except:
OPEN_TO_ALL = {
    "verwaltung/login/": "leads to the login page",
    "verwaltung/sprite/": "drawings of the workspace, the same for everybody",
    "verwaltung/jsi18n/": "words of the workspace, the same for everybody",
    "verwaltung/password_reset/": "switched off; answers that there is no such page",
    "konto/login/": "the login page",
    "konto/logout/": "who is not signed in is sent to the front page",
    "konto/signup/": "says that nobody can sign up",
    "konto/inactive/": "says that an account is switched off",
    "konto/confirm-email/": "says that a mail was sent; names nobody",
    "konto/^confirm-email/": "the link in that mail; the key is the proof",
    "konto/password/reset/": "asks for an address and names nobody",
    "konto/^password/reset/key/": "the link in that mail; the key is the proof",
    "konto/dabei/": "says for how many seconds one is signed in still: none",
    "konto/2fa/webauthn/login/": "asks the browser for a passkey before anybody is signed in",
}

# Who may use the workspace, by the longest fitting start. A start that fits nothing is an address that nobody sorted.
EDITORS, ADMINISTRATORS, NOBODY, OFF = "editors", "administrators", "nobody", "switched off"
# Who works on cases; administrators do, editors do not.
WORKERS = "case workers"
WORKSPACE = {
    "verwaltung/": None,
    "verwaltung/inhalte/": EDITORS,
    "verwaltung/orte/plaetze/": EDITORS,
    "verwaltung/orte/ortschaften/": ADMINISTRATORS,
    "verwaltung/orte/gemeinde/": ADMINISTRATORS,
    "verwaltung/offene-daten/": ADMINISTRATORS,
    # The program makes the one row.
    "verwaltung/offene-daten/add/": NOBODY,
    "verwaltung/offene-daten/delete/": NOBODY,
    "verwaltung/schnell/": EDITORS,
    "verwaltung/aktualitaet/": EDITORS,
    "verwaltung/importe/": EDITORS,
    "verwaltung/fahrplaene/": EDITORS,
    "verwaltung/uebersetzungen/": EDITORS,
    "verwaltung/vorgaenge/": WORKERS,
    # Each part of the search asks for its own right.
    "verwaltung/suche/": EDITORS,
    "verwaltung/suchwoerter/": EDITORS,
    "verwaltung/einrichten/": ADMINISTRATORS,
    # The program makes the kinds of cases.
    "verwaltung/einrichten/arten/add/": NOBODY,
    "verwaltung/einrichten/arten/delete/": NOBODY,
    "verwaltung/snippets/choose/cases/": OFF,
    "verwaltung/auftraege/": ADMINISTRATORS,
    "verwaltung/zustand/": ADMINISTRATORS,
    "verwaltung/sicherungen/": ADMINISTRATORS,
    "verwaltung/auftraege/<int:pk>/": EDITORS,
    "verwaltung/karte/": ADMINISTRATORS,
    "verwaltung/images/": EDITORS,
    "verwaltung/documents/": EDITORS,
    "verwaltung/snippets/choose/": EDITORS,
    "verwaltung/snippets/choose/opendata/terms/create/": NOBODY,
    "verwaltung/snippets/choose/places/ortschaft/create/": ADMINISTRATORS,
    "verwaltung/snippets/choose/places/municipality/create/": ADMINISTRATORS,
    "verwaltung/account/": EDITORS,
    "verwaltung/logout/": EDITORS,
    "verwaltung/dismissibles/": EDITORS,
    "verwaltung/editing-sessions/": EDITORS,
    "verwaltung/block-preview/": EDITORS,
    "verwaltung/bulk/": EDITORS,
    "verwaltung/choose-": EDITORS,
    "verwaltung/tag-autocomplete/": EDITORS,
    "verwaltung/reports/site-history/": EDITORS,
    "verwaltung/test404/": EDITORS,
    "verwaltung/protokoll/": ADMINISTRATORS,
    "verwaltung/users/": ADMINISTRATORS,
    "verwaltung/groups/": OFF,
    "verwaltung/collections/": OFF,
    "verwaltung/workflows/": OFF,
    "verwaltung/pages/": OFF,
    "verwaltung/api/": OFF,
    "verwaltung/reports/locked/": OFF,
    "verwaltung/reports/workflow": OFF,
    "verwaltung/reports/aging-pages/": OFF,
    "verwaltung/reports/page-types-usage/": OFF,
    # A way in only for who has a task in a workflow.
    **{f"verwaltung/inhalte/{kind.key}/workflow/preview/": NOBODY for kind in registry.kinds()},
    # A list of models without a place in the menu: there are none.
    "verwaltung/snippets/": NOBODY,
}
# The start page belongs to all who work here; what does not exist is not there for anybody.
EXACTLY = {"verwaltung/": EDITORS, "verwaltung/^.*/$": OFF}
# Fails on purpose, to try the page for errors.
LEFT_OUT = {"verwaltung/failwhale/": "raises an error on purpose"}


@pytest.fixture
def village(db: None) -> dict[str, Any]:
    """A village with something of everything; gives the samples for the addresses."""
    make_village()
    place = make_place("Rathaus", slug="rathaus")
    items = {kind.key: make_item(kind.key, slug="muster") for kind in registry.kinds()}
    absence = Absence.objects.create(
        user=User.objects.create_user("weg"), substitute=User.objects.create_user("da"), first=today(), last=today()
    )
    case = make_case()
    step = link(source=items["wish"], target=items["measure"], relation="became")
    other = User.objects.create_user("jemand", "", "ein-gutes-passwort")
    samples: dict[str, Any] = {
        "*": "1",
        "_0": "1/",
        "kind": registry.kind("notice").path,
        "slug": "muster",
        "text": "2031-05",
        "verwaltung/vorgaenge/:number": case.number,
        "verwaltung/vorgaenge/:pk": make_file(case).pk,
        "verwaltung/einrichten/aemter/:pk": make_office().pk,
        "verwaltung/einrichten/arten/:pk": case.category_id,
        "verwaltung/einrichten/textbausteine/:pk": ReplyTemplate.objects.create(title="Danke", text="Danke.").pk,
        "verwaltung/einrichten/abwesenheiten/:pk": absence.pk,
        "verwaltung/schnell/:kind": "closure",
        "verwaltung/schnell/:pk": items["closure"].pk,
        "verwaltung/auftraege/:pk": Job.objects.create(task="sample").pk,
        "verwaltung/inhalte/spur/:pk": step.pk,
        "verwaltung/importe/:pk": make_source().pk,
        "verwaltung/importe/:target": "events",
        "verwaltung/importe/lauf/:pk": make_run().pk,
        "verwaltung/importe/eintrag/:pk": make_record().pk,
        "verwaltung/fahrplaene/datei/:pk": Upload.objects.create(file_name="a.zip").pk,
        "verwaltung/fahrplaene/:key": make_feed().key,
        "verwaltung/orte/plaetze/:pk": place.pk,
        "verwaltung/orte/ortschaften/:pk": place.ortschaft_id,
        "verwaltung/orte/gemeinde/:pk": 1,
        "verwaltung/offene-daten/:pk": 1,
        "verwaltung/users/:pk": other.pk,
        "verwaltung/groups/:pk": Group.objects.get(name=EDITOR).pk,
        "orte/:slug": "rathaus",
        "api/v1/places/:slug": "rathaus",
        "ortschaft/:slug": "barleben",
        "stimmt-noch/:token": token(items["office"]),
    }
    for key, item in items.items():
        start = f"verwaltung/inhalte/{key}/"
        samples |= {f"{start}:pk": item.pk, f"verwaltung/snippets/choose/content/{key}/:pk": item.pk}
        samples |= {f"{start}:{name}": item.latest_revision_id for name in ("revision_id", "revision_id_a")}
        samples[f"{start}:revision_id_b"] = "live"
    return samples


def classed(pattern: str) -> str | None:
    """Who may use an address of the workspace; None if nobody has said so."""
    if pattern.startswith("^verwaltung/"):
        return OFF
    if pattern in EXACTLY:
        return EXACTLY[pattern]
    fitting = [start for start in WORKSPACE if pattern.startswith(start)]
    return WORKSPACE[max(fitting, key=len)] if fitting else None


def is_staff(address: Address) -> bool:
    return address.pattern.startswith(("verwaltung/", "^verwaltung/", "konto/"))


def is_open(address: Address) -> bool:
    return any(address.pattern == start or _below(address.pattern, start) for start in OPEN_TO_ALL)


def _below(pattern: str, start: str) -> bool:
    return start.rstrip("/").count("/") > 0 and pattern.startswith(start) and start not in {"konto/login/"}


def refused(answer: Any) -> bool:
    """Sent to the login, home with a message, or told no."""
    sent_away = answer.status_code == 302 and (
        answer["Location"].startswith((LOGIN, "/verwaltung/login/")) or answer["Location"] in {"/verwaltung/", "/"}
    )
    return sent_away or answer.status_code in {401, 403}


def wrong(all_addresses: Iterable[Address], judge: Callable[[Address], str]) -> str:
    """What is not as it should be, a line for each pattern."""
    return "\n".join(f"{address.pattern}: {text}" for address in all_addresses if (text := judge(address)))


def signed_in(role: str | None) -> Client:
    user = User.objects.create_user("person", "person@example.org", "ein-gutes-passwort", is_staff=role is not None)
    if role:
        user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


def test_every_address_of_the_workspace_is_sorted(village: dict[str, Any]) -> None:
    known = list(addresses(village))
    staff = [one.pattern for one in known if one.pattern.startswith("verwaltung/") and not is_open(one)]
    unsorted = [one for one in staff if classed(one) is None and one not in LEFT_OUT]
    assert not unsorted, "\n".join(unsorted)
    assert len(staff) > 200
    for start in [*OPEN_TO_ALL, *EXACTLY, *LEFT_OUT, *WORKSPACE]:
        assert any(one.pattern.startswith(start) for one in known), f"{start} is no address any more"


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, "nobody"])
def test_who_does_not_belong_here_is_refused(village: dict[str, Any], role: str | None) -> None:
    browser = Client() if role is None else signed_in(None)

    def judge(address: Address) -> str:
        if not is_staff(address) or is_open(address) or address.pattern in LEFT_OUT:
            return ""
        # One's own account belongs to everybody who has one.
        if role is not None and address.pattern.startswith("konto/"):
            return ""
        answers = [browser.get(address.sample), browser.post(address.sample)]
        return "" if all(refused(answer) for answer in answers) else str([one.status_code for one in answers])

    found = wrong(addresses(village), judge)
    assert not found, found


@pytest.mark.slow
def test_public_addresses_answer_everybody(village: dict[str, Any]) -> None:
    browser = Client()

    def judge(address: Address) -> str:
        if is_staff(address) and not is_open(address):
            return ""
        answer = browser.get(address.sample)
        to_login = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
        own_login = address.pattern in {"verwaltung/login/"} or address.pattern.startswith("konto/")
        if answer.status_code in {401, 403} or (to_login and not own_login):
            return f"{answer.status_code}"
        may_set_cookie = is_staff(address) or "formular/" in address.pattern
        return "sets a cookie" if answer.cookies and not may_set_cookie else ""

    found = wrong(addresses(village), judge)
    assert not found, found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "may"),
    [(EDITOR, {EDITORS}), (ADMINISTRATOR, {EDITORS, ADMINISTRATORS, WORKERS})],
    ids=["editor", "administrator"],
)
def test_each_role_gets_in_where_it_belongs_and_nowhere_else(
    village: dict[str, Any], role: str, may: set[str]
) -> None:
    browser = signed_in(role)

    def judge(address: Address) -> str:
        if not address.pattern.startswith("verwaltung/") or is_open(address) or address.pattern in LEFT_OUT:
            return ""
        answer = browser.get(address.sample)
        if classed(address.pattern) == OFF:
            return "" if answer.status_code == 404 else f"{answer.status_code}, but it is switched off"
        if "logout" in address.pattern:
            browser.force_login(User.objects.get(username="person"))
            return ""
        if (classed(address.pattern) in may) is not refused(answer):
            return ""
        return f"{answer.status_code} {answer.get('Location', '')}"

    found = wrong(addresses(village), judge)
    assert not found, found


def test_case_workers_get_to_the_cases_and_set_nothing_up(village: dict[str, Any]) -> None:
    browser = signed_in(CASE_WORKER)

    def judge(address: Address) -> str:
        may = classed(address.pattern)
        if not address.pattern.startswith("verwaltung/") or may not in {WORKERS, ADMINISTRATORS}:
            return ""
        answer = browser.get(address.sample)
        return "" if refused(answer) is (may == ADMINISTRATORS) else f"{answer.status_code}"

    found = wrong(addresses(village), judge)
    assert not found, found
