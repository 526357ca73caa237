"""Form fields in people's words for values that are stored in a machine's: euros, days, ticks, repetitions, items."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from smartbarleben.kernel.money import MoneyError, format_cents, parse_cents

from . import registry
from .models import Item
from .repeating import Repeats


class MomentInput(forms.DateTimeInput):
    """The browser's own input for a day and a time: knows every phone's keyboard and needs no script."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "datetime-local", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    """The browser's own input for a day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own input for a time."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "time", **(attrs or {})}, format="%H:%M")


class EuroField(forms.CharField):
    """Euros as people type them ("1.250,50"), cents in the program; empty is None."""

    default_error_messages = {
        "syntax": _("This cannot be read as an amount. Write it like 1.250,50."),
        "too_precise": _("Two digits after the comma are enough: 12,50."),
        "too_large": _("This amount is too large. Is there a digit too many?"),
        "negative": _("Write the amount without a minus."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs}
        )

    def prepare_value(self, value: Any) -> Any:
        """Cents as the text that the input shows; typed text stays as it was typed."""
        return format_cents(value).removesuffix("\u00a0€") if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Cents of typed text. Raises ValidationError that says how to write it."""
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            cents = parse_cents(str(text))
        except MoneyError as problem:
            raise forms.ValidationError(self.error_messages[problem.code], code=problem.code) from problem
        if cents < 0:
            raise forms.ValidationError(self.error_messages["negative"], code="negative")
        return cents

    def has_changed(self, initial: Any, data: Any) -> bool:
        """ "12,5" and "12,50" are the same amount."""
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


class LinesField(forms.CharField):
    """A list as one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Textarea(attrs={"rows": 4}), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(map(self.shown, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The list of the lines that hold something."""
        return [self.stored(line.strip()) for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the list differs, whatever the empty lines."""
        try:
            return bool(self.to_python(data) != list(initial or []))
        except forms.ValidationError:
            return True

    def shown(self, value: Any) -> str:
        """One entry as its line."""
        return str(value)

    def stored(self, line: str) -> Any:
        """The entry of one line. Raises ValidationError."""
        return line


_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")


def day_of(text: str) -> date:
    """The day of "24.12.2026", "24.12.26" or "2026-12-24". Raises ValueError."""
    if match := _GERMAN_DAY.fullmatch(text.strip()):
        day, month, year = (int(part) for part in match.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    return date.fromisoformat(text.strip())


class DaysField(LinesField):
    """Days, one a line, written as in Germany; stored as ISO text."""

    def shown(self, value: Any) -> str:
        """ "24.12.2026"."""
        return f"{date.fromisoformat(value):%d.%m.%Y}"

    def stored(self, line: str) -> Any:
        """ "2026-12-24"."""
        try:
            return day_of(line).isoformat()
        except ValueError as problem:
            raise forms.ValidationError(
                _("“%(line)s” is no day. Write one day a line, like 24.12.2026.") % {"line": line[:40]}
            ) from problem

    def to_python(self, value: Any) -> Any:
        """The days in order, each once."""
        return sorted(set(super().to_python(value)))


class TicksField(forms.MultipleChoiceField):
    """A list of words from a fixed set, as boxes to tick; keeps the order of the set."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        """The ticked words in the order in which they are offered."""
        ticked = super().clean(value)
        return [key for key, _label in self.choices if key in ticked]


@dataclass(frozen=True, slots=True)
class Repetition:
    """What the form holds before it knows the start: the choice, the last day, a rule written by hand."""

    choice: Repeats = Repeats.ONCE
    until: date | None = None
    own: str = ""


class RepetitionInput(forms.MultiWidget):
    """A choice, a last day and a line for a rule written by hand."""

    template_name = "content/staff/repetition.html"

    def __init__(self, choices: Any) -> None:
        super().__init__(
            {
                "choice": forms.Select(choices=choices),
                "until": DayInput(attrs={"aria-label": _("last on")}),
                "own": forms.TextInput(attrs={"aria-label": _("own rule"), "placeholder": "FREQ=WEEKLY;BYDAY=TU,TH"}),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        """The parts of a stored repetition."""
        return [value.choice, value.until, value.own] if isinstance(value, Repetition) else [Repeats.ONCE, None, ""]


class RepetitionField(forms.MultiValueField):
    """How an event repeats. Gives a `Repetition`; the form makes the rule of it when it knows the start."""

    CHOICES = [
        (Repeats.ONCE, _("once")),
        (Repeats.WEEKLY, _("every week")),
        (Repeats.FORTNIGHTLY, _("every two weeks")),
        (Repeats.MONTHLY, _("every month on this weekday (first Tuesday …)")),
        (Repeats.YEARLY, _("every year on this date")),
        (Repeats.OWN, _("by an own rule (RRULE)")),
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields=(
                forms.ChoiceField(choices=self.CHOICES),
                forms.DateField(required=False),
                forms.CharField(max_length=180, required=False),
            ),
            require_all_fields=False,
            widget=RepetitionInput(self.CHOICES),
            **{"required": False, **kwargs},
        )

    def compress(self, data_list: list[Any]) -> Repetition:
        """The parts as one value."""
        choice, until, own = [*data_list, None, None, None][:3]
        return Repetition(Repeats(choice or Repeats.ONCE), until or None, own or "")


class ItemField(forms.CharField):
    """An item by its address ("/termine/hofmarkt/") or its exact title: a list of all would be too long."""

    default_error_messages = {
        "unknown": _("We have nothing with this address or title. Copy the address from the item's public page."),
        "several": _("Several items have this title. Copy the address from the public page of the one you mean."),
    }

    def prepare_value(self, value: Any) -> Any:
        """The address of the item with this id."""
        if isinstance(value, int):
            item = Item.objects.filter(pk=value).first()
            return address(item) if item else ""
        return value

    def to_python(self, value: Any) -> Any:
        """The item. Raises ValidationError."""
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        parts = [part for part in urlsplit(text).path.split("/") if part]
        if parts and parts[0] in dict(settings.LANGUAGES):
            parts = parts[1:]
        kind = registry.kind_by_path(parts[0]) if len(parts) == 2 else None
        if kind is not None and (found := Item.objects.filter(kind=kind.key, slug=parts[1]).first()):
            return found
        titled = list(Item.objects.filter(title__iexact=text)[:2])
        if len(titled) == 1:
            return titled[0]
        code = "several" if titled else "unknown"
        raise forms.ValidationError(self.error_messages[code], code=code)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another item is meant."""
        try:
            chosen = self.to_python(data)
        except forms.ValidationError:
            return True
        return bool((chosen.pk if chosen else None) != initial)


def address(item: Item) -> str:
    """The German address of an item, as it stands in the browser's line."""
    return f"/{registry.kind(item.kind).path}/{item.slug}/"
