"""Which web addresses people can type, and what ever asks them: a new one fails here until somebody has decided.

Whatever asks an address that a person typed could be turned against the house's own network. So each field for an
address is either never asked by the program, or asked through the guard of `imports.addresses`; and each module that
opens a connection is named with whom it asks.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.db import models

import smartbarleben
from smartbarleben.imports import addresses

from .house import SOURCE, room_of_module, said, sources

LINK, GUARDED, OURS = "only ever a link on a page", "asked through the guard", "made by the program itself"
PATH, TRAP = "a path of this house, never asked", "the field that only machines fill in, kept nowhere"
NO_WEB = "a postal address or a mail address, no web address"
FIELDS = {
    "cases.Case.about": PATH,
    "cases.Contact.address": NO_WEB,
    "content.Club.website": LINK,
    "content.Item.source_url": LINK,
    "content.Service.responsible_url": LINK,
    "imports.Source.address": GUARDED,
    "jobs.OutgoingMail.unsubscribe_url": OURS,
    "opendata.Terms.security_contact": LINK,
    "places.Municipality.website": LINK,
    "places.OpeningHours.source_url": LINK,
    "places.Ortschaft.source_url": LINK,
    "places.Place.source_url": LINK,
    "places.Place.website": LINK,
    "timetables.Feed.publisher_url": LINK,
    "waste.Tour.source_url": LINK,
}
FORMS = {
    "smartbarleben.cases.forms.CaseForm.about": PATH,
    "smartbarleben.cases.forms.CaseForm.homepage": TRAP,
    "smartbarleben.cases.forms.Envelope.homepage": TRAP,
    "smartbarleben.cases.forms.MessageForm.homepage": TRAP,
    "smartbarleben.imports.forms.SourceForm.address": GUARDED,
}
# Modules that can open connections, and whom they ask.
CONNECTING = {
    "imports/addresses.py": "the guard itself: what staff typed, public addresses only",
    "content/proof.py": "our own web server, at SMARTBARLEBEN_SELF_URL",
    "cases/mailbox.py": "the mailbox of SMARTBARLEBEN_INBOX_URL",
    "jobs/smtp.py": "the mail server of SMARTBARLEBEN_MAIL_URL",
    "keeping/work_checks.py": "the doctor: the mail server of SMARTBARLEBEN_MAIL_URL, and our own certificate",
    "config/bench.py": "a server that it has started on this machine",
    "config/benching/client.py": "a server that the benchmark has started on this machine",
    "config/benching/served.py": "a server that the benchmark has started on this machine",
    "config/door.py": "listens, asks nobody",
    "config/network.py": "this machine about its own addresses",
    "config/serve.py": "the web server that it has started",
    "config/vulnerabilities.py": "the vulnerability database that the operator's command names",
}
_ADDRESS = re.compile(
    r"(?:^|_)(?:url|uri|website|homepage|address|link|href|webhook|endpoint|about|security_contact)s?(?:_|$)"
)
_NETWORK = {
    "aiohttp",
    "ftplib",
    "http.client",
    "http.server",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
}


def _model_fields() -> Iterator[str]:
    for model in apps.get_models():
        ours = room_of_module(model.__module__) is not None
        for field in model._meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if isinstance(field, models.URLField) or (ours and is_text and _ADDRESS.search(field.name)):
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}"


@cache
def _everything_is_imported() -> bool:
    for module in pkgutil.walk_packages(smartbarleben.__path__, "smartbarleben."):
        if not re.search(r"\.(?:migrations|config|management)\b|__main__", module.name):
            importlib.import_module(module.name)
    return True


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _form_fields() -> Iterator[str]:
    assert _everything_is_imported()
    for form in set(_below(forms.BaseForm)):
        if not form.__module__.startswith("smartbarleben.") or issubclass(form, forms.BaseModelForm):
            continue
        fields: dict[str, Any] = getattr(form, "base_fields", {})
        for name, field in fields.items():
            is_url = isinstance(field, forms.URLField) or isinstance(field.widget, forms.URLInput)
            if is_url or (isinstance(field, forms.CharField) and _ADDRESS.search(name)):
                yield f"{form.__module__}.{form.__name__}.{name}"


def test_every_address_that_a_table_keeps_is_sorted() -> None:
    assert set(_model_fields()) == set(FIELDS)


def test_every_address_that_a_form_asks_for_is_sorted() -> None:
    assert set(_form_fields()) == set(FORMS)


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_every_module_that_opens_connections_says_whom_it_asks() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in sources(".py")
        if _NETWORK & set(_imported(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == set(CONNECTING), said(sorted(found ^ set(CONNECTING)))


def test_what_staff_typed_is_asked_by_nobody_but_the_guard() -> None:
    """The column of a guarded address is read in its own room only, and fetched by `addresses.fetch`."""
    text = (SOURCE / "imports" / "actions.py").read_text(encoding="utf-8")
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and any("source.address" in ast.unparse(one) for one in node.args)
    ]
    assert calls
    assert set(calls) == {"addresses.fetch"}
    assert addresses.PUBLIC.allows is addresses.is_public


def test_paper_fetches_nothing() -> None:
    """Each sheet is drawn with a fetcher of our own, so that a picture in a text asks nobody."""
    bare = []
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".HTML", "HTML")):
                words = {one.arg for one in node.keywords}
                starred = any(one.arg is None and ast.unparse(one.value) == "source" for one in node.keywords)
                if "string" in words and not ("url_fetcher" in words or starred):
                    bare.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not bare, said(bare)
