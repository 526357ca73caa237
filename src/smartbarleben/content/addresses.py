"""Free addresses for new items."""

from smartbarleben.kernel.folding import slugify


def free_slug(kind: str, title: str, *, exclude_pk: int | None = None) -> str:
    """A slug made from the title that no other item of the kind has: "hofmarkt", "hofmarkt-2", …"""
    from .models import Item

    base = slugify(title, max_length=80)
    taken = set(
        Item.objects.filter(kind=kind, slug__startswith=base).exclude(pk=exclude_pk).values_list("slug", flat=True)
    )
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
