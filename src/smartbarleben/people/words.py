"""What the verbs of the record mean, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "people.retention": _("ran the deletion"),
    "people.erased": _("deleted what we held about somebody, as asked"),
    "people.erased_again": _("deleted again what a backup had brought back"),
    "people.resident_made": _("made an account for themselves, as a resident"),
    "people.resident_deleted": _("deleted a resident's account"),
    "people.account_made": _("made an account"),
    "people.account_changed": _("changed an account"),
    "people.account_deleted": _("deleted an account"),
    "people.roles_given": _("gave a role"),
    "people.roles_taken": _("took a role away"),
    "people.password_changed": _("changed the own password"),
    "people.sign_in_refused": _("refused a sign-in with a wrong password or code"),
    "people.sign_in_locked": _("refused a sign-in after too many tries"),
    "people.factor_added": _("set up a second factor"),
    "people.factor_removed": _("removed a second factor"),
    "people.factors_reset": _("reset somebody's second factors"),
}
