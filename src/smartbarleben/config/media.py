"""Uploaded files: the public gets pictures in the sizes that pages show, and nothing as it came from a camera.

A phone writes into a photo where it was taken; documents have addresses of their own below /dokumente/.
"""

import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.static import serve

from smartbarleben.people.at_work import is_in

PUBLIC = "images/"


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the media folder: a rendered picture for everybody, everything else for the town hall."""
    path = posixpath.normpath(path)
    if not path.startswith(PUBLIC) and not (request.user.has_perm("wagtailadmin.access_admin") and is_in(request)):
        raise Http404(_("There is nothing at this address."))
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    if not path.startswith(PUBLIC):
        # An uploaded page must not run in the name of whoever opens it.
        response["Content-Disposition"] = "attachment"
    return response
