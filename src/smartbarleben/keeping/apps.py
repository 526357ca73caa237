from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "smartbarleben.keeping"
    label = "keeping"
    verbose_name = "Sicherungen"

    def ready(self) -> None:
        from . import backup_checks, database_checks, house_checks, privacy, schedule, work_checks

        for module in (house_checks, database_checks, work_checks, backup_checks):
            module.register_all()
        privacy.declare_all()
        schedule.register()
