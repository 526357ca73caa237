"""Whoever speaks or listens slowly waits in the lobby and not at a desk.

granian gives each request a thread and cannot take it back: while the last byte of a form is on its way, and while a
long answer is taken piece by piece, the thread stands still. With as many threads as pages can be made at a time,
four phones that send a photo over a slow line would be everybody's standstill. So threads of granian are many and
cheap (`LOBBY`): each hears a request to its end, and hands it to one of few desks (`DESKS`), where Django works with
a database connection of its own. What a desk made goes back whole, or as a file; sending it is the lobby's again.
"""

import io
import logging
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import Any

log = logging.getLogger(__name__)

type Environ = dict[str, Any]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Pages that are made at the same time, and people who may speak or listen at the same time.
DESKS, LOBBY = 4, 256
# Far above what the forms take, so that the form itself can say which file is too large; maps are the largest of all.
LARGEST_FORM, LARGEST_STAFF_FORM = 200_000_000, 2_100_000_000
_STAFF = "/verwaltung/"
_IN_MEMORY = 1_000_000
_PIECE = 131_072
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class _Paper:
    """A file that Django answers with; given as `wsgi.file_wrapper`, so that no desk waits until it is sent."""

    def __init__(self, file: Any, _block: int = 0) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(_PIECE), b"")

    def close(self) -> None:
        """Ends the request; Django put its own close here."""
        self.file.close()


class _Errand:
    """One request on its way to a desk and back."""

    __slots__ = ("answer", "done", "environ", "problem", "start_response")

    def __init__(self, environ: Environ, start_response: Callable[..., Any]) -> None:
        self.environ, self.start_response = environ, start_response
        self.answer: Iterable[bytes] = ()
        self.problem: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Desks:
    """A WSGI application that makes another one's answers at ``count`` desks, threads that live as long as it."""

    def __init__(self, application: Application, count: int = DESKS) -> None:
        self._application = application
        self._count = count
        self._queue: SimpleQueue[_Errand] = SimpleQueue()
        self._opening = threading.Lock()
        self._open = False

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _WITHOUT_BODY:
            # What somebody sends all the same nobody waits for.
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(), "0"
        elif refused := _hear(environ):
            start_response(refused, [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")])
            return [f"{refused}\n".encode()]
        if not self._open:
            self._begin()
        environ["wsgi.file_wrapper"] = _Paper
        errand = _Errand(environ, start_response)
        self._queue.put(errand)
        errand.done.acquire()
        if isinstance(body := environ["wsgi.input"], tempfile.SpooledTemporaryFile):
            body.close()
        if errand.problem is not None:
            # Django answers problems of pages itself; granian would print this one with all its words.
            log.error("no answer could be made", exc_info=errand.problem)
            start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"500\n"]
        return errand.answer

    def _begin(self) -> None:
        """Not before the first request: a process that is forked later would be without its threads."""
        with self._opening:
            if not self._open:
                for number in range(self._count):
                    threading.Thread(target=self._work, name=f"desk {number + 1}", daemon=True).start()
                self._open = True

    def _work(self) -> None:
        while True:
            errand = self._queue.get()
            try:
                errand.answer = _whole(self._application(errand.environ, errand.start_response))
            except BaseException as problem:
                errand.problem = problem
            errand.done.release()
            # A desk that waits for its next errand must not keep the last one's files and pages.
            del errand


def _hear(environ: Environ) -> str:
    """Take a request's body in, in memory or in a file without a name; a status line where that is refused."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return "400 Bad Request"
    limit = LARGEST_STAFF_FORM if environ["PATH_INFO"].startswith(_STAFF) else LARGEST_FORM
    if length > limit:
        return "413 Content Too Large"
    body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed when the request is dropped)
    missing = length
    while missing > 0:
        piece = environ["wsgi.input"].read(min(missing, _PIECE))
        if not piece:
            # Whoever sent it is gone; half a form is none.
            body.close()
            return "400 Bad Request"
        body.write(piece)
        missing -= len(piece)
    body.seek(0)
    environ["wsgi.input"] = body
    return ""


def _whole(answer: Iterable[bytes]) -> Iterable[bytes]:
    """An answer that needs its desk no more: a list where it is short, else a file to read from.

    A generator is run to its end here, because it may ask the database; only a file is read while it is sent.
    """
    pieces: list[bytes] = []
    size = 0
    walk = iter(answer)
    for piece in walk:
        pieces.append(piece)
        size += len(piece)
        if size > _IN_MEMORY:
            if isinstance(answer, _Paper):
                return _Rest(pieces, walk, answer)
            return _spooled(pieces, walk, answer)
    _close(answer)
    return pieces


def _spooled(pieces: list[bytes], walk: Iterator[bytes], answer: Iterable[bytes]) -> Iterable[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it is sent)
    try:
        file.writelines(pieces)
        file.writelines(walk)
    except BaseException:
        file.close()
        raise
    finally:
        _close(answer)
    file.seek(0)
    return _Paper(file)


class _Rest:
    """The beginning of a file that was read already, and the rest of it."""

    def __init__(self, pieces: list[bytes], walk: Iterator[bytes], paper: _Paper) -> None:
        self._pieces, self._walk, self._paper = pieces, walk, paper

    def __iter__(self) -> Iterator[bytes]:
        while self._pieces:
            yield self._pieces.pop(0)
        yield from self._walk

    def close(self) -> None:
        """Ends the request."""
        self._paper.close()


def _close(answer: Iterable[bytes]) -> None:
    if hasattr(answer, "close"):
        answer.close()
