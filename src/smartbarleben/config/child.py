"""What runs in a child process of the supervisor: the web server or the background work.

Standard input is a pipe to the supervisor. Its end means that the supervisor is gone: the child then ends as if it
had been asked to, and after a grace period by force, together with its process group.
"""

import _thread
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

GRACE = 12.0


def end_with_supervisor() -> None:
    """Watch the pipe to the supervisor from a thread of its own."""
    pipe = os.dup(sys.stdin.fileno())

    def watch() -> None:
        while os.read(pipe, 1):
            pass
        _signal_group(signal.SIGTERM)
        time.sleep(GRACE)
        _signal_group(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="supervisor watch").start()


def _signal_group(number: signal.Signals) -> None:
    """To this process and its own children; elsewhere than on POSIX to this process alone."""
    if os.name == "nt":
        _thread.interrupt_main(number)
    elif os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), number)
    else:
        os.kill(os.getpid(), number)


def web(host: str, port: int, certificate: str | None = None, key: str | None = None) -> None:
    """Serve the application with granian, over TLS where a certificate is given."""
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels

    from .desks import LOBBY

    tls: dict[str, Any] = {}
    if certificate and key:
        tls = {"ssl_cert": Path(certificate), "ssl_key": Path(key), "ssl_protocol_min": SSLProtocols.tls12}
    Granian(
        "smartbarleben.config.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=LOBBY,
        # A permit is held by each open connection, idle ones included, so this bounds visitors and not requests.
        backpressure=1024,
        # It warns of the many threads of the lobby (desks.py).
        log_level=LogLevels.error,
        websockets=False,
        workers_kill_timeout=5,
        **tls,
    ).serve()


def background() -> None:
    """Worker and clock in one process."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["smartbarleben", "background"])


if __name__ == "__main__":
    # Whose log this is: docs/watching.md.
    os.environ["SMARTBARLEBEN_ROLE"] = sys.argv[1]
    end_with_supervisor()
    if sys.argv[1] == "web":
        web(sys.argv[2], int(sys.argv[3]), *sys.argv[4:6])
    else:
        background()
