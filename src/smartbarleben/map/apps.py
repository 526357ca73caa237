from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MapConfig(AppConfig):
    name = "smartbarleben.map"
    label = "map"
    verbose_name = "Karte"

    def ready(self) -> None:
        from smartbarleben.ui.ways import Way, register

        from . import privacy, tasks  # noqa: F401 (tasks are known when the app is ready)

        privacy.declare_all()
        register(Way(_("Map"), "/karte/", "foot", 16))
