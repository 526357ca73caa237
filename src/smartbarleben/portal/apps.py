from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "smartbarleben.portal"
    label = "portal"
    verbose_name = "Portal"
