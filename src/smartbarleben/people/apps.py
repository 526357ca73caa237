from typing import Any

from django.apps import AppConfig, apps
from django.db import connection
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "smartbarleben.people"
    label = "people"
    verbose_name = "Menschen"

    def ready(self) -> None:
        from . import audit, deletion_rules, holdings, own_sources, schedule, sealing, visits, watching, words

        holdings.declare_all()
        sealing.register_guards()
        deletion_rules.register()
        own_sources.register()
        schedule.register()
        visits.connect()
        watching.connect()
        audit.name_verbs(words.VERBS)
        post_migrate.connect(_after_migration, dispatch_uid="people.roles")


def _after_migration(sender: AppConfig, **kwargs: Any) -> None:
    """Django announces a migration app by app and makes each app's permissions then: wait for the last one.

    Apps without models are never announced, and which apps there are depends on the database.
    """
    announced = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender is not announced[-1] or kwargs.get("using") != "default":
        return
    from .factor_secrets import seal_old
    from .roles import sync, tables

    # Migrations that go part of the way, or back, leave tables missing.
    there = set(connection.introspection.table_names())
    if tables() <= there:
        sync()
    if "mfa_authenticator" in there:
        seal_old()
