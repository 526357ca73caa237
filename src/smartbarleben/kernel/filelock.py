"""A lock that processes of one machine share: an open file. It ends with the process, however that ends."""

import sys
from typing import IO


def try_lock(file: IO[str]) -> bool:
    """Lock an open file until it is closed; False when it is locked already, by this process or another."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(4096)  # Windows locks bytes; one far behind the text keeps the text readable
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
