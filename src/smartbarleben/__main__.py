"""python -m smartbarleben: Django's management commands with this project's settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["background"]:
        # A further worker writes its own log, like the one that ./village starts.
        os.environ.setdefault("SMARTBARLEBEN_ROLE", "background")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    execute_from_command_line(["smartbarleben", *sys.argv[1:]])
