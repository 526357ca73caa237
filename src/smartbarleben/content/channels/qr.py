"""The QR code that leads from paper and screens to an item's page."""

import io

import segno
from django.http import HttpRequest, HttpResponse

from smartbarleben.ui.http import public_page

from ..registry import Kind
from .common import find_view


@public_page(changes="never")
def qr(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The code as a picture of its own, for whoever prints something else."""
    out = io.BytesIO()
    segno.make(find_view(kind, slug).absolute_url, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
