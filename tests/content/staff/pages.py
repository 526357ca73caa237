"""Reading and sending the workspace's forms as a browser does."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in {"submit", "file", "button"}:
            if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
                return
            self.values.setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values.setdefault(self._select, []).append(given.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            self.values[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None


def fields(html: str) -> dict[str, list[str]]:
    """What a browser would send of the page's forms, by name; the templates of further rows are left out."""
    reader = _Forms()
    reader.feed(html)
    return {name: values for name, values in reader.values.items() if "__prefix__" not in name}


def send(client: Client, address: str, changes: dict[str, Any], *, form_at: str = "") -> Any:
    """Open the form, change some fields, send it."""
    page = client.get(form_at or address)
    assert page.status_code == 200, page
    values = fields(page.content.decode())
    values.update({name: value if isinstance(value, list) else [value] for name, value in changes.items()})
    return client.post(address, {name: value for name, value in values.items() if value != [None]})


def problems(answer: Any) -> Any:
    """The errors of a form that came back, for the message of a failing test."""
    form = (answer.context or {}).get("form") if answer.status_code == 200 else None
    return form and {name: list(errors) for name, errors in form.errors.items()}
