"""How long answers take, as a data set: what the page says, nothing about a single case."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from smartbarleben.opendata import registry as sets
from smartbarleben.opendata.fields import URL
from smartbarleben.opendata.formats import Row
from smartbarleben.opendata.registry import DataSet, Field, State
from smartbarleben.opendata.tables import Made
from smartbarleben.ui.dates import today

from .answer_times import SMALLEST_GROUP, answer_times
from .public_queries import offers


def register() -> None:
    """Register the set; called once when the app is ready."""
    sets.register("cases", _sets)


def _sets() -> Iterable[DataSet]:
    yield DataSet(
        key="antwortzeiten",
        title=_("How long do we take?"),
        description=_("What we promise, how long it usually takes, and how often we keep the promise."),
        fields=(
            Field("kind", _("kind of message, as in the address of its form")),
            Field("title", _("title, in German")),
            Field("promised_days", _("promise: working days"), "integer"),
            Field("promised_months", _("promise: months, where a law says so"), "integer"),
            Field("answered", _("answers of the last twelve months; empty: fewer than five"), "integer"),
            Field("median_days", _("half were answered within these working days"), "integer"),
            Field("kept", _("promises kept; empty: too few to say"), "integer", "%"),
            URL,
        ),
        table=Made(rows),
        state=lambda: State(len(offers(today()))),
        identity="kind",
        page="/antworten/",
        order=50,
    )


def rows() -> list[Row]:
    """The kinds of messages that people can send. As many queries as `answer_times` needs."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            (
                one.offer.kind.word,
                str(one.offer.kind.title),
                one.offer.category.answer_days,
                one.offer.category.answer_months,
                one.answered if one.answered >= SMALLEST_GROUP else None,
                one.median_days,
                one.kept_percent,
                f"{settings.BASE_URL}/formular/{one.offer.kind.word}/",
            )
            for one in answer_times(today())
        ]
