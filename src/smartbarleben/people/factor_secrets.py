"""Secrets of second factors lie encrypted in the database: whoever steals it, or a table of it, cannot sign in.

The key is derived from the installation's own (`secret.key`), which stands in no database. allauth asks this adapter
whenever it writes or reads the secret of an app or of recovery codes.
"""

import base64
import logging
import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

log = logging.getLogger("smartbarleben.security")
_MARK = "sealed:"
_SECRETS = ("secret", "seed")


class SealedFactors(DefaultMFAAdapter):
    """allauth's own adapter, with a lock."""

    def encrypt(self, text: str) -> str:
        return _MARK + _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Under another key than it was written with nobody gets in by it, and the log says why."""
        if not encrypted_text.startswith(_MARK):
            return encrypted_text
        try:
            return _box().decrypt(encrypted_text.removeprefix(_MARK)).decode()
        except InvalidToken:
            log.error("a second factor was written with another secret.key; reset_second_factor helps")
            return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def _box() -> Fernet:
    key = salted_hmac("smartbarleben.people.factor", "v1", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal_old() -> int:
    """Encrypt what older programs wrote as it is; returns how many rows that were. Called after each migration."""
    adapter, count = SealedFactors(), 0
    for row in Authenticator.objects.filter(type__in=(Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)):
        open_ones: dict[str, Any] = {
            name: adapter.encrypt(row.data[name])
            for name in _SECRETS
            if isinstance(row.data.get(name), str) and not row.data[name].startswith(_MARK)
        }
        if open_ones:
            row.data = {**row.data, **open_ones}
            row.save(update_fields=["data"])
            count += 1
    return count
