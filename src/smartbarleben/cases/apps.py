from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "smartbarleben.cases"
    label = "cases"
    verbose_name = "Vorgänge"

    def ready(self) -> None:
        from smartbarleben.people import residents

        from . import (
            failed_mail,
            house_checks,
            items,
            lifecycle,
            open_data,
            privacy,
            public_queries,
            rules,
            schedule,
            searching_forms,
        )

        rules.register_rules()
        items.register_kinds()
        items.grant_roles()
        items.name_verbs()
        schedule.register()
        searching_forms.connect()
        privacy.declare_all()
        failed_mail.register()
        house_checks.register_all()
        open_data.register()
        lifecycle.connect()
        residents.register_matters("cases", public_queries.matters_of)
        post_migrate.connect(_categories, sender=self, dispatch_uid="cases.categories")


def _categories(using: str, **kwargs: Any) -> None:
    from .founding import make_categories

    make_categories(using)
