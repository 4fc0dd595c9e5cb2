"""A site that is served, and a browser to open it with."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from monitor.reader.views import PageView
from statuspage.app import StatusPage, create_app
from tests.statuspage import views
from tests.statuspage.views import NOW, FakeReader


@dataclass
class Site:
    """A page that is served; `show` changes what it says."""

    url: str
    app: StatusPage
    reader: FakeReader

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
    reader = FakeReader(views.one_slow())
    app = create_app(reader)
    app.pages.refresh(NOW)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
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
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(foreign(request.url)))
        page.goto(site.url + path)
        return page

    def foreign(url: str) -> list[str]:
        return [] if url.startswith(site.url) else [f"asked {url}"]

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
