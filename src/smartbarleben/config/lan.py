"""./village --lan: HTTPS in the local network, with an authority of its own and the way by which devices trust it."""

import io
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import segno

from . import authority, network, say
from .door import Door
from .trust_steps import DEVICES


@dataclass
class Lan:
    """One village in one local network."""

    files: authority.Files
    host: str
    port: int
    door_port: int
    extra_name: str | None
    names: list[str] = field(default_factory=list)
    addresses: list[network.Address] = field(default_factory=list)
    _door: Door | None = None

    @classmethod
    def prepare(cls, data: Path, *, host: str, port: int, door_port: int, extra_name: str | None) -> "Lan":
        """Look around in the network and make or renew the certificates. Raises Trouble without a network."""
        lan = cls(authority.Files(data / "tls"), host, port, door_port, extra_name.lower() if extra_name else None)
        lan._look_around()
        if not lan.reachable:
            raise say.Trouble("This machine has no address in a local network. Connect it, or start without --lan.")
        again = lan.files.authority.exists()
        made = authority.ensure(lan.files, lan.names, lan.addresses, datetime.now(UTC))
        if "authority" in made:
            say.line(f"· Made a certificate authority for this machine in {lan.files.folder}")
            if again:
                say.line("  It replaces the earlier one: devices that trusted that one must trust this one anew.")
        elif "leaf" in made:
            say.line("· Renewed the web server's certificate; devices need do nothing")
        return lan

    def _look_around(self) -> None:
        self.names = [*([self.extra_name] if self.extra_name else []), *network.names()]
        self.addresses = network.addresses()

    def renew(self) -> bool:
        """Renew the certificate when it ends soon or the addresses changed; whether that happened."""
        self._look_around()
        if not authority.ensure(self.files, self.names, self.addresses, datetime.now(UTC), keep_authority=True):
            return False
        say.line("The web server's certificate was renewed; the web server starts anew with it.")
        return True

    @property
    def certificate_file(self) -> Path:
        """The web server's certificate chain."""
        return self.files.leaf

    @property
    def key_file(self) -> Path:
        """The web server's key."""
        return self.files.leaf_key

    @property
    def trust_file(self) -> Path:
        """What the village's own requests to itself trust."""
        return self.files.trust

    @property
    def hosts(self) -> list[str]:
        """All names and addresses under which the village answers, as in a Host header."""
        return [*self.names, *map(_host, self.addresses)]

    @property
    def address(self) -> str:
        """The main address: the chosen name, else a name that the network resolves, else the first IP address."""
        return f"https://{self.name or _host(self.reachable[0])}:{self.port}"

    @property
    def name(self) -> str | None:
        """The name by which others find this machine, if there is one: passkeys need it."""
        local = [name for name in self.names if name.endswith(".local") and network.leads_here(name, self.addresses)]
        return self.extra_name or next(iter(local), None)

    @property
    def reachable(self) -> list[network.Address]:
        """The addresses on which the servers listen: all of them only when the host is an IPv6 one."""
        return [address for address in self.addresses if address.version == 4 or ":" in self.host]

    @property
    def door_address(self) -> str:
        """Where a device finds the certificate: by IP address, which every device can reach."""
        return f"http://{_host(self.reachable[0])}:{self.door_port}"

    def open_door(self) -> None:
        """Serve the trust page over plain HTTP."""
        others = [f"https://{_host(address)}:{self.port}" for address in self.reachable]
        self._door = Door(
            self.host,
            self.door_port,
            certificate=lambda: authority.authority_der(self.files),
            fingerprint=lambda: authority.fingerprint(self.files),
            addresses=list(dict.fromkeys([self.address, *others])),
        )

    def close_door(self) -> None:
        """Stop serving the trust page."""
        if self._door:
            self._door.close()

    def explain(self) -> None:
        """Print the QR codes and the steps for each device."""
        say.line(f"  Trust page         {self.door_address}/  (plain HTTP, only for the certificate)")
        say.line("\nOnce on each phone or screen: scan this and follow the steps there")
        show_qr(f"{self.door_address}/")
        say.line("From then on the village is here")
        show_qr(f"{self.address}/")
        say.line(f"The certificate's fingerprint (SHA-256):\n  {authority.fingerprint(self.files)}")
        say.line(f'The steps, where "this page" is {self.door_address}/')
        for device in DEVICES:
            say.line(f"  {device.name}")
            for number, step in enumerate(device.english, start=1):
                say.line(f"    {number}. {step.replace('{door}', self.door_address)}")
        if not self.name:
            say.line(
                "Passkeys need a name instead of a number: install avahi-daemon (then this machine is"
                f" {self.names[-1]}), or give it a name in your router and start with --lan-name NAME."
            )


def _host(address: network.Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def show_qr(text: str) -> None:
    """Print a text with its QR code, where the terminal has the characters for one."""
    say.line(f"  {text}")
    drawing = io.StringIO()
    segno.make(text, micro=False).terminal(out=drawing, compact=True, border=2)
    rows = drawing.getvalue().splitlines()
    try:
        "".join(rows).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return
    # A terminal with a light background would show the code as a negative, which not every camera reads.
    before, after = ("\x1b[97;40m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    for row in rows:
        say.line(f"  {before}{row}{after}")
