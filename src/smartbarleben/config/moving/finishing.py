"""What a village needs after its rows have come into another database.

Runs on that database in a process of its own, ``python -m smartbarleben.config.moving.finishing``; ends with 1 and
says so where a guard is missing.
"""

import io
import sys

from .. import say


def main() -> int:
    """Make the indexes anew and look whether every guard is there; the answer is the exit code."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from smartbarleben.guards.registry import missing
    from smartbarleben.search.tables import keep_again

    keep_again(connection)
    # The index of pictures and documents in the workspace has a shape of its own in each database.
    call_command("rebuild_modelsearch_index", stdout=io.StringIO(), verbosity=0)
    if gone := missing(connection):
        say.problem(f"These rules of the database are missing: {', '.join(gone)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
