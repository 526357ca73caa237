"""What the tables below and beside this room hold about people, and until when.

Rooms above speak for themselves; this list is for the rooms below, which may not import this one, and for the tables
that Django, Wagtail and allauth bring.
"""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django_tasks_db.models import DBTaskResult
from modelsearch.models import IndexEntry
from taggit.models import Tag
from wagtail.documents.models import Document
from wagtail.images.models import Image, Rendition
from wagtail.models import (
    APIToken,
    Collection,
    CollectionViewRestriction,
    ModelLogEntry,
    ReferenceIndex,
    Revision,
    UploadedFile,
)
from wagtail.users.models import UserProfile

from smartbarleben.jobs.models import Job, MailAttachment, OutgoingMail, PeriodicRun
from smartbarleben.places.models import (
    Municipality,
    OpeningHours,
    Ortschaft,
    OrtschaftText,
    Place,
    PlaceText,
    SpecialHours,
)
from smartbarleben.search.actions import KEEP_QUESTIONS
from smartbarleben.search.models import Document as SearchDocument
from smartbarleben.search.models import Question, Word

from . import deletion_rules
from .models import (
    AccessLink,
    AuditEntry,
    AuditLink,
    Consent,
    ConsentText,
    Counter,
    Erasure,
    Pseudonym,
    Resident,
    ResidentVisit,
    RetentionRun,
    SignedIn,
    SignInCode,
    User,
)
from .personal import declare, harmless, harmless_table

ACCOUNT = "while the person works here, and a while after the account was switched off"
_PROGRAM = "written by the program"
_PUBLIC = "public facts about the municipality, written by staff"


def declare_all() -> None:
    """Declare everything; called once when all apps are ready."""
    _people()
    _jobs()
    _search()
    _places()
    _accounts()
    _wagtail()
    _django()


def _people() -> None:
    declare(
        User,
        {
            "username": "signs the person in",
            "first_name": "names the person to colleagues",
            "last_name": "names the person to colleagues",
            "email": "reaches the person, brings a new password",
            "password": "signs the person in",
        },
        until=ACCOUNT,
        overdue=deletion_rules.left_accounts,
    )
    for model in (User.groups.through, User.user_permissions.through):
        declare(model, {"user": "says what the person may do"}, until=ACCOUNT)
    declare(Pseudonym, {"user": "shows auditors who did something"}, until=ACCOUNT)
    harmless(Pseudonym, "token", because="random")
    harmless(AuditEntry, "verb", "subject_type", "subject_id", because="names of our own and ids")
    harmless(AuditEntry, "actor", because="a pseudonym; `Pseudonym` holds the link to the person")
    harmless(AuditEntry, "digest", "salt", because="a salted digest and its salt")
    harmless(AuditEntry, "facts", because="`audit.record` refuses everything but ids")
    harmless(RetentionRun, "counts", "problems", because="names of rules, numbers, kinds of problems")
    harmless(Erasure, "token", "person", because="random, and a digest that nobody can try without our key")
    harmless(Erasure, "only", because="the name of a source: which kind of thing was deleted")
    harmless(ConsentText, "digest", "text", because="the town hall's own words")
    harmless(Consent, "person", "topic", "evidence", because="a keyed digest, a word of ours, an id")
    declare(
        Consent,
        {"mail": "says who agreed"},
        until="four years after the person said no",
        overdue=deletion_rules.old_withdrawn,
    )
    harmless(AccessLink, "digest", "door", "language", because="digests of random keys, and a language")
    declare(
        AccessLink,
        {
            "mail": "shows the person what we hold about them",
            "person": "counts how often somebody asks for one address",
            "visitor": "counts how often somebody asks",
        },
        until="a day after it ends",
        overdue=deletion_rules.old_links,
    )
    declare(
        SignedIn,
        {"user": "shows people where they are signed in", "session_key": "ends it there", "device": "says where"},
        until="the browser is signed out, two weeks at the latest",
        overdue=deletion_rules.ended_visits,
    )
    declare(Counter, {"key": "counts how often somebody tries to sign in"}, until="expires_at")
    harmless(Counter, "value", because="moments of tries")
    harmless(AuditLink, "previous", "hash", because="digests of digests")
    _residents()


