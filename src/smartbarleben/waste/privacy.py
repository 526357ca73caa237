"""What this room's tables hold about people: who keeps the calendar true, nothing else."""

from smartbarleben.people.personal import declare, harmless

from .models import Street, Tour


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(Tour, "source_name", "source_url", "as_of", "key", because="published by the municipality")
    declare(Tour, {"owner": "names who keeps the facts true"}, until="somebody else keeps them")
    harmless(Street, "name", "slug", because="a street")
