"""The pages of months and of the method in a real browser: what only layout and style can show."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.statuspage import months
from tests.statuspage.conftest import OPEN_ALL, WIDER, Site, axe_options

pytestmark = pytest.mark.browser

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
    site.show_anew(site.reader.view)


def test_the_pages_are_accessible_whatever_a_month_holds(shown: Site, open_page: Callable[..., Page]) -> None:
    page, axe = open_page("/"), Axe()
    for look in LOOKS:
        show(shown, look)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for path in ("/uptime/", "/method/"):
                page.goto(shown.url + path)
                page.evaluate(OPEN_ALL)
                found = axe.run(page, options=axe_options(scheme))
                assert found.violations_count == 0, f"{path}: {found.generate_report()}"


def test_nothing_scrolls_sideways_on_a_narrow_phone(shown: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/", viewport={"width": 320, "height": 640})
    for look in LOOKS:
        show(shown, look)
        for path in ("/uptime/", "/id/uptime/", "/method/", "/id/method/"):
            page.goto(shown.url + path)
            page.evaluate(OPEN_ALL)
            assert page.evaluate("document.documentElement.scrollWidth") == 320
            assert page.evaluate(WIDER) == []


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
