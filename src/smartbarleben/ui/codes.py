"""QR codes as drawings inside pages and papers."""

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """The code as an SVG element to be written into a page; its size comes from the page's stylesheet.

    It is drawn dark on white in every colour scheme, because cameras want it so, and is silent for screen readers:
    the address stands beside it in words.
    """
    svg = segno.make(text, error="m", micro=False).svg_inline(
        border=2, dark="#000", light="#fff", svgclass="qr__svg", lineclass=None, omitsize=True
    )
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (segno's own)
