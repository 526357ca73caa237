"""Opening the village: database, data, first login; then the web server and the background process under one roof."""

import argparse
import errno
import http.client
import os
import socket
import ssl
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from . import faults, opening, paths, say
from .supervisor import Child, Supervisor

if TYPE_CHECKING:
    from .lan import Lan

PORT, LAN_PORT, DOOR_PORT = 8000, 8443, 8080
_BACKGROUND = [sys.executable, "-m", "smartbarleben.config.child", "background"]


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of a start."""
    parser = argparse.ArgumentParser(
        prog="./village", description="Open the village. --data DIR names its data folder (default: village-data)."
    )
    parser.add_argument("--port", type=_port, help=f"port of the web server (default {PORT}, with --lan {LAN_PORT})")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1, with --lan 0.0.0.0)")
    parser.add_argument("--empty", action="store_true", help="do not load the example village of Barleben")
    parser.add_argument("--no-background", action="store_true", help="web server only; mails and reminders wait")
    parser.add_argument(
        "--no-web", action="store_true", help="background work only, beside web servers with --no-background"
    )
    parser.add_argument(
        "--trust-clock", action="store_true", help="open although the village has entries that lie in the future"
    )
    parser.add_argument("--lan", action="store_true", help="HTTPS for phones and screens in the local network")
    parser.add_argument(
        "--lan-name", metavar="NAME", help="a further name under which this machine is known (with --lan)"
    )
    parser.add_argument(
        "--door-port", type=_port, default=DOOR_PORT, help=f"port of the trust page with --lan (default {DOOR_PORT})"
    )
    options = parser.parse_args(arguments)
    if options.lan_name and not options.lan:
        parser.error("--lan-name only makes sense together with --lan")
    if options.no_web and (options.no_background or options.lan):
        parser.error("--no-web goes neither with --no-background nor with --lan")
    options.port = options.port or (LAN_PORT if options.lan else PORT)
    options.host = options.host or ("0.0.0.0" if options.lan else "127.0.0.1")  # noqa: S104 — what --lan asks for
    if options.lan and options.port == options.door_port:
        parser.error("--port and --door-port must differ")
    return options


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; choose a number from 1 to 65535")


def require_free(host: str, port: int, option: str = "--port") -> None:
    """Raises Trouble, naming the port and the option to change it, unless a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        code = getattr(error, "errno", None)
        if code == errno.EADDRINUSE:
            problem = f"Port {port} is in use by another program (perhaps a village that is already open)."
        elif code == errno.EACCES:
            problem = f"Port {port} needs administrator rights."
        else:
            raise say.Trouble(f"This machine cannot listen on {host}: {error}. Choose another with --host.") from None
        raise say.Trouble(f"{problem} Choose another: {option} {port + 1 if port < 65535 else port - 1}") from None


def serve(options: argparse.Namespace, data: Path) -> int:
    """Open the village and keep it open until somebody stops it; the answer is the exit code."""
    say.line(f"SmartBarleben opens the village in {data}")
    if not options.no_web:
        require_free(options.host, options.port)
    faults.look(data, os.environ.get("DATABASE_URL", ""), datetime.now(UTC), trust_clock=options.trust_clock)
    if options.no_web:
        return _work_alone(options, data)
    lan = _prepare_lan(options, data)
    environment = _environment(options, data, lan)
    base = environment["SMARTBARLEBEN_BASE_URL"]
    guard = None if options.no_background else _take_background(data, base)
    words = ["--empty"] if options.empty else []
    # A folder that this code has opened before is opened for visitors first and looked after right then.
    at_once = opening.fits(data, environment.get("DATABASE_URL", ""))
    report = None if at_once else opening.open_village(data, environment, *words)
    children = [Child("web", _web_command(options, lan), environment, essential=True)]
    if guard:
        children.append(Child("background", _BACKGROUND, environment, essential=False, start_at=None))
    supervisor = Supervisor(children)
    if lan:
        lan.open_door()

        def renew() -> None:
            if lan.renew():
                supervisor.restart("web")

        supervisor.every(600, renew)

    def welcome() -> None:
        if not _wait_for_pages(supervisor, options, lan):
            return
        say.line(f"\nThe village is open:  {base}")
        try:
            _explain(options, data, report or opening.open_village(data, environment, *words), base, lan)
        except say.Trouble as trouble:
            say.problem(str(trouble))
        # Only now: beside the web server's start it would make the first visitor wait longer.
        for child in children[1:]:
            child.start_at = 0.0

    threading.Thread(target=welcome, daemon=True).start()
    try:
        return supervisor.run()
    finally:
        if lan:
            lan.close_door()
        if guard:
            guard.close()


