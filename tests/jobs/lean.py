"""Settings with this room alone, so that the processes of these tests start in half a second."""

import os
from pathlib import Path

from smartbarleben.config.database import database_settings

SECRET_KEY = "only-for-tests"
USE_TZ = True
BASE_URL = "http://localhost:8000"
MAIL_FROM = ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["smartbarleben.jobs", "django_tasks_db"]
DATABASES = {"default": database_settings(os.environ["DATABASE_URL"], Path())}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": int(os.environ.get("SMTP_PORT", "9")), "timeout": 20},
    }
}
