from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "smartbarleben.search"
    label = "search"
    verbose_name = "Suche"

    def ready(self) -> None:
        from smartbarleben.guards.registry import register

        from . import schedule
        from .tables import Kept

        register(Kept())
        schedule.register()
