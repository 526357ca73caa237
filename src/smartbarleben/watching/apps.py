from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "smartbarleben.watching"
    label = "watching"
    verbose_name = "Zustand des Hauses"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from . import schedule, watch

        connection_created.connect(watch.attach, dispatch_uid="watching")
        schedule.register()
