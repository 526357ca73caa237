"""Take over a table."""

from smartbarleben.imports.importing_command import ImportCommand


class Command(ImportCommand):
    help = "Take over a table (CSV or XLSX): ./village import csv FILE-OR-ADDRESS [--as places|clubs|events|waste]"
    targets = ("places", "clubs", "events", "waste")
