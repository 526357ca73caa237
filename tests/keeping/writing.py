"""Residents who write over HTTP until they are told to stop, and remember what was acknowledged."""

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import altcha
from bs4 import BeautifulSoup

FORM = "/formular/frage/"


@dataclass
class Resident(threading.Thread):
    """Writes one case after the other. What got no answer is sent again, as a person would press the button again.

    ``acknowledged``: number of the case → its words. ``sent``: everything that ever left, by the form's key.
    """

    port: int
    name_: str
    stop: threading.Event
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unanswered: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name=self.name_)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            form = self._patiently(self._fill, number)
            if form is None:
                return
            words, cookie, body, key = form
            self.sent[key] = words
            answer = self._patiently(self._post, cookie, body)
            if answer is not None:
                self.acknowledged[answer] = words
            number += 1

    def _patiently(self, ask, *arguments):  # type: ignore[no-untyped-def]
        """Ask until there is an answer; None when told to stop meanwhile."""
        while not self.stop.is_set():
            try:
                return ask(*arguments)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.02)
        return None

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def _headers(self) -> dict[str, str]:
        # Each from another household, as the proxy would say it: nobody writes so much alone.
        household = ".".join(str(random.randrange(1, 250)) for _ in range(3))
        return {"Host": f"localhost:{self.port}", "X-Forwarded-For": f"10.{household}"}

    def _fill(self, number: int) -> tuple[str, str, str, str]:
        connection = self._connection()
        try:
            connection.request("GET", FORM, headers=self._headers())
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                raise OSError(f"the form answered {answer.status}")
            cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        finally:
            connection.close()
        form = BeautifulSoup(text, "html.parser").select_one("main form")
        assert form is not None
        fields = {one["name"]: one.get("value", "") for one in form.select("input[name]:not([type=file])")}
        challenge = altcha.Challenge.from_dict(json.loads(form.select_one("[data-challenge]")["data-challenge"]))
        fields["altcha"] = altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
        fields["text"] = f"{self.name_} fragt zum {number}. Mal: Wann wird die Hecke geschnitten?"
        return fields["text"], cookie, urlencode(fields), fields["submission"]

    def _post(self, cookie: str, body: str) -> str | None:
        connection = self._connection()
        try:
            headers = self._headers() | {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", FORM, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        found = re.search(r"/vorgang/([^/]+)/", answer.getheader("Location") or "")
        if answer.status == 303 and found:
            return found[1]
        if answer.status >= 500:
            raise OSError(f"the server answered {answer.status}")
        self.refused.append(f"{answer.status}: {BeautifulSoup(text, 'html.parser').get_text(' ', strip=True)[:300]}")
        return None
