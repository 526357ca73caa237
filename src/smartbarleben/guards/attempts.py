"""A write that a rule of the database may refuse while the transaction around it goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction


@contextmanager
def attempt() -> Iterator[None]:
    """Around ONE statement in a transaction; after its IntegrityError the transaction is as it was before.

    PostgreSQL needs a savepoint for that. SQLite takes a refused statement back by itself, which spares each form
    that comes in the statements of a savepoint; only Django must hear that nothing is broken.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    try:
        yield
    except IntegrityError:
        if connection.in_atomic_block:
            transaction.set_rollback(False)
        raise
