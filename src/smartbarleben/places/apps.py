from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "smartbarleben.places"
    label = "places"
    verbose_name = "Orte"

    def ready(self) -> None:
        from smartbarleben.jobs import mail

        from . import lifecycle, queries, searching

        lifecycle.connect()
        searching.connect()
        mail.register_house(queries.mail_house)
