"""A translation knows which German it was made from: what makes it need review, and what ends that."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.content.staff.pages import problems, send
from tests.content.staff.test_workspace import address, rich
from tests.factories import make_item, now

from smartbarleben.content import queries
from smartbarleben.content.kinds import News
from smartbarleben.content.models import ItemText
from smartbarleben.content.presentation import item_view
from smartbarleben.content.texts import TextState

ENGLISH = {
    "title": "New playground",
    "summary": "Opens on Friday.",
    "body": "<p>Come along.</p>",
    "state": "reviewed",
}


@pytest.fixture
def news(village: Any) -> News:
    item = make_item("news", title="Neuer Spielplatz", body="<p>Kommen Sie vorbei.</p>", texts={"en": ENGLISH})
    assert isinstance(item, News)
    return item


def state(item: News) -> TextState:
    """What a reader of the English page is told now."""
    return item_view(News.objects.get(pk=item.pk), "en", now()).text_state


def save(desk: Client, item: News, changes: dict[str, Any], *, publish: bool = True) -> None:
    action = {"action-publish": "1"} if publish else {}
    answer = send(desk, address("news", "edit", item.pk), {**changes, **action})
    assert answer.status_code == 302, problems(answer)


def test_saving_without_a_change_keeps_the_translation_reviewed(desk: Client, news: News) -> None:
    save(desk, news, {"body": rich("Kommen Sie vorbei."), "translations-0-body": rich("Come along.")})
    assert state(news) is TextState.REVIEWED


def test_a_change_of_the_german_alone_needs_review(desk: Client, news: News) -> None:
    save(desk, news, {"body": rich("Kommen Sie am Freitag vorbei."), "translations-0-body": rich("Come along.")})
    assert state(news) is TextState.NEEDS_REVIEW
    assert [text.language for text in queries.translations_needing_review(["en", "pl"])] == ["en"]


def test_changing_both_keeps_the_translation_reviewed(desk: Client, news: News) -> None:
    save(desk, news, {"title": "Spielplatz am Anger", "translations-0-title": "Playground on the green"})
    assert state(news) is TextState.REVIEWED
    assert not queries.translations_needing_review(["en"]).exists()


def test_a_tick_says_that_nothing_has_to_change(desk: Client, news: News) -> None:
    save(desk, news, {"title": "Neuer Spiel-Platz"})
    assert state(news) is TextState.NEEDS_REVIEW
    save(desk, news, {"translations-0-matches_german": "on"})
    assert state(news) is TextState.REVIEWED
    save(desk, news, {"title": "Ganz anders"})
    assert state(news) is TextState.NEEDS_REVIEW


def test_a_german_draft_leaves_the_public_translation_alone_until_it_is_published(desk: Client, news: News) -> None:
    save(desk, news, {"title": "Spielplatz am Anger"}, publish=False)
    assert state(news) is TextState.REVIEWED
    assert not queries.translations_needing_review(["en"]).exists()
    save(desk, news, {})
    assert state(news) is TextState.NEEDS_REVIEW


def test_a_draft_of_both_is_reviewed_when_it_is_published(desk: Client, news: News) -> None:
    save(desk, news, {"title": "Spielplatz am Anger"}, publish=False)
    save(desk, news, {"translations-0-title": "Playground on the green"}, publish=False)
    assert ItemText.objects.get().title == "New playground"
    assert state(news) is TextState.REVIEWED
    save(desk, news, {})
    assert state(news) is TextState.REVIEWED
    assert ItemText.objects.get().title == "Playground on the green"


def test_a_translation_is_added_and_a_machine_draft_checked(desk: Client, news: News) -> None:
    new = {
        "translations-TOTAL_FORMS": "2",
        "translations-1-id": "",
        "translations-1-ORDER": "2",
        "translations-1-DELETE": "",
        "translations-1-language": "pl",
        "translations-1-state": "machine",
        "translations-1-title": "Nowy plac zabaw",
        "translations-1-summary": "",
        "translations-1-body": rich("Zapraszamy."),
    }
    save(desk, news, new)
    polish = item_view(News.objects.get(pk=news.pk), "pl", now())
    assert (polish.title, polish.text_state) == ("Nowy plac zabaw", TextState.MACHINE)
    rows = list(ItemText.objects.order_by("pk").values_list("language", flat=True))
    save(desk, news, {f"translations-{rows.index('pl')}-state": "reviewed"})
    assert item_view(News.objects.get(pk=news.pk), "pl", now()).text_state is TextState.REVIEWED


def test_a_changed_link_in_the_german_needs_review(desk: Client, news: News) -> None:
    linked = json.loads(rich("Kommen Sie vorbei."))
    linked["entityMap"] = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://example.org/"}}}
    linked["blocks"][0]["entityRanges"] = [{"offset": 0, "length": 6, "key": 0}]
    save(desk, news, {"body": json.dumps(linked)})
    assert state(news) is TextState.NEEDS_REVIEW
