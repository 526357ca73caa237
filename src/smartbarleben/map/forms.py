"""The staff's form for a file of map data."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import actions
from .extract import MAX_BYTES, MapError, check_name


class MapForm(forms.Form):
    """A file and whose data it holds."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("An extract of OpenStreetMap (.osm.pbf) or GeoJSON (.geojson) of municipality or county."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pbf,.osm,.geojson,.json"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Fetch it again."),
        },
    )
    attribution = forms.CharField(
        label=_("Whose data are these?"),
        help_text=_("As the licence wants it named. Empty: the words of OpenStreetMap."),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("file")
        if upload is None:
            return given
        try:
            check_name(upload.name)
        except MapError as problem:
            self.add_error("file", problem.said(gettext))
            return given
        try:
            actions.attribution_of(upload.name, given.get("attribution", ""))
        except MapError as problem:
            self.add_error("attribution", problem.said(gettext))
        if upload.size > MAX_BYTES:
            self.add_error("file", _("This file is too large for a village's map. Take a smaller extract."))
        return given
