"""Django's settings. What an operator may change comes from the environment; docs/architecture.md lists it."""

import hashlib
import os
import re
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from smartbarleben.watching.log_settings import FORMATS, logging_settings

from . import csp
from .asking import number
from .database import database_settings

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("SMARTBARLEBEN_DATA", ROOT / "village-data")).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DEBUG = os.environ.get("SMARTBARLEBEN_DEBUG") == "1"
BASE_URL = os.environ.get("SMARTBARLEBEN_BASE_URL", "http://localhost:8000").rstrip("/")
SELF_URL = os.environ.get("SMARTBARLEBEN_SELF_URL", BASE_URL).rstrip("/")
HTTPS = BASE_URL.startswith("https://")
BEHIND_PROXY = os.environ.get("SMARTBARLEBEN_PROXY") == "1"
# Where visitors find the source of the program as it runs here; the licence asks for it.
SOURCE_URL = os.environ.get("SMARTBARLEBEN_SOURCE_URL", "").strip()
if SOURCE_URL and not SOURCE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SMARTBARLEBEN_SOURCE_URL must begin with https://")


def _secret_key() -> str:
    """The installation's own key, made once, readable by the owner only."""
    path = DATA_DIR / "secret.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _code_version() -> str:
    """Changes with every change of the program's own files, so that no browser keeps a page of an older program.

    Made of what is in them, not of their times: the same program on another server has the same pages.
    """
    known = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.*")):
        if path.suffix not in {".pyc", ".po"} and path.is_file():
            known.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return known.hexdigest()[:16]


SECRET_KEY = _secret_key()
CODE_VERSION = _code_version()
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    urlsplit(BASE_URL).hostname or "localhost",
    *filter(None, os.environ.get("SMARTBARLEBEN_HOSTS", "").split(",")),
]

INSTALLED_APPS = [
    "smartbarleben.archive",
    "smartbarleben.portal",
    "smartbarleben.watching",
    "smartbarleben.map",
    "smartbarleben.timetables",
    "smartbarleben.waste",
    "smartbarleben.content",
    "smartbarleben.imports",
    "smartbarleben.cases",
    "smartbarleben.opendata",
    "smartbarleben.keeping",
    "smartbarleben.people",
    "smartbarleben.places",
    "smartbarleben.search",
    "smartbarleben.jobs",
    "smartbarleben.guards",
    "smartbarleben.ui",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "modelsearch",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "smartbarleben.config.headers.EveryAnswer",
    "smartbarleben.watching.middleware.Watching",
    "smartbarleben.config.headers.OnlyByHttps",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "smartbarleben.config.csp.PolicyByPath",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "smartbarleben.config.language.LanguageByPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "smartbarleben.people.at_work.AtWork",
]

ROOT_URLCONF = "smartbarleben.config.urls"
WSGI_APPLICATION = "smartbarleben.config.wsgi.application"
AUTH_USER_MODEL = "people.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "smartbarleben.ui.environment.environment"},
    },
    {
        # Wagtail and allauth bring Django templates; rooms override them in their templates/ folders.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smartbarleben.portal.layout.staff_context",
            ],
        },
    },
]

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""), DATA_DIR)}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # The search index of Wagtail's images has columns of PostgreSQL's own there.
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS counts for this name only: the subdomains of a municipality belong to others too
    "security.W008",  # whoever takes plain HTTP also redirects it: the reverse proxy; see docs/operations.md
    "security.W019",  # the editor shows previews in frames of its own origin; public pages forbid frames by CSP
    "security.W021",  # a preload list can hardly be left again: the operator's decision, not the program's
]

