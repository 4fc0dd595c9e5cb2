"""The page in a real browser: what only layout, style and script can show."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.statuspage import views
from tests.statuspage.conftest import OPEN_ALL, OPEN_ONE, Site, axe_options
from tests.statuspage.views import NOW

pytestmark = pytest.mark.browser

LOOKS = [
    views.all_up,
    views.one_slow,
    views.one_down,
    views.under_maintenance,
    views.unmeasured,
    views.at_the_start,
]


def test_the_page_is_accessible_whatever_the_state(site: Site, open_page: Callable[..., Page]) -> None:
    page, axe = open_page("/"), Axe()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for look in LOOKS:
            site.show(look())
            page.reload()
            page.evaluate(OPEN_ONE)
            found = axe.run(page, options=axe_options(scheme))
            assert found.violations_count == 0, f"{look.__name__}: {found.generate_report()}"


def test_nothing_scrolls_sideways_on_a_narrow_phone(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/", viewport={"width": 320, "height": 640})
    for look in (*LOOKS, views.fifty):
        site.show(look())
        for path in ("/", "/id/"):
            page.goto(site.url + path)
            page.evaluate(OPEN_ALL)
            assert page.evaluate("document.documentElement.scrollWidth") == 320, f"{look.__name__} {path}"


def test_the_page_is_complete_without_javascript(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page("/", java_script_enabled=False)
    assert page.locator("h1").inner_text() == "Web dashboard is responding slowly"
    assert "Checked at 09:50:37 WIB from" in page.locator("main").inner_text()
    assert page.locator("#c-database .bars .b").count() == 90
    page.locator("#c-database summary").click()
    assert page.locator("#c-database tbody tr").nth(12).inner_text().split("\t")[1:3] == ["96.5972 %", "49 min"]


def test_bars_are_one_tab_stop_and_arrow_keys_walk_them(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page()
    bars = page.locator("#c-database .bars .b")
    tip = page.get_by_role("tooltip")
    assert page.locator("#c-database .bars [tabindex='0']").count() == 1
    page.locator("#c-database h3 a").focus()
    page.keyboard.press("Tab")
    assert bars.nth(89).evaluate("bar => bar === document.activeElement")
    assert tip.inner_text().splitlines() == ["Mon 23 Nov", "100.0000 %"]
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    assert tip.inner_text().splitlines() == ["Wed 11 Nov", "96.5972 %", "Down: 49 min"]
    assert bars.nth(77).get_attribute("aria-label") == "Wed 11 Nov, 96.5972 %, Down: 49 min"
    page.keyboard.press("Home")
    assert tip.inner_text().splitlines() == ["Wed 26 Aug", "Not measured"]
    page.keyboard.press("ArrowLeft")
    assert bars.nth(0).evaluate("bar => bar === document.activeElement")
    page.keyboard.press("End")
    assert bars.nth(89).evaluate("bar => bar === document.activeElement")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Tab")
    assert page.locator("#c-database summary").evaluate("summary => summary === document.activeElement")


def test_a_bar_under_the_mouse_tells_its_day(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page()
    page.locator("#c-web-dashboard .bars .b").nth(12).hover()
    assert page.get_by_role("tooltip").inner_text().splitlines() == ["Mon 7 Sep", "75.0000 %", "Down: 6 h"]
    page.locator("h1").hover()
    assert not page.get_by_role("tooltip").is_visible()


def test_a_touched_bar_tells_its_day(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page("/", has_touch=True, viewport={"width": 320, "height": 640})
    page.locator("#c-web-dashboard .bars .b").nth(12).tap(force=True)
    assert "6 h" in page.get_by_role("tooltip").inner_text()
    page.locator("h1").tap()
    assert not page.get_by_role("tooltip").is_visible()


def test_times_become_relative_and_keep_the_absolute_in_the_title(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page()
    page.clock.set_fixed_time(datetime.fromtimestamp(NOW + 10, UTC))
    page.reload()
    stamp = page.locator(".state time")
    assert stamp.inner_text() == "13 seconds ago"
    assert stamp.get_attribute("title") == "Monday 23 November 2026, 09:50:37 WIB"
    assert page.locator(".edge time[data-ago]").inner_text() == "38 minutes ago"


def test_a_clock_that_is_wrong_leaves_times_absolute(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page()
    page.clock.set_fixed_time(datetime.fromtimestamp(NOW + 3600, UTC))
    page.reload()
    assert page.locator(".state time").inner_text() == "at 09:50:37 WIB"


def test_the_page_refreshes_in_place(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page()
    page.locator("#c-database summary").click()
    page.locator("#c-web-dashboard .bars .b").nth(89).focus()
    page.keyboard.press("ArrowLeft")
    site.show(views.one_down())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("heading", name="Web dashboard is down", level=1).wait_for()
    assert page.title() == "Web dashboard is down · PWBI status"
    assert page.get_by_role("status").inner_text() == "Web dashboard is down"
    assert page.locator("#c-database-days").evaluate("details => details.open")
    moved = page.locator("#c-web-dashboard .bars .b").nth(88)
    assert moved.evaluate("bar => bar === document.activeElement")


def test_a_refresh_that_fails_is_said(site: Site, open_page: Callable[..., Page], browser: Browser) -> None:
    site.show(views.one_slow())
    page = browser.new_context().new_page()
    page.goto(site.url)
    page.route("**/*", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("#offline").wait_for(state="visible")
    assert page.locator("h1").inner_text() == "Web dashboard is responding slowly"
    page.context.close()


def test_a_calendar_is_one_tab_stop_and_each_day_opens_its_row(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page("/component/database/")
    assert page.locator("[data-days] a[tabindex='0']").count() == 1
    page.locator("[data-days] a[tabindex='0']").focus()
    page.keyboard.press("ArrowUp")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert page.get_by_role("tooltip").inner_text().splitlines() == ["Wed 11 Nov", "96.5972 %", "Down: 49 min"]
    page.keyboard.press("Enter")
    row = page.locator("#d-2026-11-11")
    row.wait_for(state="visible")
    assert row.inner_text().split("\t")[1:3] == ["96.5972 %", "49 min"]


def test_a_day_of_the_calendar_opens_without_javascript(site: Site, open_page: Callable[..., Page]) -> None:
    site.show(views.one_slow())
    page = open_page("/component/database/", java_script_enabled=False)
    page.get_by_role("link", name="Wed 11 Nov: 96.5972 %").click()
    page.locator("#d-2026-11-11").wait_for(state="visible")
