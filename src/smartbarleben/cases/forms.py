"""The forms that residents fill in: hand something in, write to a case, find a case by number and code."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartbarleben.places.models import Ortschaft
from smartbarleben.ui.forms import PublicForm

from . import numbers
from .actions import Who
from .items import BARRIER, FEEDBACK, QUESTION
from .plain_words import one_line, own_path, plain
from .registry import Kind

LONGEST_TEXT = 10_000

_ASKED = {
    QUESTION: (_("Your question"), _("What would you like to know? One question at a time is answered fastest.")),
    FEEDBACK: (_("What is wrong or missing?"), _("A sentence is enough. If you know what is right, tell us.")),
    BARRIER: (
        _("What can you not read, use or reach?"),
        _("On this website or in one of our houses. Say what you wanted to do, and what stopped you."),
    ),
}
_ANYTHING = (_("Your message"), _("What is it about? Two or three sentences are enough."))


class PlainField(forms.CharField):
    """Text without controls. Too much is said and not cut off: the browser gets no limit to cut at."""

    def __init__(self, *, limit: int, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)
        self.validators.append(
            MaxLengthValidator(limit, _("Please shorten this to %(limit_value)d signs; it has %(show_value)d."))
        )

    def to_python(self, value: Any) -> str:
        """The text as it goes on: controls are taken out instead of being complained about."""
        return super().to_python(plain(value) if self.lines else one_line(value)) if value else ""


class Envelope(PublicForm, forms.Form):
    """What every form carries besides words: its own name, the browser's proof, the field that people don't see."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    altcha = forms.CharField(widget=forms.HiddenInput, required=False)
    homepage = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @classmethod
    def name_of(cls, data: Any) -> uuid.UUID:
        """The name under which the form and its files are kept; a new one where it came without."""
        try:
            return uuid.UUID(str(data.get("submission", "")))
        except ValueError:
            return uuid.uuid4()


class CaseForm(Envelope):
    """One page for any kind of case. Everything about the person is optional."""

    autocomplete: ClassVar[dict[str, str]] = {"name": "name", "email": "email", "phone": "tel"}
    widths: ClassVar[dict[str, str]] = {"ortschaft": "medium", "phone": "medium"}

    about = forms.CharField(widget=forms.HiddenInput, required=False)
    text = PlainField(limit=LONGEST_TEXT, lines=True, widget=forms.Textarea(attrs={"rows": 7}))
    where = PlainField(
        limit=200,
        required=False,
        label=pgettext_lazy("form", "Where is it?"),
        help_text=_("A street, a house, a bus stop – if a place matters."),
    )
    ortschaft = forms.ChoiceField(required=False, label=_("Ortschaft"))
    spot = forms.ChoiceField(
        required=False,
        label=_("Is this the place?"),
        choices=[("yes", _("Yes, use this place")), ("no", _("No, leave the place out"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose yes or no.")},
    )
    name = PlainField(limit=120, required=False, label=_("Your name"))
    email = forms.EmailField(
        required=False,
        label=_("Your e-mail address"),
        help_text=_("The answer comes here. We use it for nothing else."),
    )
    phone = PlainField(limit=40, required=False, label=_("Your phone number"))

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        ortschaften: Iterable[Ortschaft] = (),
        offered: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        label, help_text = _ASKED.get(kind.key, _ANYTHING)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text
        self.fields["email"].widget.attrs.pop("maxlength", None)
        choices = [(one.slug, one.name) for one in ortschaften]
        self.fields["ortschaft"].choices = [("", _("no matter where")), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["ortschaft"]
        if kind.key == FEEDBACK:
            # It is about a page, and the page is known.
            self.fields.pop("ortschaft", None)
            del self.fields["where"]
        if offered:
            self.fields["spot"].required = True
        else:
            del self.fields["spot"]

    def clean_about(self) -> str:
        """A page of this house, or nothing."""
        return own_path(self.cleaned_data["about"])

    @property
    def who(self) -> Who:
        """What the person said about themselves."""
        return Who(*(self.cleaned_data.get(name, "") for name in ("name", "email", "phone")))

    def place_fields(self) -> list[forms.BoundField]:
        """The fields about a place, as far as this form has them."""
        return [self[name] for name in ("where", "ortschaft") if name in self.fields]


class MessageForm(Envelope):
    """A further message in a case."""

    text = PlainField(
        limit=LONGEST_TEXT,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=_("Your message"),
        help_text=_("Whoever works on your matter reads it."),
    )


class CodeForm(PublicForm, forms.Form):
    """The way back for people without the link: number and code from the slip."""

    widths: ClassVar[dict[str, str]] = {"number": "short", "code": "short"}

    number = forms.CharField(
        label=_("Your number"),
        help_text=_("Five signs, for example K7-4M2. It does not matter how you write them."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Eight signs, for example A7C9-WXFM."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    _WRONG: ClassVar[dict[numbers.Wrong, Any]] = {
        numbers.Wrong.LENGTH: _("A number has five signs, like K7-4M2. Is one missing, or one too many?"),
        numbers.Wrong.SIGN: _("One of these signs is never in a number: 0, 1, 2, 5, 8, B, G, I, L, O, S, V, Z."),
        numbers.Wrong.CHECK: _("One sign is not right. Compare it with your slip or mail."),
    }

    def clean_number(self) -> str:
        """The number in its written form."""
        try:
            return numbers.read(self.cleaned_data["number"])
        except numbers.NumberError as error:
            raise ValidationError(self._WRONG[error.why]) from None
