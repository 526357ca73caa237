from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WasteConfig(AppConfig):
    name = "smartbarleben.waste"
    label = "waste"
    verbose_name = "Abfall"

    def ready(self) -> None:
        from smartbarleben.content.loading import register_part
        from smartbarleben.imports.registry import register as register_target
        from smartbarleben.people.roles import ADMINISTRATOR, EDITOR, grant
        from smartbarleben.ui.ways import Way, register

        from . import open_data, privacy, searching
        from .actions import load
        from .importing import WasteDates

        privacy.declare_all()
        open_data.register()
        searching.connect()
        register_part("waste", load)
        register_target(WasteDates())
        register(Way(_("Waste collection"), "/abfall/", "foot", 20))
        for role in (EDITOR, ADMINISTRATOR):
            grant(role, {f"waste.{verb}_tour" for verb in ("add", "change", "delete", "view")})
