"""Dates, times and sums as people in the village say them, in each of the site's languages.

Pure and table-driven: a list page formats some fifty dates, so there is no locale machinery in the way.
Aware datetimes are shown in the village's own time; languages are Django's codes (`de-simple` speaks German,
an unknown code falls back to German, too). Digits are Latin in every language, also in Arabic.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

VILLAGE_TIME = ZoneInfo("Europe/Berlin")
# An evening that ends in the small hours still belongs to the day on which it began.
SMALL_HOURS = time(5)


@dataclass(frozen=True, slots=True)
class Words:
    """One language's names and patterns; lists start on Monday and in January."""

    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    months_alone: tuple[str, ...]
    day: str
    day_short: str
    date: str
    date_short: str
    from_to: str
    yesterday: str
    today: str
    tomorrow: str
    thousands: str
    decimal: str


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_GERMAN_MONTHS = _names("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
_ENGLISH_MONTHS = _names("January February March April May June July August September October November December")
_ARABIC_MONTHS = _names("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر")
_ARABIC_DAYS = _names("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد")

_DE = Words(
    weekdays=_names("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    weekdays_short=_names("Mo Di Mi Do Fr Sa So"),
    months=_GERMAN_MONTHS,
    months_short=_names("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    months_alone=_GERMAN_MONTHS,
    day="{weekday}, {day}. {month}",
    day_short="{weekday}., {day}. {month}",
    date="{day}. {month}",
    date_short="{day}.",
    from_to="{0} bis {1}",
    yesterday="gestern",
    today="heute",
    tomorrow="morgen",
    thousands=".",
    decimal=",",
)
_EN = Words(
    weekdays=_names("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    weekdays_short=_names("Mon Tue Wed Thu Fri Sat Sun"),
    months=_ENGLISH_MONTHS,
    months_short=_names("Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec"),
    months_alone=_ENGLISH_MONTHS,
    day="{weekday}, {day} {month}",
    day_short="{weekday}, {day} {month}",
    date="{day} {month}",
    date_short="{day}",
    from_to="{0} to {1}",
    yesterday="yesterday",
    today="today",
    tomorrow="tomorrow",
    thousands=",",
    decimal=".",
)
_UK = Words(
    weekdays=_names("понеділок вівторок середа четвер пʼятниця субота неділя"),
    weekdays_short=_names("пн вт ср чт пт сб нд"),
    months=_names("січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    months_short=_names("січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд."),
    months_alone=_names(
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"
    ),
    day="{weekday}, {day} {month}",
    day_short="{weekday}, {day} {month}",
    date="{day} {month}",
    date_short="{day}",
    from_to="{0} – {1}",
    yesterday="учора",
    today="сьогодні",
    tomorrow="завтра",
    thousands="\N{NO-BREAK SPACE}",
    decimal=",",
)
_AR = Words(
    weekdays=_ARABIC_DAYS,
    weekdays_short=_ARABIC_DAYS,
    months=_ARABIC_MONTHS,
    months_short=_ARABIC_MONTHS,
    months_alone=_ARABIC_MONTHS,
    day="{weekday}، {day} {month}",
    day_short="{weekday}، {day} {month}",
    date="{day} {month}",
    date_short="{day}",
    from_to="من {0} إلى {1}",
    yesterday="أمس",
    today="اليوم",
    tomorrow="غدًا",
    thousands=",",
    decimal=".",
)
_PL = Words(
    weekdays=_names("poniedziałek wtorek środa czwartek piątek sobota niedziela"),
    weekdays_short=_names("pon. wt. śr. czw. pt. sob. niedz."),
    months=_names(
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    ),
    months_short=_names("sty lut mar kwi maj cze lip sie wrz paź lis gru"),
    months_alone=_names(
        "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień"
    ),
    day="{weekday}, {day} {month}",
    day_short="{weekday}, {day} {month}",
    date="{day} {month}",
    date_short="{day}",
    from_to="od {0} do {1}",
    yesterday="wczoraj",
    today="dzisiaj",
    tomorrow="jutro",
    thousands="\N{NO-BREAK SPACE}",
    decimal=",",
)
_LANGUAGES = {"de": _DE, "de-simple": _DE, "en": _EN, "uk": _UK, "ar": _AR, "pl": _PL}


def words(language: str) -> Words:
    """The names and patterns of a language code; German where the code is unknown."""
    return _LANGUAGES.get(language, _DE)


def local(value: datetime | date) -> datetime | date:
    """An aware datetime in the village's time; naive datetimes and dates as they are."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(VILLAGE_TIME)
    return value


def today() -> date:
    """The village's date at this moment."""
    return timezone.now().astimezone(VILLAGE_TIME).date()


def day(value: datetime | date, language: str = "de", *, now: date | None = None) -> str:
    """ "Dienstag, 24. November"; the year follows only where it isn't the present one."""
    value = local(value)
    table = words(language)
    text = table.day.format(
        weekday=table.weekdays[value.weekday()], day=value.day, month=table.months[value.month - 1]
    )
    return text if value.year == (now or today()).year else f"{text} {value.year}"


def day_short(value: datetime | date, language: str = "de", *, now: date | None = None) -> str:
    """ "Di., 24. Nov."; the year follows only where it isn't the present one."""
    value = local(value)
    table = words(language)
    text = table.day_short.format(
        weekday=table.weekdays_short[value.weekday()], day=value.day, month=table.months_short[value.month - 1]
    )
    return text if value.year == (now or today()).year else f"{text} {value.year}"


def plain_date(value: datetime | date, language: str = "de") -> str:
    """ "24. November 2026", always with the year: for sources, as-of dates and papers."""
    value = local(value)
    table = words(language)
    return f"{table.date.format(day=value.day, month=table.months[value.month - 1])} {value.year}"


def near_day(value: datetime | date, language: str = "de", *, now: date | None = None) -> str:
    """ "heute", "morgen" or "gestern" where that is so, else the short day."""
    value = local(value)
    now = now or today()
    distance = ((value.date() if isinstance(value, datetime) else value) - now).days
    if -1 <= distance <= 1:
        table = words(language)
        return (table.yesterday, table.today, table.tomorrow)[distance + 1]
    return day_short(value, language, now=now)


def month(value: datetime | date, language: str = "de") -> str:
    """ "November 2026": the heading of a month."""
    value = local(value)
    return f"{words(language).months_alone[value.month - 1]} {value.year}"


def weekday(value: datetime | date, language: str = "de") -> str:
    """ "Dienstag"."""
    return words(language).weekdays[local(value).weekday()]


def weekday_short(value: datetime | date, language: str = "de") -> str:
    """ "Di"; in Arabic the whole word, which has no usual short form."""
    return words(language).weekdays_short[local(value).weekday()]


def month_short(value: datetime | date, language: str = "de") -> str:
    """ "Nov."."""
    return words(language).months_short[local(value).month - 1]


def _english_clock(value: datetime | time, suffix: bool = True) -> str:
    text = str(value.hour % 12 or 12) + (f":{value.minute:02}" if value.minute else "")
    return f"{text} {'am' if value.hour < 12 else 'pm'}" if suffix else text


def clock(value: datetime | time, language: str = "de") -> str:
    """ "18 Uhr", "18:30 Uhr"; "6:30 pm"; "18:30"."""
    if isinstance(value, datetime):
        value = local(value)
    if language == "en":
        return _english_clock(value)
    if language in ("de", "de-simple"):
        return f"{value.hour}:{value.minute:02} Uhr" if value.minute else f"{value.hour} Uhr"
    return f"{value.hour}:{value.minute:02}"


def clocks(start: datetime | time, end: datetime | time, language: str = "de") -> str:
    """A span within one day: "18–20 Uhr", "6–8 pm", "18:00–20:00". Midnight as an end is "24 Uhr" in German."""
    if isinstance(start, datetime):
        start = local(start)
    if isinstance(end, datetime):
        end = local(end)
    if language == "en":
        same_half = (start.hour < 12) == (end.hour < 12)
        return f"{_english_clock(start, suffix=not same_half)}–{_english_clock(end)}"
    if language in ("de", "de-simple"):
        first = f"{start.hour}:{start.minute:02}" if start.minute else str(start.hour)
        hour = 24 if end.hour == end.minute == 0 else end.hour
        last = f"{hour}:{end.minute:02}" if end.minute else str(hour)
        return f"{first}–{last} Uhr"
    return f"{start.hour}:{start.minute:02}–{end.hour}:{end.minute:02}"


def _day_span(first: date, last: date, language: str, now: date) -> str:
    table = words(language)
    if (first.year, first.month) == (last.year, last.month):
        start = table.date_short.format(day=first.day)
    elif first.year == last.year:
        start = table.date.format(day=first.day, month=table.months[first.month - 1])
    else:
        start = plain_date(first, language)
    end = table.date.format(day=last.day, month=table.months[last.month - 1])
    if last.year != now.year or first.year != last.year:
        end = f"{end} {last.year}"
    return table.from_to.format(start, end)


def when(
    start: datetime | date,
    end: datetime | date | None = None,
    all_day: bool = False,
    language: str = "de",
    *,
    now: date | None = None,
) -> str:
    """A span in words: "Dienstag, 24. November, 18–20 Uhr" or "24. bis 26. November".

    `end` is the moment at which it ends; an all-day end at midnight closes the day before. Dates without a time are
    whole days and their end is the last day itself.
    """
    now = now or today()
    start = local(start)
    end = None if end is None else local(end)
    if all_day or not isinstance(start, datetime):
        first = start.date() if isinstance(start, datetime) else start
        last = first
        if isinstance(end, datetime):
            last = (end - timedelta(seconds=1)).date() if end.time() == time(0) and end > start else end.date()
        elif end is not None:
            last = end
        return day(first, language, now=now) if last <= first else _day_span(first, last, language, now)
    comma = "، " if language == "ar" else ", "
    if end is None or end <= start:
        return day(start, language, now=now) + comma + clock(start, language)
    one_evening = end.date() == start.date() + timedelta(days=1) and end.time() <= SMALL_HOURS
    if end.date() == start.date() or one_evening:
        return day(start, language, now=now) + comma + clocks(start, end, language)
    return words(language).from_to.format(
        day_short(start, language, now=now) + comma + clock(start, language),
        # The last minute of a day is how "until that day" is stored.
        day_short(end, language, now=now) + ("" if end.time() >= time(23, 59) else comma + clock(end, language)),
    )


def iso(value: datetime | date) -> str:
    """The machine's form for `datetime` attributes: village time with offset, seconds dropped; dates as they are."""
    value = local(value)
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def money(cents: int, language: str = "de") -> str:
    """Cents as a sum: 125000 is "1.250 €", 1250 is "12,50 €"."""
    table = words(language)
    euros, rest = divmod(abs(cents), 100)
    text = f"{euros:,}".replace(",", table.thousands)
    if rest:
        text += f"{table.decimal}{rest:02}"
    sign = "−" if cents < 0 else ""
    return f"{sign}€{text}" if language == "en" else f"{sign}{text}\N{NO-BREAK SPACE}€"
