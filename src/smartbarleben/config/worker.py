"""What granian loads in its worker process: the application, and an eye on granian's own main process.

The worker would outlive a main process that was killed, and keep the port.
"""

import multiprocessing
import os
import signal
import threading

# A forked worker inherits the main process's handler, which would swallow a stop while the application still loads.
signal.signal(signal.SIGTERM, signal.SIG_DFL)

from .wsgi import application  # noqa: E402

__all__ = ["application"]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


threading.Thread(target=_end_with_parent, daemon=True, name="parent watch").start()
