"""What this room hands to others when it is ready: words for the record, rights for editors."""

from django.utils.translation import gettext_lazy as _

from smartbarleben.people import audit
from smartbarleben.people.roles import EDITOR, grant

from .models import Source


def register() -> None:
    """Called once when the app is ready."""
    audit.name_verbs(
        {
            "imports.added": _("Source of an import added"),
            "imports.changed": _("Source of an import changed"),
            "imports.removed": _("Source of an import removed"),
            "imports.done": _("Import carried out"),
            "imports.decided": _("Chosen between ours and the source's"),
        }
    )
    grant(
        EDITOR,
        {
            f"{Source._meta.app_label}.{verb}_{Source._meta.model_name}"
            for verb in ("add", "change", "delete", "view")
        },
    )
