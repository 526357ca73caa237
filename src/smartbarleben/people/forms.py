"""Forms for residents without an account."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from smartbarleben.ui.forms import PublicForm


class AskForm(PublicForm, forms.Form):
    """Where to send the link."""

    autocomplete: ClassVar[dict[str, str]] = {"mail": "email"}

    mail = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        help_text=_("The one that you wrote to us with."),
    )


class DeleteForm(PublicForm, forms.Form):
    """The one confirmation."""

    sure = forms.BooleanField(
        label=_("Yes, delete what you hold about me. It cannot be brought back."),
        error_messages={"required": _("Please tick the box if you are sure.")},
    )
