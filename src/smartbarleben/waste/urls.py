"""Addresses of the waste pages."""

from django.urls import path

from . import views

app_name = "waste"
urlpatterns = [
    path("abfall/", views.streets, name="streets"),
    path("abfall/<slug:slug>/", views.street, name="street"),
    path("abfall/<slug:slug>/abfall.ics", views.file, {"remind": False}, name="file"),
    path("abfall/<slug:slug>/erinnerung.ics", views.file, {"remind": True}, name="reminder"),
]