def _work_alone(options: argparse.Namespace, data: Path) -> int:
    """Mails, reminders and the clock without a web server, until somebody stops it."""
    environment = _environment(options, data, None)
    guard: IO[str] | None = None
    try:
        guard = _take_background(data, "background work alone")
    except say.Trouble:
        # On PostgreSQL several share the work, each row with whoever leased it; on SQLite one is enough.
        if not environment.get("DATABASE_URL", "").startswith("postgres"):
            raise
    try:
        address = environment.get("DATABASE_URL", "")
        words = ["--empty"] if options.empty else []
        opening.open_village(data, environment, *words, is_needed=lambda: not opening.fits(data, address))
        say.line(
            f"\nBackground work    on, for {environment['SMARTBARLEBEN_BASE_URL']}; mails, reminders and the clock"
        )
        say.line("Stop               Ctrl-C")
        return Supervisor([Child("background", _BACKGROUND, environment, essential=True)]).run()
    finally:
        if guard:
            guard.close()


def _prepare_lan(options: argparse.Namespace, data: Path) -> "Lan | None":
    if not options.lan:
        return None
    from .lan import Lan

    require_free(options.host, options.door_port, "--door-port")
    return Lan.prepare(
        data, host=options.host, port=options.port, door_port=options.door_port, extra_name=options.lan_name
    )


def _environment(options: argparse.Namespace, data: Path, lan: "Lan | None") -> dict[str, str]:
    """What the village's processes are told, unless the operator has told them otherwise."""
    environment = paths.python_environment(data)
    address = lan.address if lan else _base_address(options.host, options.port)
    environment.setdefault("SMARTBARLEBEN_BASE_URL", address)
    own = f"{'https' if lan else 'http'}://localhost:{options.port}"
    # A machine that only works in the background looks at the pages where everybody does.
    environment.setdefault("SMARTBARLEBEN_SELF_URL", environment["SMARTBARLEBEN_BASE_URL"] if options.no_web else own)
    hosts = list(filter(None, environment.get("SMARTBARLEBEN_HOSTS", "").split(",")))
    if lan:
        hosts += lan.hosts
        environment["SMARTBARLEBEN_LAN"] = "1"
        environment["SSL_CERT_FILE"] = str(lan.trust_file)
    environment["SMARTBARLEBEN_HOSTS"] = ",".join(dict.fromkeys(hosts))
    # glibc gives every thread its own arena; two are as fast here and keep the memory small.
    environment.setdefault("MALLOC_ARENA_MAX", "2")
    return environment


def _take_background(data: Path, address: str) -> IO[str]:
    try:
        return paths.take(data / "background.lock", f"process {os.getpid()} at {address}")
    except paths.Locked as held:
        raise say.Trouble(
            f"This data folder is already open: {held}. Stop that village first, choose another folder with"
            " --data DIR, or add --no-background for one more web server beside it."
        ) from None


def _base_address(host: str, port: int) -> str:
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _web_command(options: argparse.Namespace, lan: "Lan | None") -> list[str]:
    command = [sys.executable, "-m", "smartbarleben.config.child", "web", options.host, str(options.port)]
    return [*command, str(lan.certificate_file), str(lan.key_file)] if lan else command


def status(host: str, port: int, trust_file: Path | None) -> int:
    """The status code with which the home page answers, 0 as long as nothing does."""
    there = "127.0.0.1" if host in {"0.0.0.0", ""} else "::1" if host == "::" else host  # noqa: S104
    connection: http.client.HTTPConnection
    if trust_file:
        context = ssl.create_default_context(cafile=str(trust_file))
        context.check_hostname = False
        connection = http.client.HTTPSConnection(there, port, timeout=20, context=context)
    else:
        connection = http.client.HTTPConnection(there, port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _wait_for_pages(supervisor: Supervisor, options: argparse.Namespace, lan: "Lan | None") -> bool:
    """Wait until the home page answers; False when the village is closed before."""
    told = False
    # A house without a municipality answers 503, and that is as it should be.
    while (code := status(options.host, options.port, lan.trust_file if lan else None)) == 0 or 500 <= code != 503:
        if code and not told:
            say.problem(f"The web server runs, but its home page fails (status {code}). The lines above say why.")
            told = True
        if supervisor.ending.wait(2.0 if code else 0.1):
            return False
    return True


def _explain(
    options: argparse.Namespace, data: Path, report: dict[str, object], address: str, lan: "Lan | None"
) -> None:
    """Say where everything is."""
    if name := report.get("municipality"):
        say.line(f"  Municipality       {name}")
    else:
        say.line("  There is no municipality yet. Found one in another terminal:  ./village init")
    login = report.get("login")
    if isinstance(login, dict):
        say.line(f"  For a first look   {address}/verwaltung/")
        say.line(f"                     user {login['username']}, password {login['password']}")
        say.line("                     (shown until you change the password)")
        if lan:
            say.line("                     (it asks you to set up a passkey or codes from an app first)")
    database = "the database of DATABASE_URL" if os.environ.get("DATABASE_URL") else "village.sqlite3"
    say.line(f"  Data folder        {data}  ({database}, media, mail, tls)")
    say.line(f"  Web server         {options.host} port {options.port}")
    if options.no_background:
        say.line("  Background work    off; mails and reminders wait")
    else:
        say.line("  Background work    on; mails, reminders and the clock")
    if lan:
        lan.explain()
    say.line("  Stop               Ctrl-C")
