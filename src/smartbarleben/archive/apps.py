from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "smartbarleben.archive"
    label = "archive"
    verbose_name = "Archiv"
