"""How accounts come to be: staff are invited, nobody signs up."""

from email.utils import formataddr

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from smartbarleben.places.models import Municipality


class StaffAccounts(DefaultAccountAdapter):
    """No open sign-up; after login the staff workspace; mails come from the municipality."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/verwaltung/"

    def get_from_email(self) -> str:
        house = Municipality.objects.first()
        if house is None or not house.email:
            return str(super().get_from_email())
        return formataddr((f"{house.kind} {house.name}", house.email))
