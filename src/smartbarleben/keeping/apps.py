from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeepingConfig(AppConfig):
    name = "smartbarleben.keeping"
    label = "keeping"
    verbose_name = "Sicherungen"

    def ready(self) -> None:
        from smartbarleben.people import audit

        from . import backup_checks, database_checks, house_checks, privacy, schedule, wire_checks, work_checks

        for module in (house_checks, database_checks, work_checks, wire_checks, backup_checks):
            module.register_all()
        privacy.declare_all()
        audit.name_verbs(
            {
                "keeping.clock_trusted": _("said that the clock is right"),
                "keeping.asked_for": _("asked for a backup or its trial"),
            }
        )
        schedule.register()
