"""The front page, the Ortschaften, places, responsibilities, the strategy; colours and errors."""

import errno
import re
import sys

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from smartbarleben.content.presentation import Source, as_of_words, is_old
from smartbarleben.content.texts import SOURCE_LANGUAGE, StoredText, TextState, state_of
from smartbarleben.kernel.digest import text_digest
from smartbarleben.kernel.holidays import public_holidays
from smartbarleben.places.models import Ortschaft
from smartbarleben.places.queries import NoVillage, village
from smartbarleben.ui import dates, theme
from smartbarleben.ui.context import FeedLink
from smartbarleben.ui.http import public_page, render
from smartbarleben.ui.jsonld import script
from smartbarleben.ui.shapes import TOWERS

from . import month, queries, responsible, schema_org
from .filters import link
from .item_pages import step_rows
from .layout import here
from .open_now import open_first, town_hall_sentence, with_states
from .place_book import places, places_with_hours
from .strategy import stories, strategy

# In SQLite's words and PostgreSQL's.
_NO_ROOM = re.compile(r"disk is full|disk I/O error|readonly database|read-only|No space left")


def _speaks() -> str:
    return get_language() or settings.LANGUAGE_CODE


@public_page(changes="minute")
def home(request: HttpRequest) -> HttpResponse:
    """Today in the village."""
    language, now, today = _speaks(), timezone.now(), dates.today()
    house = village(request)
    book = places_with_hours(request)
    coming = queries.happening(language, now, limit=8)
    todays = queries.of_today(coming, today)
    lately = queries.lately(language, now)
    holiday = public_holidays(house.municipality.land, (today.year,), language).get(today, "")
    sentence = Markup(" · ").join(part for part in (holiday, town_hall_sentence(book, language, now)) if part)
    shown = (todays or coming)[:4]
    concerns = queries.concerns(language, now)
    everything = [*concerns, *shown, *lately.news, *(one.card for one in (*lately.decisions, *lately.answers))]
    context = {
        "sentence": sentence,
        "concerns": concerns,
        "now": now,
        "is_today": bool(todays),
        "happening": month.leaves(shown, today, language),
        "open_places": open_first(with_states(book, language, now))[:6],
        "lately": lately,
        "ortschaften": [
            (one, one.tower if one.tower in TOWERS else "", _ortschaft_text(one, language))
            for one in house.ortschaften
        ],
        "municipality": house.municipality,
        "jsonld": script(schema_org.municipality(house)),
        "feeds": [
            FeedLink(_("Everything new"), here("/feed.atom")),
            FeedLink(_("News"), here("/neues/feed.atom")),
        ],
        "example_data": any(card.is_example for card in everything),
    }
    return render(request, "portal/home.jinja", context)


def _ortschaft_text(one: Ortschaft, language: str) -> tuple[str, str, str, TextState]:
    """Summary, body, the language they are written in, and their state; from the loaded translations."""
    if language == SOURCE_LANGUAGE:
        return one.summary, one.body, language, TextState.ORIGINAL
    text = next((row for row in one.translations.all() if row.language == language), None)
    if text is None:
        return one.summary, one.body, SOURCE_LANGUAGE, TextState.MISSING
    stored = StoredText("", text.summary, text.body, text.state, text.source_digest)
    return text.summary, text.body, language, state_of(stored, text_digest(one.summary, one.body))


