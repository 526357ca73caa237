"""What sources of others can become here: events, clubs, places."""

from smartbarleben.imports.registry import register

from .clubs import Clubs
from .events import Events
from .places import Places


def register_targets() -> None:
    """Register them; called when the app is ready."""
    for target in (Events(), Clubs(), Places()):
        register(target)
