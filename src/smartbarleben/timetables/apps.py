from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetablesConfig(AppConfig):
    name = "smartbarleben.timetables"
    label = "timetables"
    verbose_name = "Fahrpläne"

    def ready(self) -> None:
        from smartbarleben.ui.ways import Way, register

        from . import privacy

        privacy.declare_all()
        register(Way(_("Stops and departures"), "/haltestellen/", "foot", 15))
