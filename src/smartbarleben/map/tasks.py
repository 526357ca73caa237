"""Background work: an uploaded file becomes the village's map."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartbarleben.jobs import work

from . import actions


@work.task("map.make", label=gettext_lazy("Make the village's map"))
def make_map(village_map: int) -> None:
    """Fetch the tools if they are missing, then make the map."""
    work.report(0, 3, _("Fetching the tools"))
    import_string(settings.MAP_TOOLS)()

    def say(step: str, count: int) -> None:
        if step == "reading":
            work.report(1, 3, _("Reading the file: %(count)d things so far") % {"count": count})
        else:
            work.report(2, 3, _("Drawing %(count)d things") % {"count": count})

    work.report(1, 3, _("Reading the file"))
    actions.make_waiting(village_map=village_map, say=say)
