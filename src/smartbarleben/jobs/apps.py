from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "smartbarleben.jobs"
    label = "jobs"
    verbose_name = "Hintergrundarbeit"
