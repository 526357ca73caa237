"""A page of another site that lets the browser of an administrator press buttons here."""

from typing import Any

import pytest
from django.test import Client
from tests.config.test_permissions import LEFT_OUT, is_open, is_staff, signed_in, village
from tests.config.url_map import addresses

from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR

__all__ = ["village"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.mark.slow
def test_no_other_site_can_press_a_button_in_the_workspace(village: dict[str, Any]) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    signed_in(ADMINISTRATOR)
    browser.force_login(User.objects.get(username="person"))
    open_ones = {"verwaltung/login/"}
    wrong = []
    for address in addresses(village):
        if not is_staff(address) or address.pattern in LEFT_OUT or address.pattern in open_ones:
            continue
        for ask in (browser.post, browser.put, browser.delete, browser.patch):
            answer = ask(address.sample, headers={"Origin": "https://evil.example"})
            if answer.status_code not in (403, 404, 405) and not (
                is_open(address) and answer.status_code in (301, 302)
            ):
                wrong.append(f"{address.pattern}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
