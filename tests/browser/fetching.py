"""Pages without a browser: asked for over HTTP, read with html5lib's strict eyes."""

import http.client
from dataclasses import dataclass
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

import html5lib
from lxml import etree
from lxml import html as loose


@dataclass(frozen=True)
class Answer:
    """What the server said: status, headers in small letters, body."""

    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @cached_property
    def parsed(self) -> tuple[etree._Element, list[str]]:
        """The document, and what is wrong with its HTML by the standard's own rules."""
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
        document = parser.parse(self.body, transport_encoding="utf-8")
        problems = [
            f"line {line}: {code} {details or ''}".strip() for (line, _column), code, details in parser.errors
        ]
        return document.getroot(), problems

    @cached_property
    def quick(self) -> loose.HtmlElement:
        """The document as fast as it can be read."""
        return loose.document_fromstring(self.body.decode())


class Reader:
    """One connection to a house that is kept open over many questions; a context that hangs up at its end."""

    def __init__(self, home: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(home).netloc, timeout=60)

    def get(self, path: str, *, known: str = "") -> Answer:
        """Ask for a path (with its query); ``known`` is the ETag of what we have. Redirects are not followed."""
        self.connection.request("GET", path, headers={"If-None-Match": known} if known else {})
        answer = self.connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(path, answer.status, headers, answer.read())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.connection.close()
