from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "smartbarleben.portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from . import map_layers, open_data

        map_layers.register_layers()
        open_data.register()
