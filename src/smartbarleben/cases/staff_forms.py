"""The forms of the workspace: one for each verb that needs words, the quick entry, and the desk's own settings."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartbarleben.places.models import Ortschaft

from . import numbers, queries, registry, templating
from .models import Absence, Case, DeskSetting, Door, Office

LONGEST_TEXT = 20_000
_OFFICE, _PERSON = "a", "p"


class DayInput(forms.DateInput):
    """The browser's own input for a day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")


def text_field(label: Any, *, rows: int = 4, required: bool = True, **more: Any) -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        strip=True,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": _("Write a sentence here.")},
        **more,
    )


class DeedForm(forms.Form):
    """What a verb needs to know. ``case`` and ``person`` say about what and who asks."""

    def __init__(self, *args: Any, case: Case, person: Any, **kwargs: Any) -> None:
        self.case, self.person = case, person
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill what depends on the case."""


class AnswerForm(DeedForm):
    text = text_field(_("Your answer"), rows=8)

    def clean_text(self) -> str:
        """Nothing goes out with a placeholder that nobody filled."""
        text = str(self.cleaned_data["text"])
        left = templating.unfilled(text)
        if left:
            raise ValidationError(
                _("%(names)s is still to be filled in: write what belongs there, or delete it."),
                params={"names": ", ".join(f"{{{name}}}" for name in left)},
            )
        return text


class AskForm(AnswerForm):
    text = text_field(
        _("Your question to the person"), help_text=_("The promised day waits until the person has replied.")
    )


class NoteForm(DeedForm):
    text = text_field(_("Note for colleagues"), rows=3, help_text=_("The person does not see it."))


class SaidForm(DeedForm):
    text = text_field(
        _("What the person said"), rows=3, help_text=_("They called or came by again: it counts as their message.")
    )


class GiveForm(DeedForm):
    to = forms.ChoiceField(label=_("To whom"))

    def prepare(self) -> None:
        self.fields["to"].choices = [("", _("Choose …")), *recipients()]  # type: ignore[attr-defined]

    def recipient(self) -> dict[str, Any]:
        """``owner`` and ``office`` for `actions.assign`."""
        return recipient(self.cleaned_data["to"])


def recipients(workers: Iterable[Any] | None = None, offices: Iterable[Office] | None = None) -> list[Any]:
    """Whom a case can be given to, as choices in two groups. A query for each group that is not given."""
    people = [(f"{_PERSON}{one.pk}", str(one)) for one in (queries.workers() if workers is None else workers)]
    trays = [(f"{_OFFICE}{one.pk}", one.name) for one in (queries.offices() if offices is None else offices)]
    return [(_("People"), people), *([(_("Trays of offices"), trays)] if trays else [])]


def recipient(value: str) -> dict[str, Any]:
    """``owner`` and ``office`` for `actions.assign`. Raises ValidationError for whom a case cannot be given to."""
    sort, digits = value[:1], value[1:]
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    if sort == _PERSON and (person := queries.workers().filter(pk=number).first()):
        return {"owner": person, "office": None}
    if sort == _OFFICE and (office := queries.offices().filter(pk=number).first()):
        return {"owner": None, "office": office}
    raise ValidationError(_("Choose a person or an office."))


class KindForm(DeedForm):
    kind = forms.ChoiceField(label=_("It is a"))

    def prepare(self) -> None:
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]
        self.fields["kind"].initial = self.case.category_id


def kinds() -> list[tuple[str, str]]:
    """All kinds of cases as choices."""
    return [(kind.key, str(kind.title)) for kind in registry.kinds()]


class PassForm(DeedForm):
    to = forms.ModelChoiceField(Office.objects.none(), label=_("To which body"), empty_label=_("Choose …"))
    text = text_field(_("A sentence for the person"), rows=2, required=False)

    def prepare(self) -> None:
        self.fields["to"].queryset = queries.offices(outside=True)  # type: ignore[attr-defined]


class ExtendForm(DeedForm):
    until = forms.DateField(label=_("The new day"), widget=DayInput)
    reason = text_field(_("Why it takes longer"), rows=2, help_text=_("The person reads this."))

    def clean_until(self) -> date:
        """A day that somebody can mean."""
        day: date = self.cleaned_data["until"]
        if self.case.due_on and day.year > self.case.due_on.year + 2:
            raise ValidationError(_("That is very far away. Is the year right?"))
        return day


class MergeForm(DeedForm):
    into = forms.CharField(
        label=_("Number of the other case"), max_length=12, widget=forms.TextInput({"autocapitalize": "characters"})
    )

    def clean_into(self) -> str:
        """The number in its written form."""
        try:
            return numbers.read(self.cleaned_data["into"])
        except numbers.NumberError:
            raise ValidationError(_("This is no case number. It looks like K7-4M2.")) from None


class SplitForm(DeedForm):
    one = text_field(_("The other matter"), rows=3)
    two = text_field(_("And another"), rows=2, required=False)

    @property
    def parts(self) -> list[str]:
        """The texts of the new cases."""
        return [text for text in (self.cleaned_data["one"], self.cleaned_data["two"]) if text]


class CloseForm(DeedForm):
    text = text_field(_("A last sentence"), rows=2, required=False, help_text=_("It stands on the person's page."))


class RefuseForm(DeedForm):
    reason = text_field(_("Why, for colleagues"), rows=2, required=False)


class HandOverForm(DeedForm):
    email = forms.EmailField(label=_("Mail address of the other system"))
    text = text_field(_("A sentence for it"), rows=2, required=False)


class NewCaseForm(forms.Form):
    """What somebody said at the phone or at the counter, in one go."""

    text = text_field(_("What is it about?"), rows=4)
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    door = forms.ChoiceField(
        label=_("How did it come?"),
        widget=forms.RadioSelect,
        choices=[
            (Door.PHONE, pgettext_lazy("channel", "phone")),
            (Door.VISIT, pgettext_lazy("channel", "visit")),
            (Door.PAPER, pgettext_lazy("channel", "paper")),
        ],
        initial=Door.PHONE,
    )
    name = forms.CharField(label=_("Who?"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    email = forms.EmailField(label=pgettext_lazy("channel", "Mail"), required=False)
    where = forms.CharField(label=_("Where?"), max_length=200, required=False)
    ortschaft = forms.ModelChoiceField(
        Ortschaft.objects.order_by("position"), label=_("Ortschaft"), required=False, empty_label=_("not said")
    )
    language = forms.ChoiceField(label=_("They speak"), choices=settings.LANGUAGES, initial="de", required=False)
    answer = text_field(_("What you answered"), rows=3, required=False)
    mine = forms.BooleanField(label=_("I take care of it"), required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds()[0][0]
        self.fields["submission"].initial = uuid.uuid4


class SettingsForm(forms.ModelForm):
    class Meta:
        model = DeskSetting
        fields = ["digest", "shortcuts"]


class AbsenceForm(forms.ModelForm):
    """One's own absence: nobody takes another's cases by saying that the other is away."""

    class Meta:
        model = Absence
        fields = ["first", "last", "substitute"]
        widgets = {"first": DayInput, "last": DayInput}

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = person
        self.fields["substitute"].queryset = queries.workers().exclude(pk=person.pk)  # type: ignore[attr-defined]
        self.fields["substitute"].empty_label = _("Choose …")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return data
