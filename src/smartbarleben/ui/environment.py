"""The Jinja2 environment of all public pages: strict, escaped, translated, with the village's own filters."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from jinja2 import Environment, StrictUndefined

from . import dates
from .icons import icon
from .languages import bdi, written_in
from .skyline import church, light, season, skyline
from .states import state, tag


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named view: `url("portal:item", slug=item.slug)`."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _spoken(function: Callable[..., str]) -> Callable[..., str]:
    """The filter of a `dates` function: it speaks the active language and shows nothing for None."""

    def spoken(value: Any, *args: Any) -> str:
        if value is None:
            return ""
        return function(value, *args, translation.get_language() or "de")

    spoken.__doc__ = function.__doc__
    return spoken


def _when(start: datetime | date | None, end: datetime | date | None = None, all_day: bool = False) -> str:
    if start is None:
        return ""
    return dates.when(start, end, all_day, translation.get_language() or "de")


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend (`OPTIONS["environment"]`)."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    env = Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701 (autoescape is set above)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    env.globals |= {
        "static": static,
        "url": url,
        "icon": icon,
        "skyline": skyline,
        "church": church,
        "state_markup": state,
        "tag_markup": tag,
        "season": season,
        "light": light,
        "get_language": translation.get_language,
        "written_in": written_in,
        "bdi": bdi,
    }
    env.globals |= {name: import_string(path) for name, path in settings.UI_TEMPLATE_GLOBALS.items()}
    env.filters |= {
        "day": _spoken(dates.day),
        "day_short": _spoken(dates.day_short),
        "near_day": _spoken(dates.near_day),
        "plain_date": _spoken(dates.plain_date),
        "month": _spoken(dates.month),
        "month_short": _spoken(dates.month_short),
        "weekday": _spoken(dates.weekday),
        "weekday_short": _spoken(dates.weekday_short),
        "clock": _spoken(dates.clock),
        "clocks": _spoken(dates.clocks),
        "money": _spoken(dates.money),
        "when": _when,
        "iso": lambda value: "" if value is None else dates.iso(value),
    }
    return env
