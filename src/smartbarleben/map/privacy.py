"""What this room's tables hold about people: nothing."""

from smartbarleben.people.personal import harmless

from .models import Spot, VillageMap


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(VillageMap, "name", "file_name", "attribution", "trouble", because="about a file of map data")
    harmless(Spot, "name", "folded", because="streets and house numbers, without who lives there")