def _residents() -> None:
    declare(
        Resident,
        {"mail": "signs the resident in, finds what is theirs", "name": "fills in our forms for them"},
        until="delete_on",
    )
    harmless(Resident, "language", because="one of six, and nobody's origin: people pick what helps them read")
    harmless(SignInCode, "door", "digest", because="digests of random keys and codes")
    declare(
        SignInCode,
        {
            "mail": "signs the resident in",
            "person": "counts how often somebody asks for one address",
            "visitor": "counts how often somebody asks",
        },
        until="a day after it ends",
        overdue=deletion_rules.old_codes,
    )
    harmless(ResidentVisit, "key", because="the digest of a random key")
    declare(ResidentVisit, {"device": "shows residents where they are signed in"}, until="expires_at")


def _unwiped(now: datetime) -> QuerySet[Any]:
    return OutgoingMail.objects.filter(wipe_at__lte=now, wiped_at=None)


def _search() -> None:
    harmless(
        SearchDocument,
        *("source", "key", "language", "kind", "title", "summary", "body", "path", "facets"),
        *("words_title", "words_keywords", "words_summary", "words_body"),
        because="a copy of what is published, gone with it in the same transaction",
    )
    harmless(Word, "language", "word", "stem", "spelled", because="a word of what is published")
    declare(
        Question,
        {"words": "shows what people look for and do not find; `search.asked` leaves out what looks personal"},
        until="90 days after the day on which it was searched for",
        overdue=lambda now: Question.objects.filter(day__lt=now.date() - KEEP_QUESTIONS),
    )
    harmless(Question, "language", because="a language of this house")


def _jobs() -> None:
    declare(OutgoingMail, OutgoingMail.PERSONAL, until="wipe_at", overdue=_unwiped)
    declare(MailAttachment, MailAttachment.PERSONAL, until="the mail's words go")
    harmless(MailAttachment, "content_type", because="the type of the file")
    harmless(OutgoingMail, "lease", "message_id", "digest", because=_PROGRAM)
    harmless(OutgoingMail, "key", because="`mail.send` refuses keys that could name a person")
    harmless(
        OutgoingMail, "reason", "language", "sender", because="what the mail is for, and the town hall's address"
    )
    harmless(Job, "lease", "task", "words", because=_PROGRAM)
    harmless(Job, "arguments", "key", because="`work.enqueue` refuses everything but ids")
    declare(
        Job,
        {"problem": "says why it failed; may quote what the task read"},
        until="90 days after it failed for good",
        overdue=deletion_rules.old_problems,
    )
    harmless(PeriodicRun, "name", because=_PROGRAM)
    declare(
        PeriodicRun, {"problem": "says why it failed; may quote what it read"}, until="the next run that succeeds"
    )


def _places() -> None:
    facts = ("source_name", "source_url", "as_of")
    keeper = {"owner": "names who keeps the facts true"}
    harmless(
        Municipality,
        *("name", "kind", "ags", "land", "county", "street", "postal_code", "phone", "email", "website"),
        *("languages", "colours", "line", "facts"),
        because=_PUBLIC,
    )
    harmless(Ortschaft, *facts, "slug", "name", "tower", "population_as_of", "summary", "body", because=_PUBLIC)
    declare(Ortschaft, keeper, until="somebody else keeps them")
    harmless(OrtschaftText, "source_digest", "summary", "body", because=_PUBLIC)
    harmless(
        Place,
        *facts,
        *("slug", "name", "street", "postal_code", "website", "summary", "accessibility"),
        because=_PUBLIC,
    )
    declare(
        Place,
        keeper | dict.fromkeys(("phone", "email"), "how visitors reach the place; may be a caretaker's"),
        until="the place has another contact; the review date asks each year",
    )
    harmless(PlaceText, "source_digest", "name", "summary", "accessibility", because=_PUBLIC)
    harmless(OpeningHours, "weeks", *facts, because=_PUBLIC)
    harmless(SpecialHours, "reason", because=_PUBLIC)


