"""What is asked of a page in Chromium. Each probe answers with problems in words; none means that all is well."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response

from smartbarleben.config.paths import ROOT

PHONE = {"width": 360, "height": 740}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RIGHT_TO_LEFT = frozenset({"ar"})


@dataclass
class Visit:
    """A browser window with an ear on everything that a page should not do."""

    page: Page
    home: str
    problems: list[str] = field(default_factory=list)
    # Of all pages of a walk, each with its address.
    all_problems: list[str] = field(default_factory=list)
    _weighed: list[int] = field(default_factory=list)

    def go(self, path: str, *, status: int = 200) -> Response:
        """Open a path and wait for its load; fails on any other status."""
        answer = self.page.goto(self.home + path, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        self.page.evaluate("document.fonts.ready.then(() => 1)")
        return answer

    def said(self) -> str:
        """The message of a failing walk."""
        return "\n" + "\n".join(self.all_problems[:80])

    def weigh(self) -> None:
        """Count the bytes of every answer from now on, as they come over the wire; the map's library is left out.

        Nothing is taken from what an earlier page left behind, so each page weighs as for somebody who comes first.
        """
        session = self.page.context.new_cdp_session(self.page)
        of_the_map: set[str] = set()

        def begun(event: Any) -> None:
            if any(part in event["request"]["url"] for part in ("/vendor/maplibre/", "/vendor/pmtiles/")):
                of_the_map.add(event["requestId"])

        def finished(event: Any) -> None:
            if event["requestId"] not in of_the_map:
                self._weighed.append(int(event["encodedDataLength"]))

        session.on("Network.requestWillBeSent", begun)
        session.on("Network.loadingFinished", finished)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def kilobytes(self) -> float:
        """What all answers weighed since this was asked last."""
        weight = sum(self._weighed) / 1000
        self._weighed.clear()
        return weight


def _listen(visit: Visit) -> None:
    page, host = visit.page, urlsplit(visit.home).netloc

    def asked(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host:
            visit.problems.append(f"asked another host: {address}")

    def told(kind: str, text: str) -> None:
        # What could not be loaded is named below, with its address. To photograph a map, a machine without graphics
        # card reads its pixels back, and the driver says that this is slow.
        spared = text.startswith("Failed to load resource") or "GPU stall due to ReadPixels" in text
        if kind in {"error", "warning"} and not spared:
            visit.problems.append(f"console: {text}")

    def failed(address: str, why: str) -> None:
        # A page that is left early no longer needs what it was still loading.
        if why != "net::ERR_ABORTED":
            visit.problems.append(f"failed: {address} {why}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            visit.problems.append(f"{response.url} answers {response.status}")

    page.on("console", lambda message: told(message.type, message.text))
    page.on("response", answered)
    page.on("pageerror", lambda error: visit.problems.append(f"script: {error}"))
    page.on("request", lambda request: asked(request.url))
    page.on("requestfailed", lambda request: failed(request.url, request.failure or ""))


@contextmanager
def visiting(browser: Browser, home: str, **options: Any) -> Iterator[Visit]:
    """A fresh window at phone width, or as the options of `Browser.new_context` say."""
    context: BrowserContext = browser.new_context(**{"viewport": PHONE, "service_workers": "block", **options})
    try:
        visit = Visit(context.new_page(), home)
        _listen(visit)
        yield visit
    finally:
        context.close()


def cookies(visit: Visit) -> list[str]:
    """Cookies that a public page left behind."""
    return [f"sets the cookie {one['name']}" for one in visit.page.context.cookies()]


@cache
def _script(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _ask(page: Page, name: str, argument: Any = None) -> Any:
    return page.evaluate(_script(Path(__file__).parent / "js" / f"{name}.js"), argument)


def barriers(page: Page) -> list[str]:
    """What axe-core finds. Its code enters by the debugger's door, so the page's own policy stays as it is."""
    page.evaluate(_script(ROOT / "node_modules" / "axe-core" / "axe.min.js"))
    return [f"axe {rule}: {target} — {what.strip()}" for rule, target, what in _ask(page, "axe", RULES)]


def structure(page: Page, language: str) -> list[str]:
    """One heading of the first level, the language and the direction of the page's address."""
    told = page.evaluate(
        """() => ({
            h1: [...document.querySelectorAll("h1")].map((one) => one.innerText.trim()),
            lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title,
            flow: getComputedStyle(document.body).direction,
        })"""
    )
    direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    problems = []
    if len(told["h1"]) != 1 or not told["h1"][0]:
        problems.append(f"h1: {told['h1']}")
    if told["lang"] != language:
        problems.append(f"lang is {told['lang']!r}")
    if told["dir"] != direction or told["flow"] != direction:
        problems.append(f"dir is {told['dir']!r}, text flows {told['flow']!r}")
    if not told["title"].strip():
        problems.append("no title")
    return problems


def sideways(page: Page) -> list[str]:
    """Elements that make the page scroll sideways, the widest first."""
    return _ask(page, "sideways")


def cut_off(page: Page) -> list[str]:
    """Elements whose text is cut off by their own edge."""
    return _ask(page, "cut_off")


def loud(page: Page) -> list[str]:
    """Large light areas on a page that should be dark."""
    return _ask(page, "loud")


def printed(page: Page) -> list[str]:
    """Coloured paper, pale ink, printed navigation: for media "print"."""
    return _ask(page, "paper")


def _begin(page: Page) -> None:
    """Take the focus back to the beginning of the page: a form with mistakes takes it to what is wrong."""
    page.evaluate(
        """() => {
            document.body.tabIndex = -1;
            document.body.focus();
            document.body.removeAttribute("tabindex");
            scrollTo({top: 0, behavior: "instant"});
        }"""
    )


def keyboard(page: Page) -> list[str]:
    """Walk the whole page with the Tab key: everything that can be operated is reached and shows that it is."""
    _begin(page)
    count = _ask(page, "focus")
    session = page.context.new_cdp_session(page)
    key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    # Frames that scroll take the focus too, so some more presses may be needed.
    for presses in (count + 2, 10, 40):
        # The key moves the focus when it goes down. It is let go once, at the end: each message costs a round trip.
        for _press in range(presses):
            session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        unreached, problems = page.evaluate("() => [focusWatch.unreached(), focusWatch.problems]")
        if not unreached:
            break
    session.detach()
    return [*(f"the Tab key never reaches {one}" for one in unreached), *dict.fromkeys(problems)]


def skip_link(page: Page) -> list[str]:
    """The first Tab reaches a link over the navigation, visible, and Enter brings the next Tab into the content."""
    _begin(page)
    page.keyboard.press("Tab")
    told = page.evaluate(
        """() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            const seen = box.top >= 0 && box.bottom <= innerHeight && box.height > 1;
            return {href: one.getAttribute("href"), seen};
        }"""
    )
    if told["href"] != "#main" or not told["seen"]:
        return [f"the first Tab reaches {told['href']!r}, visible: {told['seen']}"]
    page.keyboard.press("Enter")
    inside = page.evaluate(
        "() => location.hash === '#main' && document.activeElement === document.getElementById('main')"
    )
    return [] if inside else ["the skip link does not move the focus into the content"]
