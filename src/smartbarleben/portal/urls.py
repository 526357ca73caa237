"""Addresses of the public pages; path words are German in every language, because they are printed."""

from django.urls import path, register_converter

from smartbarleben.content.channels.common import KindConverter

from . import item_pages, place_pages, search_pages, views

register_converter(KindConverter, "kind")

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("farben.css", views.colours, name="colours"),
    path("ortschaft/<slug:slug>/", views.ortschaft, name="ortschaft"),
    path("orte/", place_pages.place_list, name="places"),
    path("orte/<slug:slug>/", place_pages.place, name="place"),
    path("suche/", search_pages.search, name="search"),
    path("suche/vorschlaege.json", search_pages.suggestions, name="suggestions"),
    path("zustaendig/", views.responsibility, name="responsible"),
    path("strategie/", views.strategy_page, name="strategy"),
    path("termine/", item_pages.events, name="events"),
    path("termine/monat/<str:text>/", item_pages.events_of_month, name="month"),
    path("<kind:kind>/", item_pages.item_list, name="list"),
    path("<kind:kind>/<slug:slug>/", item_pages.item, name="item"),
]
