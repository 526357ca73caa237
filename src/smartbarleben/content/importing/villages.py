"""The Ortschaft of an imported entry: by a column of a table, else the one that the source's settings name."""

from smartbarleben.imports.columns import CellError, Column
from smartbarleben.imports.incoming import Value
from smartbarleben.imports.registry import Origin
from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.places.models import Ortschaft


def read(cell: str) -> Value:
    """The short name of the Ortschaft that a cell means."""
    known = dict(Ortschaft.objects.values_list("slug", "name"))
    wanted = fold(cell)
    for slug, name in known.items():
        if wanted in {fold(slug), fold(name)}:
            return slug
    raise CellError(
        gettext_noop("There is no Ortschaft “%(cell)s”."),
        gettext_noop("Known are: %(known)s."),
        cell=cell,
        known=", ".join(known.values()),
    )


def an_example() -> str:
    """A real Ortschaft: the template's row must be one that can be read."""
    return Ortschaft.objects.values_list("name", flat=True).first() or ""


ORTSCHAFT = Column("ortschaft", ("Ortschaft", "Ortsteil", "Village", "District"), read, example=an_example)


def known_village(origin: Origin) -> str:
    """The short name of the source's Ortschaft, "" where it has none."""
    if origin.ortschaft is None:
        return ""
    return Ortschaft.objects.filter(pk=origin.ortschaft).values_list("slug", flat=True).first() or ""
