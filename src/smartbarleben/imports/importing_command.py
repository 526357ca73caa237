"""What `./village import ics` and `./village import csv` share."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.places.models import Ortschaft

from . import actions, addresses, carrying_out, planning, registry
from .incoming import MAX_BYTES
from .models import Run, RunState, Source, Trigger, WhenGone
from .planning import Act, Entry
from .registry import Target
from .trouble import FileError, from_json, place_of

SHOWN = 20
_ADDRESSES = ("http://", "https://", "webcal://")


class ImportCommand(BaseCommand):
    """Takes one file or address over; the same twice changes nothing."""

    targets: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="FILE-OR-ADDRESS")
        parser.add_argument(
            "--as", dest="target", choices=self.targets, default=self.targets[0], help="what it brings"
        )
        parser.add_argument("--name", default="", help="the source, as it is named on the pages (default: the file)")
        parser.add_argument("--ortschaft", default="", help="for entries that name none")
        parser.add_argument("--tour", default="", help="the collection tour of waste dates")
        parser.add_argument("--draft", action="store_true", help="keep new entries as drafts")
        parser.add_argument("--keep-vanished", action="store_true", help="leave what vanishes on the public pages")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be taken over")

    def handle(self, *args: Any, **options: Any) -> None:
        given: str = options["source"]
        is_address = given.lower().startswith(_ADDRESSES)
        path = Path(given)
        if not is_address and not path.is_file():
            raise CommandError(f"{given}: There is no such file. Name a file or an address with https://.")
        try:
            address = addresses.checked(given) if is_address else ""
        except FileError as problem:
            raise CommandError(f"{given}: {problem}") from problem
        before = set(Source.objects.values_list("pk", flat=True))
        source = self._source(address, path.stem, options)
        try:
            self._import(source, None if is_address else path, options["dry_run"])
        finally:
            # Looking at something that nobody takes over leaves no source behind.
            untouched = Source.objects.filter(pk=source.pk, last_good_at=None, records=None)
            if source.pk not in before and untouched.exists():
                actions.remove_source(source=source)

    def _import(self, source: Source, path: Path | None, dry_run: bool) -> None:
        run = actions.look(
            source=source,
            content=None if path is None else _read(path),
            file_name="" if path is None else path.name,
            trigger=Trigger.COMMAND,
        )
        self._told(run)
        if run.state == RunState.NOTHING_NEW:
            self.stdout.write(f"{source.name}: nothing has changed at the source.")
        elif run.state == RunState.PLANNED:
            self._carry_out(run, dry_run)

    def _source(self, address: str, stem: str, options: dict[str, Any]) -> Source:
        ortschaft = None
        if options["ortschaft"]:
            ortschaft = Ortschaft.objects.filter(slug=options["ortschaft"]).first()
            if ortschaft is None:
                known = ", ".join(Ortschaft.objects.values_list("slug", flat=True))
                raise CommandError(f"There is no Ortschaft {options['ortschaft']!r}. Known: {known}.")
        target = registry.target(options["target"])
        choices = [key for key, _label in target.options()]
        if options["tour"] and options["tour"] not in choices:
            raise CommandError(f"There is no tour {options['tour']!r}. Known: {', '.join(choices) or 'none'}.")
        asked = {
            "address": address,
            "ortschaft": ortschaft,
            "option": options["tour"],
            "publish": False if options["draft"] else None,
            "when_gone": WhenGone.KEEP if options["keep_vanished"] else "",
        }
        settings = {name: value for name, value in asked.items() if value not in ("", None)}
        return _source_named(options["name"] or stem[:120] or address[:120], target, settings)

    def _told(self, run: Run) -> None:
        if run.state == RunState.FAILED and run.trouble:
            trouble = from_json(run.trouble)
            raise CommandError(place_of(trouble) + trouble.said())
        for row in run.skipped[:SHOWN]:
            trouble = from_json(row)
            self.stderr.write(f"  left out: {place_of(trouble)}{trouble.said()}")
        if run.skipped_count > SHOWN:
            self.stderr.write(f"  and {run.skipped_count - SHOWN} more were left out")

    def _carry_out(self, run: Run, dry_run: bool) -> None:
        entries = carrying_out.entries_of(run).entries
        for act in Act:
            self._list(act, [one for one in entries if one.act is act])
        self.stdout.write(f"{run.source.name}: {_counted(entries)}")
        if dry_run:
            actions.drop(run=run)
            self.stdout.write("Nothing was changed: this was a dry run.")
            return
        done = carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))
        for row in done.skipped[len(run.skipped) : len(run.skipped) + SHOWN]:
            trouble = from_json(row)
            self.stderr.write(f"  left out: {place_of(trouble)}{trouble.said()}")
        self.stdout.write("Done.")

    def _list(self, act: Act, entries: list[Entry]) -> None:
        if not entries or act in {Act.UNCHANGED, Act.REST}:
            return
        self.stdout.write(f"{act.value.replace('_', ' ')}:")
        for one in entries[:SHOWN]:
            fields = "" if act is Act.NEW else ", ".join(change.field for change in one.taken)
            kept = ", ".join(change.field for change in one.kept)
            self.stdout.write(
                f"  {one.title}" + (f" ({fields})" if fields else "") + (f" (ours stays: {kept})" if kept else "")
            )
        if len(entries) > SHOWN:
            self.stdout.write(f"  and {len(entries) - SHOWN} more")


def _read(path: Path) -> bytes:
    """A file, or so much of it that it is known to be too large."""
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _source_named(name: str, target: Target, settings: dict[str, Any]) -> Source:
    """The source of that name, made where there is none. One that is there keeps the settings that staff gave it."""
    known = Source.objects.filter(name=name).first()
    if known is None:
        try:
            return actions.add_source(name=name, target=target.key, **settings)
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
    if known.target != target.key:
        raise CommandError(f"“{name}” brings {known.target}, not {target.key}. Choose another --name.")
    other = [one for one, value in settings.items() if getattr(known, one) != value]
    if other:
        raise CommandError(
            f"“{name}” is a source with another {' and '.join(other)}. "
            "Change it at /verwaltung/importe/, or choose another --name."
        )
    return known


def _counted(entries: list[Entry]) -> str:
    told = planning.counts(entries)
    return ", ".join(f"{count} {act.replace('_', ' ')}" for act, count in told.items()) or "nothing in it"
