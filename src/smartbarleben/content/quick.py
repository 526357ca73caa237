"""The short form: what a kind needs to be published, in one column that a thumb can fill in.

Made from `Kind.quick_fields`. Times are a day and, where somebody knows it, a time; no time means whole days.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from smartbarleben.kernel.plaintext import text_to_html
from smartbarleben.ui.dates import VILLAGE_TIME, day, plain_date

from .form_fields import ClockInput, DayInput, EuroField
from .models import YEARS
from .registry import Kind

FIRST = ("closure", "news", "event", "notice")
# What a closure without an end would do to every list, only a person can know.
_NEEDED = {"closure": {"starts_at", "ends_at"}, "event": {"starts_at"}, "notice": {"starts_at"}}
_STARTS_NOW = {"closure", "event"}
_WHOLE_DAYS = {"notice", "milestone", "decision"}
_FEW = 6
_SOME_WEEKS = 60
_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "closure": {
        "title": _("For example: Bahnhofstraße closed because of a burst pipe"),
        "location": _("Street, and from where to where"),
        "detour": _("How do people get past? A sentence is enough."),
        "ends_at": _("Not known yet? Write the day on which you will look again."),
    },
    "event": {
        "title": _("For example: Flea market in the village hall"),
        "ends_at": _("May stay empty."),
        "place": _("Not in the list? Write it in the next field."),
    },
    "news": {"title": _("What is new? One line."), "summary": _("What should people remember?")},
    "notice": {"ends_at": _("The last day on which it is shown.")},
}
_TEXT_HELP = _("A blank line starts a new paragraph, “- ” at the beginning of a line makes a list.")


class Moment(NamedTuple):
    """A day, perhaps with a time."""

    day: date
    clock: time | None = None


class MomentWidget(forms.MultiWidget):
    """The browser's inputs for a day and a time, side by side."""

    template_name = "content/staff/moment.html"

    def __init__(self, *, with_time: bool = True) -> None:
        super().__init__({"day": DayInput(), "clock": ClockInput()} if with_time else {"day": DayInput()})

    def decompress(self, value: Any) -> list[Any]:
        """The two parts."""
        return [value.day, value.clock] if isinstance(value, Moment) else [None, None]


class MomentField(forms.MultiValueField):
    """Gives a `Moment`, a time alone where only that was written, or None."""

    def __init__(self, *, with_time: bool = True, required: bool = False, **kwargs: Any) -> None:
        wrong = _("This is no day. Write it like 24.12.2026.")
        limits = [
            MinValueValidator(date(YEARS.start, 1, 1), wrong),
            MaxValueValidator(date(YEARS.stop - 1, 12, 31), wrong),
        ]
        parts = [forms.DateField(required=False, error_messages={"invalid": wrong}, validators=limits)]
        if with_time:
            parts.append(forms.TimeField(required=False, error_messages={"invalid": _("Write the time like 18:30.")}))
        super().__init__(
            fields=parts,
            require_all_fields=False,
            widget=MomentWidget(with_time=with_time),
            required=required,
            **{"error_messages": {"required": _("When? Choose a day.")}, **kwargs},
        )

    def compress(self, data_list: list[Any]) -> Moment | time | None:
        """The two parts as one value."""
        first, second = [*data_list, None, None][:2]
        return Moment(first, second or None) if first else second or None


class Suggestion(NamedTuple):
    """What the form would write instead: the input's name, its new value, and both in words."""

    name: str
    value: str
    words: str


def _field(kind: Kind, name: str) -> forms.Field | None:
    """The input for one of the kind's fields."""
    stored: Any = kind.model._meta.get_field(name)
    common: dict[str, Any] = {
        "label": capfirst(str(stored.verbose_name)),
        "help_text": _EXAMPLES.get(kind.key, {}).get(name, ""),
    }
    needed = name in _NEEDED.get(kind.key, set())
    match stored:
        case models.DateTimeField():
            return MomentField(with_time=kind.key not in _WHOLE_DAYS, required=needed, **common)
        case models.DateField():
            return forms.DateField(widget=DayInput, required=not stored.blank, **common)
        case _ if name.endswith("_cents"):
            return EuroField(required=not stored.blank, **{**common, "label": _("Amount in euros")})
        case models.ForeignKey(name="ortschaft"):
            return forms.ModelChoiceField(
                stored.related_model._default_manager.all(),
                widget=forms.RadioSelect,
                required=False,
                blank=True,
                empty_label=_("The whole municipality"),
                **common,
            )
        case models.ForeignKey():
            rows = stored.related_model._default_manager.all()
            return forms.ModelChoiceField(rows, required=not stored.blank, empty_label="–", **common)
        case models.CharField(choices=choices) if choices and len(choices) <= _FEW:
            return stored.formfield(widget=forms.RadioSelect, **common)
        case models.TextField():
            help_text = common["help_text"] or _TEXT_HELP
            area = forms.Textarea(attrs={"rows": 6})
            return forms.CharField(widget=area, required=False, **{**common, "help_text": help_text})
        case models.CharField(max_length=length) if length and length > 200:
            return stored.formfield(widget=forms.Textarea(attrs={"rows": 3}), **common)
    return stored.formfield(**common)


