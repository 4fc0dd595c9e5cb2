"""A site that is served, and a browser to open it with."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from monitor.reader.views import PageView
from statuspage.app import StatusPage, create_app
from tests.statuspage import views
from tests.statuspage.desk import with_forms
from tests.statuspage.views import NOW, PLAIN, FakeReader

OPEN_ALL = "document.querySelectorAll('details').forEach((details) => { details.open = true })"
OPEN_ONE = "document.querySelectorAll('details').forEach((details, n) => { details.open = n < 1 })"
WIDER = """
[...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('.days, pre, svg, .hidden') && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))
"""
"""What reaches over the right edge, save what scrolls inside."""


def axe_options(scheme: str) -> dict[str, Any]:
    """Every rule in the light; what is not a colour is the same in the dark."""
    only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if scheme == "dark" else {}
    return {"resultTypes": ["violations"], **only}


@dataclass
class Site:
    """A page that is served; `show` changes what it says."""

    url: str
    app: StatusPage
    reader: FakeReader
    at: int = NOW

    def show_anew(self, view: PageView) -> None:
        """As `show`, so much later that no bytes from before may be shown of any page."""
        self.show(view)
        self.at += 600
        self.app.pages.refresh(self.at)

    def show(self, view: PageView) -> None:
        self.reader.become(view)
        self.app.pages.refresh(NOW)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path, args=quiet)
        yield found
        found.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    reader = FakeReader(views.one_slow(), look=replace(PLAIN, subscribe=True))
    app = create_app(reader)
    app.pages.refresh(NOW)
    with socket.socket() as listening, ThreadPoolExecutor(1) as threads:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(with_forms(app, threads), log_level="warning", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", app, reader)
        server.should_exit = True
        thread.join()


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page; anything the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(path: str = "/", **options: object) -> Page:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(foreign(request.url)))
        page.goto(site.url + path)
        return page

    def heard(message: ConsoleMessage) -> None:
        # That there is no such page, or that a form was refused, is what the answer is for.
        if not message.location.get("url", "").endswith(("/nothing/", "/subscribe/")):
            complaints.append(message.text)

    def foreign(url: str) -> list[str]:
        return [] if url.startswith(site.url) else [f"asked {url}"]

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