def _accounts() -> None:
    declare(EmailAddress, {"user": "whose address it is", "email": "brings a new password"}, until=ACCOUNT)
    harmless(EmailConfirmation, "key", because="random")
    declare(
        Authenticator,
        {"user": "whose it is", "data": "proves the second factor: secret, public key, name of the device"},
        until=ACCOUNT,
    )
    declare(
        UserProfile,
        {
            "user": "whose settings they are",
            "avatar": "shows colleagues who it is",
            **dict.fromkeys(
                ("preferred_language", "current_time_zone", "dismissibles"), "the workspace as one likes it"
            ),
        },
        until=ACCOUNT,
    )


def _wagtail() -> None:
    log = {"user": "shows colleagues who changed something", "label": "names what was changed; may be an account"}
    declare(
        ModelLogEntry,
        log | {"data": "says what was changed"},
        until="a year",
        overdue=deletion_rules.old_log,
    )
    harmless(ModelLogEntry, "action", "object_id", because="names of our own and ids")
    declare(
        Revision,
        {
            "user": "shows colleagues who wrote a version",
            "object_str": "names what was written",
            "content": "is the earlier version",
        },
        until="a year after a newer version; the newest stays with its item",
    )
    harmless(Revision, "object_id", because="an id")
    uploads = {"title": "names the file", "file": "is the file", "uploaded_by_user": "shows who brought it"}
    declare(Image, uploads | {"description": "says what is to be seen"}, until="staff delete the picture")
    declare(Document, uploads, until="staff delete the document")
    for model in (Image, Document):
        harmless(model, "file_hash", because="a digest")
    declare(Rendition, {"file": "is the picture in another size"}, until="the picture goes")
    harmless(Rendition, "filter_spec", "focal_point_key", because=_PROGRAM)
    declare(
        UploadedFile,
        {"file": "waits until its form is sent", "uploaded_by_user": "whose it is"},
        until="a day after it came",
    )
    declare(_model("wagtailadmin.EditingSession"), {"user": "tells others who is writing"}, until="a day after")
    harmless(_model("wagtailadmin.EditingSession"), "object_id", because="an id")
    harmless_table(_model("wagtailadmin.FormState"), because="belongs to pages, which this house does not have")
    harmless_table(APIToken, because="nobody can make one: the API of Wagtail is switched off")
    harmless(Collection, "path", "name", because="the one collection")
    harmless_table(CollectionViewRestriction, because="there is one collection, and it is public")
    harmless(ReferenceIndex, "object_id", "to_object_id", "model_path", "content_path", because="ids and field names")
    harmless(Tag, "name", "slug", because="words that staff sort pictures by")
    search = dict.fromkeys(("autocomplete", "title", "body"), "finds pictures and documents")
    # On PostgreSQL the row holds the words too, in columns of their own.
    words = {one.name for one in IndexEntry._meta.local_fields if one.name.endswith("_text")}
    declare(IndexEntry, search | dict.fromkeys(words, "finds pictures and documents"), until="what it finds goes")
    harmless(IndexEntry, "object_id", because="an id")
    if _known("modelsearch.SQLiteFTSIndexEntry"):
        declare(_model("modelsearch.SQLiteFTSIndexEntry"), search, until="what it finds goes")
    pages = "page tree and workflows of Wagtail, which this house does not use"
    for name in _PAGES:
        harmless_table(_model(f"wagtailcore.{name}"), because=pages)


_PAGES = (
    "Locale",
    "Site",
    "WorkflowState",
    "Workflow",
    "Task",
    "TaskState",
    "Page",
    "PageViewRestriction",
    "PageLogEntry",
    "Comment",
    "CommentReply",
    "PageSubscription",
)


def _django() -> None:
    declare(Session, {"session_key": "keeps a person signed in", "session_data": "who it is"}, until="expire_date")
    declare(
        DBTaskResult,
        dict.fromkeys(("args_kwargs", "return_value", "traceback"), "what a task of Wagtail's is to do; ids"),
        until="seven days after it ended",
    )
    harmless(
        DBTaskResult,
        *("task_path", "worker_ids", "queue_name", "backend_name", "exception_class_path"),
        because=_PROGRAM,
    )
    for model in (Permission, Group, ContentType):
        harmless_table(model, because="names of the program")


def _known(label: str) -> bool:
    try:
        apps.get_model(label)
    except LookupError:
        return False
    return True


def _model(label: str) -> type[Model]:
    return apps.get_model(label)
