"""Write a copy of everything public as files."""

import signal
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.archive.exporting import LEFT_OUT, CannotExport, Report, export
from smartbarleben.places.queries import NoVillage


class Command(BaseCommand):
    help = "Write a copy of everything public as files that need no program: searchable, with the open data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")
        parser.add_argument("--base", default="", metavar="URL", help="where the copy will be published")
        parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="what the copy calls today")
        parser.add_argument(
            "--papers", choices=("none", "german", "all"), default="german", help="sheets to print (PDF)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # SIGTERM ends it like Ctrl-C: with nothing half left behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        base = options["base"].rstrip("/")
        if base and not base.startswith(("https://", "http://")):
            raise CommandError("--base must begin with https:// or http://")
        try:
            report = export(
                options["folder"],
                base=base,
                day=options["day"],
                papers=options["papers"],
                told=lambda text: self.stdout.write(text),
            )
        except (CannotExport, NoVillage, OSError) as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.stderr.write("Stopped. Nothing was left behind.")
            sys.exit(130)
        self.stdout.write(said(report))
        if report.failed:
            raise CommandError(f"The copy is there, but these are missing in it: {', '.join(report.failed[:20])}")


def said(report: Report) -> str:
    """The report for a terminal."""
    rows = [f"{report.files} files, {report.bytes / 1e6:.1f} MB in {report.seconds:.1f} s: {report.folder}"]
    rows += [f"  {count:>7}  {name}" for name, count in sorted(report.types.items(), key=lambda pair: -pair[1])]
    rows.append(f"Addresses in sitemap, feeds and catalogue begin with {report.base}")
    rows.append(f"Left out, each named in {LEFT_OUT}:")
    reasons = Counter(reason for reason, _page in report.left_out.values())
    rows += [f"  {count:>7}  {reason}" for reason, count in reasons.most_common()]
    if report.unseen:
        rows.append(f"The village has nothing of: {', '.join(report.unseen)}")
    return "\n".join(rows)
