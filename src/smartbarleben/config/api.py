"""The public API put together: each room that publishes something has its router here."""

from django.urls import path

from smartbarleben.content.api import router as items
from smartbarleben.opendata.api import api, nothing_here, openapi
from smartbarleben.opendata.api_sets import router as data_sets
from smartbarleben.portal.api import router as places
from smartbarleben.portal.api_strategy import router as strategy
from smartbarleben.timetables.api import router as timetables
from smartbarleben.waste.api import router as waste

for router in (items, places, strategy, waste, timetables, data_sets):
    api.add_router("", router)

urlpatterns, _app, _namespace = api.urls
api_patterns = [
    path("openapi.json", openapi, name="openapi"),
    *urlpatterns,
    path("", nothing_here),
    path("<path:rest>", nothing_here),
]
