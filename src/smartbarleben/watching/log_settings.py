"""Django's LOGGING for a process of the house, from what the operator chose. Pure.

Everything from WARNING up goes to standard error, for journald or a container; all lines, those of requests among
them, go into a file of the data folder where the process has a role ("web", "background").
"""

from pathlib import Path
from typing import Any

FORMATS = ("json", "text")


def logging_settings(
    *, debug: bool, format: str, level: str, role: str, folder: Path, megabytes: int
) -> dict[str, Any]:
    """``format`` (one of `FORMATS`) and ``level`` are those of standard error; ``megabytes`` bounds the folder."""
    room = "smartbarleben.watching"
    handlers: dict[str, Any] = {
        "console": {"class": "logging.StreamHandler", "formatter": "plain" if debug else format, "level": level}
    }
    if role and megabytes:
        handlers["file"] = {
            "()": f"{room}.logfiles.OneWriter",
            "folder": str(folder),
            "role": role,
            "limit_bytes": megabytes * 1_000_000,
            "formatter": "json",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": f"{room}.lines.JsonLines"},
            "text": {"()": f"{room}.lines.PlainLines"},
            # Developers see everything, on their own machine.
            "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        },
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "WARNING"},
        "loggers": {
            # Lines of requests.
            "smartbarleben.request": {"level": "INFO" if role or level in {"INFO", "DEBUG"} else "WARNING"},
            # Who was let in or refused, naming nobody: people/refusals.py.
            "smartbarleben.security": {"level": "INFO" if role or level in {"INFO", "DEBUG"} else "WARNING"},
            # A command that an operator waits for, such as a migration, may take its time.
            "smartbarleben.slow": {"level": "WARNING" if role else "ERROR"},
            # A page that is not there is a line of the requests already; Django's names the path.
            "django.request": {"level": "WARNING" if debug else "ERROR"},
            # It warns of each rule for screens that it has no use for on paper.
            "weasyprint": {"level": "ERROR"},
            # Each task announces itself twice, and each stop warns: the operator wants to read about troubles only.
            "django.tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "ERROR"},
        },
    }
