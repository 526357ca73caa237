"""The item as a text to be read aloud: whole sentences, times and sums in the order in which people say them."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.ui import dates
from smartbarleben.ui.http import public_page

from ..presentation import ItemView
from ..registry import Kind
from .common import find_view, labels, writable

CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says times and sums. Clocks are filled by `spoken_clock`."""

    on: str
    at: str
    between: str
    days: str
    full: str
    minutes: str
    hour_word: str
    euro: str
    euro_cents: str
    cents: str


_DE = Speech(
    on="Am {day}",
    at="{day}, um {start}",
    between="{day}, von {start} bis {end}",
    days="Vom {first} bis zum {last}",
    full="{hour}",
    minutes="{hour} Uhr {minute}",
    hour_word=" Uhr",
    euro="{euros} Euro",
    euro_cents="{euros} Euro {cents}",
    cents="{cents} Cent",
)
_SPEECH = {
    "de": _DE,
    "de-simple": _DE,
    "en": Speech(
        on="On {day}",
        at="{day}, at {start}",
        between="{day}, from {start} to {end}",
        days="From {first} to {last}",
        full="{hour}",
        minutes="{hour} {minute}",
        hour_word="",
        euro="{euros} euros",
        euro_cents="{euros} euros {cents}",
        cents="{cents} cents",
    ),
    "uk": Speech(
        on="{day}",
        at="{day}, о {start}",
        between="{day}, з {start} до {end}",
        days="З {first} до {last}",
        full="{hour}",
        minutes="{hour}:{minute:02}",
        hour_word=":00",
        euro="{euros} євро",
        euro_cents="{euros} євро {cents}",
        cents="{cents} центів",
    ),
    "ar": Speech(
        on="يوم {day}",
        at="{day}، الساعة {start}",
        between="{day}، من الساعة {start} إلى الساعة {end}",
        days="من {first} إلى {last}",
        full="{hour}",
        minutes="{hour}:{minute:02}",
        hour_word=":00",
        euro="{euros} يورو",
        euro_cents="{euros} يورو و{cents} سنت",
        cents="{cents} سنت",
    ),
    "pl": Speech(
        on="{day}",
        at="{day}, o {start}",
        between="{day}, od {start} do {end}",
        days="Od {first} do {last}",
        full="{hour}",
        minutes="{hour}:{minute:02}",
        hour_word=":00",
        euro="{euros} euro",
        euro_cents="{euros} euro {cents}",
        cents="{cents} centów",
    ),
}
_ADDRESS = re.compile(r"\s*\(?(?:https?://|www\.)[^\s)]+\)?", re.IGNORECASE)
# Sums have few digits; without a bound a text of digits would be tried from each of them to its end.
_SUM = re.compile(r"(?:€\s?(\d[\d.,\s]{0,20}\d|\d)|(\d[\d.,\u00a0]{0,20}\d|\d)\s?€)")
_DASH = re.compile(r"(?<=\d)\s?–\s?(?=\d)")


def speech(language: str) -> Speech:
    """The words of a language; German where it has none."""
    return _SPEECH.get(language, _DE)


def spoken_clock(moment: datetime | time, language: str, *, word: bool = True) -> str:
    """ "18 Uhr", "18 Uhr 30"; "6 30 pm"; "18:30". Without ``word`` a full hour is said short: from *18* to 20 Uhr."""
    said = speech(language)
    hour, minute = moment.hour, moment.minute
    if language == "en":
        half = "am" if hour < 12 else "pm"
        said_time = (said.minutes if minute else said.full).format(hour=hour % 12 or 12, minute=f"{minute:02}")
        return f"{said_time} {half}"
    if minute:
        return said.minutes.format(hour=hour, minute=minute)
    return said.full.format(hour=hour) + (said.hour_word if word else "")


