"""What this room's tables hold about people: nothing."""

from smartbarleben.people.personal import harmless

from .models import Feed, Halt, Line, Pattern, Service, Stop, Upload


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    published = "published by transport companies"
    harmless(
        Feed, "key", "file_name", "digest", "publisher", "publisher_url", "version", "attribution", "timezone",
        "skipped", because=published,
    )  # fmt: skip
    harmless(Stop, "key", "name", "platform", because=published)
    harmless(Line, "key", "short_name", "long_name", "agency", "colour", "text_colour", because=published)
    harmless(
        Pattern, "headsign", "headsigns", "stops", "pickup", "drop_off", "services", "times", "trip_keys",
        because=published,
    )  # fmt: skip
    harmless(Service, "days", because=published)
    harmless(Halt, "slug", "name", because=published)
    harmless(Upload, "file", "file_name", "attribution", "report", because=published)
