"""schema.org data in a page. It is no script, so that the policy of public pages lets it stand."""

import json
from typing import Any

from markupsafe import Markup

type Data = dict[str, Any]

# Inside a script element these would end it, start a comment or break old parsers.
_DANGEROUS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def known(data: Data) -> Data:
    """The data without what says nothing."""
    return {key: value for key, value in data.items() if value not in ("", None, [], {})}


def serialise(data: Data) -> str:
    """JSON that can stand in a script element: nothing in it can end the element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_DANGEROUS)


def script(data: Data) -> Markup:
    """The element for the head of a page."""
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(serialise(data)))  # noqa: S704
