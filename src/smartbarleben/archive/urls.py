"""Addresses of the copy's own pages. They come before the village's, and take the place of what needs a program."""

from django.urls import path

from . import views

app_name = "archive"
urlpatterns = [
    path("archiv/", views.about, name="about"),
    path("a-z/<slug:name>/", views.letter, name="letter"),
    path("suche/", views.search, name="search"),
    path("suche/dinge.js", views.things, name="things"),
    path("suche/worte-<slug:name>.js", views.words, name="words"),
    path("offene-daten/schnittstelle/", views.interface, name="interface"),
    path("formular/", views.closed, name="forms"),
    path("formular/<path:rest>", views.closed, name="form"),
]
