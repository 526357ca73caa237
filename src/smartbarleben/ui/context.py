"""What every public page is handed besides its own content: the contract between the portal and the layouts.

`settings.UI_PAGE_CONTEXT` names a callable `(request) -> PageContext`; `ui.http.render` merges it into each page.
Everything here is plain data, so that layouts stay free of queries and domain words.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from .skyline import Tower


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main or the footer navigation. `lang` is set where the label isn't in the page's language."""

    label: str
    url: str
    current: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """This page in one language. `available` is false where the page has no text of its own in it: German is shown
    there and the page says so."""

    code: str
    label: str
    url: str
    lang: str
    dir: Literal["ltr", "rtl"] = "ltr"
    current: bool = False
    available: bool = True


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed of this page, announced in the head and in the footer."""

    label: str
    url: str
    type: str = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class VillageInfo:
    """The municipality as the layouts need it. `kind` is its form ("Gemeinde"), `line` the header drawing."""

    name: str
    kind: str = "Gemeinde"
    line: Literal["barleben", "neutral"] = "neutral"
    towers: tuple[Tower, ...] = ()
    colours: dict[str, str] = field(default_factory=dict)
    home_url: str = "/"


@dataclass(frozen=True, slots=True)
class StandingNote:
    """What must be said on every page, above everything else, with a link to more about it."""

    title: str
    text: str
    url: str
    more: str


class PageContext(TypedDict):
    """The keys that `layouts/page.jinja` and the components read."""

    village: VillageInfo
    nav: list[NavEntry]
    footer_nav: list[NavEntry]
    languages: list[LanguageLink]
    language: str
    direction: Literal["ltr", "rtl"]
    today: datetime
    example_data: bool
    search_url: NotRequired[str]
    # Where suggestions for a search come from while somebody types.
    suggest_url: NotRequired[str]
    # Forms about the page that somebody reads: what is wrong, a barrier, a question.
    feedback_url: NotRequired[str]
    barrier_url: NotRequired[str]
    question_url: NotRequired[str]
    privacy_url: NotRequired[str]
    theme_url: NotRequired[str]
    canonical_url: NotRequired[str]
    # Where the village lives ("https://…"): language alternates need whole addresses.
    site_url: NotRequired[str]
    feeds: NotRequired[list[FeedLink]]
    standing_note: NotRequired[StandingNote]
    staff_url: NotRequired[str]
    # Where the program's source lies, as its licence asks whoever runs it to say.
    source_url: NotRequired[str]
