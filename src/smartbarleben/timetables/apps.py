from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetablesConfig(AppConfig):
    name = "smartbarleben.timetables"
    label = "timetables"
    verbose_name = "Fahrpläne"

    def ready(self) -> None:
        from smartbarleben.places import leads
        from smartbarleben.ui.ways import Way, register

        from . import items, privacy, searching

        privacy.declare_all()
        searching.connect()
        leads.register(self.label, items.departures_of)
        register(Way(_("Stops and departures"), "/haltestellen/", "foot", 15))
