"""What the town hall sees of the municipality: its places with opening hours, its Ortschaften, itself."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Municipality, Ortschaft, Place

_CARE = ("source_name", "source_url", "as_of", "owner", "review_by", "review_every_days", "is_example")


class DayInput(forms.DateInput):
    """The browser's own input for a day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own input for a time."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "time", **(attrs or {})}, format="%H:%M")


def _care() -> ObjectList:
    panels = [FieldPanel(name, widget=DayInput) if name == "review_by" else FieldPanel(name) for name in _CARE]
    return ObjectList(panels, heading=_("Source and care"))


class PlaceViewset(SnippetViewSet):
    """Places with opening hours, special days and translations."""

    model = Place
    icon = "site"
    menu_label = _("Places")
    menu_name = "places"
    url_prefix = "orte/plaetze"
    list_display = ["name", "kind", "ortschaft", "as_of"]
    list_filter = ["kind", "ortschaft"]
    search_fields = ["name", "summary", "street"]
    search_backend_name = None
    ordering = ["name"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("kind"),
                    FieldPanel("ortschaft", widget=forms.Select),
                    FieldRowPanel([FieldPanel("street"), FieldPanel("postal_code")]),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                    FieldPanel("website"),
                    FieldPanel("summary"),
                    FieldPanel("wheelchair"),
                    FieldPanel("accessibility"),
                    FieldPanel("has_wlan"),
                ],
                heading=_("Place"),
            ),
            ObjectList(
                [
                    FieldPanel("open_on_holidays"),
                    InlinePanel(
                        "special_hours",
                        heading=_("Closed, or open at other times"),
                        label=_("Days"),
                        panels=[
                            FieldPanel("kind"),
                            FieldRowPanel(
                                [FieldPanel("first", widget=DayInput), FieldPanel("last", widget=DayInput)]
                            ),
                            FieldRowPanel(
                                [FieldPanel("opens", widget=ClockInput), FieldPanel("closes", widget=ClockInput)]
                            ),
                            FieldPanel("reason"),
                        ],
                    ),
                    InlinePanel(
                        "hours",
                        heading=_("Every week"),
                        label=_("Opening hours"),
                        panels=[
                            FieldRowPanel([FieldPanel("kind"), FieldPanel("weekday"), FieldPanel("weeks")]),
                            FieldRowPanel(
                                [FieldPanel("opens", widget=ClockInput), FieldPanel("closes", widget=ClockInput)]
                            ),
                            FieldRowPanel(
                                [
                                    FieldPanel("valid_from", widget=DayInput),
                                    FieldPanel("valid_until", widget=DayInput),
                                ]
                            ),
                            FieldRowPanel(
                                [FieldPanel("source_name"), FieldPanel("source_url"), FieldPanel("as_of")],
                            ),
                        ],
                    ),
                ],
                heading=_("Opening hours"),
            ),
            ObjectList(
                [InlinePanel("translations", label=_("Translation"), heading=_("Other languages"))],
                heading=_("Languages"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("slug"), FieldPanel("lon"), FieldPanel("lat"), FieldPanel("precision")],
                        heading=_("Position"),
                    )
                ],
                heading=_("Position"),
            ),
            _care(),
        ]
    )

    def get_queryset(self, request: Any) -> models.QuerySet[Place]:
        return Place.objects.select_related("ortschaft")


class OrtschaftViewset(SnippetViewSet):
    """The villages of the municipality."""

    model = Ortschaft
    icon = "home"
    menu_label = _("Ortschaften")
    menu_name = "ortschaften"
    url_prefix = "orte/ortschaften"
    list_display = ["name", "population", "population_as_of"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("summary"),
                    FieldPanel("body"),
                    FieldRowPanel([FieldPanel("population"), FieldPanel("population_as_of")]),
                    FieldPanel("area_km2"),
                ],
                heading=_("Ortschaft"),
            ),
            ObjectList(
                [InlinePanel("translations", label=_("Translation"), heading=_("Other languages"))],
                heading=_("Languages"),
            ),
            ObjectList(
                [
                    FieldPanel("slug"),
                    FieldPanel("position"),
                    FieldPanel("tower"),
                    FieldRowPanel([FieldPanel("lon"), FieldPanel("lat")]),
                ],
                heading=_("Position"),
            ),
            _care(),
        ]
    )


class MunicipalityViewset(SnippetViewSet):
    """The municipality itself: one row, made by the set-up."""

    model = Municipality
    icon = "globe"
    menu_label = _("Municipality")
    menu_name = "municipality"
    url_prefix = "orte/gemeinde"
    list_display = ["name", "kind", "phone", "email"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("kind")]),
        FieldPanel("street"),
        FieldPanel("postal_code"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        FieldPanel("website"),
        FieldRowPanel([FieldPanel("lon"), FieldPanel("lat")]),
    ]


def register_viewsets() -> None:
    """Register the workspace of places; Wagtail calls this when it collects its hooks."""

    class PlacesGroup(SnippetViewSetGroup):
        menu_label = _("Places")
        menu_name = "places-group"
        menu_icon = "site"
        menu_order = 110
        items = (PlaceViewset, OrtschaftViewset, MunicipalityViewset)

    register_snippet(PlacesGroup)
