"""Cases end: what stayed quiet is closed, what is past its day is deleted with its files, numbers stay."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from smartbarleben.jobs import actions as jobs
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import audit, mail_files
from smartbarleben.ui.dates import local

from . import actions, promise
from .clock import working_days_between
from .models import Attachment, Case, Ended, ReceivedMail, private_files
from .status import Status

# A file whose row was never written, because somebody pulled the plug in between.
_ORPHAN_HOURS = 24
# So long a mail server may show us the same mail again.
_KEEP_RECEIVED = timedelta(days=400)


def _day(moment: datetime) -> date:
    value = local(moment)
    return value.date() if isinstance(value, datetime) else value


def close_quiet(now: datetime) -> int:
    """Close what was answered and stayed quiet for its kind's time; returns how many."""
    count = 0
    quiet = Case.objects.filter(status=Status.ANSWERED).select_related("category")
    for case in quiet.filter(changed_at__lte=now - timedelta(days=1)).iterator():
        if case.changed_at <= now - timedelta(days=case.category.quiet_days):
            try:
                actions.close(case=case, now=now)
            except actions.NotPossible:
                # The person or a colleague was quicker; it isn't quiet any more.
                continue
            count += 1
    return count


def erase_due(now: datetime) -> int:
    """Delete the cases whose day has come, with everything merged into them; returns how many."""
    count = 0
    for pk in list(Case.objects.filter(delete_on__lte=_day(now)).values_list("pk", flat=True)):
        with transaction.atomic():
            case = Case.objects.select_for_update().filter(pk=pk, delete_on__lte=_day(now)).first()
            if case is not None:
                count += erase(case=case, now=now)
    return count


@transaction.atomic
def erase(*, case: Case, with_merged: bool = True, now: datetime | None = None) -> int:
    """Delete a case with its timeline, contact and files; a line of numbers stays. Returns how many cases went.

    Cases merged into it go too; or, without ``with_merged``, the oldest of them takes its place.
    """
    now = now or timezone.now()
    merged = list(Case.objects.select_for_update().filter(merged_into=case).order_by("received_at", "pk"))
    if merged and not with_merged:
        _promote(merged, now)
        merged = []
    for row in [*merged, case]:
        Ended.objects.create(
            category=row.category_id,
            month=_day(row.received_at).replace(day=1),
            door=row.door,
            status=row.status,
            working_days=_working_days(row),
            kept=None if row.answered_at is None or row.due_on is None else _day(row.answered_at) <= row.due_on,
        )
        files = list(row.attachments.values_list("file", flat=True))
        _forget_mails_about(row)
        audit.record("cases.erase", row)
        row.delete()
        for name in files:
            transaction.on_commit(partial(private_files().delete, name))
    return len(merged) + 1


def _forget_mails_about(case: Case) -> None:
    """Mails tell of a case to others too: a handover goes to another office, a morning's mail names it to staff."""
    names_it = Q(reason="cases.digest", wiped_at=None, text__contains=case.number)
    mails = OutgoingMail.objects.filter(Q(key__startswith=f"case-{case.pk}-") | names_it)
    # Asked before they are wiped: a wiped mail names nothing any more.
    known = dict(mails.values_list("pk", "message_id"))
    jobs.forget_these(mails=OutgoingMail.objects.filter(pk__in=known))
    if known:
        transaction.on_commit(partial(mail_files.remove_known, frozenset(known.values())))


def _promote(merged: list[Case], now: datetime) -> None:
    first, *others = merged
    actions.unmerge(case=first, by=None, now=now)
    Case.objects.filter(pk__in=[one.pk for one in others]).update(merged_into=first)


def _working_days(case: Case) -> int | None:
    if case.answered_at is None:
        return None
    received, answered = _day(case.received_at), _day(case.answered_at)
    return max(0, working_days_between(received, answered, promise.holidays(received)))


def sweep_files(now: datetime) -> int:
    """Delete files of forms that were never sent, and files that no row knows; returns how many."""
    waiting = Attachment.objects.filter(case=None, created_at__lte=now - timedelta(hours=Attachment.WAITS_HOURS))
    gone = list(waiting.values_list("pk", "file"))
    Attachment.objects.filter(pk__in=[pk for pk, _name in gone], case=None).delete()
    storage = private_files()
    known = set(Attachment.objects.values_list("file", flat=True))
    count = 0
    for folder in storage.listdir("")[0] if storage.exists("") else []:
        for name in storage.listdir(folder)[1]:
            path = f"{folder}/{name}"
            age = now - storage.get_modified_time(path)
            if path not in known and age >= timedelta(hours=_ORPHAN_HOURS):
                storage.delete(path)
                count += 1
    return count


def forget_mails(now: datetime) -> int:
    """Forget which mails were taken in, once no mail server shows them again."""
    return ReceivedMail.objects.filter(at__lte=now - _KEEP_RECEIVED).delete()[0]
