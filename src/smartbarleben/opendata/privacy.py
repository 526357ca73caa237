"""What this room's table holds about people: whom to tell about a security hole, if the town hall names somebody."""

from smartbarleben.people.personal import declare, harmless

from .models import Terms


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(Terms, "licence", because="the name of a licence")
    declare(
        Terms,
        {"security_contact": "stands in security.txt, so that holes are reported"},
        until="the town hall names somebody else",
    )
