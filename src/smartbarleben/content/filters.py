"""What the list of events and its calendar can be narrowed to; both read the same words of the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q

from .kinds import Audience

FREE = "frei"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """`?ortschaft=ebendorf&fuer=families&kosten=frei`; unknown words count as none."""

    ortschaft: str = ""
    audience: str = ""
    free: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """The filter that an address names."""
        audience = query.get("fuer", "")
        return cls(
            ortschaft=query.get("ortschaft", "")[:60],
            audience=audience if audience in Audience.values else "",
            free=query.get("kosten") == FREE,
        )

    def where(self, prefix: str = "") -> Q:
        """The condition on items; ``prefix`` leads to the item ("item__" from an occurrence).

        What is for everybody is also for families. Who asks for an Ortschaft gets what happens there only.
        """
        condition = Q()
        if self.ortschaft:
            condition &= Q(**{f"{prefix}ortschaft__slug": self.ortschaft})
        if self.audience:
            condition &= Q(**{f"{prefix}as_event__audience__in": [self.audience, Audience.ALL]})
        if self.free:
            condition &= Q(**{f"{prefix}as_event__cost_cents": 0})
        return condition
