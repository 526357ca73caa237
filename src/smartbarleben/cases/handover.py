"""A case for the town hall's other systems: one PDF to read, the attachments, and the same as data (JSON).

By mail or as a ZIP file; both leave a line in the timeline. PDFs are drawn by WeasyPrint with Pango, a library of the
operating system; where that is missing the sheet goes out as an HTML file.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from smartbarleben.jobs import mail
from smartbarleben.jobs.attaching import Attachment as MailFile
from smartbarleben.kernel.folding import slugify
from smartbarleben.people import audit
from smartbarleben.places.queries import mail_house

from . import queries, staff_words
from .actions import NotPossible
from .models import Case, Entry, Sort

SHEET = "cases/handover.jinja"
MAIL = "cases/mail/handover.jinja"
FORMAT = "smartbarleben-case/1"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a handover."""

    name: str
    content_type: str
    content: bytes


def document(case: Case) -> dict[str, Any]:
    """The whole case as data; the names of the fields are those of ``FORMAT`` and stay."""
    contact = getattr(case, "contact", None)
    return {
        "format": FORMAT,
        "number": case.number,
        "title": case.title,
        "kind": case.category_id,
        "status": case.status,
        "door": case.door,
        "language": case.language,
        "about": settings.BASE_URL + case.about if case.about else "",
        "place": {"words": case.where, "lon": case.lon, "lat": case.lat, "ortschaft": str(case.ortschaft or "")},
        "office": str(case.office or ""),
        "owner": str(case.owner or ""),
        "passed_on_to": str(case.outside or ""),
        "received_at": case.received_at.isoformat(),
        "promised_on": case.promised_on and case.promised_on.isoformat(),
        "due_on": case.due_on and case.due_on.isoformat(),
        "answered_at": case.answered_at and case.answered_at.isoformat(),
        "delete_on": case.delete_on and case.delete_on.isoformat(),
        "contact": {name: getattr(contact, name, "") for name in ("name", "email", "phone", "address")},
        "timeline": [
            {
                "at": entry.at.isoformat(),
                "what": entry.sort,
                "public": entry.shown,
                "by": str(entry.by or ""),
                "text": entry.text,
                "facts": entry.facts,
                "files": [one.name for one in entry.attachments.all()],
            }
            for entry in queries.timeline(case)
        ],
        "files": [
            {"name": name, "content_type": one.content_type, "bytes": one.size, "sha256": one.digest}
            for name, one in _named_files(case)
        ],
    }


def _named_files(case: Case) -> list[tuple[str, Any]]:
    """The attachments, each with a name that no other has."""
    return [(f"{index:02}-{one.name}", one) for index, one in enumerate(case.attachments.order_by("pk"), 1)]


def _sheet(case: Case) -> str:
    """The case as one page of HTML without pictures."""
    entries = queries.timeline(case)
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            SHEET,
            {
                "case": case,
                "kind": staff_words.kind_title(case.category_id),
                "contact": getattr(case, "contact", None),
                "clock": staff_words.clock_lines(case, entries),
                "lines": [staff_words.line(entry) for entry in entries],
                "house": mail_house().village.name,
                "about": settings.BASE_URL + case.about if case.about else "",
            },
            using="jinja2",
        )


def files(case: Case) -> list[File]:
    """Everything that is handed over: the sheet, the data, the attachments."""
    data = json.dumps(document(case), ensure_ascii=False, indent=2).encode()
    found = [_drawn(case), File(f"{case.number}.json", "application/json", data)]
    for name, one in _named_files(case):
        try:
            with one.file.open("rb") as stored:
                found.append(File(name, one.content_type, stored.read()))
        except FileNotFoundError:
            # Named in the data, so that whoever takes the case over can ask for it.
            continue
    return found


def _drawn(case: Case) -> File:
    html = _sheet(case)
    try:
        import weasyprint
    except (ImportError, OSError):
        return File(f"{case.number}.html", "text/html", html.encode())
    pdf = weasyprint.HTML(string=html, url_fetcher=_nothing_from_outside()).write_pdf(pdf_variant="pdf/ua-1")
    return File(f"{case.number}.pdf", "application/pdf", pdf)


@cache
def _nothing_from_outside() -> Any:
    """A fetcher that opens nothing: a resident's text stays text."""
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            raise ValueError("The sheet loads nothing.")

    return Nothing()


@transaction.atomic
def by_mail(*, case: Case, to: str, by: Any, text: str = "", now: datetime | None = None) -> Entry:
    """Send the whole case to another system's address. Raises NotPossible where it is too large for a mail."""
    now = now or timezone.now()
    packed = files(case)
    entry = _told(case, by, now, to=to, text=text)
    with translation.override(settings.LANGUAGE_CODE):
        letter = mail.render(MAIL, {"case": case, "text": text, "by": str(by or "")})
    try:
        mail.send(
            **letter.words(),
            to=to,
            reason="cases.handover",
            key=f"case-{case.pk}-handover-{entry.pk}",
            attachments=[MailFile(one.name, one.content_type, one.content) for one in packed],
        )
    except ValueError:
        raise NotPossible(
            _("The attachments are too large for a mail. Download the file and bring it over.")
        ) from None
    return entry


@transaction.atomic
def as_zip(*, case: Case, by: Any, now: datetime | None = None) -> bytes:
    """The whole case as one file."""
    packed = files(case)
    _told(case, by, now or timezone.now(), to="", text="")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in packed:
            archive.writestr(f"{case.number}/{one.name}", one.content)
    return target.getvalue()


def zip_name(case: Case) -> str:
    """The name of the file: number and title."""
    return f"{case.number}-{slugify(case.title, 40)}.zip"


def _told(case: Case, by: Any, now: datetime, *, to: str, text: str) -> Entry:
    facts = {"to": to} if to else {}
    entry = Entry.objects.create(case=case, sort=Sort.HANDED_OVER, by=by, at=now, text=text, facts=facts)
    Case.objects.filter(pk=case.pk).update(changed_at=now)
    audit.record("cases.hand_over", case, actor=by, by_mail=bool(to))
    return entry
