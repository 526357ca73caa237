"""Every public address, taken from the URL map: a new page is tested because it exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern

from smartbarleben.cases import registry as forms
from smartbarleben.content import registry

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# Parts of the URL map that residents don't read, each with the place where they are tested.
NOT_PUBLIC = {
    "konto/": "logins: tests/people",
    "verwaltung/": "the town hall's workspace: tests/content/staff",
    "dokumente/": "uploaded documents: Wagtail's own views",
    "media/": "uploaded pictures: Django's own file view",
    "api/v1/": "the JSON API: tests/content",
    "kartendaten/": "the tiles of the map: tests/map",
}

# Pages that open only with a key in a cookie, or by the form of another page; tests/people walks through them.
BEHIND_A_KEY = frozenset(
    {
        *("people:held", "people:download", "people:delete", "people:leave"),
        *("people:account_change", "people:account_leave", "people:account_delete"),
    }
)


@dataclass(frozen=True, slots=True)
class Address:
    """One kind of public address: the view's name, and for views of all kinds of items the kind."""

    name: str
    kind: str
    route: str

    @property
    def key(self) -> str:
        """ "portal:item-event"."""
        return f"{self.name}-{self.kind}" if self.kind else self.name

    @property
    def is_form(self) -> bool:
        """Whether people send something from here: such a page may set the one cookie that protects its form."""
        return self.route.startswith("formular/")

    @property
    def is_page(self) -> bool:
        """Whether people look at it in a browser; the others are files: feeds, calendars, codes, papers."""
        return self.route.endswith("/") or not self.route


def _patterns(resolver: URLResolver, route: str, namespace: str) -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            own = "" if pattern.pattern.converters is None or _is_language(pattern) else str(pattern.pattern)
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern, route + own, inner)
        else:
            yield f"{namespace}{pattern.name}", route + str(pattern.pattern), pattern


def _is_language(pattern: URLPattern | URLResolver) -> bool:
    return isinstance(pattern.pattern, LocalePrefixPattern)


def _reached(name: str, route: str, kind: registry.Kind) -> bool:
    """Whether this address of a kind leads to this view: events, for one, have a list of their own before it."""
    path = route.replace("<content_kind:kind>", kind.path).replace("<kind:kind>", kind.path)
    return resolve("/" + path.replace("<slug:slug>", "x")).view_name == name


@cache
def public() -> tuple[Address, ...]:
    """Every public address, those of all kinds once for each kind, and the form once for each kind of case."""
    found = []
    for top in get_resolver().url_patterns:
        if not _is_language(top) and str(top.pattern).removeprefix("^").startswith(tuple(NOT_PUBLIC)):
            continue
        inside = _patterns(top, "", "") if isinstance(top, URLResolver) else [(str(top.name), str(top.pattern), top)]
        for name, route, pattern in inside:
            if name in BEHIND_A_KEY:
                continue
            if "kind" in pattern.pattern.converters:
                found += [Address(name, kind.key, route) for kind in registry.kinds() if _reached(name, route, kind)]
            elif "form_word" in pattern.pattern.converters:
                found += [Address(name, kind.key, route) for kind in forms.kinds() if kind.form]
            else:
                found.append(Address(name, "", route))
    return tuple(found)


def pages() -> list[str]:
    """Keys of the addresses that people look at."""
    return [one.key for one in public() if one.is_page]


def forms_with_cookie() -> frozenset[str]:
    """Keys of the pages that may set a cookie."""
    return frozenset(one.key for one in public() if one.is_form)


def visits() -> list[tuple[str, str]]:
    """Each page in each language, as (key, language). Slides of all kinds are one page: they take turns."""
    found = []
    for number, key in enumerate(pages()):
        turn = LANGUAGES[number % len(LANGUAGES)]
        languages = {"de": 1, turn: 1} if key.startswith("content:slide") else LANGUAGES
        found += [(key, language) for language in languages]
    return found
