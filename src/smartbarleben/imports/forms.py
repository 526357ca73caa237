"""The forms of the staff's pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartbarleben.places.models import Ortschaft

from . import addresses
from .incoming import MAX_BYTES
from .models import Every, Source, WhenGone
from .registry import Target
from .trouble import FileError
from .words import said

_ENDINGS = {"ics": ".ics,text/calendar", "table": ".csv,.xlsx,text/csv"}


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("at most 10 MB"), allow_empty_file=True)

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(_ENDINGS[name] for name in target.formats)

    def clean_file(self) -> Any:
        """Too large is said before anything is read."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Cut it into parts."))
        return file


class SourceForm(UploadForm):
    """A source: where it is, and what becomes of its entries. A new one needs a file or an address."""

    name = forms.CharField(
        label=gettext_lazy("Name of the source"),
        max_length=120,
        help_text=gettext_lazy("It stands on every entry, as “Sports club”."),
    )
    address = forms.CharField(
        label=gettext_lazy("Web address"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Then we look for news by ourselves. It begins with https:// or webcal://."),
    )
    every_hours = forms.TypedChoiceField(
        label=gettext_lazy("Ask the address"), choices=Every.choices, coerce=int, initial=Every.DAY
    )
    option = forms.ChoiceField(required=False)
    ortschaft = forms.ModelChoiceField(
        queryset=Ortschaft.objects.none(),
        label=gettext_lazy("Ortschaft"),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("for entries that name none"),
    )
    publish = forms.TypedChoiceField(
        label=gettext_lazy("New entries"),
        choices=[(1, gettext_lazy("publish at once")), (0, gettext_lazy("keep as drafts until somebody has looked"))],
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
        initial=1,
    )
    when_gone = forms.ChoiceField(
        label=gettext_lazy("When an entry vanishes there"),
        choices=WhenGone.choices,
        widget=forms.RadioSelect,
        initial=WhenGone.TAKE_BACK,
    )
    owner = forms.EmailField(
        label=gettext_lazy("Who is told when it fails (mail)"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ["name", "file", "address", "every_hours", "option", "ortschaft", "publish", "when_gone", "owner"]

    def __init__(self, *args: Any, target: Target, source: Source | None = None, **kwargs: Any) -> None:
        super().__init__(*args, target=target, **kwargs)
        self.source = source
        self.fields["ortschaft"].queryset = Ortschaft.objects.all()  # type: ignore[attr-defined]
        self.fields["file"].required = False
        if source is not None:
            del self.fields["file"]
        if target.option_label:
            self.fields["option"].label = str(target.option_label).capitalize()
            choices = [("", _("written in a column of the table")), *target.options()]
            self.fields["option"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["option"]
        if not target.has_drafts:
            for name in ("publish", "when_gone"):
                del self.fields[name]

    def clean_name(self) -> str:
        """One name, one source."""
        name: str = self.cleaned_data["name"]
        same = Source.objects.filter(name=name)
        if self.source is not None:
            same = same.exclude(pk=self.source.pk)
        if same.exists():
            raise ValidationError(_("There is a source of this name already."))
        return name

    def clean_address(self) -> str:
        """The address as it is asked; where it leads is looked at when it is asked."""
        address: str = self.cleaned_data["address"].strip()
        if not address:
            return ""
        try:
            return addresses.checked(address)
        except FileError as problem:
            raise ValidationError(said(problem.trouble)) from problem

    def clean(self) -> dict[str, Any]:
        """A source needs a beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "file" in self.fields and not self.errors and not cleaned.get("address") and not cleaned.get("file"):
            self.add_error("file", _("Choose a file, or write a web address below."))
        return cleaned

    def settings(self) -> dict[str, Any]:
        """Keyword arguments for `actions.add_source` and `change_source`."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        if not values.get("address"):
            values["every_hours"] = Every.NEVER
        return values


def from_source(source: Source) -> dict[str, Any]:
    """The initial values of the form for a source."""
    return {
        "name": source.name,
        "address": source.address,
        "every_hours": source.every_hours,
        "option": source.option,
        "ortschaft": source.ortschaft_id,
        "publish": int(source.publish),
        "when_gone": source.when_gone,
        "owner": source.owner,
    }
