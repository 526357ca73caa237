"""Pages in the print layout as tagged PDFs.

WeasyPrint draws them with Pango, a library of the operating system. Where that is missing everything else works.
"""

import mimetypes
import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join

INSTALL = "apt install libpango-1.0-0 libpangoft2-1.0-0"

# WeasyPrint shows the page's stylesheet to no drawing inside the page, so the skyline takes its ink along.
_INK_HERE = re.compile(r'(?<=<svg class="sheet__line")[^>]*>')
_INK = (
    r"\g<0><style>.line,.plant,.tower{fill:#fff;stroke:#000;stroke-width:2.25}.fine{fill:none;stroke:#000}"
    r".far{fill:none;stroke:#666}.field,.sun,.water{fill:none}</style>"
)
_SHEET = '<body class="sheet">'

# Drawing takes half a second of a core: one sheet at a time, one request may wait for it, everybody else is asked to
# come back, so that the sheets never hold up the pages.
_drawing = threading.Lock()
_places = threading.BoundedSemaphore(2)


class PangoMissing(RuntimeError):
    """WeasyPrint cannot run here; the message says what the system said."""


class TooBusy(RuntimeError):
    """One sheet is being drawn and another one waits."""


def weasyprint() -> ModuleType:
    """The library, imported when the first sheet is wanted. Raises PangoMissing."""
    try:
        import weasyprint as library
    except (ImportError, OSError) as problem:
        raise PangoMissing(str(problem)) from problem
    return library


def pdf(html: str, smaller: Sequence[str] = ()) -> bytes:
    """A sheet as a tagged PDF (PDF/UA-1). Raises PangoMissing and TooBusy.

    ``smaller``: what may stand for `<body class="sheet">` to save a second page, in this order.
    """
    library = weasyprint()
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        with _drawing:
            return _draw(library, _INK_HERE.sub(_INK, html, count=1), smaller).write_pdf(pdf_variant="pdf/ua-1")
    finally:
        _places.release()


def _draw(library: ModuleType, html: str, smaller: Sequence[str]) -> Any:
    """The laid out sheet; in smaller letters where that saves the second page."""
    source = {"base_url": f"{settings.BASE_URL}/", "url_fetcher": _fetcher()()}
    document = library.HTML(string=html, **source).render()
    for body in smaller if len(document.pages) == 2 else ():
        tried = library.HTML(string=html.replace(_SHEET, body, 1), **source).render()
        if len(tried.pages) == 1:
            return tried
    return document


@cache
def _fetcher() -> type:
    """A fetcher that reads the program's own static files and opens no connection, whatever a text asks for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = static_file(url)
            if path is None:
                raise ValueError(f"not a file of our own: {url}")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFiles


def static_file(url: str) -> Path | None:
    """The file behind an address of a static file of this site, or None for every other address."""
    prefix = f"{settings.BASE_URL}{settings.STATIC_URL}"
    if not url.startswith(prefix):
        return None
    name = url.removeprefix(prefix).partition("?")[0].partition("#")[0]
    try:
        # A name with a digest is known only where the files were collected; others are the program's own.
        found = Path(finders.find(name) or safe_join(settings.STATIC_ROOT, name))
    except (SuspiciousFileOperation, ValueError):
        return None
    return found if found.is_file() else None
