"""How accounts come to be: staff are invited, nobody signs up."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from smartbarleben.jobs import mail
from smartbarleben.places.queries import house_name

from . import refusals
from .factor_secrets import SealedFactors
from .models import User


def _account(credentials: dict[str, Any]) -> User | None:
    named = Q(username__iexact=str(credentials.get("username") or ""))
    if email := str(credentials.get("email") or ""):
        named |= Q(email__iexact=email)
    return User.objects.filter(named).first()


def _own_host() -> str:
    return urlsplit(settings.BASE_URL).netloc


class StaffAccounts(DefaultAccountAdapter):
    """No open sign-up; after login the staff workspace; mails come from the municipality."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/verwaltung/"

    def format_email_subject(self, subject: str) -> str:
        """The subject with the municipality in front."""
        return f"[{house_name()}] {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail, to the house's own address: what a stranger writes into "Host" leads nobody away."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The same for the link that confirms an address."""
        return settings.BASE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts by the name in "Host" as well; its port is anybody's to choose, so each would get new tries.
        return str(credentials.get("email") or credentials.get("username") or "").strip().casefold()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who tried too often, and write down that the account is being tried."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            refusals.note_locked(_account(credentials))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password: one line in the log, and now and then one in the record of the account."""
        refusals.note_refused(_account(credentials))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, from the municipality; codes and links in the words are deleted on sending."""
        request = current.request
        values = {
            "request": request,
            "email": email,
            **context,
            "current_site": SimpleNamespace(domain=_own_host(), name=house_name()),
        }
        message = self.render_mail(template_prefix, email, values)
        mail.take(message, reason="people.account", language=get_language() or "de", secret=True)


class StaffFactors(SealedFactors):
    """Passkeys and codes stand under the municipality's name in people's phones, not under the program's."""

    def get_totp_issuer(self) -> str:
        return house_name(current.request)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": house_name(current.request)}
