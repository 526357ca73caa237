"""What the readers of timetables say in English, in the language of the staff's page.

The readers know no translations and put values into their sentences. Here stands each sentence they have, with
%(name)s where a value stands; a sentence that is not here is shown as it is.
"""

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("The times are those of %(zone)s; this village lives by %(ours)s."),
    gettext_noop("Is it the right timetable?"),
    gettext_noop("No trip is left."),
    gettext_noop("No trip calls twice within the circle."),
    gettext_noop("Look at what was left out, or ask for a larger circle."),
    gettext_noop("There is no time zone called %(zone)s."),
    gettext_noop("Write a zone such as Europe/Berlin."),
    gettext_noop("The table names nobody."),
    gettext_noop("Ask the publisher for a complete feed."),
    gettext_noop("The table has no usable stop."),
    gettext_noop("The feed has neither this table nor calendar_dates.txt."),
    gettext_noop("No day is named."),
    gettext_noop("Ask the publisher for a feed with service days."),
    gettext_noop("The timetable is for %(first)s to %(last)s."),
    gettext_noop("Download the present one."),
    gettext_noop("More than %(most)s calls would be kept."),
    gettext_noop("Ask for a smaller circle."),
    gettext_noop("This is a folder."),
    gettext_noop("Name the zip file as it was downloaded."),
    gettext_noop("The file cannot be read (%(why)s)."),
    gettext_noop("Check its name and its rights."),
    gettext_noop("The file has %(size)s MB; %(most)s MB is the most."),
    gettext_noop("Ask the publisher for the timetable of your region only."),
    gettext_noop("This is no whole zip file (%(why)s)."),
    gettext_noop("Download it again; a broken download looks like this."),
    gettext_noop("The feed has no such table."),
    gettext_noop("Ask the publisher for a complete GTFS feed."),
    gettext_noop("The table is locked with a password."),
    gettext_noop("Ask the publisher for an open file."),
    gettext_noop("The table is packed in an unusual way."),
    gettext_noop("Pack it as a usual zip file."),
    gettext_noop("The table would unpack to %(size)s MB out of %(packed)s kB."),
    gettext_noop("This is no timetable; download it from its publisher."),
    gettext_noop("The table is damaged (%(why)s)."),
    gettext_noop("Download the file again."),
    gettext_noop("The line is longer than %(most)s kB."),
    gettext_noop("This is no table of a timetable; download the file from its publisher."),
    gettext_noop("The line is not UTF-8."),
    gettext_noop("Save the table as UTF-8."),
    gettext_noop("There is no column %(name)s; the first line names %(known)s."),
    gettext_noop("Save it with commas."),
    gettext_noop("Ask the publisher for a table with it."),
    gettext_noop("Two columns are called %(name)s."),
    gettext_noop("Remove one of them."),
    gettext_noop("The line cannot be read (%(why)s)."),
    gettext_noop("Look at its quotes."),
    gettext_noop("more fields than columns"),
    gettext_noop("no position"),
    gettext_noop("a position that is not on Earth"),
    gettext_noop("a stop_id for the second time"),
    gettext_noop("no name or no stop_id"),
    gettext_noop("a route_id for the second time"),
    gettext_noop("a route_type that is no number"),
    gettext_noop("a day that does not exist"),
    gettext_noop("weekdays or a period that cannot be"),
    gettext_noop("a day or change that cannot be"),
    gettext_noop("a route_id that routes.txt does not have"),
    gettext_noop("a service_id without days"),
    gettext_noop("a trip_id for the second time"),
    gettext_noop("a trip that runs on no day"),
    gettext_noop("a trip_id that was left out or is not in trips.txt"),
    gettext_noop("a stop_id that was left out or is not in stops.txt"),
    gettext_noop("a time or a stop_sequence that cannot be read"),
    gettext_noop("a time that cannot be read"),
    gettext_noop("an interval that cannot be"),
    gettext_noop("a trip with fewer than two calls"),
    gettext_noop("a trip with a stop_sequence for the second time"),
    gettext_noop("a trip whose times go back"),
    gettext_noop("a trip without a time at its start or end"),
)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(sentence: str) -> re.Pattern[str]:
        parts = re.split(r"%\((\w+)\)s", sentence)
        return re.compile(
            "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        )

    return tuple((sentence, pattern(sentence)) for sentence in SENTENCES if "%(" in sentence)


def said(text: str) -> str:
    """A reader's sentence in the page's language."""
    if text in SENTENCES:
        return _(text)
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return _(sentence) % found.groupdict()
    return text
