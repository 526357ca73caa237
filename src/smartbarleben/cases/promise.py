"""The promised day of an answer, from the town hall's periods and the Land's public holidays."""

from datetime import date
from functools import lru_cache

from django.http import HttpRequest

from smartbarleben.kernel.holidays import public_holidays
from smartbarleben.places.queries import village

from .clock import add_months, add_working_days
from .models import Category


def holidays(day: date, request: HttpRequest | None = None) -> dict[date, str]:
    """The public holidays around a day, for periods of up to two years."""
    return _holidays(village(request).municipality.land, day.year)


@lru_cache(maxsize=8)
def _holidays(land: str, year: int) -> dict[date, str]:
    return public_holidays(land, range(year - 1, year + 3))


def due(category: Category, received: date, request: HttpRequest | None = None) -> date:
    """The last day on which the person has their answer, if it came on ``received``."""
    if category.answer_months is not None:
        return add_months(received, category.answer_months)
    return add_working_days(received, category.answer_days or 0, holidays(received, request))
