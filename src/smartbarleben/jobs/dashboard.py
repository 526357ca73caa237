"""A line on the workspace's first page when something failed."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from . import queries


class FailurePanel(Component):
    """How much failed for good, with the way to it."""

    name = "failures"
    order = 5
    template_name = "jobs/staff/failure_panel.html"

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        glance = queries.outbox()
        return {"count": self.count, "outbox": glance}
