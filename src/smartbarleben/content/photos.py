"""The pictures of items in the sizes that pages show."""

from wagtail.images.models import SourceImageIOError

from .models import Item
from .presentation import Photo

# For a wide page, sharp on fine screens, and for a phone, which need not load more than it shows.
_PAGE, _PHONE = "max-1200x1200|format-webp", "max-720x720|format-webp"


def photo(item: Item) -> Photo | None:
    """The item's picture, or None; also where its file is lost, because the words are still there.

    One query, none for an item without a photo; the first reader of all has the sizes made.
    """
    if item.photo_id is None:
        return None
    try:
        made = item.photo.get_renditions(_PAGE, _PHONE)
    except SourceImageIOError:
        return None
    large, small = made[_PAGE], made[_PHONE]
    sizes = "" if large.width == small.width else f"{small.url} {small.width}w, {large.url} {large.width}w"
    return Photo(large.url, large.width, large.height, item.photo_alt, item.photo_credit, sizes)
