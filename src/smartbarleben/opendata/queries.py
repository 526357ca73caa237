"""Every read of this room: how large and how fresh the sets are, whose they are, the town hall's terms."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, Concatenate

from django.db import connection
from django.http import HttpRequest

from smartbarleben.places.queries import as_of, generation, village

from .licences import LICENCES
from .models import Terms
from .registry import Credit, DataSet, State, data_sets


def at_one_moment[**Args, Answer](view: Callable[Concatenate[HttpRequest, Args], Answer]) -> Any:
    """Decorator of a view: all that it reads is as of the generation of its request, which is asked for once."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Args.args, **kwargs: Args.kwargs) -> Answer:
        with as_of(generation(request)):
            return view(request, *args, **kwargs)

    return answer


def states(request: HttpRequest | None = None) -> Mapping[str, State]:
    """Rows and last change of every set: no query when warm, some for each room otherwise."""
    return _states(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _states(generation: int, database: str) -> Mapping[str, State]:
    return {one.key: one.state() for one in data_sets()}


def terms(request: HttpRequest | None = None) -> Terms:
    """What the town hall has decided: no query when warm."""
    return _terms(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _terms(generation: int, database: str) -> Terms:
    return Terms.objects.first() or Terms()


def credits_of(one: DataSet) -> tuple[Credit, ...]:
    """Whose data a set is: what it says itself, else the municipality with the licence that it chose."""
    named = tuple(one.credits())
    if named:
        return named
    house = village().municipality
    return (Credit(f"{house.kind} {house.name}", house.website, LICENCES.get(terms().licence)),)
