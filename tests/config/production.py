"""The settings as an operator on the open internet has them: HTTPS at a proxy of one's own, a public name."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from smartbarleben.config.paths import ROOT, python_environment

HOST = "dorf.example.org"
VARIABLES = {
    "SMARTBARLEBEN_BASE_URL": f"https://{HOST}",
    "SMARTBARLEBEN_MAIL_URL": "smtp://mail.example.org:587",
    "SMARTBARLEBEN_PROXY": "1",
}
_CHANGING = ("LAN", "DEBUG", "HOSTS", "HSTS", "SELF_URL", "BASEMAP_URL")
# What follows from the address and the proxy; the rest of the settings belongs to the test run.
_STARTS = ("SECURE_", "SESSION_", "CSRF_", "X_FRAME", "SECOND_FACTOR_", "MFA_WEBAUTHN")
_NAMES = ("ALLOWED_HOSTS", "BASE_URL", "HTTPS", "BEHIND_PROXY", "ALLAUTH_TRUSTED_PROXY_COUNT", "DEBUG")
_PRINT = """
import json
from smartbarleben.config import settings as made
found = {name: getattr(made, name) for name in dir(made) if name.isupper()}
print(json.dumps({k: v for k, v in found.items() if k.startswith(%r) or k in %r}))
"""


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a process of such a village."""
    found = python_environment(data) | VARIABLES | more
    for name in _CHANGING:
        if f"SMARTBARLEBEN_{name}" not in more:
            found.pop(f"SMARTBARLEBEN_{name}", None)
    return found


@cache
def values() -> dict[str, Any]:
    """Each setting that is different there, as another process reads it from the environment."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _PRINT % (_STARTS, _NAMES)],
            env=environment(Path(folder)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return dict(json.loads(done.stdout))


def apply(settings: Any) -> None:
    """Let this test run under them. A browser of the test is `Client(**THROUGH_THE_PROXY)`."""
    for name, value in values().items():
        setattr(settings, name, tuple(value) if name == "SECURE_PROXY_SSL_HEADER" else value)


THROUGH_THE_PROXY = {
    "HTTP_HOST": HOST,
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "203.0.113.7",
    "REMOTE_ADDR": "127.0.0.1",
}
