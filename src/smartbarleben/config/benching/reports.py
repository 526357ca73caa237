"""What rooms print beside the measured pages: run in a process of its own, in the village of SMARTBARLEBEN_DATA."""

import os
import sys


def main(rooms: list[str], *, full: bool, everywhere: bool) -> None:
    """Print the reports of ``rooms`` (all if empty); ``everywhere`` False: only of those that want PostgreSQL too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    import django

    django.setup()
    from smartbarleben.config.settled import settle

    from .rooms import modules

    settle()
    for _room, module in modules(rooms):
        if hasattr(module, "report") and (everywhere or getattr(module, "ON_BOTH_DATABASES", False)):
            for line in module.report(full=full):
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[2:], full=sys.argv[1] != "village", everywhere=sys.argv[1] != "postgresql")
