"""When a piece of work that failed is tried again: pure rules without a database."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


class Hopeless(Exception):
    """Raised by work when trying again would not help; it becomes a dead letter at once."""


class InTheDark(Exception):
    """Raised by work that cannot know whether it had its effect: the other side took all and never answered."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how patiently work is tried.

    ``tries`` counts all tries, the first included. ``first`` is the pause after the first failure; each further one
    is twice as long, up to ``longest``. ``hopeless`` are exceptions that a second try would only repeat. ``doubts``
    is how often the outcome may stay unknown (a worker vanished, see `InTheDark`) before a person has to look.
    """

    tries: int = 8
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    hopeless: tuple[type[BaseException], ...] = ()
    doubts: int = 5

    def pause(self, attempt: int, luck: float) -> timedelta:
        """How long to wait after the failure of try number ``attempt`` (from 1).

        ``luck`` in [0, 1) spreads the pause over its second half: what failed together does not return together.
        """
        # In seconds and with a bounded exponent: the doubled pause leaves the range of timedelta and float at last.
        doubled = self.first.total_seconds() * 2 ** min(attempt - 1, 60)
        whole = timedelta(seconds=min(self.longest.total_seconds(), doubled))
        return whole / 2 + whole / 2 * luck

    def verdict(
        self, problem: BaseException, *, attempt: int, doubts: int = 0, luck: Callable[[], float] = random.random
    ) -> timedelta | None:
        """The pause before the next try after ``problem`` in try number ``attempt``; None: no further try."""
        if isinstance(problem, (Hopeless, *self.hopeless)) or attempt >= self.tries or doubts >= self.doubts:
            return None
        return self.pause(attempt, luck())
