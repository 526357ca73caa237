"""Small inboxes for tests: `make_case()` as a resident, `make_worker()` as somebody of the town hall."""

import uuid
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from smartbarleben.cases import actions
from smartbarleben.cases.founding import make_categories
from smartbarleben.cases.models import Attachment, Case, Category, Door, Office
from smartbarleben.people import roles
from smartbarleben.people.models import User

_names = count(1)


def make_worker(name: str = "", *, role: str = roles.CASE_WORKER, offices: tuple[Office, ...] = ()) -> User:
    """Somebody who signs in and works on cases of these offices."""
    roles.sync()
    name = name or f"mitarbeit{next(_names)}"
    user = User.objects.create_user(name, f"{name}@example.org", "geheim-genug-1")
    user.groups.add(Group.objects.get(name=role))
    for office in offices:
        office.members.add(user)
    return user


def make_office(name: str = "Bürgerbüro", **values: Any) -> Office:
    """An office of the town hall, or an outside body (``outside=True``)."""
    return Office.objects.get_or_create(name=name, defaults=values)[0]


def make_case(text: str = "Wann wird die Hecke geschnitten?", **values: Any) -> Case:
    """A case as it comes through the web form, with a mail address unless ``who`` says otherwise."""
    make_categories()
    given: dict[str, Any] = {
        "category": "question",
        "door": Door.WEB,
        "who": actions.Who(name="Erika Beispiel", email=f"erika{next(_names)}@example.org"),
        "submission": uuid.uuid4(),
    }
    return actions.receive(text=text, **given | values)


def fresh(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.select_related("category", "contact").get(pk=case.pk)


def set_period(key: str, **values: Any) -> None:
    """Another period of answer for a kind."""
    category = Category.objects.get(pk=key)
    for name, value in values.items():
        setattr(category, name, value)
    category.save()


def make_file(
    case: Case, name: str = "weg.txt", content: bytes = b"Text", content_type: str = "text/plain"
) -> Attachment:
    """A file that came with a case."""
    made = Attachment(
        case=case,
        entry=case.entries.first(),
        name=name,
        content_type=content_type,
        size=len(content),
        digest="0" * 64,
    )
    made.file.save(f"test/{uuid.uuid4().hex}", ContentFile(content))
    return made
