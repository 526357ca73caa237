"""Every address of the house. Public pages carry their language in front; German has none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from smartbarleben.content.staff_views import not_here
from smartbarleben.map.serving import tiles
from smartbarleben.opendata.urls import machine_patterns
from smartbarleben.people.account_views import signed_in, still_here, unfinished

from .api import api_patterns
from .media import media

# What Wagtail brings for its page tree, what this house keeps in the program (roles, collections, workflows), and
# choosers that would show editors what belongs to cases.
SWITCHED_OFF = (
    "api",
    "collections",
    "groups",
    "pages",
    "snippets/choose/cases",
    "workflows",
    *(f"reports/{name}" for name in ("locked", "workflow", "workflow_tasks", "aging-pages", "page-types-usage")),
)

urlpatterns = [
    path("konto/sitzungen/", signed_in, name="people_visits"),
    path("konto/weiter/", unfinished, name="people_unfinished"),
    path("konto/dabei/", still_here, name="people_still_here"),
    path("konto/", include("allauth.urls")),
    # Wagtail's own login knows no second factor.
    path("verwaltung/login/", RedirectView.as_view(url=settings.LOGIN_URL, query_string=True)),
    *(re_path(f"^verwaltung/{start}/", not_here) for start in SWITCHED_OFF),
    path("verwaltung/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    path("media/<path:path>", media),
    path("kartendaten/<slug:name>.pmtiles", tiles, name="map_tiles"),
    path("api/v1/", include(api_patterns)),
    *machine_patterns,
    *i18n_patterns(
        path("bausteine/", include("smartbarleben.ui.urls")),
        path("", include("smartbarleben.content.urls")),
        # Before the forms of cases, whose addresses take any word.
        path("", include("smartbarleben.people.urls")),
        path("", include("smartbarleben.cases.urls")),
        path("", include("smartbarleben.waste.urls")),
        path("", include("smartbarleben.timetables.urls")),
        path("", include("smartbarleben.opendata.urls")),
        path("", include("smartbarleben.map.urls")),
        path("", include("smartbarleben.portal.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "smartbarleben.portal.views.not_understood"
handler403 = "smartbarleben.portal.views.refused"
handler404 = "smartbarleben.portal.views.not_found"
handler500 = "smartbarleben.portal.views.server_error"
