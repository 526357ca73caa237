"""A village with one item of every registered kind; a kind registered tomorrow is tested by itself."""

from collections.abc import Iterator

import pytest
from django.test import Client
from tests.factories import make_item, make_place, make_village

from smartbarleben.content import registry
from smartbarleben.content.channels import notice
from smartbarleben.content.models import Item

TITLE = {"de": "Straße am Breiteweg", "ar": "شارع برايتيفيغ"}


@pytest.fixture(autouse=True)
def plain_static_files(settings) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    notice._drawn.clear()
    yield
    notice._drawn.clear()


@pytest.fixture
def village(db):
    return make_village()


def make_one(kind: str, **values) -> Item:
    """One item of a kind with German and Arabic texts and a place."""
    place = make_place("Bürgerhaus", street="Breiteweg 50", postal_code="39179", lon=11.61, lat=52.2)
    given = {
        "title": TITLE["de"],
        "summary": "Kurz gesagt.",
        "body": "<p>Alles <b>Weitere</b> steht hier.</p>",
        "ortschaft": "barleben",
        "place": place,
        "source_name": "Gemeinde Barleben",
        "as_of": "2026-10",
        "texts": {"ar": {"title": TITLE["ar"], "summary": "باختصار.", "body": "<p>كل شيء هنا.</p>"}},
    }
    return make_item(kind, **(given | values))


@pytest.fixture
def one(village):
    """The factory `make_one` in a village."""
    return make_one


@pytest.fixture
def everything(village) -> dict[str, Item]:
    """An item of every kind by its key."""
    return {kind.key: make_one(kind.key) for kind in registry.kinds()}


def address(item: Item, channel: str = "", language: str = "de") -> str:
    """The path of an item's channel."""
    prefix = "" if language == "de" else f"/{language}"
    return f"{prefix}/{registry.kind(item.kind).path}/{item.slug}/{channel}"


@pytest.fixture
def get(client: Client):
    """`get(item, channel, language)`: the answer at the item's channel."""

    def fetch(item: Item, channel: str = "", language: str = "de", **headers: str):
        return client.get(address(item, channel, language), headers=headers)

    return fetch
