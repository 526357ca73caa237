"""Forms for residents, without an account and with one."""

from typing import ClassVar

from django import forms
from django.conf import settings
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


class SignInForm(PublicForm, forms.Form):
    """Where to send the code."""

    autocomplete: ClassVar[dict[str, str]] = {"mail": "email"}

    mail = forms.EmailField(label=_("Your mail address"), max_length=254)


class CodeForm(PublicForm, forms.Form):
    """The code from the mail."""

    autocomplete: ClassVar[dict[str, str]] = {"code": "one-time-code"}
    widths: ClassVar[dict[str, str]] = {"code": "medium"}

    code = forms.CharField(
        label=_("The code from the mail"),
        max_length=40,
        help_text=_("Eight signs, for example K7C9-WXFM. Capital or small letters, both are fine."),
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "autocapitalize": "characters"}),
    )


class ResidentForm(PublicForm, forms.Form):
    """What an account knows."""

    autocomplete: ClassVar[dict[str, str]] = {"name": "name"}

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("Our forms fill it in for you. You can leave it empty."),
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)


class DeleteAccountForm(PublicForm, forms.Form):
    """The one confirmation."""

    prefix = "delete"

    sure = forms.BooleanField(
        label=_("Yes, delete my account."),
        error_messages={"required": _("Please tick the box if you are sure.")},
    )
