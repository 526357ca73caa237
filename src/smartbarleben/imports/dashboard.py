"""A word on the workspace's first page when a source needs a look."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from .models import Source
from .words import said


class ImportsPanel(Component):
    """Sources that failed or wait, and how many entries wait for a decision."""

    name = "imports"
    order = 6
    template_name = "imports/staff/panel.html"

    def __init__(self, waiting: list[Source], notes: int) -> None:
        self.waiting, self.notes = waiting, notes

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        rows = [{"source": source, "problem": said(source.trouble)} for source in self.waiting]
        return {"rows": rows, "notes": self.notes}
