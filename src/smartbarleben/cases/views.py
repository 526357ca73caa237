"""The public pages of cases: handing something in, and seeing how it stands."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from . import access
from .models import Case


def follow(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """How a case stands, for whoever has its link."""
    case = Case.objects.filter(number=number.upper()).first()
    if case is None or not access.opens(case, secret):
        raise Http404(_("There is nothing at this address."))
    return HttpResponse(case.number)
