from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "smartbarleben.places"
    label = "places"
    verbose_name = "Orte"

    def ready(self) -> None:
        from . import lifecycle

        lifecycle.connect()
