"""Addresses of the channels: below the item's own address; feeds and calendars below the lists'; our mails' links."""

from django.urls import path, register_converter

from .channels import aloud, atom, data, ical, notice, qr, slide
from .channels.common import KindConverter
from .freshness_views import still_true
from .proof_views import proof_page

register_converter(KindConverter, "content_kind")

ITEM = "<content_kind:kind>/<slug:slug>/"

app_name = "content"
urlpatterns = [
    path("stimmt-noch/<str:token>/", still_true, name="still_true"),
    path("bekanntmachungen/<slug:slug>/nachweis/", proof_page, name="proof"),
    path("feed.atom", atom.everything, name="feed"),
    path("ortschaft/<slug:slug>/feed.atom", atom.of_ortschaft, name="feed_ortschaft"),
    path("termine/kalender.ics", ical.subscription, name="calendar"),
    path("<content_kind:kind>/feed.atom", atom.of_kind, name="feed_kind"),
    path(f"{ITEM}aushang.pdf", notice.notice, name="notice"),
    path(f"{ITEM}termin.ics", ical.ics, name="ics"),
    path(f"{ITEM}folie/", slide.show_slide, name="slide"),
    path(f"{ITEM}vorlesen.txt", aloud.read_aloud, name="aloud"),
    path(f"{ITEM}daten.json", data.data_json, name="json"),
    path(f"{ITEM}qr.svg", qr.qr, name="qr"),
]
