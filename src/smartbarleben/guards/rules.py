"""The three kinds of guards. Column and table names come from our own models, never from people."""

from collections.abc import Mapping
from dataclasses import dataclass


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Exclusive:
    """No two rows with the same ``group`` columns may overlap in [start, end): bookings, slots, duties.

    ``when`` is a condition on a row's own columns in SQL that both databases understand, with the columns written as
    {column}: ``"{state} IN ('held', 'booked')"``; rows outside it take no place. Touching ends do not overlap.
    A row that breaks the rule raises IntegrityError with ``message``.
    """

    name: str
    table: str
    group: tuple[str, ...]
    start: str
    end: str
    when: str = ""
    message: str = "this time is taken"

    def statements(self, vendor: str) -> dict[str, str]:
        """See `registry.Guard`."""
        return self._sqlite() if vendor == "sqlite" else self._postgresql()

    def _condition(self, prefix: str) -> str:
        if not self.when:
            return "1 = 1"
        columns = {name.split("}")[0] for name in self.when.split("{")[1:]}
        return self.when.format(**{column: f'{prefix}"{column}"' for column in columns})

    def _sqlite(self) -> dict[str, str]:
        same = " AND ".join(f'o."{column}" = NEW."{column}"' for column in self.group)
        overlap = (
            f'SELECT 1 FROM "{self.table}" o WHERE {same} AND o.rowid <> NEW.rowid AND {self._condition("o.")} '  # noqa: S608
            f'AND o."{self.start}" < NEW."{self.end}" AND NEW."{self.start}" < o."{self.end}"'
        )
        watched = ", ".join(f'"{column}"' for column in self._columns())
        body = f"BEGIN SELECT RAISE(ABORT, {_literal(self.message)}); END"
        # AFTER, because an automatic rowid is not known before the row is there; ABORT takes the row back.
        return {
            f"{self.name}_insert": (
                f'CREATE TRIGGER "{self.name}_insert" AFTER INSERT ON "{self.table}" '
                f"WHEN {self._condition('NEW.')} AND EXISTS ({overlap}) {body}"
            ),
            f"{self.name}_update": (
                f'CREATE TRIGGER "{self.name}_update" AFTER UPDATE OF {watched} ON "{self.table}" '
                f"WHEN {self._condition('NEW.')} AND EXISTS ({overlap}) {body}"
            ),
        }

    def _columns(self) -> list[str]:
        named = [part.split("}")[0] for part in self.when.split("{")[1:]]
        return list(dict.fromkeys([*self.group, self.start, self.end, *named]))

    def _postgresql(self) -> dict[str, str]:
        equal = ", ".join(f'"{column}" WITH =' for column in self.group)
        where = f" WHERE ({self._condition('')})" if self.when else ""
        return {
            self.name: (
                f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.name}" EXCLUDE USING gist '
                f'({equal}, tstzrange("{self.start}", "{self.end}") WITH &&){where}'
            )
        }


@dataclass(frozen=True, slots=True)
class Moves:
    """A status column begins in one of ``initial`` and moves only as ``allowed`` says ({from: {to, …}})."""

    name: str
    table: str
    column: str
    initial: frozenset[str]
    allowed: Mapping[str, frozenset[str]]
    message: str = "this status cannot follow that one"

    def statements(self, vendor: str) -> dict[str, str]:
        """See `registry.Guard`."""
        first = ", ".join(_literal(status) for status in sorted(self.initial))
        steps = " OR ".join(
            f'(OLD."{self.column}" = {_literal(source)} AND NEW."{self.column}" IN '
            f"({', '.join(_literal(target) for target in sorted(targets))}))"
            for source, targets in sorted(self.allowed.items())
            if targets
        )
        wrong_start = f'NEW."{self.column}" NOT IN ({first})'
        wrong_step = f'NEW."{self.column}" <> OLD."{self.column}" AND NOT ({steps or "1 = 0"})'
        if vendor == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, {_literal(self.message)}); END"
            return {
                f"{self.name}_insert": (
                    f'CREATE TRIGGER "{self.name}_insert" BEFORE INSERT ON "{self.table}" WHEN {wrong_start} {body}'
                ),
                f"{self.name}_update": (
                    f'CREATE TRIGGER "{self.name}_update" BEFORE UPDATE OF "{self.column}" ON "{self.table}" '
                    f"WHEN {wrong_step} {body}"
                ),
            }
        return {
            f"{self.name}_insert": _postgresql_trigger(
                f"{self.name}_insert", self.table, "INSERT", wrong_start, self.message
            ),
            f"{self.name}_update": _postgresql_trigger(
                f"{self.name}_update", self.table, f'UPDATE OF "{self.column}"', wrong_step, self.message
            ),
        }


@dataclass(frozen=True, slots=True)
class Grows:
    """Rows are added, never deleted; ``sealed`` columns never change, ``erasable`` ones only to NULL."""

    name: str
    table: str
    sealed: tuple[str, ...]
    erasable: tuple[str, ...] = ()
    message: str = "rows of this table are never changed or deleted"

    def statements(self, vendor: str) -> dict[str, str]:
        """See `registry.Guard`."""
        differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = [f'NEW."{column}" {differs} OLD."{column}"' for column in self.sealed]
        changed += [
            f'(NEW."{column}" IS NOT NULL AND NEW."{column}" {differs} OLD."{column}")' for column in self.erasable
        ]
        wrong = " OR ".join(changed)
        if vendor == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, {_literal(self.message)}); END"
            return {
                f"{self.name}_update": (
                    f'CREATE TRIGGER "{self.name}_update" BEFORE UPDATE ON "{self.table}" WHEN {wrong} {body}'
                ),
                f"{self.name}_delete": f'CREATE TRIGGER "{self.name}_delete" BEFORE DELETE ON "{self.table}" {body}',
            }
        return {
            f"{self.name}_update": _postgresql_trigger(
                f"{self.name}_update", self.table, "UPDATE", wrong, self.message
            ),
            f"{self.name}_delete": _postgresql_trigger(
                f"{self.name}_delete", self.table, "DELETE", "true", self.message
            ),
        }


def _postgresql_trigger(name: str, table: str, event: str, wrong: str, message: str) -> str:
    """A function and a trigger that raises an integrity error when ``wrong`` holds for a row."""
    condition = "" if event == "DELETE" else f" WHEN ({wrong})"
    return (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN '
        f"RAISE EXCEPTION '%', {_literal(message)} USING ERRCODE = 'integrity_constraint_violation'; END $guard$; "
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW{condition} EXECUTE FUNCTION "{name}"()'
    )
