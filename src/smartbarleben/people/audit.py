"""The record of what was done, by whom and to what: only added to, chained, and without a person's name in it.

    audit.record("cases.answered", case, actor=request.user, reply=reply.pk)

`record` is called inside the action's transaction: what is rolled back leaves no trace. The actor stands there under
a pseudonym. While its row exists the auditor sees the person; deleting it (`forget_actor`) leaves the record whole
and nobody's. The chain (`kernel.chain`) holds salted digests only; what was said lies beside it and can be erased.

On SQLite an entry is chained at once, because there is one writer at a time. On PostgreSQL that would make every
action wait for every other until its commit, and end in deadlocks; there it is chained right after the commit.
`seal` chains what a crash left open in between.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from smartbarleben.jobs.work import is_id
from smartbarleben.kernel import chain

from .models import AuditEntry, AuditLink, Pseudonym, User

_VERB = re.compile(r"[a-z_]{1,20}\.[a-z_]{1,39}")
# Names our lock among all advisory locks of a PostgreSQL server; the number itself means nothing.
_LOCK = 0x5BA8_1EBE
_labels: dict[str, Any] = {}


def name_verbs(labels: dict[str, Any]) -> None:
    """Say in words (lazy translations) what verbs mean, for the auditor's page; rooms call this when ready."""
    _labels.update(labels)


def label(verb: str) -> str:
    """A verb in words, or the verb itself."""
    return str(_labels.get(verb, verb))


def record(verb: str, subject: Model | None = None, *, actor: User | None = None, **facts: Any) -> AuditEntry:
    """Write down that ``actor`` (None: the program itself) did ``verb`` ("room.done") to ``subject``.

    Belongs into the action's transaction. ``facts`` are what `jobs.work.enqueue` takes: numbers, booleans, None,
    short words without spaces and "@", lists of these; and accounts, which become pseudonyms. Words that people
    wrote stay in rows of their own, where deletion finds them. Raises ValueError for anything else.
    """
    if not _VERB.fullmatch(verb):
        raise ValueError(f"{verb!r} is no verb: write room.done.")
    for name, value in facts.items():
        if not (is_id(value) or isinstance(value, User)):
            raise ValueError(f"{verb}: {name} is not an id. The record takes ids; what people wrote stays elsewhere.")
    # Nobody goes on after a record that failed, so it needs no savepoint of its own.
    with transaction.atomic(savepoint=False):
        entry = AuditEntry(
            verb=verb,
            actor=pseudonym(actor) if actor is not None else "",
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
            salt=secrets.token_bytes(16),
            facts={
                name: f"person:{pseudonym(value)}" if isinstance(value, User) else value
                for name, value in facts.items()
            },
        )
        entry.digest = _digest(entry)
        entry.save(force_insert=True)
        if connection.vendor == "sqlite":
            _chain([entry])
        else:
            transaction.on_commit(lambda: _chain_committed([entry.pk]), robust=True)
    return entry


def pseudonym(person: User) -> str:
    """The name a person has in the record; a new one where they have none."""
    return Pseudonym.objects.get_or_create(user=person)[0].token


def person(token: str) -> User | None:
    """Who a pseudonym stands for, as long as anybody knows."""
    found = Pseudonym.objects.filter(token=token).select_related("user").first()
    return found.user if found else None


def forget_actor(user: User) -> bool:
    """Sever the link between a person and their entries for good; False where there was none."""
    return bool(Pseudonym.objects.filter(user=user).delete()[0])


def erase(subject: Model) -> int:
    """Erase the facts of all entries about a row; the entries and the chain stay. Returns how many had some."""
    about = AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    return about.filter(facts__isnull=False).update(facts=None, salt=None)


def seal() -> int:
    """Chain what is not chained yet; returns how many entries that were."""
    return _chain_committed(None)


def _chain_committed(only: list[int] | None) -> int:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # Asked under the lock: another process may have chained them meanwhile.
        waiting = AuditEntry.objects.filter(link=None).order_by("pk")
        return _chain(waiting.filter(pk__in=only) if only is not None else waiting)


def _chain(entries: Iterable[AuditEntry]) -> int:
    """Add links for entries; whoever calls this is alone."""
    # With each entry; what Django needs to put the query together would cost more than it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM people_auditlink ORDER BY sequence DESC LIMIT 1")
        last = cursor.fetchone()
    end, count = chain.End(*last) if last else None, 0
    for entry in entries:
        end = link = chain.extend(end, at=entry.at, kind=entry.verb, digest=entry.digest)
        AuditLink.objects.create(sequence=link.sequence, entry=entry, previous=link.previous, hash=link.hash)
        count += 1
    return count


def _digest(entry: AuditEntry) -> str:
    said = {"actor": entry.actor, "subject": f"{entry.subject_type}:{entry.subject_id}", "facts": entry.facts}
    return chain.salted_digest(said, bytes(entry.salt or b""))


def _link(row: AuditLink) -> chain.Link:
    return chain.Link(row.sequence, row.entry.at, row.entry.verb, row.entry.digest, row.previous, row.hash)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problem`` is "" when the record is whole, else what is wrong at link number ``broken_at`` (0: in no link).

    ``links`` links were checked, ``open`` entries wait to be chained, ``head`` is the last link's hash.
    """

    problem: str
    broken_at: int
    links: int
    open: int
    head: str

    @property
    def ok(self) -> bool:
        return not self.problem


def head() -> tuple[int, str]:
    """How many links there are, and the hash of the last one."""
    last = AuditLink.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return last or (0, chain.GENESIS)


def verify(known: str = "") -> Verdict:
    """Check every link, and every entry whose facts are still there.

    Whoever holds the whole database can compute a chain anew; that is found by keeping a hash elsewhere: give it as
    ``known``, and the chain must still contain it. Two queries, one pass, without loading the whole record.
    """
    altered: list[int] = []
    found = [not known or known == chain.GENESIS]

    def links() -> Iterator[chain.Link]:
        for row in AuditLink.objects.select_related("entry").order_by("sequence").iterator(chunk_size=500):
            if row.entry.facts is not None and not _matches(row.entry):
                altered.append(row.sequence)
            found[0] = found[0] or row.hash == known
            yield _link(row)

    verdict = chain.verify(links())
    open_ = AuditEntry.objects.filter(link=None).count()
    links_there, end = head()
    problem, broken_at = "", 0
    if not verdict.ok:
        problem, broken_at = str(verdict.problem), verdict.broken_at or 0
    elif altered:
        problem, broken_at = "facts", altered[0]
    elif not found[0]:
        problem = "head"
    return Verdict(problem, broken_at, links_there, open_, end)


def _matches(entry: AuditEntry) -> bool:
    return entry.salt is not None and _digest(entry) == entry.digest
