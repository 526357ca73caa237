"""The rules of deletion for accounts, sessions, mails and what Wagtail and allauth leave behind."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailConfirmation
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, Revision, UploadedFile

from smartbarleben.jobs import actions as jobs
from smartbarleben.jobs.models import Job, State
from smartbarleben.search import actions as search

from . import erasures, mail_files, residents, retention
from .models import AccessLink, Consent, Counter, Erasure, ResidentVisit, SignedIn, SignInCode, User

# An account stays this long after it was switched off: who comes back after parental leave finds it as it was.
KEEP_LEFT = timedelta(days=90)
KEEP_LOG = timedelta(days=365)
KEEP_REVISIONS = timedelta(days=365)
KEEP_PROBLEMS = timedelta(days=90)
# After a no, its yes may have to be proven for as long as claims live (three years and the rest of one).
KEEP_CONSENT = timedelta(days=4 * 365)
# No backup may be kept longer than that: docs/operators.md.
KEEP_ERASURES = timedelta(days=400)
KEEP_LINKS = timedelta(days=1)


def register() -> None:
    """Register the rules; called once when the app is ready."""
    for name, run, label in (
        ("jobs.mails", lambda now: jobs.wipe(now=now), _("words and addresses of mails")),
        ("jobs.done", lambda now: jobs.prune(now=now), _("background work that is done")),
        ("jobs.problems", forget_problems, _("what old problems of background work say")),
        ("people.mail_files", mail_files.remove_old, _("copies of mails in the data folder")),
        ("people.sessions", delete_sessions, _("logins that have ended")),
        ("people.links", lambda now: old_links(now).delete()[0], _("links to what we hold about somebody")),
        ("people.codes", lambda now: old_codes(now).delete()[0], _("codes that sign residents in")),
        (
            "people.counters",
            lambda now: old_counters(now).delete()[0],
            _("counts of tries"),
        ),
        ("people.visits", lambda now: ended_stays(now).delete()[0], _("where residents were signed in")),
        ("people.residents", residents.retire, _("residents' accounts that nobody used for two years")),
        ("people.accounts", delete_left_accounts, _("accounts of people who left")),
        ("people.consents", forget_withdrawn, _("addresses of people who said no long ago")),
        ("people.erasures", lambda now: erasures.forget(now - KEEP_ERASURES), _("the list of old deletions")),
        ("allauth.confirmations", delete_confirmations, _("keys in mails that nobody followed")),
        ("search.questions", lambda now: search.forget_questions(now.date()), _("old counts of searched words")),
        ("wagtail.log", forget_log, _("who changed what, after a year")),
        ("wagtail.revisions", delete_old_revisions, _("earlier versions of what was published, after a year")),
        ("wagtail.leftovers", delete_leftovers, _("uploads and edits that were left lying")),
    ):
        retention.register(name, run, label=label)


def old_problems(now: datetime) -> QuerySet[Job]:
    """Dead letters that nobody looked after; what their problems say may quote somebody."""
    return Job.objects.filter(state=State.DEAD, finished_at__lte=now - KEEP_PROBLEMS).exclude(problem="")


def forget_problems(now: datetime) -> int:
    """Empty what old dead letters say."""
    return old_problems(now).update(problem="")


def ended_visits(now: datetime) -> QuerySet[SignedIn]:
    """Entries of browsers whose session was over by ``now``."""
    return SignedIn.objects.exclude(session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"))


def delete_sessions(now: datetime) -> int:
    """Sessions that have ended, and the list of where people are signed in."""
    return Session.objects.filter(expire_date__lte=now).delete()[0] + ended_visits(now).delete()[0]


def old_counters(now: datetime) -> QuerySet[Counter]:
    """Tries that count no longer."""
    return Counter.objects.filter(expires_at__lte=now)


def old_links(now: datetime) -> QuerySet[AccessLink]:
    """Links of the self-service that serve nobody any more, not even to count how often somebody asked."""
    return AccessLink.objects.filter(expires_at__lte=now - KEEP_LINKS)


def old_codes(now: datetime) -> QuerySet[SignInCode]:
    """Codes that serve nobody any more, not even to count how often somebody asked."""
    return SignInCode.objects.filter(expires_at__lte=now - KEEP_LINKS)


def ended_stays(now: datetime) -> QuerySet[ResidentVisit]:
    """Browsers in which a resident was signed in."""
    return ResidentVisit.objects.filter(expires_at__lte=now)


def old_erasures(now: datetime) -> QuerySet[Erasure]:
    """Deletions that no backup can undo any more."""
    return Erasure.objects.filter(at__lte=now - KEEP_ERASURES)


def left_accounts(now: datetime) -> QuerySet[User]:
    """Accounts that were switched off so long ago that they go."""
    return User.objects.filter(is_active=False, left_at__lte=now - KEEP_LEFT)


def delete_left_accounts(now: datetime) -> int:
    """Delete accounts of people who left; note when an account was first seen switched off."""
    User.objects.filter(is_active=True).exclude(left_at=None).update(left_at=None)
    User.objects.filter(is_active=False, left_at=None).update(left_at=now)
    count = 0
    for user in left_accounts(now):
        delete_account(user)
        count += 1
    return count


def delete_account(user: User) -> None:
    """Delete an account; what it did stays in the record under a pseudonym that nobody can resolve any more."""
    accounts = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(user_id=user.pk).update(user=None)
    ModelLogEntry.objects.filter(content_type=accounts, object_id=str(user.pk)).update(label="", data={})
    user.delete()


def old_withdrawn(now: datetime) -> QuerySet[Consent]:
    """Consents whose mail address may go: the person's last word on the topic was no, long ago."""
    last_no = Consent.objects.filter(given=False, at__lte=now - KEEP_CONSENT)
    later_yes = Consent.objects.filter(given=True, at__gt=now - KEEP_CONSENT)
    wanted = Q(pk__in=[])
    for person, topic in set(last_no.values_list("person", "topic")) - set(later_yes.values_list("person", "topic")):
        wanted |= Q(person=person, topic=topic)
    return Consent.objects.filter(wanted, at__lte=now - KEEP_CONSENT).exclude(mail=None)


