"""Every word that ./village understands, and where it leads. Standard library only: nothing may be installed yet."""

import contextlib
import difflib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import environment, paths, say

ENDING_SECONDS = 10.0


@dataclass(frozen=True)
class Command:
    """One command: what it does in one line, and one of three targets.

    ``module`` is a module of this program run by Python, ``management`` a Django management command; a command with
    neither is answered here. ``opened`` brings the database up to date first. ``prepared``: the data folder and what
    browsers get are made first; what looks after a village that is in trouble takes it as it is.
    """

    summary: str
    module: str = ""
    management: str = ""
    opened: bool = False
    prepared: bool = True
    locks: tuple[str, ...] = (environment.RUNTIME,)


COMMANDS: dict[str, Command] = {
    "start": Command("open the village: set up what is missing and serve it (also without any command)"),
    "test": Command(
        "run all tests; quick: no browser, full: the whole browser matrix",
        locks=(environment.TEST, environment.RUNTIME),
    ),
    "init": Command("found another municipality in an empty data folder", management="init_village", opened=True),
    "load": Command("load a folder of municipality data", management="load_village", opened=True),
    "import gtfs": Command("take over timetables (GTFS zip files)", management="import_gtfs", opened=True),
    "import ics": Command("take over a calendar (ICS)", management="import_ics", opened=True),
    "import csv": Command("take over a table (CSV, Excel)", management="import_csv", opened=True),
    "map": Command(
        "make the village's map of a file (.osm.pbf or .geojson)",
        management="make_map",
        opened=True,
        locks=(environment.RUNTIME, environment.MAP),
    ),
    "export": Command("write a copy of everything public as files", management="export_village", opened=True),
    "move": Command("carry the village into another database", module="smartbarleben.config.move", opened=True),
    "examples remove": Command("remove what is marked as example data", management="remove_examples", opened=True),
    "user add": Command("add a member of staff", management="add_staff", opened=True),
    "backup": Command("save the village into one file while it is open", management="backup", prepared=False),
    "restore": Command(
        "bring a village back from such a file", module="smartbarleben.config.restoring", prepared=False
    ),
    "update": Command(
        "fetch the newer program and make the village fit, with a way back",
        module="smartbarleben.config.updating",
        prepared=False,
    ),
    "doctor": Command(
        "look what is wrong in the house, and how to mend it", module="smartbarleben.config.doctor", prepared=False
    ),
    "proof verify": Command("check the proof of when notices were shown", management="verify_proof", opened=True),
    "bench": Command("measure pages at 100,000 items beside a bare twin", module="smartbarleben.config.bench"),
    "audit": Command("look for known security holes in all packages", module="smartbarleben.config.vulnerabilities"),
    "licences": Command("list all packages with their licences", module="smartbarleben.config.licences"),
    "check": Command("look for mistakes in settings and models", management="check"),
    "manage": Command("run any Django management command"),
    "help": Command("show this list"),
}


def help_text() -> str:
    """The list of commands, one line each."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items())
    return (
        f"./village [COMMAND] [--data DIR] …\n\n{rows}\n\n"
        "Each command takes --data DIR, the folder in which the village lives (default: village-data).\n"
        "./village COMMAND --help says more about one of them."
    )


def take_data(words: list[str]) -> tuple[str | None, list[str]]:
    """Split ``--data DIR`` or ``--data=DIR`` off the words. Raises Trouble when the folder is missing."""
    chosen, rest, waiting = None, [], False
    for position, word in enumerate(words):
        if word == "--":
            rest += words[position:]
            break
        if waiting:
            chosen, waiting = word, False
        elif word == "--data":
            waiting = True
        elif word.startswith("--data="):
            chosen = word.removeprefix("--data=")
        else:
            rest.append(word)
    if waiting or chosen == "":
        raise say.Trouble("--data needs a folder: ./village --data /path/to/folder")
    return chosen, rest


def find(words: list[str]) -> tuple[str, list[str]]:
    """The command that the words name, and what follows it. Raises LookupError with what was typed instead."""
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help"}):
        return "start", words
    if words[0] in {"-h", "--help"}:
        return "help", []
    for length in (2, 1):
        name = " ".join(words[:length])
        if name in COMMANDS and len(words) >= length:
            return name, words[length:]
    raise LookupError(" ".join(words[:2]) if any(name.startswith(f"{words[0]} ") for name in COMMANDS) else words[0])


def suggestion(typed: str) -> str:
    """What to say about a word that is no command."""
    close = difflib.get_close_matches(typed, COMMANDS, n=1, cutoff=0.5) or [
        name for name in COMMANDS if name.split()[0] == typed.split()[0]
    ]
    meant = f' Did you mean "./village {close[0]}"?' if close else ""
    return f'"{typed}" is no command of ./village.{meant}\n./village help lists them all.'


def main(words: list[str]) -> int:
    """Run one command; the answer is the exit code."""
    say.ready_console()
    # SIGTERM in the middle of the set-up ends it like Ctrl-C: in order, with the programs it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        chosen, rest = take_data(words)
        name, arguments = find(rest)
        return run(name, arguments, paths.data_folder(chosen), words)
    except LookupError as error:
        say.problem(suggestion(str(error.args[0])))
        return 2
    except say.Trouble as trouble:
        say.problem(str(trouble))
        return 1
    except KeyboardInterrupt:
        say.line("\nStopped. The same command goes on from here.")
        return 130


def run(name: str, arguments: list[str], data: Path, words: list[str]) -> int:
    """Prepare what a command needs, then do it."""
    if name == "help":
        say.line(help_text())
        return 0
    options = None
    if name == "start":
        from . import serve

        options = serve.parse(arguments)
    command = COMMANDS[name]
    environment.ensure(*command.locks)
    if not environment.inside():
        return environment.reenter(words)
    if name == "test":
        from . import testing

        return testing.main(arguments)
    if command.prepared:
        paths.make_data_folder(data)
        from . import frontend

        frontend.ensure(data=data)
    elif name == "backup" and "--help" not in arguments and not (data / "secret.key").is_file():
        raise say.Trouble(f"There is no village in {data}. Name its folder with --data DIR.")
    if options is not None:
        return serve.serve(options, data)
    if command.opened and "--help" not in arguments:
        from .opening import open_village

        open_village(data, paths.python_environment(data), "--tables-only")
    target = [command.module] if command.module else ["smartbarleben", *filter(None, [command.management])]
    return call([sys.executable, "-m", *target, *arguments], paths.python_environment(data))


def call(command: list[str], environment: dict[str, str]) -> int:
    """Run a program and wait for it; after Ctrl-C it gets the time to leave nothing half behind."""
    with subprocess.Popen(command, env=environment, cwd=os.getcwd()) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C in a terminal reaches it as well; a signal to this process alone does not.
            for seconds in (1.0, ENDING_SECONDS):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
                    break
                process.terminate()
            else:
                process.kill()
            raise