LANGUAGE_CODE = "de"
LANGUAGES = [
    ("de", _("German")),
    ("de-simple", _("Easy German")),
    ("en", _("English")),
    ("uk", _("Ukrainian")),
    ("ar", _("Arabic")),
    ("pl", _("Polish")),
]
LANGUAGES_BIDI = ["ar"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
FORMAT_MODULE_PATH: list[str] = []

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_DIRS = [("vendor", ROOT / "build" / "vendor")]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What people attach to cases: no address leads into this folder.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "uploads", "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = True

# The URL map while `./village export` copies the house into files.
ARCHIVE_URLCONF = "smartbarleben.config.archive_urls"

# The public pages' context and the number that changes with every public change: `ui` may not import the rooms.
UI_PAGE_CONTEXT = "smartbarleben.portal.layout.page_context"
UI_GENERATION = "smartbarleben.places.queries.generation"
# Functions that every Jinja2 template may call, by name.
UI_TEMPLATE_GLOBALS = {"jsonld": "smartbarleben.content.channels.jsonld.jsonld"}
# The editor's preview of an item's page: `(request, view) -> HttpResponse`.
CONTENT_PAGE_RENDERER = "smartbarleben.portal.item_pages.render_item"

# Rendered public pages are kept for the next reader; ./village bench measures without.
UI_SHELF = os.environ.get("SMARTBARLEBEN_SHELF", "1") == "1" and not DEBUG

# Pictures of another map below the village's own things: an address with {z}, {x} and {y}, and whose they are.
BASEMAP_URL = os.environ.get("SMARTBARLEBEN_BASEMAP_URL", "").strip()
BASEMAP_ATTRIBUTION = os.environ.get("SMARTBARLEBEN_BASEMAP_ATTRIBUTION", "").strip()
if BASEMAP_URL and not re.fullmatch(r"https?://[^\s/{}]+/\S*\{z\}\S*\{[xy]\}\S*\{[xy]\}\S*", BASEMAP_URL):
    raise ImproperlyConfigured(
        "SMARTBARLEBEN_BASEMAP_URL is no address of map pictures. Write it like https://host/{z}/{x}/{y}.png"
    )
# Brings the tools that make maps into .venv; most villages need them once.
MAP_TOOLS = "smartbarleben.config.map_tools.ensure"

SECURE_CSP = csp.PUBLIC
PREVIEW_CSP = csp.PREVIEW
MAP_CSP = csp.with_basemap(BASEMAP_URL)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
if HTTPS:
    # Browsers take a cookie of such a name only over HTTPS, from this host alone, and for all of its pages: nobody
    # who owns a neighbouring name can plant one here.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
# What the workspace says after a click names people: it stays in the session and goes into no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
# It protects a form and is of no use after that: it ends with the browser.
CSRF_COOKIE_AGE = None
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# The web server answers plain HTTP only behind a proxy of the operator's own; see docs/operations.md.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Failed logins are counted by address: behind a proxy by the visitor's, or one stranger would lock out everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
_hsts = os.environ.get("SMARTBARLEBEN_HSTS", "31536000").strip()
if not re.fullmatch(r"\d{1,9}", _hsts):
    raise ImproperlyConfigured("SMARTBARLEBEN_HSTS is no number of seconds. Write 31536000 for a year, 3600 to try.")
if HTTPS and os.environ.get("SMARTBARLEBEN_LAN") != "1":
    # Not in the local network: HSTS counts for all ports of a name, also for the page that hands out the certificate.
    SECURE_HSTS_SECONDS = int(_hsts)

# What somebody tried lately is counted for all processes together; what pages keep of pictures stays in memory.
CACHES = {
    "default": {"BACKEND": "smartbarleben.people.counters.SharedCounters"},
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
}

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "smartbarleben.people.bad_words.NoWordsOfTheHouse"},
]
# The link in the mail for a new password; the mail's own words are deleted after a day, too.
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "/konto/login/"
LOGIN_REDIRECT_URL = "/verwaltung/"
WAGTAILADMIN_LOGIN_URL = "/konto/login/"
ACCOUNT_ADAPTER = "smartbarleben.people.accounts.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Who asks for a new password gets the same answer each time, but strangers get no mail that they did not ask for.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "smartbarleben.people.accounts.StaffFactors"
# Phones' clocks go wrong by a little: the code before and the one after count, too.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Staff work with a second factor, but for who looks at the house on the machine itself; see people/second_factor.py.
SECOND_FACTOR_REQUIRED = not DEBUG
SECOND_FACTOR_FREE_HERE = not BEHIND_PROXY and urlsplit(BASE_URL).hostname in {"localhost", "127.0.0.1", "::1"}

# Who does nothing for so long signs in again; people/pause.py.
STAFF_PAUSE = timedelta(
    minutes=number("SMARTBARLEBEN_PAUSE_MINUTES", 60, "a number of minutes from 10 to 720", least=10, most=720)
)
CSRF_FAILURE_VIEW = "smartbarleben.people.pause.stale"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

