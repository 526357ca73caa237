"""Take over a calendar."""

from smartbarleben.imports.importing_command import ImportCommand


class Command(ImportCommand):
    help = "Take over a calendar (ICS): ./village import ics FILE-OR-ADDRESS [--as events|waste]"
    targets = ("events", "waste")
