"""What a scan of the MDN HTTP Observatory would give for one answer, reckoned without a network.

The numbers are those of its public list of tests (version of 2026). Only what the program answers for is reckoned:
certificate and the way from HTTP to HTTPS are the proxy's, and preload lists the operator's; they count as neutral.
"""

from collections.abc import Iterable, Mapping
from http.cookies import Morsel
from typing import Any

_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SIX_MONTHS = 15_768_000


def directives(policy: str) -> dict[str, list[str]]:
    """A content security policy by its directives."""
    parts = (part.split() for part in policy.split(";"))
    return {words[0]: words[1:] for words in parts if words}


def max_age(header: str) -> int:
    """The seconds of a Strict-Transport-Security header, 0 where it names none."""
    found = [part.strip() for part in header.split(";")]
    return next((int(part[8:]) for part in found if part.startswith("max-age=") and part[8:].isdecimal()), 0)


def _policy(policy: dict[str, list[str]]) -> int:
    if not policy:
        return -25
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    loose = {"'unsafe-inline'", "data:", "https:", "http:", "*"}
    if loose & set(scripts) or loose & set(policy.get("object-src", policy.get("default-src", ["*"]))):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if loose & set(styles):
        return 0
    closed = policy.get("default-src") == ["'none'"] and policy.get("form-action") in (["'none'"], ["'self'"])
    return 10 if closed else 5


def _cookies(cookies: Iterable[Morsel[Any]]) -> int:
    found = list(cookies)
    if not found:
        return 0
    if not all(one["secure"] for one in found):
        return -20
    if not all(one["httponly"] for one in found if "session" in one.key):
        return -30
    return 5 if all(one["samesite"] in ("Lax", "Strict") for one in found) else 0


def score(headers: Mapping[str, str], cookies: Iterable[Morsel[Any]], scripts: Iterable[str]) -> dict[str, int]:
    """Points by test; 100 and their sum is the score. ``scripts``: the addresses of the page's scripts."""
    policy = directives(headers.get("Content-Security-Policy", ""))
    framed = 5 if "frame-ancestors" in policy else 0 if headers.get("X-Frame-Options") else -20
    long = max_age(headers.get("Strict-Transport-Security", "")) >= SIX_MONTHS
    shares = headers.get("Access-Control-Allow-Origin") == "*" and "Access-Control-Allow-Credentials" in headers
    return {
        "content-security-policy": _policy(policy),
        "cookies": _cookies(cookies),
        "cross-origin-resource-sharing": -50 if shares else 0,
        "referrer-policy": 5 if headers.get("Referrer-Policy") in _PRIVATE else -5,
        "strict-transport-security": 0 if long else -20,
        "subresource-integrity": 0 if all(one.startswith("/") and one[:2] != "//" for one in scripts) else -50,
        "x-content-type-options": 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        "x-frame-options": framed,
        "cross-origin-resource-policy": 10
        if headers.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site")
        else 0,
    }
