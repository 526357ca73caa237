from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "smartbarleben.content"
    label = "content"
    verbose_name = "Inhalte"

    def ready(self) -> None:
        from . import items, lifecycle, policies

        items.register_kinds()
        policies.grant_roles()
        lifecycle.connect()
