"""Who may change the village's map: administrators."""

from typing import Any

from smartbarleben.jobs.policies import may_operate


def may_make_maps(person: Any) -> bool:
    """Whether the person may give the village another map; making one is background work for minutes."""
    return may_operate(person)
