"""The slide: one thought, cut at a word, and the editor is told."""

from tests.factories import at, now

from smartbarleben.content import presentation
from smartbarleben.content.channels.slide import LINE_LENGTH, TITLE_LENGTH, fits, slide
from smartbarleben.content.kinds import Event, News


def view_of(item):
    return presentation.item_view(item, "de", now())


def test_what_fits_is_shown_whole_and_nothing_is_said():
    view = view_of(Event(kind="event", slug="x", title="Hofmarkt", summary="Kommen Sie!", starts_at=at(1, 18)))
    assert fits(view) == []
    assert slide(view).title == "Hofmarkt"
    assert slide(view).when == view.card.when


def test_what_does_not_fit_is_cut_at_a_word_and_the_editor_is_told():
    view = view_of(News(kind="news", slug="x", title="Wort " * 40, summary="Satz " * 80))
    shown = slide(view)
    assert len(shown.title) <= TITLE_LENGTH
    assert shown.title.endswith("Wort…")
    assert len(shown.line) <= LINE_LENGTH
    assert shown.is_long
    assert len(fits(view)) == 2
    assert str(TITLE_LENGTH) in fits(view)[0]


def test_slide_has_code_with_the_address_in_words(one, get):
    item = one("event", is_cancelled=True)
    html = get(item, "folie/").content.decode()
    assert html.count("<h1") == 1
    assert "qr__svg" in html
    assert f"localhost:8000/<wbr>termine/<wbr>{item.slug}" in html
    assert "Bürgerhaus" in html
    assert "style=" not in html


def test_only_a_screen_that_nobody_operates_reloads_by_itself(one, get):
    item = one("event")
    assert 'http-equiv="refresh"' not in get(item, "folie/").content.decode()
    assert 'http-equiv="refresh"' in get(item, "folie/?bildschirm=1").content.decode()


def test_german_text_on_an_arabic_slide_runs_its_own_way(one, get):
    item = one("news", texts={}, ortschaft=None)
    html = get(item, "folie/", "ar").content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    assert 'lang="de" dir="ltr">' in html
