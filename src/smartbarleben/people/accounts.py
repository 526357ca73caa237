"""How accounts come to be: staff are invited, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.translation import get_language

from smartbarleben.jobs import mail


class StaffAccounts(DefaultAccountAdapter):
    """No open sign-up; after login the staff workspace; mails come from the municipality."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/verwaltung/"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, from the municipality; codes and links in the words are deleted on sending."""
        request = current.request
        values = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        message = self.render_mail(template_prefix, email, values)
        mail.take(message, reason="people.account", language=get_language() or "de", secret=True)
