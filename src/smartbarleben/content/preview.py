"""The editor's preview shows every channel: page, card, slide, A4 notice, the text to be read aloud."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin


class ChannelPreviewMixin(PreviewableMixin):
    """Preview modes are the channels, each in German and the page in every other language too."""

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        modes: list[tuple[str, Any]] = [
            ("page", _("Page")),
            ("card", _("In lists")),
            ("slide", _("On the screen")),
            ("notice", _("On paper (A4)")),
            ("aloud", _("Read aloud")),
        ]
        modes += [(f"page:{code}", name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        return modes

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from .channels.preview import preview_response

        channel, _sep, language = mode_name.partition(":")
        with translation.override(language or settings.LANGUAGE_CODE):
            return preview_response(self, channel or "page", language or settings.LANGUAGE_CODE, request)
