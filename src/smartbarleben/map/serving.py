"""The tiles' file, in parts: browsers ask for ranges of bytes, and an ordinary web server answers 206."""

import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .actions import tiles_of

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header of one range; None where there is none to heed (then all is sent).

    Raises ValueError for one that lies outside the file.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise ValueError("no bytes")
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < start:
            return None
    if start >= size:
        raise ValueError("outside")
    return start, end


@require_safe
def tiles(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file or a part of it. It never changes under its name."""
    path = tiles_of(name)
    try:
        size = path.stat().st_size
    except OSError:
        raise Http404(_("There is no map at this address.")) from None
    # A range is one of the file's own bytes: nothing on the way may compress them.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    tag = f'"{name}-{size:x}"'
    headers = {"Accept-Ranges": "bytes", "ETag": tag, "Cache-Control": "public, max-age=31536000, immutable"}
    kind = "application/vnd.pmtiles"
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        asked = ""
    try:
        part = span(asked, size)
    except ValueError:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"}, content_type=kind)
    first, last = part or (0, size - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=kind)
    return FileResponse(_Part(path, first, last), status=status, headers=headers, content_type=kind)


class _Part:
    """The bytes from ``first`` to ``last`` of a file, as a file to read: the web server takes no copy of it."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 (the answer closes it)
        self._file.seek(first)
        self._left = last - first + 1

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; none at the end."""
        chunk = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
