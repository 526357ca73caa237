from django.apps import AppConfig
from django.conf import settings


class WatchingConfig(AppConfig):
    name = "smartbarleben.watching"
    label = "watching"
    verbose_name = "Zustand des Hauses"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from . import lines, schedule, watch

        connection_created.connect(watch.attach, dispatch_uid="watching")
        schedule.register()
        # Commands speak to an operator, who reads what went wrong as Python says it.
        if settings.PROCESS_ROLE:
            lines.catch_what_nobody_caught()
