"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from .desks import Desks
from .settled import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
application = Desks(get_wsgi_application())
settle()
