from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetablesConfig(AppConfig):
    name = "smartbarleben.timetables"
    label = "timetables"
    verbose_name = "Fahrpläne"

    def ready(self) -> None:
        from smartbarleben.places import leads
        from smartbarleben.ui.ways import Way, register

        from . import items, policies, privacy, schedule

        privacy.declare_all()
        policies.grant_roles()
        schedule.register()
        leads.register(self.label, items.departures_of)
        register(Way(_("Stops and departures"), "/haltestellen/", "foot", 15))
