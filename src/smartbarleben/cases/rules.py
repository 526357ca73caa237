"""What the database itself holds of cases: the status moves as the table in `status` says, and in no other way."""

from smartbarleben.guards.registry import register
from smartbarleben.guards.rules import Moves

from .status import FIRST, MOVES

STATUS = Moves(
    name="cases_case_moves",
    table="cases_case",
    column="status",
    initial=frozenset(one.value for one in FIRST),
    allowed={source.value: frozenset(target.value for target in targets) for source, targets in MOVES.items()},
    message="cases: this status cannot follow that one",
)


def register_rules() -> None:
    """Declare them; called once when the app is ready."""
    register(STATUS)
