"""The pages of months and of the method in a real browser: what only layout and style can show."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.statuspage import months
from tests.statuspage.conftest import Site
from tests.statuspage.views import NOW

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach((details) => { details.open = true })"
LOOKS = [months.designed, months.varied]


@pytest.fixture
def shown(site: Site) -> Site:
    """The site with every month of the design, and the settings that go with it."""
    reader = months.a_reader()
    site.reader.months, site.reader.rules, site.reader.proofs = reader.months, reader.rules, reader.proofs
    site.show(reader.view)
    return site


def show(site: Site, look: Callable[[], object]) -> None:
    site.reader.months = look()  # type: ignore[assignment]
    # Longer than bytes from before may be shown.
    site.app.pages.refresh(NOW + 600)
    site.app.pages.refresh(NOW + 1200)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/uptime/", "/method/"])
def test_the_pages_are_accessible(
    shown: Site, open_page: Callable[..., Page], look: Callable[[], object], scheme: str, path: str
) -> None:
    show(shown, look)
    page = open_page(path, color_scheme=scheme)
    for _ in range(2):
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        page.evaluate(OPEN_ALL)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/uptime/", "/id/uptime/", "/method/", "/id/method/"])
def test_nothing_scrolls_sideways_on_a_narrow_phone(
    shown: Site, open_page: Callable[..., Page], look: Callable[[], object], path: str
) -> None:
    show(shown, look)
    page = open_page(path, viewport={"width": 320, "height": 640})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    cut = "[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > 321).length"
    assert page.evaluate(cut) == 0


@pytest.mark.parametrize("width", [320, 980])
def test_a_months_row_opens_and_closes_without_javascript(
    shown: Site, open_page: Callable[..., Page], width: int
) -> None:
    page = open_page("/uptime/", java_script_enabled=False, viewport={"width": width, "height": 1400})
    row, why = page.locator("#api-2026-09 > tr").first, page.locator("#api-2026-09-why div")
    assert not why.is_visible()
    box = row.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert why.is_visible()
    assert "1 − 3,600 ÷ 2,592,000 = 99.8611 %." in why.inner_text()
    assert not page.locator("#api-2026-08-why div").is_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert not why.is_visible()


def test_the_keyboard_opens_a_month_and_reaches_its_evidence(shown: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/uptime/")
    page.locator("#api-2026-09-why summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "api-2026-09.json"


def test_a_printed_page_shows_every_month_opened(shown: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/uptime/")
    page.emulate_media(media="print")
    for month in ("07", "08", "09", "10", "11"):
        box = page.locator(f"#api-2026-{month}-why div").bounding_box()
        assert box is not None
        assert box["height"] > 60


def test_the_header_leads_from_status_to_uptime_and_back(shown: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Uptime").click()
    assert page.locator("h1").inner_text() == "Uptime, month by month"
    page.get_by_role("link", name="Bahasa Indonesia").click()
    assert page.locator("h1").inner_text() == "Ketersediaan bulan demi bulan"
    page.get_by_role("link", name="Cara kami mengukur").click()
    assert page.locator("h1").inner_text() == "Cara kami mengukur"
    page.get_by_role("link", name="Status", exact=True).click()
    assert page.locator("h1").inner_text() == "Web dashboard merespons lambat"
