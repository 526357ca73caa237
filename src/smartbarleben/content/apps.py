from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "smartbarleben.content"
    label = "content"
    verbose_name = "Inhalte"

    def ready(self) -> None:
        from . import items, lifecycle

        items.register_kinds()
        lifecycle.connect()
