"""The QR code that leads from paper and screens to an item's page."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from markupsafe import Markup

from smartbarleben.ui.http import public_page

from ..registry import Kind
from .common import find_view


def qr_svg(text: str) -> Markup:
    """The code as an SVG element to be written into a page; its size comes from the page's stylesheet.

    It is drawn dark on white in every colour scheme, because cameras want it so, and is silent for screen readers:
    the address stands beside it in words.
    """
    svg = segno.make(text, error="m", micro=False).svg_inline(
        border=2, dark="#000", light="#fff", svgclass="qr__svg", lineclass=None, omitsize=True
    )
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (segno's own)


@public_page(changes="never")
def qr(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The code as a picture of its own, for whoever prints something else."""
    out = io.BytesIO()
    segno.make(find_view(kind, slug).absolute_url, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
