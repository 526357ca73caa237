"""Every address of the house. Public pages carry their language in front; German has none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from smartbarleben.content.api import api

urlpatterns = [
    path("konto/", include("allauth.urls")),
    path("verwaltung/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("api/v1/", api.urls),
    *i18n_patterns(
        # path("bausteine/", include("smartbarleben.ui.urls")),
        path("", include("smartbarleben.content.urls")),
        path("", include("smartbarleben.waste.urls")),
        path("", include("smartbarleben.portal.urls")),
        prefix_default_language=False,
    ),
]
