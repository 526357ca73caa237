"""What `./village bench` measures of the portal."""

from smartbarleben.content.models import Item


def cases() -> list[tuple[str, str]]:
    """The pages that residents open most, at their real size."""
    one = Item.objects.filter(kind="event", live=True, starts_at__isnull=False).order_by("-pk").first()
    slug = one.slug if one else ""
    return [
        ("home", "/"),
        ("list", "/neues/"),
        ("list events", "/termine/"),
        ("list en", "/en/neues/"),
        ("item", f"/termine/{slug}/"),
    ]
