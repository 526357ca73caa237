"""The public JSON API at /api/v1/: everything that the pages show, for programs. Read only, no key, no cookie."""

from ninja import NinjaAPI

api = NinjaAPI(title="SmartBarleben", version="1", urls_namespace="api", docs_url=None)