class QuickForm(forms.Form):
    """The short form of a kind as of ``now`` (aware): `values()` are the item's fields."""

    required_css_class = "required"

    def __init__(self, kind: Kind, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.now = kind, now.astimezone(VILLAGE_TIME)
        self.suggestion: Suggestion | None = None
        for name in kind.quick_fields:
            if name != "all_day" and (field := _field(kind, name)) is not None:
                self.fields[name] = field
        if "starts_at" in self.fields and kind.key in _NEEDED:
            self.initial.setdefault("starts_at", self._usual_start())

    def _usual_start(self) -> Moment:
        if self.kind.key not in _STARTS_NOW:
            return Moment(self.now.date())
        full_hour = (self.now + timedelta(hours=1)).replace(minute=0)
        return Moment(full_hour.date(), full_hour.time())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("starts_at"), data.get("ends_at")
        if isinstance(first, time):
            self.add_error("starts_at", _("When? Choose a day."))
            return data
        if first is None:
            return data
        if isinstance(last, time):
            last = data["ends_at"] = Moment(first.day, last)
        if last is not None:
            self._check_order(first, last)
        if self.kind.key in _NEEDED and not self.errors:
            self._check_not_over(first, last)
        return data

    def _check_order(self, first: Moment, last: Moment) -> None:
        if _end(last) >= _start(first):
            return
        meant = likely_end(first.day, last.day)
        words = day(meant, get_language() or "de", now=self.now.date())
        self._suggest("ends_at", meant, words)
        self.add_error("ends_at", _("The end lies before the beginning. Did you mean %(day)s?") % {"day": words})

    def _check_not_over(self, first: Moment, last: Moment | None) -> None:
        name, moment = ("ends_at", last) if last else ("starts_at", first)
        if moment.day >= self.now.date():
            return
        this_year = _in_year(moment.day, self.now.year)
        meant = this_year if this_year >= self.now.date() else _in_year(moment.day, self.now.year + 1)
        self._suggest(name, meant, plain_date(meant, get_language() or "de"))
        self.add_error(
            name,
            _("%(day)s lies in the past. Did you mean %(year)s?")
            % {"day": plain_date(moment.day, get_language() or "de"), "year": meant.year},
        )

    def _suggest(self, name: str, meant: date, words: str) -> None:
        self.suggestion = Suggestion(f"{self.add_prefix(name)}_day", meant.isoformat(), words)

    def values(self) -> dict[str, Any]:
        """The fields of the new item."""
        values = dict(self.cleaned_data)
        first, last = values.get("starts_at"), values.get("ends_at")
        if first is not None:
            values["all_day"] = first.clock is None and (last is None or last.clock is None)
            values["starts_at"] = _start(first)
            values["ends_at"] = _end(last) if last else None
        if "body" in values:
            values["body"] = text_to_html(values["body"])
        return values

    def take_over(self, problem: ValidationError) -> None:
        """Show what the item itself found wrong at the fields that it names; other fields are said at the top."""
        for name, messages in problem.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)

    def summary(self) -> list[tuple[str, str, str]]:
        """All errors as (id of the input, label, text), in the order of the form."""
        rows = [("", "", str(text)) for text in self.non_field_errors()]
        for bound in self:
            # Of a group the first input takes the jump.
            target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id
            rows += [(target, str(bound.label), str(text)) for text in bound.errors]
        return rows


def corrected(data: Any, suggestion: str) -> Any:
    """The sent form with one input changed as the suggestion's button says ("ends_at_day=2027-03-01")."""
    name, _sep, value = suggestion.partition("=")
    changed = data.copy()
    changed[name] = value
    return changed


def likely_end(first: date, last: date) -> date:
    """What somebody meant who wrote an end that lies before ``first`` (or on it, at an earlier time).

    After midnight; in the next month, if only some weeks are missing; else in another year.
    """
    if last == first:
        return last + timedelta(days=1)
    if (first - last).days <= _SOME_WEEKS:
        while last < first:
            last = _next_month(last)
        return last
    same_year = _in_year(last, first.year)
    return same_year if same_year >= first else _in_year(last, first.year + 1)


def _start(moment: Moment) -> datetime:
    return datetime.combine(moment.day, moment.clock or time(0), VILLAGE_TIME)


def _end(moment: Moment) -> datetime:
    """A last day counts to its last minute."""
    return datetime.combine(moment.day, moment.clock or time(23, 59), VILLAGE_TIME)


def _in_year(moment: date, year: int) -> date:
    return moment.replace(year=year, day=28) if (moment.month, moment.day) == (2, 29) else moment.replace(year=year)


def _next_month(moment: date) -> date:
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return date(year, month, min(moment.day, monthrange(year, month)[1]))
