"""Addresses of open data: pages in every language; files and what machines ask for have one address each."""

from django.urls import path, register_converter

from . import machine_views, views


class EndingConverter:
    """A file's ending that a data set may have."""

    regex = "csv|json|geojson"

    def to_python(self, value: str) -> str:
        """The ending."""
        return value

    def to_url(self, value: str) -> str:
        """The ending."""
        return value


register_converter(EndingConverter, "opendata_ending")

app_name = "opendata"
urlpatterns = [
    path("offene-daten/", views.sets, name="sets"),
    path("offene-daten/schnittstelle/", views.interface, name="interface"),
    path("offene-daten/<slug:key>/", views.one_set, name="set"),
    path("offene-daten/katalog.jsonld", machine_views.catalogue_file, {"ending": "jsonld"}, name="catalogue"),
    path("offene-daten/katalog.ttl", machine_views.catalogue_file, {"ending": "ttl"}, name="catalogue_turtle"),
    path("offene-daten/<slug:key>/daten.<opendata_ending:ending>", views.file, name="file"),
]

# These have one address, whatever the language.
machine_patterns = [
    path("robots.txt", machine_views.robots, name="robots"),
    path("sitemap.xml", machine_views.sitemap_index, name="sitemap"),
    path("sitemap-<slug:key>-<int:number>.xml", machine_views.sitemap_file, name="sitemap_file"),
    path(".well-known/security.txt", machine_views.security, name="security"),
]
