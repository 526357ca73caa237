"""Who asks, as far as the network says."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def visitor(request: HttpRequest) -> str:
    """The network address; only ever kept as a keyed digest (`fingerprint.visitor_fingerprint`)."""
    return str(get_adapter().get_client_ip(request))
