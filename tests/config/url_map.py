"""Every address that the house answers, with a sample for each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern
from django.utils.regex_helper import normalize

_PART = re.compile(r"<(?:[^>:]+:)?([^>]+)>")


@dataclass(frozen=True)
class Address:
    """One pattern of the URL map: its text ("verwaltung/users/edit/<int:pk>/") and an address that it answers."""

    pattern: str
    sample: str


def addresses(samples: Mapping[str, Any]) -> Iterator[Address]:
    """All patterns; parameters are filled from ``samples``: by "start of the pattern:parameter", or by parameter."""
    for pattern, parts in _walk(get_resolver()):
        yield Address(pattern, "/" + "".join(_fill(part, pattern, samples) for part in parts))


def _walk(resolver: Any, parts: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for entry in resolver.url_patterns:
        here = (*parts, entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, here)
        elif isinstance(entry, URLPattern):
            yield "".join(str(part) for part in here), here


def _fill(part: Any, pattern: str, samples: Mapping[str, Any]) -> str:
    def value(name: str) -> str:
        fitting = [key for key in samples if key.endswith(f":{name}") and pattern.startswith(key.rpartition(":")[0])]
        return str(samples[max(fitting, key=len)] if fitting else samples.get(name, samples["*"]))

    if isinstance(part, RegexPattern):
        text, names = normalize(str(part))[0]
        return text % {name: value(name) for name in names}
    return _PART.sub(lambda found: value(found[1]), str(part))
