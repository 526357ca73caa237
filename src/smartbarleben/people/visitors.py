"""Who asks, as far as the network says."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def household(address: str) -> str:
    """Whom an address stands for: an IPv4 address, or the /64 of an IPv6 one, which one household has for itself.

    Whoever counts by the whole IPv6 address counts nothing: there are more of them in a house than anybody can try.
    Raises ValueError for what is no address.
    """
    ip = ipaddress.ip_address(address.strip())
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def visitor(request: HttpRequest) -> str:
    """The network that asks; only ever kept as a keyed digest (`fingerprint.visitor_fingerprint`)."""
    return household(get_adapter().get_client_ip(request))
