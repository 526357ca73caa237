"""What the verbs of the record mean, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "people.retention": _("ran the deletion"),
    "people.erased": _("deleted what we held about somebody, as asked"),
    "people.erased_again": _("deleted again what a backup had brought back"),
    "people.account_deleted": _("deleted the account of somebody who left"),
    "people.invited": _("invited somebody to work here"),
}
