"""Addresses of the public pages; path words are German in every language, because they are printed."""

from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
]
