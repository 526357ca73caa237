"""Public Django forms in the village's looks: `{{ form }}` and `{{ form.name.as_field_group() }}` just work.

The global FORM_RENDERER stays Django's, since Wagtail's and allauth's widgets need it; public forms bring their own.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.forms.renderers import Jinja2
from django.template import engines


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


class PublicForm:
    """Mixin for public forms: `class ReportForm(PublicForm, forms.Form)`.

    `autocomplete` maps field names to the browser's autocomplete tokens ("name", "email", "street-address"), so that
    people needn't type what their browser knows; `widths` maps field names to full, medium or short.
    """

    default_renderer = PublicRenderer
    autocomplete: ClassVar[dict[str, str]] = {}
    widths: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, token in self.autocomplete.items():
            self.fields[name].widget.attrs.setdefault("autocomplete", token)  # type: ignore[attr-defined]

    def error_entries(self) -> list[ErrorEntry]:
        """All errors for the summary, in the order of the fields, each with the id of what to correct."""
        entries = [ErrorEntry("", text, "") for text in self.non_field_errors()]  # type: ignore[attr-defined]
        for bound in self:  # type: ignore[attr-defined]
            # A group has no control of its own: its first choice takes the jump.
            choices = [part.id_for_label for part in bound.subwidgets if part.data.get("value") not in ("", None)]
            target = choices[0] if bound.use_fieldset and choices else bound.id_for_label
            entries += [ErrorEntry(str(bound.label), text, target) for text in bound.errors]
        return entries
