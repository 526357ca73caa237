"""Addresses of the channels: below the item's own address; feeds and calendars below the lists'."""

from django.urls import path, register_converter

from .channels import atom, ical, qr
from .channels.common import KindConverter

register_converter(KindConverter, "content_kind")

app_name = "content"
urlpatterns = [
    path("feed.atom", atom.everything, name="feed"),
    path("ortschaft/<slug:slug>/feed.atom", atom.of_ortschaft, name="feed_ortschaft"),
    path("termine/kalender.ics", ical.subscription, name="calendar"),
    path("<content_kind:kind>/feed.atom", atom.of_kind, name="feed_kind"),
    path("<content_kind:kind>/<slug:slug>/termin.ics", ical.ics, name="ics"),
    path("<content_kind:kind>/<slug:slug>/qr.svg", qr.qr, name="qr"),
]
