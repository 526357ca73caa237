"""What the search finds of this room: the forms. Never a case."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from smartbarleben.search.registry import Entry, KindLabel, Source, register

from . import registry

NAME = "forms"
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """Each public form in each language: no query."""
    for kind in registry.kinds():
        if not kind.form or (keys is not None and kind.key not in keys):
            continue
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                title, lead = str(kind.title), str(kind.lead)
            yield Entry(
                key=kind.key, language=language, kind="form", title=title, path=f"/formular/{kind.word}/",
                sort_at=_ALWAYS, summary=lead, keywords=kind.word, weight=106,
            )  # fmt: skip


def kinds() -> dict[str, KindLabel]:
    """Forms."""
    return {"form": KindLabel(_("Form"), _("Forms"), "mail")}


def connect() -> None:
    """Fill the index with forms; called once when the app is ready."""
    register(Source(NAME, entries, kinds))
