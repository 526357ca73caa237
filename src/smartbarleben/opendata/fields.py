"""Fields that the sets of several rooms have: one name and one meaning for the same thing everywhere."""

from django.conf import settings
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from .registry import Field

SLUG = Field("slug", _("short name, unique within the set"))
ORTSCHAFT = Field(
    "ortschaft", _("short name of the Ortschaft; empty: the whole municipality"), source="ortschaft__slug"
)
POSITION = (
    Field("lon", _("longitude (WGS 84)"), "number", "°"),
    Field("lat", _("latitude (WGS 84)"), "number", "°"),
)
SUMMARY = Field("summary", _("in one or two sentences, in German"))
SOURCE = (
    Field("source_name", _("where it is from")),
    Field("source_url", _("address of the source")),
    Field("as_of", _("of which day, month or year the facts are")),
)
EXAMPLE = Field("example", _("invented sample data: show it only with that word"), "boolean", source="is_example")
URL = Field("url", _("address of the page"))


def with_url[Rows: QuerySet](rows: Rows, path: str) -> Rows:
    """The rows with what `URL` is read from: ``path`` ("/orte/") completed by the short name of each."""
    address = Concat(Value(f"{settings.BASE_URL}{path}"), F("slug"), Value("/"), output_field=CharField())
    return rows.annotate(url=address)
