"""Headers on everything that leaves the house, in the setting of the open internet."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from tests.config import observatory, production
from tests.config.production import THROUGH_THE_PROXY
from tests.config.test_permissions import LEFT_OUT, is_open, is_staff, signed_in, village  # noqa: F401 (a fixture)
from tests.config.url_map import addresses
from tests.factories import make_village

from smartbarleben.config import headers
from smartbarleben.people.roles import ADMINISTRATOR

# "no-referrer" lets browsers send "Origin: null" with forms, which the CSRF protection refuses.
REFERRER = {"same-origin", "no-referrer"}


@pytest.fixture(autouse=True)
def open_internet(settings: Any) -> None:
    production.apply(settings)
    settings.SECOND_FACTOR_REQUIRED = False
    settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def faults(answer: Any, *, workspace: bool) -> list[str]:
    """What is wrong with the headers of one answer."""
    policy = observatory.directives(answer.get("Content-Security-Policy", ""))
    found = []
    if not policy:
        found.append("no content security policy")
    if "unsafe" in str(policy) and not workspace:
        found.append(f"unsafe policy {policy}")
    if "'unsafe-eval'" in str(policy) or "*" in str(policy):
        found.append(f"wide policy {policy}")
    if policy.get("frame-ancestors") not in (["'none'"], ["'self'"]):
        found.append("may be framed")
    for name, right in (
        ("X-Content-Type-Options", {"nosniff"}),
        ("Referrer-Policy", REFERRER),
        ("Cross-Origin-Opener-Policy", {"same-origin"}),
        ("Cross-Origin-Resource-Policy", {"same-origin", "cross-origin"}),
        # A style sheet, a letter or a picture is no page that could ask for anything.
        ("Permissions-Policy", {None} if is_part_of_a_page(answer) else {headers.PERMISSIONS}),
    ):
        if answer.get(name) not in right:
            found.append(f"{name}: {answer.get(name)}")
    if observatory.max_age(answer.get("Strict-Transport-Security", "")) < observatory.SIX_MONTHS:
        found.append("HSTS below six months")
    found += [f"{name} tells what runs here" for name in ("Server", "X-Powered-By") if name in answer]
    if answer.get("Access-Control-Allow-Credentials"):
        found.append("other sites may ask with cookies")
    for cookie in answer.cookies.values():
        # The token of a form must be read by the workspace's own scripts; all others are for the server alone.
        if cookie["max-age"] == 0:
            continue
        if not (cookie["secure"] and cookie["samesite"] in ("Lax", "Strict")):
            found.append(f"loose cookie {cookie.OutputString()}")
        if not cookie["httponly"] and "csrftoken" not in cookie.key:
            found.append(f"cookie for scripts {cookie.key}")
    return found


def is_part_of_a_page(answer: Any) -> bool:
    """Whether a browser shows this only inside of a page; a drawing (SVG) can be a page of its own."""
    kind = answer.get("Content-Type", "")
    return kind.startswith(("text/css", "text/javascript", "font/", "image/")) and "svg" not in kind


def read(answer: Any) -> Any:
    """The answer with its file read, and so closed."""
    if answer.streaming:
        b"".join(answer)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, ADMINISTRATOR], ids=["everybody", "administrator"])
def test_every_address_answers_with_all_headers(village: dict[str, Any], role: str | None) -> None:  # noqa: F811
    browser = signed_in(role) if role else Client()
    browser.raise_request_exception = False
    browser.defaults.update(THROUGH_THE_PROXY)
    # Who may write everywhere would take away what the next address shows.
    ways = [browser.get] if role else [browser.get, browser.post]
    wrong, kinds = [], set()
    for address in addresses(village):
        if address.pattern in LEFT_OUT or "logout" in address.pattern:
            continue
        for ask in ways:
            answer = ask(address.sample)
            kinds.add(answer.status_code)
            found = faults(read(answer), workspace=address.pattern.lstrip("^").startswith("verwaltung/"))
            if is_staff(address) and not is_open(address) and "public" in answer.get("Cache-Control", ""):
                found.append("shared caches may keep a page of the workspace")
            wrong += [f"{ask.__name__} {address.pattern} ({answer.status_code}): {one}" for one in found]
    assert not wrong, "\n".join(wrong)
    assert kinds >= ({200, 302, 404} if role else {200, 302, 404, 405})
    assert 500 not in kinds


@pytest.mark.django_db
def test_who_signs_out_leaves_nothing_in_the_browser() -> None:
    make_village()
    browser = signed_in(ADMINISTRATOR)
    browser.defaults.update(THROUGH_THE_PROXY)
    assert "Clear-Site-Data" not in browser.get("/konto/logout/")
    assert browser.post("/konto/logout/")["Clear-Site-Data"] == '"cache"'
    stranger = Client(**THROUGH_THE_PROXY)
    for page in ("/formular/konto/abmelden/", "/en/formular/meine-daten/ansicht/verlassen/"):
        assert stranger.post(page)["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in stranger.post("/formular/konto/", {"mail": "petra@example.org"})


@pytest.mark.django_db
def test_errors_files_and_refusals_have_them_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_village()
    browser = Client(raise_request_exception=False, **THROUGH_THE_PROXY)
    answers = {
        "no page": browser.get("/gibt-es/nicht/"),
        "another name": browser.get("/", HTTP_HOST="evil.example"),
        "without token": Client(enforce_csrf_checks=True, **THROUGH_THE_PROXY).post("/konto/login/", {}),
        "static file": read(browser.get("/static/ui/base.css")),
        "no static file": browser.get("/static/ui/nicht.css"),
        "not modified": browser.get("/", headers={"If-None-Match": browser.get("/")["ETag"]}),
        "robots": browser.get("/robots.txt"),
        "write to a page": browser.post("/"),
        "options": browser.options("/api/v1/village"),
        "trace": browser.trace("/"),
    }

    def broken(*_args: Any, **_words: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("smartbarleben.portal.views.village", broken)
    answers["broken"] = browser.get("/zustaendig/")
    codes = {name: answer.status_code for name, answer in answers.items()}
    assert codes == {
        "no page": 404, "another name": 400, "without token": 403, "static file": 200, "no static file": 404,
        "not modified": 304, "robots": 200, "write to a page": 405, "options": 204, "trace": 405, "broken": 500,
    }  # fmt: skip
    wrong = [f"{name}: {one}" for name, answer in answers.items() for one in faults(answer, workspace=False)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/termine/", "/formular/frage/", "/karte/", "/konto/login/", "/suche/?q=hund"])
def test_the_observatory_would_give_the_best_grade(path: str) -> None:
    make_village()
    answer = Client(**THROUGH_THE_PROXY).get(path)
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    points = observatory.score(
        answer.headers, answer.cookies.values(), [one["src"] for one in page.select("script[src]")]
    )
    assert min(points.values()) >= 0, points
    assert 100 + sum(points.values()) >= 125, points


@pytest.mark.django_db
def test_no_kind_of_answer_loses_points() -> None:
    make_village()
    browser = Client(raise_request_exception=False, **THROUGH_THE_PROXY)
    kinds = {
        "API": browser.get("/api/v1/village"),
        "feed": browser.get("/feed.atom"),
        "file": read(browser.get("/static/ui/base.css")),
        "no file": browser.get("/media/images/nicht.webp"),
        "no page": browser.get("/gibt-es/nicht/"),
        "refused verb": browser.post("/"),
        "refused form": Client(enforce_csrf_checks=True, **THROUGH_THE_PROXY).post("/formular/frage/", {}),
        "foreign host": browser.get("/", HTTP_HOST="evil.example"),
        "redirect to the login": browser.get("/verwaltung/"),
        "redirect of a slash": browser.get("/termine"),
        "probe": browser.get("/healthz"),
    }
    # Browsers take HSTS over HTTPS only.
    plain = {"plain page": browser.get("/", HTTP_X_FORWARDED_PROTO="http"),
             "plain form": browser.post("/formular/frage/", HTTP_X_FORWARDED_PROTO="http")}  # fmt: skip
    for name, answer in (kinds | plain).items():
        points = observatory.score(answer.headers, answer.cookies.values(), [])
        lost = {rule: count for rule, count in points.items() if count < 0}
        assert lost == ({"strict-transport-security": -20} if name in (*plain, "probe") else {}), name
    desk = signed_in(ADMINISTRATOR)
    desk.defaults.update(THROUGH_THE_PROXY)
    page = desk.get("/verwaltung/")
    points = observatory.score(page.headers, page.cookies.values(), [])
    assert {rule for rule, count in points.items() if count < 0} == {"content-security-policy"}, (
        "Wagtail's inline code"
    )


def test_the_scan_would_notice() -> None:
    """The reckoning itself: nothing set is bad, half set is worse than all."""
    nothing = observatory.score({}, [], ["https://cdn.example.org/x.js"])
    assert 100 + sum(nothing.values()) < 0
    short = {"Strict-Transport-Security": "max-age=3600"}
    assert observatory.score(short, [], [])["strict-transport-security"] < 0
    assert observatory.score({"Content-Security-Policy": "script-src 'unsafe-inline'"}, [], [])[
        "content-security-policy"
    ] == -20  # fmt: skip


def test_forms_keep_their_referrer_where_a_token_is_asked(db: None) -> None:
    make_village()
    browser = Client(**THROUGH_THE_PROXY)
    for path in ("/formular/frage/", "/formular/konto/", "/formular/meine-daten/", "/konto/login/"):
        answer = browser.get(path)
        assert answer["Referrer-Policy"] == "same-origin", path
        assert re.search(r'name="csrfmiddlewaretoken"', answer.content.decode()), path


def test_other_sites_may_show_pictures_and_read_the_api_and_nothing_else(db: None) -> None:
    make_village()
    browser = Client(**THROUGH_THE_PROXY)
    shared = {path: browser.get(path)["Cross-Origin-Resource-Policy"] for path in ("/", "/api/v1/village", "/karte/")}
    assert shared == {"/": "same-origin", "/api/v1/village": "cross-origin", "/karte/": "same-origin"}
    assert browser.get("/media/images/x.webp")["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert browser.get("/media/documents/x.pdf")["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("feature", ["camera", "microphone", "payment", "usb"])
def test_nobody_may_use_what_no_page_needs(feature: str) -> None:
    assert f"{feature}=()" in headers.PERMISSIONS
    assert "geolocation=(self)" in headers.PERMISSIONS


def test_cookies_belong_to_this_host_alone(db: None) -> None:
    make_village()
    browser = signed_in(ADMINISTRATOR)
    browser.defaults.update(THROUGH_THE_PROXY)
    browser.get("/verwaltung/")
    cookies = {**browser.get("/konto/sitzungen/").cookies, **Client(**THROUGH_THE_PROXY).get("/konto/login/").cookies}
    assert "__Host-csrftoken" in cookies
    for cookie in cookies.values():
        assert cookie.key.startswith("__Host-"), cookie.key
        assert (cookie["path"], cookie["domain"], cookie["secure"]) == ("/", "", True)
