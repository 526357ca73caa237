"""The data sets of all rooms in the public API: what there is, what its fields mean, and its rows page by page."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from .api import ROOT, Language, checked_language, published
from .catalogue import summary
from .formats import plain
from .queries import states
from .registry import DataSet, data_set, data_sets

router = Router(tags=["data sets"])
MOST_ROWS = 1000


class LicenceOut(Schema):
    """Terms of use."""

    key: str = Field(examples=["cc-by-4.0"])
    name: str
    url: str


class CreditOut(Schema):
    """Whose data these are."""

    words: str = Field(description="Show these words with the data.", examples=["Gemeinde Musterdorf"])
    url: str | None
    licence: LicenceOut | None = Field(description="null: not decided or not known to us; please ask.")


class FieldOut(Schema):
    """One column."""

    name: str = Field(examples=["starts_at"])
    type: str = Field(description="text, integer, number, boolean, date, time, moment, list or line.")
    meaning: str
    unit: str | None = Field(examples=["km²"])


class FileOut(Schema):
    """The whole set in one file."""

    format: str = Field(examples=["csv"])
    media_type: str = Field(examples=["text/csv"])
    url: str


class SetOut(Schema):
    """A data set."""

    key: str = Field(examples=["termine"])
    title: str
    description: str
    rows: int = Field(description="How many rows it has now.")
    changed: str | None = Field(description="When a row last changed, where that is noted; ISO 8601.")
    credits: list[CreditOut]
    fields: list[FieldOut]
    files: list[FileOut] = Field(description="CSV, JSON, and GeoJSON where rows have a position.")
    page: str = Field(description="The page that explains the set.")


class SetList(Schema):
    """Every data set."""

    datasets: list[SetOut]


class RowPage(Schema):
    """Some rows and the address of the following ones."""

    rows: list[dict[str, Any]] = Field(description="Objects with the fields of the set.")
    next: str | None = Field(description="Address of the next page; null on the last one.")


def _one(key: str) -> DataSet:
    found = data_set(key)
    if found is None:
        known = ", ".join(one.key for one in data_sets())
        raise Http404(_("There is no data set of this name. There are: %(names)s.") % {"names": known})
    return found


def _some_key() -> Mapping[str, Any] | None:
    first = next(data_sets(), None)
    return {"key": first.key} if first else None


@published(router, "/datasets/", SetList)
def list_data_sets(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """Every data set with its fields, terms and files."""
    checked_language(language)
    known = states(request)
    return {"datasets": [summary(one, known[one.key]) for one in data_sets()]}


@published(router, "/datasets/{key}", SetOut, sample=_some_key)
def one_data_set(request: HttpRequest, key: str, language: Language = settings.LANGUAGE_CODE) -> Any:
    """One data set with its fields, terms and files."""
    checked_language(language)
    return summary(_one(key), states(request)[key])


@published(router, "/datasets/{key}/rows", RowPage, sample=_some_key)
def rows_of_a_data_set(
    request: HttpRequest,
    key: str,
    after: Annotated[int, Query(ge=0, le=2**62, description="From `next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
    language: Language = settings.LANGUAGE_CODE,
) -> Any:
    """The rows of a data set, page by page.

    The same values as in its files. Texts are German: translations are with the items.
    """
    checked_language(language)
    one = _one(key)
    found = one.table.read(after, limit + 1)
    names = [field.name for field in one.fields]
    following = None
    if len(found) > limit:
        found = found[:limit]
        query = request.GET.dict() | {"after": found[-1][0]}
        following = f"{settings.BASE_URL}{ROOT}datasets/{key}/rows?{urlencode(query)}"
    return {
        "rows": [dict(zip(names, map(plain, row), strict=True)) for _number, row in found],
        "next": following,
    }
