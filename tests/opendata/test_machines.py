"""robots.txt, the sitemap and security.txt: right for machines, and cheap."""

import re
from datetime import date

import lxml.etree
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.browser.addresses import public
from tests.factories import make_item, make_village

from smartbarleben.opendata import sitemap
from smartbarleben.opendata.models import Terms
from smartbarleben.places.models import Municipality

SITE = "http://localhost:8000"
NS = {"s": sitemap.NAMESPACE, "x": sitemap.XHTML}


def xml(client: Client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return lxml.etree.fromstring(answer.content)


def test_robots_may_read_everything_but_forms_and_logins(village: Municipality, client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    closed = re.findall(r"^Disallow: (.*)$", text, re.MULTILINE)
    assert {"/verwaltung/", "/konto/", "/formular/", "/ar/formular/", "/de-simple/formular/"} <= set(closed)
    assert not any(
        path.startswith(("/termine", "/offene-daten", "/api", "/static")) or path == "/" for path in closed
    )
    assert f"Sitemap: {SITE}/sitemap.xml" in text


def test_the_sitemap_names_each_public_page_once_and_each_answers(whole_village: Municipality, client) -> None:
    make_item("news", slug="nur-deutsch", title="Nur deutsch")
    files = xml(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NS)
    addresses: list[str] = []
    for file in files:
        addresses += xml(client, file.removeprefix(SITE)).xpath("//s:url/s:loc/text()", namespaces=NS)
    assert len(set(addresses)) == len(addresses)
    paths = {address.removeprefix(SITE) for address in addresses}
    assert {"/", "/ar/", "/termine/", "/orte/rathaus/", "/offene-daten/", "/haltestellen/ebendorf/"} <= paths
    assert {"/abfall/breiteweg/", "/ortschaft/ebendorf/", "/neues/nur-deutsch/"} <= paths
    assert "/ar/neues/nur-deutsch/" not in paths
    assert not any(path.partition("/formular/")[1] or "verwaltung" in path for path in paths)
    german = [path for path in sorted(paths) if not re.match(r"/(de-simple|en|uk|ar|pl)/", path)]
    for path in german:
        assert client.get(path).status_code == 200, path


def test_every_page_that_search_engines_may_show_is_in_the_sitemap(whole_village: Municipality, client) -> None:
    """The pages of the URL map that need no word in their address; those of single things are counted above."""
    listed = xml(client, "/sitemap-pages-1.xml").xpath("//s:url/s:loc/text()", namespaces=NS)
    closed = tuple(re.findall(r"^Disallow: (.*)$", client.get("/robots.txt").content.decode(), re.MULTILINE))
    paths = {f"/{one.route}" for one in public() if one.is_page and "<" not in one.route}
    assert {"/", "/karte/", "/suche/", "/offene-daten/"} <= paths
    for path in paths:
        answer = client.get(path)
        hidden = path.startswith(closed) or "noindex" in answer.get("X-Robots-Tag", "")
        assert (f"{SITE}{path}" in listed) != hidden, path


def test_languages_name_each_other(whole_village: Municipality, client: Client) -> None:
    page = xml(client, "/sitemap-items-1.xml")
    for url in page.findall("s:url", NS):
        address = url.findtext("s:loc", namespaces=NS)
        alternates = {one.get("hreflang"): one.get("href") for one in url.findall("x:link", NS)}
        assert address in alternates.values()
        assert "de" in alternates
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", url.findtext("s:lastmod", namespaces=NS))


def test_a_village_with_one_language_lists_one(db: None, client: Client) -> None:
    make_village(languages=["de"])
    assert not xml(client, "/sitemap-pages-1.xml").xpath("//x:link[@hreflang!='de']", namespaces=NS)


def test_long_parts_are_split_and_files_stay_small(
    village, client, monkeypatch, django_assert_max_num_queries
) -> None:
    for number in range(5):
        make_item("news", slug=f"n{number}", texts={"ar": {"title": "عنوان"}})
    monkeypatch.setattr(sitemap, "PAGES_OF_A_FILE", 2)
    client.get("/sitemap-pages-1.xml")
    files = xml(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NS)
    assert [one for one in files if "items" in one] == [f"{SITE}/sitemap-items-{number}.xml" for number in (1, 2, 3)]
    for number, pages in ((1, 2), (2, 2), (3, 1)):
        # The generation, the items, their languages.
        with django_assert_max_num_queries(3):
            found = xml(client, f"/sitemap-items-{number}.xml")
        assert len(found.findall("s:url", NS)) == 2 * pages
    for wrong in ("items-0", "items-4", "gibtsnicht-1"):
        assert client.get(f"/sitemap-{wrong}.xml").status_code == 404
    # 50,000 addresses are the limit: six languages of each page.
    monkeypatch.undo()
    assert sitemap.PAGES_OF_A_FILE * 6 <= 50_000


def test_security_txt_stands_only_where_somebody_is_named(village, client, time_machine) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    Terms.objects.update_or_create(id=1, defaults={"security_contact": "it@example.org"})
    Terms.objects.get().save()
    time_machine.move_to("2026-11-23T12:00:00Z", tick=False)
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line)
    assert fields["Contact"] == "mailto:it@example.org"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert date(2026, 11, 24) < date.fromisoformat(fields["Expires"][:10]) < date(2027, 11, 23)


@pytest.mark.parametrize(("contact", "fits"), [
    ("it@example.org", True), ("https://example.org/melden", True), ("", True),
    ("http://example.org/", False), ("Herr Müller", False), ("javascript://x/%0aalert(1)", False),
    ("a@example.org\nCanonical: https://boese.example/", False),
])  # fmt: skip
def test_a_contact_is_a_mail_address_or_a_safe_page(contact: str, fits: bool) -> None:
    terms = Terms(security_contact=contact)
    if fits:
        terms.full_clean(validate_unique=False, validate_constraints=False)
    else:
        with pytest.raises(ValidationError):
            terms.full_clean(validate_unique=False, validate_constraints=False)
