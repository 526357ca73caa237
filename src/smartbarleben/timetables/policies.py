"""Who may take timetables over: editors."""

from smartbarleben.people.policies import Person
from smartbarleben.people.roles import EDITOR, grant

PERMISSION = "timetables.change_feed"


def may_import(person: Person) -> bool:
    """Whether the person may take a timetable over or away."""
    return bool(person.is_authenticated and person.is_active and person.has_perm(PERMISSION))


def grant_roles() -> None:
    """Called once when the app is ready."""
    grant(EDITOR, {PERMISSION})
