"""The strategy in the public API: projects with their measures and money."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from smartbarleben.content.api_schemas import ItemShort
from smartbarleben.content.channels.data import short
from smartbarleben.opendata.api import Language, checked_language, published
from smartbarleben.places.queries import Village, village

from .strategy import Measure, Money, strategy

router = Router(tags=["strategy"])


class MoneyOut(Schema):
    """A sum over measures. What is not known is not guessed: `known` of `all` have a published figure."""

    cost_cents: int = Field(description="Sum of the known costs in cents of a euro.")
    funded_cents: int = Field(description="Sum of the known grants in cents of a euro.")
    known: int
    all: int


class MeasureOut(ItemShort):
    """What is being done."""

    status: str = Field(description="idea, planned, running, done, rejected or stopped.")
    status_label: str
    reason: str | None
    cost_cents: int | None
    funded_cents: int | None
    funding: str | None


class ProjectOut(ItemShort):
    """A project with its measures."""

    number: int
    fields_of_action: list[str]
    money: MoneyOut
    measures: list[MeasureOut]


class StrategyOut(Schema):
    """What the municipality wants and does."""

    projects: list[ProjectOut]
    others: list[MeasureOut] = Field(description="Measures outside the projects.")
    money: MoneyOut


@published(router, "/strategy", StrategyOut)
def the_strategy(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """The strategy: projects with their measures, states and money."""
    house = village(request)
    found = strategy(checked_language(language), timezone.now())
    return {
        "projects": [
            short(one.card, house)
            | {
                "number": one.number,
                "fields_of_action": one.fields,
                "money": _money(one.money),
                "measures": _measures(one.measures, house),
            }
            for one in found.projects
        ],
        "others": _measures(found.others, house),
        "money": _money(found.money),
    }


def _money(money: Money) -> dict[str, int]:
    return {
        "cost_cents": money.cost_cents,
        "funded_cents": money.funded_cents,
        "known": money.known,
        "all": money.all,
    }


def _measures(measures: Iterable[Measure], house: Village) -> list[dict[str, Any]]:
    return [
        short(one.card, house)
        | {
            "status": one.status,
            "status_label": one.status_label,
            "reason": one.reason or None,
            "cost_cents": one.cost_cents,
            "funded_cents": one.funded_cents,
            "funding": one.funding or None,
        }
        for one in measures
    ]
