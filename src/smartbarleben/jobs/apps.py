from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "smartbarleben.jobs"
    label = "jobs"
    verbose_name = "Hintergrundarbeit"

    def ready(self) -> None:
        from . import schedule

        schedule.register()
