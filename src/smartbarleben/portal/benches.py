"""What `./village bench` measures of the portal."""

from typing import Any

from smartbarleben.content.models import Item


def cases() -> list[tuple[str, str] | dict[str, Any]]:
    """The pages that residents open most, at their real size; "one" is a list for one person, nobody in the queue."""
    one = Item.objects.filter(kind="event", live=True, starts_at__isnull=False).order_by("-pk").first()
    slug = one.slug if one else ""
    return [
        ("home", "/"),
        ("list", "/neues/"),
        {"case": "list one", "path": "/neues/", "connections": 1},
        ("list events", "/termine/"),
        ("list en", "/en/neues/"),
        ("item", f"/termine/{slug}/"),
    ]
