"""Addresses of the map."""

from django.urls import path

from . import views

app_name = "map"
urlpatterns = [
    path("karte/", views.karte, name="map"),
    path("karte/namen.json", views.names, name="names"),
    path("karte/marken/<int:z>/<int:x>/<int:y>.json", views.marks, name="marks"),
]
