"""Every page of the site in a real browser: in both languages, light and dark, narrow and wide, script or none.

One page is opened for each way of looking, and led from address to address: what is slow is opening browsers.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from monitor.core.incident import Impact, Phase
from monitor.core.model import State
from monitor.reader.views import PageView
from tests.statuspage import months, views
from tests.statuspage.conftest import OPEN_ALL, OPEN_ONE, WIDER, Site, axe_options
from tests.statuspage.test_feeds import resolved
from tests.statuspage.views import a_component, a_window, an_incident, an_update, instant

pytestmark = pytest.mark.browser

BELOW = (
    "",
    "component/web-dashboard/",
    "incidents/",
    "incidents/a2b3c4/",
    "incidents/zz9zz9/",
    "maintenance/",
    "maintenance/m1/",
    "uptime/",
    "method/",
    "embed/",
    "nothing/",
)
HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "x" * 10_000,
    "\u202eשלום עולם\u202c مرحبا بالعالم 🙂👩‍👩‍👧‍👦 é́́",
    "a\x00\x08\x1b[31m\u2028b\ttab\nline",
)


def whole(site: Site) -> Site:
    """The site of the design with everything in it: incidents, a window, months."""
    reader, told = months.a_reader(), (an_incident(), resolved())
    view = replace(reader.view, incidents=told[:1], told=tuple((item.id, item.started) for item in told))
    site.reader.months, site.reader.rules, site.reader.proofs = reader.months, reader.rules, reader.proofs
    site.reader.told, site.reader.windows = told[1:], None
    return shown(site, view)


def shown(site: Site, view: PageView) -> Site:
    site.show_anew(view)
    return site


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    yield
    site.reader.told, site.reader.windows = (), None


def visit(page: Page, url: str) -> None:
    page.goto(url, wait_until="load")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_window(
    site: Site, open_page: Callable[..., Page], scheme: str, script: bool
) -> None:
    url = whole(site).url
    page = open_page("/", color_scheme=scheme, java_script_enabled=script)
    for home in ("/", "/id/"):
        for path in BELOW:
            visit(page, url + home + path)
            assert page.locator("main").is_visible(), path
            for width in (320, 768, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                if script:
                    page.evaluate(OPEN_ALL)
                    assert page.evaluate(WIDER) == [], f"{home}{path} at {width}"
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{home}{path} at {width}"


@pytest.mark.parametrize("title", ["PWBI status", "Status layanan Nusantara Cloud"])
def test_the_links_of_the_head_stand_in_one_row_beside_the_button(
    site: Site, open_page: Callable[..., Page], title: str
) -> None:
    url = shown(site, replace(views.one_slow(), title=title)).url
    page = open_page("/")
    for home in ("/", "/id/"):
        visit(page, url + home)
        for width in (768, 840, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 400})
            tops = page.evaluate("[...document.querySelectorAll('.top nav a')].map((one) => one.offsetTop)")
            assert len(set(tops)) == 1, f"{home} at {width}: {tops}"
            lines = page.evaluate("document.querySelector('.brand').offsetHeight")
            assert lines < 40, f"{home} at {width}: the name takes several lines"


def test_axe_finds_nothing_on_any_page(site: Site, open_page: Callable[..., Page]) -> None:
    url, axe = whole(site).url, Axe()
    page = open_page("/")
    for path in (*BELOW, *(f"id/{below}" for below in ("", "component/web-dashboard/", "incidents/a2b3c4/"))):
        visit(page, f"{url}/{path}")
        page.evaluate(OPEN_ONE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = axe.run(page, options=axe_options(scheme))
            assert found.violations_count == 0, f"{path}, {scheme}: {found.generate_report()}"


def test_hostile_text_neither_breaks_a_page_nor_runs(site: Site, open_page: Callable[..., Page]) -> None:
    names = [text.replace("\n", " ") for text in HOSTILE]
    components = tuple(
        replace(a_component(name), id=f"c{n}", description=name, group=name, state=State.DOWN, trouble_at=(name,))
        for n, name in enumerate(names)
    )
    told = tuple(
        an_incident(
            id=f"hos{n}ab",
            title={"en": text, "id": text},
            impact=Impact.DOWN,
            impacts=((names[n], Impact.DOWN),),
            components=tuple(names),
            component_ids=tuple(f"c{m}" for m in range(len(names))),
            updates=(an_update(1, "2026-11-23 09:15", Phase.INVESTIGATING, escape(text)),),
        )
        for n, text in enumerate(HOSTILE)
    )
    windows = tuple(
        a_window(id=f"w{n}", title=text, description=text, components=tuple(names), start=instant("2026-11-29 01:00"))
        for n, text in enumerate(HOSTILE)
    )
    view = replace(views.one_slow(), title=HOSTILE[0], components=components, incidents=told, maintenance=windows)
    view = replace(view, told=tuple((item.id, item.started) for item in told), windows=tuple(w.id for w in windows))
    url = shown(site, view).url
    page = open_page("/", viewport={"width": 320, "height": 800})
    page.on("dialog", lambda dialog: pytest.fail(f"something ran: {dialog.message}"))
    paths = ("", "component/c1/", "component/c2/", "incidents/", "incidents/hos2ab/", "maintenance/w1/", "embed/")
    for path in (f"/{below}" for below in paths):
        visit(page, url + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        assert page.evaluate("document.querySelectorAll('script:not([src]), img[onerror]').length") == 0, path


def test_the_keyboard_walks_from_status_over_bars_to_incidents_and_the_form(
    site: Site, open_page: Callable[..., Page]
) -> None:
    whole(site)
    page = open_page("/")

    def press_until(name: str, limit: int = 40, key: str = "Tab") -> None:
        for _ in range(limit):
            page.keyboard.press(key)
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", f"{name} shows no focus"
                return
        pytest.fail(f"{key} never comes to {name}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    press_until("Slow page loads on the web dashboard")
    press_until("Web dashboard")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("tooltip").inner_text().startswith("Sun 22 Nov")
    page.keyboard.press("Escape")
    press_until("Slow page loads on the web dashboard", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Slow page loads on the web dashboard").wait_for()
    press_until("Incidents")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Incidents, November 2026").wait_for()
    press_until("Database unreachable")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=2, name="Post-mortem").wait_for()
    press_until("Get updates")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Get updates").wait_for()


def test_updates_can_be_paused_and_the_tabs_icon_follows_the_state(site: Site, open_page: Callable[..., Page]) -> None:
    whole(site)
    page = open_page("/")
    pause = page.get_by_role("button", name="Pause updates")
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    before = page.locator("link[rel=icon]").get_attribute("href")
    site.show(views.one_down())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert page.title().startswith("Web dashboard is responding slowly")
    pause.click()
    page.get_by_role("heading", name="Web dashboard is down", level=1).wait_for()
    after = page.locator("link[rel=icon]").get_attribute("href")
    assert (before or "").startswith("/static/icon-degraded.")
    assert (after or "").startswith("/static/icon-down.")
