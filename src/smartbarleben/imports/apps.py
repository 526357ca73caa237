from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "smartbarleben.imports"
    label = "imports"
    verbose_name = "Übernahmen"

    def ready(self) -> None:
        from . import items, privacy, schedule

        privacy.declare_all()
        items.register()
        schedule.register()