@public_page(changes="minute")
def ortschaft(request: HttpRequest, slug: str) -> HttpResponse:
    """One Ortschaft: what it is, what is there, what is on, what is open."""
    language, now, today = _speaks(), timezone.now(), dates.today()
    one = village(request).ortschaft(slug)
    if one is None:
        raise Http404(_("There is no Ortschaft at this address."))
    table = dates.words(language)
    summary, body, written_in, state = _ortschaft_text(one, language)
    own = [place for place in places(request) if place.ortschaft_slug == slug]
    pairs = with_states((place for place in own if place.kind != "stop"), language, now)
    coming = queries.happening(language, now, where=Q(item__ortschaft=one.pk), limit=6)
    lately = queries.lately(language, now, where=queries.here_or_everywhere(one))
    concerns = queries.concerns(language, now, where=queries.here_or_everywhere(one))
    matters, clubs = queries.open_matters_and_clubs(one, language, now)
    context = {
        "one": one,
        "summary": summary,
        "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
        "text_language": written_in,
        "text_state": state,
        "source": Source(
            one.source_name, one.source_url, as_of_words(one.as_of, language), is_old(one.as_of, today), one.as_of
        ),
        "is_stale": one.is_stale(today),
        "population": f"{one.population:,}".replace(",", table.thousands) if one.population else "",
        "area": f"{one.area_km2:.1f} km²".replace(".", table.decimal) if one.area_km2 else "",
        "pairs": pairs,
        "stops": sorted(place.name for place in own if place.kind == "stop"),
        "concerns": concerns,
        "now": now,
        "happening": month.leaves(coming, today, language),
        "matters": matters,
        "clubs": clubs,
        "news": lately.news,
        "feeds": [FeedLink(_("News from %(ortschaft)s") % {"ortschaft": one.name}, f"{request.path}feed.atom")],
        "example_data": one.is_example
        or any(card.is_example for card in (*coming, *lately.news, *concerns, *matters)),
    }
    return render(request, "portal/ortschaft.jinja", context)


@public_page(changes="minute")
def responsibility(request: HttpRequest) -> HttpResponse:
    """ "Who is responsible for …?": everything by letter, or the answer to a question."""
    language, own_url = _speaks(), here("/zustaendig/")
    house = village(request)
    known = responsible.entries(house.generation, language)
    question = " ".join(request.GET.get("q", "").split())[:200]
    found = responsible.find(question, known, language) if question else responsible.Found(())
    services = [entry.card for entry in known.values() if entry.card.kind.key == "service"]
    context = {
        "question": question,
        "found": found,
        "letters": [] if question else responsible.by_letter(services, language),
        "meant_url": link(own_url, {"q": found.meant}) if found.meant else "",
        "doers": {entry.card.url: entry.responsible for entry in known.values()},
        "municipality": house.municipality,
        "own_url": own_url,
        "example_data": any(entry.card.is_example for entry in known.values()),
    }
    return render(request, "portal/responsible.jinja", context)


@public_page(changes="day")
def strategy_page(request: HttpRequest) -> HttpResponse:
    """Projects, measures, money, milestones, and what was rejected because of what."""
    language, now = _speaks(), timezone.now()
    found = strategy(language, now)
    measures = [one for project in found.projects for one in project.measures] + found.others
    context = {
        "strategy": found,
        "stories": [(steps[0].card, step_rows(steps)) for steps in stories(language, now)],
        "example_data": any(one.card.is_example for one in measures),
    }
    return render(request, "portal/strategy.jinja", context)


@public_page(changes="never")
def colours(request: HttpRequest) -> HttpResponse:
    """The municipality's own colours as a stylesheet; empty where it has none or they cannot be read."""
    own = village(request).municipality.colours
    css = theme.css(own) if own and not theme.check_colours(own) else ""
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the page's language, with ways on."""
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "portal/not_found.jinja", {"said": said}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without the database, because that may be what is broken; 503 while there is no village yet, or no room."""
    problem = sys.exc_info()[1]
    if isinstance(problem, NoVillage):
        return _trouble(request, "no_village", 503)
    if cannot_save(problem):
        return _trouble(request, "unsaved", 503)
    return _trouble(request, "broken", 500)


def cannot_save(problem: BaseException | None) -> bool:
    """Whether a page broke because the disk is full or may not be written to: what was sent is not saved."""
    if isinstance(problem, OSError):
        return problem.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
    return isinstance(problem, DatabaseError) and bool(_NO_ROOM.search(str(problem)))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in words."""
    return _trouble(request, "refused", 403)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 in words."""
    return _trouble(request, "not_understood", 400)


def _styles() -> list[str]:
    """The stylesheets of an error page, none where even they cannot be found."""
    names = ("ui/tokens.css", "ui/base.css", "ui/layout.css", "portal/portal.css")
    try:
        return [static(name) for name in names]
    except ValueError:
        return []


def _trouble(request: HttpRequest, what: str, status: int) -> HttpResponse:
    language = _speaks()
    values = {
        "what": what,
        "language": language,
        "direction": "rtl" if language in settings.LANGUAGES_BIDI else "ltr",
        "today": timezone.localtime(),
        "home_url": here("/"),
        "styles": _styles(),
    }
    return HttpResponse(render_to_string("portal/trouble.jinja", values, using="jinja2"), status=status)
