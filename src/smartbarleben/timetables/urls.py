"""Addresses of the timetable pages."""

from django.urls import path

from . import views

app_name = "timetables"
urlpatterns = [
    path("haltestellen/", views.stops, name="stops"),
    path("haltestellen/<slug:slug>/", views.stop, name="stop"),
    path("haltestellen/<slug:slug>/abfahrten.txt", views.as_text, name="text"),
    path("haltestellen/<slug:slug>/abfahrten.json", views.as_json, name="json"),
    path("haltestellen/<slug:slug>/<slug:day>/", views.day, name="day"),
]
