"""What `./village bench cases` measures: the inbox over 10,000 cases, and a form sent."""

import json
import random
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import altcha
from django.db import transaction
from django.test import Client
from django.utils import timezone

from smartbarleben.people import roles
from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import User

from . import access, gate, numbers
from .founding import make_categories
from .models import Case, Category, Contact, Door, Entry, Office, Sort
from .searching import folded_contact, folded_line
from .status import FINAL, Status

COUNT = 10_000
BATCH = 2_000
FORMS = 632
WORKER = "bench"
# As a town hall's inbox is after some years: most of it done.
_SHARES = {
    Status.CLOSED: 84,
    Status.ANSWERED: 6,
    Status.IN_WORK: 5,
    Status.NEW: 3,
    Status.HELD: 1,
    Status.REFUSED: 1,
}
_MATTERS = ("Laterne dunkel", "Hecke zu hoch", "Wann ist Sprechstunde", "Bordstein zu hoch", "Termin für den Ausweis")


def fill() -> None:
    """Add 10,000 cases with their person and first line, and one who works on them. The same rows each time."""
    make_categories()
    chance = random.Random(39179)  # noqa: S311 (sample data)
    now = timezone.now()
    offices = [Office.objects.get_or_create(name=name)[0] for name in ("Bürgerbüro", "Bauamt", "Ordnung")]
    if not User.objects.filter(username=WORKER).exists():
        add_staff(username=WORKER, role=roles.CASE_WORKER)
    worker = User.objects.get(username=WORKER)
    for office in offices:
        office.members.add(worker)
    keys = list(Category.objects.values_list("pk", flat=True))
    drawn = [status for status, share in _SHARES.items() for _one in range(share)]
    taken: set[str] = set(Case.objects.values_list("number", flat=True))
    for first in range(0, COUNT, BATCH):
        cases = [
            _case(number, chance, now, drawn[number % 100], keys, offices, worker, taken)
            for number in range(first, first + BATCH)
        ]
        with transaction.atomic():
            _store(cases, drawn)
            contacts, lines = [], []
            for case in cases:
                contact = Contact(case=case, name=f"Person {case.pk}", email=f"person{case.pk}@example.org")
                contact.folded = folded_contact(contact)
                text = f"{case.title}. " + "Ein Satz, der die Sache beschreibt. " * 6
                line = Entry(case=case, sort=Sort.RECEIVED, shown=True, text=text, at=case.received_at)
                line.folded = folded_line(line)
                contacts.append(contact)
                lines.append(line)
            Contact.objects.bulk_create(contacts)
            Entry.objects.bulk_create(lines)


def _case(
    number: int,
    chance: random.Random,
    now: Any,
    status: Status,
    keys: list[str],
    offices: list[Office],
    worker: User,
    taken: set[str],
) -> Case:
    name = numbers.new()
    while name in taken:
        name = numbers.new()
    taken.add(name)
    ended = status in FINAL
    age = timedelta(hours=chance.randrange(24 * 30, 24 * 700) if ended else chance.randrange(0, 24 * 20))
    due = None if status == Status.HELD else (now - age).date() + timedelta(days=14)
    return Case(
        number=name,
        status=status,
        category_id=chance.choice(keys),
        title=f"{chance.choice(_MATTERS)} {number}",
        door=chance.choice(Door.values),
        office=chance.choice([None, *offices]),
        owner=worker if status not in {Status.NEW, Status.HELD} and number % 3 == 0 else None,
        received_at=now - age,
        changed_at=now - age / 2,
        promised_on=due,
        due_on=due,
        answered_at=now - age / 2 if status in {Status.ANSWERED, Status.CLOSED} else None,
        ended_at=now - age / 3 if ended else None,
        delete_on=(now + timedelta(days=100)).date() if ended else None,
        unread=status in {Status.NEW, Status.HELD},
        is_example=True,
    )


def _store(cases: list[Case], drawn: list[Status]) -> None:
    """A case may begin only as new or held; each is led to its status along the moves that the database allows."""
    ways = {
        Status.CLOSED: (Status.ANSWERED, Status.CLOSED),
        Status.ANSWERED: (Status.ANSWERED,),
        Status.IN_WORK: (Status.IN_WORK,),
        Status.REFUSED: (Status.REFUSED,),
    }
    wanted = [(Status(case.status), case.ended_at, case.delete_on) for case in cases]
    for case in cases:
        if case.status != Status.HELD:
            case.status, case.ended_at, case.delete_on = Status.NEW, None, None
    Case.objects.bulk_create(cases)
    for step in range(2):
        for case, (status, ended_at, delete_on) in zip(cases, wanted, strict=True):
            way = ways.get(status, ())
            if step < len(way):
                case.status = way[step]
                if case.status in FINAL:
                    case.ended_at, case.delete_on = ended_at, delete_on
        Case.objects.bulk_update(cases, ["status", "ended_at", "delete_on"], batch_size=200)


def cases() -> list[dict[str, Any]]:
    """The inbox as it opens in the morning, filtered and searched; somebody who looks at their case from home; and a
    question with the browser's proof."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=WORKER))
    mine = [["Cookie", f"sessionid={client.cookies['sessionid'].value}"]]
    visitor = Client(SERVER_NAME="127.0.0.1")
    visitor.get("/formular/frage/")
    token = visitor.cookies["csrftoken"].value
    # Somebody who goes from page to page without a pause.
    inbox = {"headers": mine, "connections": 1}
    return [
        {"case": "inbox", "path": "/verwaltung/vorgaenge/", **inbox},
        {"case": "inbox search", "path": "/verwaltung/vorgaenge/?suche=bordstein", **inbox},
        {
            "case": "case page",
            "path": access.path(Case.objects.order_by("-pk")[0]),
            "headers": [["Cookie", f"csrftoken={token}"]],
        },
        {
            "case": "post",
            "path": "/formular/frage/",
            "headers": [["Cookie", f"csrftoken={token}"]],
            "bodies": [_form(number, token) for number in range(FORMS)],
        },
    ]


def _form(number: int, token: str) -> str:
    submission = uuid.uuid4()
    challenge = altcha.Challenge.from_dict(json.loads(gate.challenge(submission, timezone.now())))
    solution = altcha.solve_challenge(challenge)
    return urlencode(
        {
            "csrfmiddlewaretoken": token,
            "submission": str(submission),
            "altcha": altcha.Payload(challenge, solution).to_base64(),
            "text": f"Wann ist im Rathaus Sprechstunde? Das ist die Frage Nummer {number} von heute.",
            "name": "Erika Beispiel",
            "email": f"erika{number}@example.org",
        }
    )
