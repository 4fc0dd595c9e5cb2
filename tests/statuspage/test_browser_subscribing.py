"""The forms of subscriptions and their answers in a real browser: both languages, light and dark, narrow and wide."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.statuspage import views
from tests.statuspage.conftest import WIDER, Site, axe_options
from tests.statuspage.desk import ACTIVE, HOOK, PENDING, SECRET
from tests.statuspage.test_browser_site import HOSTILE
from tests.statuspage.views import a_component

pytestmark = pytest.mark.browser


def press(page: Page, selector: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).click()


def every_form(page: Page, home: str) -> Iterator[str]:
    """Leads a page through all that a subscriber sees; the name of what it shows."""

    def ask(address: str) -> None:
        page.goto(f"{home}subscribe/")
        page.locator("[name=address]").fill(address)
        press(page, "form [type=submit]")

    def own(key: str, action: str) -> None:
        page.goto(f"{home}subscription/{key}")
        press(page, f"[value={action}]")

    page.goto(f"{home}subscribe/")
    yield "the form"
    ask("siti")
    assert page.locator("[aria-invalid]").input_value() == "siti"
    yield "an address that is none"
    ask("busy@example.org")
    yield "too often"
    ask("siti@example.org")
    assert page.locator("form").count() == 0
    yield "a link was sent"
    page.goto(f"{home}subscription/{PENDING}")
    yield "to be confirmed"
    own(PENDING, "choose")
    assert "s…@example.org" in page.locator(".done").inner_text()
    yield "confirmed"
    own(HOOK, "choose")
    assert page.locator(".secret").inner_text() == SECRET
    yield "a secret"
    page.goto(f"{home}subscription/{ACTIVE}")
    assert page.locator("[value=database]").is_checked()
    yield "one's own"
    own(ACTIVE, "end")
    assert page.locator("form").count() == 0
    yield "unsubscribed"


def assert_fits(page: Page, what: str) -> None:
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} at {width}"
        assert page.evaluate(WIDER) == [], f"{what} at {width}"


@pytest.mark.parametrize("home", ["/", "/id/"])
def test_every_form_fits_and_axe_finds_nothing_in_it(site: Site, open_page: Callable[..., Page], home: str) -> None:
    site.show_anew(views.one_slow())
    page, axe = open_page("/"), Axe()
    for name in every_form(page, site.url + home):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = axe.run(page, options=axe_options(scheme))
            assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
        assert_fits(page, name)


@pytest.mark.parametrize("home", ["/", "/id/"])
def test_every_form_works_without_javascript(site: Site, open_page: Callable[..., Page], home: str) -> None:
    site.show_anew(views.one_slow())
    page = open_page("/", java_script_enabled=False)
    for name in every_form(page, site.url + home):
        assert_fits(page, name)


def test_the_keyboard_subscribes_and_mends_what_was_wrong(site: Site, open_page: Callable[..., Page]) -> None:
    site.show_anew(views.one_slow())
    page = open_page("/")

    def tab(times: int = 1) -> str:
        for _ in range(times):
            page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        return str(page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"))

    while tab() != "Get updates":
        pass
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Get updates").wait_for()
    while tab() != "E-mail":
        pass
    assert tab() == "Address"
    page.keyboard.type("siti")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.name") == "address", "the field to mend has the focus"
    page.keyboard.press("End")
    page.keyboard.type("@example.org")
    assert tab(2) == "Web dashboard"
    page.keyboard.press("Space")
    assert tab(2) == "Send me a link"
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=2, name="Please confirm").wait_for()
    assert page.title() == "Please confirm · PWBI status"


def test_hostile_addresses_and_names_neither_break_a_form_nor_run(site: Site, open_page: Callable[..., Page]) -> None:
    names = [text.replace("\n", " ") for text in HOSTILE]
    components = tuple(replace(a_component(name), id=f"c{n}") for n, name in enumerate(names))
    site.show_anew(replace(views.one_slow(), title=HOSTILE[2], components=components))
    page = open_page("/", viewport={"width": 320, "height": 800})
    page.on("dialog", lambda dialog: pytest.fail(f"something ran: {dialog.message}"))
    for text in HOSTILE:
        page.goto(f"{site.url}/subscribe/")
        page.locator("[name=address]").fill(text)
        press(page, "form [type=submit]")
        assert page.locator("[aria-invalid]").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(WIDER) == []
        assert page.evaluate("document.querySelectorAll('script, img[onerror]').length") == 0
