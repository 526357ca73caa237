"""The database itself refuses to change or delete links of the chain of proofs; only what they speak about may go.

Triggers, because a program's good intentions end at the first `UPDATE` typed by hand. SQLite loses triggers when
Django remakes a table, so they are made again after every migration.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "content_prooflink"
SEALED = ("sequence", "at", "kind", "digest", "previous", "hash")
_MESSAGE = "links of the proof are never changed or deleted"
_KEPT = "what a link speaks about may be deleted, never changed"

_COLUMNS = ", ".join(f'"{name}"' for name in SEALED)
_SQLITE = {
    "content_proof_no_update": (
        f"BEFORE UPDATE OF {_COLUMNS} ON \"{TABLE}\" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    ),
    "content_proof_no_delete": f"BEFORE DELETE ON \"{TABLE}\" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
    "content_proof_no_rewrite": (
        f'BEFORE UPDATE OF "payload", "salt" ON "{TABLE}" '
        "WHEN (NEW.payload IS NOT NULL AND NEW.payload IS NOT OLD.payload) "
        "OR (NEW.salt IS NOT NULL AND NEW.salt IS NOT OLD.salt) "
        f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
    ),
}
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION content_proof_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF {" OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in SEALED)} THEN
        RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.payload IS NOT NULL AND NEW.payload IS DISTINCT FROM OLD.payload)
        OR (NEW.salt IS NOT NULL AND NEW.salt IS DISTINCT FROM OLD.salt) THEN
        RAISE EXCEPTION '{_KEPT}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
_POSTGRESQL_TRIGGER = "content_proof_sealed"


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, or make them anew; nothing happens while the table is missing."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "sqlite":
            for name, text in _SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(f"CREATE TRIGGER {name} {text}")
        else:
            cursor.execute(_POSTGRESQL_FUNCTION)
            cursor.execute(f"DROP TRIGGER IF EXISTS {_POSTGRESQL_TRIGGER} ON {TABLE}")
            cursor.execute(
                f"CREATE TRIGGER {_POSTGRESQL_TRIGGER} BEFORE UPDATE OR DELETE ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION content_proof_sealed()"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for going back to an older version, and for tests that clean up."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {_POSTGRESQL_TRIGGER} ON {TABLE}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should be there and are not."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            wanted = set(_SQLITE)
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'", [TABLE])
            wanted = {_POSTGRESQL_TRIGGER}
        return sorted(wanted - {row[0] for row in cursor.fetchall()})
