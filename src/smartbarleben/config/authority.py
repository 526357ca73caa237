"""A small certificate authority for one machine in one local network.

Phones and screens shall trust it, so it is held on a short lead: name constraints let it speak only for this
machine's names, `.local` and network addresses. Nobody who steals its key can pose as a bank.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .network import Address

AUTHORITY_LIFE = timedelta(days=3652)
# Apple's devices accept 825 days from a private authority, other programs 398: the shorter one counts.
LEAF_LIFE = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
CLOCK_SKEW = timedelta(days=1)

_NETWORKS = [
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7"),
        "2000::/3",  # every machine in an IPv6 network has a public address, and it changes with the provider
    )
]


@dataclass(frozen=True)
class Files:
    """Where the authority lives: a folder for the owner only."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The public certificate that devices shall trust (PEM)."""
        return self.folder / "ca.crt"

    @property
    def authority_key(self) -> Path:
        """The secret that makes certificates; never leaves this machine."""
        return self.folder / "ca.key"

    @property
    def leaf(self) -> Path:
        """The web server's certificate, followed by the authority's (PEM)."""
        return self.folder / "server.crt"

    @property
    def leaf_key(self) -> Path:
        """The web server's key (PKCS #8)."""
        return self.folder / "server.key"

    @property
    def trust(self) -> Path:
        """All that this machine trusts, and the authority: for the village's own requests to itself."""
        return self.folder / "trusted.pem"


def _write(path: Path, content: bytes, *, secret: bool) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
        file.write(content)
    fresh.replace(path)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def ensure(
    files: Files, names: list[str], addresses: list[Address], now: datetime, *, keep_authority: bool = False
) -> set[str]:
    """Make what is missing, outdated or no longer fits; the answer names what was made: "authority", "leaf".

    A new authority means that every device has to trust anew, so it is made only when there is none, when it ends
    before the next leaf would, or when it may not speak for one of ``names`` and ``addresses``; with
    ``keep_authority`` the names and addresses that it may not speak for are left out instead.
    """
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = set()
    authority = _load(files.authority)
    if (
        authority is None
        or not files.authority_key.exists()
        or authority.not_valid_after_utc < now + LEAF_LIFE
        or not (keep_authority or covers(authority, [*names, *addresses]))
    ):
        authority = _make_authority(files, names, addresses, now)
        made.add("authority")
    names = [name for name in names if covers(authority, [name])]
    addresses = [address for address in addresses if covers(authority, [address])]
    leaf = _load(files.leaf)
    if leaf is None or not files.leaf_key.exists() or made or leaf_due(leaf, names, addresses, now):
        _make_leaf(files, authority, names, addresses, now)
        made.add("leaf")
    if made or not files.trust.exists():
        system = ssl.get_default_verify_paths().cafile
        known = Path(system).read_bytes() if system and Path(system).is_file() else b""
        _write(files.trust, known + b"\n" + files.authority.read_bytes(), secret=False)
    return made


def covers(authority: x509.Certificate, subjects: Iterable[str | Address]) -> bool:
    """Whether an authority's name constraints allow it to speak for all these names and addresses."""
    subtrees = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    bases = [entry.value for entry in subtrees if isinstance(entry, x509.DNSName)]
    networks = [
        entry.value
        for entry in subtrees
        if isinstance(entry, x509.IPAddress)
        and isinstance(entry.value, ipaddress.IPv4Network | ipaddress.IPv6Network)
    ]

    def allowed(subject: str | Address) -> bool:
        if isinstance(subject, str):
            return any(subject == base or subject.endswith(f".{base}") for base in bases)
        return any(subject in network for network in networks)

    return all(map(allowed, subjects))


def _make_authority(files: Files, names: list[str], addresses: list[Address], now: datetime) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SmartBarleben"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"SmartBarleben {names[0]} {now:%Y-%m-%d}"[:64]),
        ]
    )
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys([*names, "local", "localhost"])]
    public = [address for address in addresses if not any(address in network for network in _NETWORKS)]
    permitted += [x509.IPAddress(network) for network in [*_NETWORKS, *map(ipaddress.ip_network, public)]]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(files.authority_key, _pem(key), secret=True)
    _write(files.authority, certificate.public_bytes(serialization.Encoding.PEM), secret=False)
    return certificate


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def leaf_due(leaf: x509.Certificate, names: list[str], addresses: list[Address], now: datetime) -> bool:
    """Whether a new web server certificate is needed: it ends soon, or lacks a name or address."""
    if leaf.not_valid_after_utc - now < RENEW_BEFORE:
        return True
    covered = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lacks_name = not set(names) <= set(covered.get_values_for_type(x509.DNSName))
    return lacks_name or not set(addresses) <= set(covered.get_values_for_type(x509.IPAddress))


def _make_leaf(
    files: Files, authority: x509.Certificate, names: list[str], addresses: list[Address], now: datetime
) -> None:
    signer = serialization.load_pem_private_key(files.authority_key.read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{files.authority_key} is not a key of this authority")
    key = ec.generate_private_key(ec.SECP256R1())
    loopback: list[Address] = [ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")]
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys([*names, "localhost"])]
    alternatives += [x509.IPAddress(address) for address in dict.fromkeys([*addresses, *loopback])]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now - CLOCK_SKEW + LEAF_LIFE)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    _write(files.leaf_key, _pem(key), secret=True)
    chain = certificate.public_bytes(serialization.Encoding.PEM) + files.authority.read_bytes()
    _write(files.leaf, chain, secret=False)


def fingerprint(files: Files) -> str:
    """SHA-256 of the authority's certificate as devices show it, for comparing by eye."""
    certificate = x509.load_pem_x509_certificate(files.authority.read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def authority_der(files: Files) -> bytes:
    """The authority's public certificate in the form that phones take."""
    certificate = x509.load_pem_x509_certificate(files.authority.read_bytes())
    return certificate.public_bytes(serialization.Encoding.DER)
