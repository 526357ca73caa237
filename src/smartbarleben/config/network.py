"""Under which names and addresses this machine is known in the local network."""

import contextlib
import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses from the documentation ranges: a UDP socket that "connects" sends nothing, it only asks for the route.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_SIOCGIFADDR = 0x8915
_TEMPORARY, _DEPRECATED = 0x01, 0x20


def addresses() -> list[Address]:
    """This machine's addresses that others in the network can reach, the one of the default route first."""
    found = dict.fromkeys([*_by_route(), *_by_interface(), *_by_name()])
    return [
        address for address in found if not (address.is_loopback or address.is_link_local or address.is_unspecified)
    ]


def _by_route() -> Iterator[Address]:
    for family, elsewhere in _ELSEWHERE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            address = ipaddress.ip_address(probe.getsockname()[0])
            if address.version == 4 or sys.platform != "linux":
                yield address


def _by_interface() -> Iterator[Address]:
    if sys.platform != "linux":
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                yield ipaddress.IPv4Address(answer[20:24])
    with contextlib.suppress(OSError):
        for row in Path("/proc/net/if_inet6").read_text(encoding="ascii").splitlines():
            digits, _index, _prefix, _scope, flags, _name = row.split()
            # Privacy addresses change daily; a certificate for them would change as often.
            if not int(flags, 16) & (_TEMPORARY | _DEPRECATED):
                yield ipaddress.IPv6Address(int(digits, 16))


def _by_name() -> Iterator[Address]:
    with contextlib.suppress(OSError):
        for *_, address in socket.getaddrinfo(socket.gethostname(), None):
            yield ipaddress.ip_address(str(address[0]).partition("%")[0])


def names() -> list[str]:
    """This machine's own name and the name under which multicast DNS announces it."""
    short = socket.gethostname().partition(".")[0].lower() or "localhost"
    return list(dict.fromkeys([short, f"{short}.local"]))


def leads_here(name: str, own: list[Address]) -> bool:
    """Whether the resolver of this machine finds one of its own network addresses under a name."""
    try:
        answers = {ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in socket.getaddrinfo(name, None)}
    except OSError:
        return False
    return not answers.isdisjoint(own)
