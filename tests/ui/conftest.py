"""Puts the tiny site of `urlconf.py` in the place of the village."""

import pytest

from . import urlconf


@pytest.fixture(autouse=True)
def tiny_site(settings: pytest.FixtureRequest) -> None:
    settings.ROOT_URLCONF = urlconf.__name__
    settings.UI_GENERATION = f"{urlconf.__name__}.generation"
    settings.UI_PAGE_CONTEXT = f"{urlconf.__name__}.page_context"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    urlconf.village.update(generation=1, rendered=0)
