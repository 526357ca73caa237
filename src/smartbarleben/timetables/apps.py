from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimetablesConfig(AppConfig):
    name = "smartbarleben.timetables"
    label = "timetables"
    verbose_name = "Fahrpläne"

    def ready(self) -> None:
        from smartbarleben.places import layers, leads
        from smartbarleben.ui.ways import Way, register

        from . import items, open_data, policies, privacy, schedule, searching

        privacy.declare_all()
        policies.grant_roles()
        open_data.register()
        schedule.register()
        searching.connect()
        leads.register(self.label, items.departures_of)
        layers.add("haltestellen", layers.Table(items.halt_rows, items.halt_marks, title="name"))
        register(Way(_("Stops and departures"), "/haltestellen/", "foot", 15))