def spoken_when(start: datetime | None, end: datetime | None, all_day: bool, language: str) -> str:
    """The time as the beginning of a sentence: "Am Dienstag, 24. November, von 18 bis 20 Uhr"; "" without a time."""
    if start is None:
        return ""
    said = speech(language)
    start = start.astimezone(dates.VILLAGE_TIME)
    end = end.astimezone(dates.VILLAGE_TIME) if end else None
    first = dates.day(start, language)
    if all_day:
        last = (end - timedelta(seconds=1)).date() if end and end > start else start.date()
        if last > start.date():
            return said.days.format(first=first, last=dates.day(last, language))
        return said.on.format(day=first)
    if end is None or end <= start:
        return said.on.format(day=said.at.format(day=first, start=spoken_clock(start, language)))
    if end.date() == start.date() or (end - start < timedelta(hours=24) and end.time() <= dates.SMALL_HOURS):
        short = language in ("de", "de-simple") and not start.minute and not end.minute
        begins = spoken_clock(start, language, word=not short)
        midnight = language in ("de", "de-simple") and end.hour == end.minute == 0
        ends = "24 Uhr" if midnight else spoken_clock(end, language)
        return said.on.format(day=said.between.format(day=first, start=begins, end=ends))
    return said.days.format(
        first=said.at.format(day=first, start=spoken_clock(start, language)),
        last=said.at.format(day=dates.day(end, language), start=spoken_clock(end, language)),
    )


def spoken_sum(cents: int, language: str) -> str:
    """ "12 Euro 50", "80 Cent", "1250 Euro"."""
    said = speech(language)
    euros, rest = divmod(cents, 100)
    if not euros and rest:
        return said.cents.format(cents=rest)
    return (said.euro_cents if rest else said.euro).format(euros=euros, cents=rest)


def spoken(text: str, language: str) -> str:
    """Text without web addresses, with sums and spans of numbers in words."""
    text = _ADDRESS.sub("", text)
    text = _SUM.sub(lambda match: _sum_words(match[1] or match[2], language), text)
    until = {"en": " to ", "ar": " إلى ", "uk": " до ", "pl": " do "}.get(language, " bis ")
    return writable(_DASH.sub(until, text))


def _sum_words(number: str, language: str) -> str:
    decimal = dates.words(language).decimal
    whole, _sep, rest = number.rpartition(decimal)
    if not _sep or len(rest) != 2:
        whole, rest = number, "0"
    digits = re.sub(r"\D", "", whole)
    return spoken_sum(int(digits or 0) * 100 + int(re.sub(r"\D", "", rest) or 0), language)


def aloud(view: ItemView, language: str) -> str:
    """The whole text, one thought a line. The item's texts keep their language, the words around are the page's."""
    card = view.card
    lines = [_sentence(spoken(card.title, view.language))]
    lines += [_sentence(label) for label in labels(view)]
    if view.is_cancelled:
        lines.append(_sentence(_("This is cancelled")))
    when = card.when
    if view.date_precision == "day":
        when = spoken_when(card.starts_at, card.ends_at, view.all_day, language)
    lines.append(_sentence(when))
    where = ", ".join(
        dict.fromkeys(filter(None, (card.where, view.spot.street if view.spot else "", card.ortschaft)))
    )
    lines.append(_sentence(_("Where: %(place)s") % {"place": where}) if where else "")
    paragraphs = [lines, [_sentence(spoken(card.summary, view.language))]]
    paragraphs.append(
        [_sentence(f"{fact.label}: {spoken(fact.value, language)}") for fact in view.facts if fact.value]
    )
    body = re.sub(r"^\s*(?:- |\d+\. )", "", view.body_text, flags=re.MULTILINE)
    paragraphs += [[_sentence(spoken(line, view.language))] for line in body.splitlines()]
    source = view.source
    if source.name and source.as_of:
        said = _("Source: %(name)s, as of %(day)s") % {"name": source.name, "day": source.as_of}
    else:
        said = _("Source: %(name)s") % {"name": source.name} if source.name else ""
    paragraphs.append([_sentence(spoken(said, language))])
    blocks = ("\n".join(line for line in paragraph if line) for paragraph in paragraphs)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _sentence(text: str) -> str:
    """The text with an end, so that the voice makes a pause."""
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?…:؟" else f"{text}."


@public_page(changes="minute")
def read_aloud(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The text for reading aloud, by a program or at a table."""
    text = aloud(find_view(kind, slug), get_language() or "de")
    return HttpResponse(text, content_type=CONTENT_TYPE)
