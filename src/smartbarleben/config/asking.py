"""Settings that the operator gives as words of the environment."""

import os
import re

from django.core.exceptions import ImproperlyConfigured


def number(name: str, usual: int, what: str, *, least: int = 0, most: int = 999_999_999) -> int:
    """A whole number of the environment; ``usual`` where there is none. Raises ImproperlyConfigured.

    ``what`` completes the sentence "NAME is …, such as 24."
    """
    given = os.environ.get(name, "").strip() or str(usual)
    if not re.fullmatch(r"\d{1,9}", given) or not least <= int(given) <= most:
        raise ImproperlyConfigured(f"{name} is {what}, such as {usual}.")
    return int(given)
