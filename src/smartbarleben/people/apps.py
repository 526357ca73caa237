from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "smartbarleben.people"
    label = "people"
    verbose_name = "Menschen"