_mail = urlsplit(os.environ.get("SMARTBARLEBEN_MAIL_URL", ""))
if _mail.scheme in {"smtp", "smtps"}:
    _mailer = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail.hostname or "localhost",
            "port": _mail.port or (465 if _mail.scheme == "smtps" else 587),
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_ssl": _mail.scheme == "smtps",
            "use_tls": _mail.scheme == "smtp" and bool(_mail.username),
            "timeout": 20,
        },
    }
else:
    # No mail server yet: mails lie as files where the operator can look at them, and are not lost.
    _mailer = {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
    }
MAILERS = {"default": _mailer}
# "Name <address>" or an address; "": the municipality's own. For houses whose mail server lets only one address send.
MAIL_FROM = os.environ.get("SMARTBARLEBEN_MAIL_FROM", "").strip()
if MAIL_FROM and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^@<>\r\n]*<[^\s@<>]+@[^\s@<>]+>", MAIL_FROM):
    raise ImproperlyConfigured("SMARTBARLEBEN_MAIL_FROM is no mail address.")
DEFAULT_FROM_EMAIL = MAIL_FROM or "webmaster@localhost"

# The town hall's mailbox, read every two minutes: what residents mail becomes cases. See docs/operators.md.
INBOX_URL = os.environ.get("SMARTBARLEBEN_INBOX_URL", "").strip()

# Backups by themselves: the folder (off without one), the file with their passphrase, every so many hours, and how
# many days, weeks and months are kept.
BACKUP_DIR = os.environ.get("SMARTBARLEBEN_BACKUP_DIR", "").strip()
BACKUP_KEY = os.environ.get("SMARTBARLEBEN_BACKUP_KEY", "").strip()
_hours, _keep = (
    os.environ.get(f"SMARTBARLEBEN_BACKUP_{name}", "").strip() or usual
    for name, usual in (("HOURS", "24"), ("KEEP", "7,4,12"))
)
if not re.fullmatch(r"[1-9]\d{0,2}", _hours):
    raise ImproperlyConfigured("SMARTBARLEBEN_BACKUP_HOURS is a number of hours, such as 24.")
if not re.fullmatch(r"[1-9]\d?,\d{1,2},(1[0-2]|\d)", _keep):
    raise ImproperlyConfigured(
        "SMARTBARLEBEN_BACKUP_KEEP is days, weeks and months to keep, such as 7,4,12 (at most 12 months: no backup "
        "may be older than the list of deletions)."
    )
BACKUP_HOURS = int(_hours)
BACKUP_KEEP = [int(count) for count in _keep.split(",")]

# What the workspace calls itself before there is a village.
WAGTAIL_SITE_NAME = "SmartBarleben"
WAGTAILADMIN_BASE_URL = BASE_URL
# Passwords and second factors are kept at /konto/.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h3", "bold", "ol", "ul", "link", "document-link"]},
    }
}
TAGGIT_CASE_INSENSITIVE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Logs, the slow log, the probes: docs/watching.md. A process with a role also writes files.
LOG_FOLDER = DATA_DIR / "logs"
LOG_MEGABYTES = number("SMARTBARLEBEN_LOG_MB", 100, "a number of megabytes (0: no files)")
SLOW_REQUEST_MS = number("SMARTBARLEBEN_SLOW_REQUEST_MS", 1000, "a number of milliseconds")
SLOW_QUERY_MS = number("SMARTBARLEBEN_SLOW_QUERY_MS", 200, "a number of milliseconds")
METRICS_TOKEN = os.environ.get("SMARTBARLEBEN_METRICS_TOKEN", "").strip()
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("SMARTBARLEBEN_METRICS_TOKEN is too short: take at least 20 characters at random.")
_format = os.environ.get("SMARTBARLEBEN_LOG_FORMAT", "").strip() or ("text" if sys.stderr.isatty() else "json")
_level = os.environ.get("SMARTBARLEBEN_LOG_LEVEL", "").strip().upper() or "WARNING"
if _format not in FORMATS or _level not in {"INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(
        "SMARTBARLEBEN_LOG_FORMAT is json or text, SMARTBARLEBEN_LOG_LEVEL INFO, WARNING or ERROR."
    )
PROCESS_ROLE = os.environ.get("SMARTBARLEBEN_ROLE", "")
LOGGING = logging_settings(
    debug=DEBUG,
    format=_format,
    level=_level,
    role=PROCESS_ROLE,
    folder=LOG_FOLDER,
    megabytes=LOG_MEGABYTES,
)
