"""Public Django forms in the village's looks: `{{ form }}` and `{{ form.name.as_field_group() }}` just work.

The global FORM_RENDERER stays Django's, since Wagtail's and allauth's widgets need it; public forms bring their own.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.forms import DateField, EmailField, Field, URLField
from django.forms.renderers import Jinja2
from django.template import engines
from django.utils.translation import gettext_lazy as _


class PublicRenderer(Jinja2):
    """Renders forms and fields with the macros of `components/form.jinja`, widgets with Django's own templates."""

    form_template_name = "ui/forms/form.jinja"
    field_template_name = "ui/forms/field.jinja"

    def get_template(self, template_name: str) -> Any:
        """Our templates come from the site's environment with its translations, Django's from Django's own."""
        if template_name.startswith("ui/"):
            return engines["jinja2"].get_template(template_name)
        return super().get_template(template_name)


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One line of the error summary: the field's label ("" for the whole form), what to do, the id to jump to."""

    label: str
    text: str
    id: str


# What went wrong and what to do, in our voice; a form's own error_messages come first.
_REQUIRED = _("This is still missing.")
_INVALID: dict[type[Field], Any] = {
    EmailField: _("An e-mail address looks like name@example.org. Is something missing?"),
    DateField: _("Please write the date like this: 24.11.2026."),
    URLField: _("An address on the web looks like https://example.org."),
}


def _speak_plainly(field: Field) -> None:
    """Put our words in the place of Django's, where the form has none of its own."""
    texts = field.error_messages
    if texts.get("required") == Field.default_error_messages["required"]:
        texts["required"] = _REQUIRED
    for kind, text in _INVALID.items():
        if isinstance(field, kind) and texts.get("invalid") == kind.default_error_messages.get("invalid"):
            texts["invalid"] = text


class PublicForm:
    """Mixin for public forms: `class ReportForm(PublicForm, forms.Form)`.

    `autocomplete` maps field names to the browser's autocomplete tokens ("name", "email", "street-address"), so that
    people needn't type what their browser knows; `widths` maps field names to full, medium or short.
    """

    # One for all forms: each renderer compiles the templates for itself.
    default_renderer = PublicRenderer()
    autocomplete: ClassVar[dict[str, str]] = {}
    widths: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, token in self.autocomplete.items():
            self.fields[name].widget.attrs.setdefault("autocomplete", token)  # type: ignore[attr-defined]
        for field in self.fields.values():  # type: ignore[attr-defined]
            _speak_plainly(field)

    def error_entries(self) -> list[ErrorEntry]:
        """All errors for the summary, in the order of the fields, each with the id of what to correct."""
        entries = [ErrorEntry("", text, "") for text in self.non_field_errors()]  # type: ignore[attr-defined]
        for bound in self:  # type: ignore[attr-defined]
            # A group has no control of its own: its first choice takes the jump.
            choices = [part.id_for_label for part in bound.subwidgets if part.data.get("value") not in ("", None)]
            target = choices[0] if bound.use_fieldset and choices else bound.id_for_label
            entries += [ErrorEntry(str(bound.label), text, target) for text in bound.errors]
        return entries
