"""What the database itself keeps anybody from rewriting: the record, its chain, consents."""

from smartbarleben.guards.registry import register
from smartbarleben.guards.rules import Grows

_ENTRY = ("id", "at", "verb", "actor", "subject_type", "subject_id", "digest")
_CONSENT = ("id", "person", "topic", "text_id", "given", "at", "evidence")


def register_guards() -> None:
    """Declare the guards; called once when the app is ready."""
    register(Grows("people_audit_grows", "people_auditentry", sealed=_ENTRY, erasable=("salt", "facts")))
    register(Grows("people_chain_grows", "people_auditlink", sealed=("sequence", "entry_id", "previous", "hash")))
    register(Grows("people_consent_text_grows", "people_consenttext", sealed=("digest", "text", "at")))
    register(Grows("people_consent_grows", "people_consent", sealed=_CONSENT, erasable=("mail",)))
