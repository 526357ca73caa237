"""The public pages."""

from django.http import HttpRequest, HttpResponse

from smartbarleben.ui.http import public_page, render


@public_page(changes="minute")
def home(request: HttpRequest) -> HttpResponse:
    """Today in the village."""
    return render(request, "portal/home.jinja", {})
