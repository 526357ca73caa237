"""The URL map while a copy is made: the archive's own pages before those of the house."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from . import urls

urlpatterns = [
    *i18n_patterns(path("", include("smartbarleben.archive.urls")), prefix_default_language=False),
    *urls.urlpatterns,
]

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
