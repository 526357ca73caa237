"""The forms of the staff's workspace: stored values in people's words, and translations that know their German."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from smartbarleben.kernel.folding import slugify
from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.kernel.recurrence import RecurrenceError, validate
from smartbarleben.ui.dates import local, today

from .form_fields import DaysField, EuroField, ItemField, LinesField, Repetition, RepetitionField, TicksField
from .kind_facts import AFFECTED
from .presentation import stored_texts
from .registry import Kind
from .repeating import Repeats, read, write
from .texts import TextState, state_of


def people_fields(kind: Kind) -> dict[str, forms.Field]:
    """The fields of a kind's form that speak another language than the database, by name."""
    makers: dict[str, Any] = {
        "recurrence": lambda: RepetitionField(label=_("Repeats")),
        "exception_dates": lambda: DaysField(
            required=False, label=_("Not on these days"), help_text=_("One day a line, like 24.12.2026.")
        ),
        "affects": lambda: TicksField(choices=list(AFFECTED.items()), required=False, label=_("Affects")),
        "fields_of_action": lambda: LinesField(
            required=False, label=_("Fields of action"), help_text=_("One a line.")
        ),
        "cost_cents": lambda: EuroField(
            required=False, label=_("Costs in euros"), help_text=_("0 means free; empty means not known.")
        ),
        "funded_cents": lambda: EuroField(required=False, label=_("Of which granted, in euros")),
        "amount_cents": lambda: EuroField(required=False, label=_("Amount in euros")),
    }
    names = (*kind.quick_fields, *kind.fields)
    return {name: make() for name, make in makers.items() if name in names}


class TranslationForm(WagtailAdminModelForm):
    """One translation. Whoever works on its words, or ticks the box, says that it matches today's German."""

    matches_german = forms.BooleanField(
        required=False,
        label=_("Matches the German text"),
        help_text=_("Tick this if you compared the two and nothing has to change."),
    )

    def was_worked_on(self) -> bool:
        """Whether a person changed what readers see, ticked the box, or said that somebody checked it.

        The editor writes the same text as other HTML, which is no work.
        """
        if self.cleaned_data.get("matches_german"):
            return True
        changed = set(self.changed_data) - {"matches_german", "body"}
        before = html_to_text(str(self.initial.get("body") or ""))
        return bool(changed) or html_to_text(str(self.cleaned_data.get("body") or "")) != before


class ItemForm(WagtailAdminModelForm):
    """The form of every kind: repetition as a choice, an address that follows the title until it is public."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "recurrence" in self.fields:
            start = local(self.instance.starts_at) if self.instance.starts_at else None
            day = start.date() if start else today()
            self.initial["recurrence"] = Repetition(*read(self.instance.recurrence, day))
        self._say_what_needs_review()

    def _say_what_needs_review(self) -> None:
        if "translations" not in self.formsets or not self.instance.pk:
            return
        stored = stored_texts(self.instance)
        for form in self.formsets["translations"].forms:
            text = stored.get(form.instance.language)
            if text is not None and state_of(text, self.instance.german_digest) is TextState.NEEDS_REVIEW:
                form.fields["matches_german"].help_text = _(
                    "The German text has changed since this was written. "
                    "Change the translation, or tick this if it still fits."
                )

    def clean(self) -> dict[str, Any]:
        super().clean()
        data: dict[str, Any] = self.cleaned_data
        if isinstance(data.get("recurrence"), Repetition):
            data["recurrence"] = self._rule(data["recurrence"])
        if self._address_follows_title():
            data["slug"] = ""
            self.instance.slug = ""
        return data

    def _rule(self, repetition: Repetition) -> str:
        start = self.cleaned_data.get("starts_at")
        day = local(start).date() if start else today()
        if repetition.until and repetition.until < day:
            self.add_error("recurrence", _("The last day lies before the first."))
        rule = write(repetition.choice, day, repetition.until, repetition.own)
        try:
            if repetition.choice is not Repeats.ONCE:
                validate(rule)
        except RecurrenceError as problem:
            text = _("This repetition cannot be read: %(problem)s") % {"problem": problem}
            self.add_error("recurrence", ValidationError(text))
        return rule

    def _address_follows_title(self) -> bool:
        """Drafts are saved while a title is still being typed; nobody knows their address yet."""
        if "slug" not in self.fields or self.instance.first_published_at or "slug" in self.changed_data:
            return False
        made = slugify(str(self.initial.get("title") or ""), max_length=80)
        slug = str(self.initial.get("slug") or "")
        return "title" in self.changed_data and (slug == made or slug.rpartition("-")[0] == made)

    def save(self, commit: bool = True) -> Any:
        """Store with each touched translation the German it was made from: the one in this form, draft or not."""
        formset = self.formsets.get("translations")
        for form in formset.forms if formset else ():
            if form.has_changed() and form.was_worked_on():
                form.instance.source_digest = self.instance.german_digest
        return super().save(commit)


def item_form(kind: Kind) -> type[ItemForm]:
    """The form class of a kind."""
    return type(f"{kind.model.__name__}Form", (ItemForm,), people_fields(kind))


class TrailForm(WagtailAdminModelForm):
    """A step of the trail between two items that are named by address or title."""

    source = ItemField(label=_("From"), help_text=_("Address or title, for example /wuensche/mehr-schatten/"))
    target = ItemField(label=_("To"), help_text=_("Address or title"))