def forget_withdrawn(now: datetime) -> int:
    """Erase the addresses of old withdrawn consents."""
    return old_withdrawn(now).update(mail=None)


def delete_confirmations(now: datetime) -> int:
    """Keys in mails that nobody followed."""
    keys = [one.pk for one in EmailConfirmation.objects.all() if one.key_expired()]
    return EmailConfirmation.objects.filter(pk__in=keys).delete()[0]


def old_log(now: datetime) -> QuerySet[ModelLogEntry]:
    """Entries of Wagtail's log after their time: they name who worked, and what things were called."""
    return ModelLogEntry.objects.filter(timestamp__lte=now - KEEP_LOG)


def forget_log(now: datetime) -> int:
    """Delete Wagtail's old log entries, and take accounts that are gone out of the others."""
    count = old_log(now).delete()[0]
    accounts = ContentType.objects.get_for_model(User)
    about = ModelLogEntry.objects.filter(content_type=accounts).exclude(label="", data={})
    known = {str(pk) for pk in User.objects.values_list("pk", flat=True)}
    gone = [pk for pk, subject in about.values_list("pk", "object_id") if subject not in known]
    count += ModelLogEntry.objects.filter(pk__in=gone).update(label="", data={})
    by_gone = ModelLogEntry.objects.filter(user_id__isnull=False).exclude(user_id__in=User.objects.values("pk"))
    return count + by_gone.update(user=None)


def old_revisions(now: datetime) -> QuerySet[Revision]:
    """Versions that were followed by a newer one and wait for nothing."""
    return Revision.objects.filter(created_at__lte=now - KEEP_REVISIONS, approved_go_live_at=None)


def delete_old_revisions(now: datetime) -> int:
    """Delete superseded versions; the newest, the published and the scheduled stay."""
    count = 0
    for revision in old_revisions(now).iterator(chunk_size=200):
        subject: Any = revision.content_object
        in_use = {getattr(subject, "latest_revision_id", None), getattr(subject, "live_revision_id", None)}
        if subject is None or revision.pk not in in_use:
            revision.delete()
            count += 1
    return count


def delete_leftovers(now: datetime) -> int:
    """Who was editing what yesterday, and uploads whose form was never sent."""
    sessions = EditingSession.objects.filter(last_seen_at__lte=now - timedelta(days=1)).delete()[0]
    uploads = 0
    for upload in UploadedFile.objects.all():
        name = upload.file.name
        storage = upload.file.storage
        if not storage.exists(name) or storage.get_modified_time(name) <= now - timedelta(days=1):
            storage.delete(name)
            upload.delete()
            uploads += 1
    return sessions + uploads
