"""A web server that can be killed fifty times in a minute: `python -m tests.keeping.crash_server PORT`.

Django is loaded and warmed up once. For each line on standard input a child is forked that serves the village as
`./village` does (granian with its worker, in a process group of its own), and its number is printed. Nothing is open
yet when it is forked: no connection to the database, no socket.
"""

import os
import sys

from smartbarleben.config import child


def _warm_up(port: int) -> None:
    """Show the form once, so that no server has to make its templates anew, and let go of the database."""
    from django.db import connections
    from django.test import Client

    Client().get("/formular/frage/", HTTP_HOST=f"localhost:{port}")
    connections.close_all()


def main(port: int) -> None:
    """Fork a server for each line that comes."""
    import smartbarleben.config.worker  # noqa: F401 (loads the application)

    _warm_up(port)
    print("ready", flush=True)
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            child.web("127.0.0.1", port)
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
