from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "smartbarleben.portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from . import open_data

        open_data.register()
