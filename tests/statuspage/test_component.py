"""A component's page: its days as a calendar, its response times drawn, its outages."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from statuspage.app import StatusPage, create_app
from statuspage.charts import scale
from statuspage.grid import month_sheets
from statuspage.language import load_language
from statuspage.moments import Moments
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader, a_day, days_with

ENGLISH = load_language("en")
MOMENTS = Moments(ENGLISH, ZoneInfo("Asia/Jakarta"), NOW)


@pytest.fixture
def app() -> StatusPage:
    made = create_app(FakeReader(views.one_slow()))
    made.pages.refresh(NOW)
    return made


@pytest.mark.parametrize(
    ("most", "step", "top"),
    [(1, 1, 1), (3, 1, 3), (4, 2, 4), (182, 100, 200), (4123, 2000, 6000), (30_000, 10_000, 30_000)],
)
def test_the_scale_of_response_times_is_round(most: int, step: int, top: int) -> None:
    assert scale(most) == (step, top)


def test_ninety_days_are_calendar_sheets_that_begin_on_the_first_day_of_the_week() -> None:
    sheets = month_sheets(days_with({12: {"down": 2940}}), ENGLISH, MOMENTS)
    assert [sheet.title for sheet in sheets] == ["August 2026", "September 2026", "October 2026", "November 2026"]
    first, second = sheets[3].weeks[:2]
    assert [cell and cell.number for cell in first] == [None, None, None, None, None, None, 1]  # a Sunday
    assert [cell and cell.number for cell in second] == [2, 3, 4, 5, 6, 7, 8]
    eleventh = sheets[3].weeks[2][2]
    assert eleventh is not None
    assert (eleventh.number, eleventh.kind, eleventh.label) == (11, "down", "Wed 11 Nov: 96.5972 %")


@pytest.mark.parametrize(
    ("seconds", "kind"),
    [
        ({"down": 600}, "down"),
        ({"down": 1}, "degraded"),
        ({"degraded": 60}, "degraded"),
        ({"maintenance": 60}, "maintenance"),
        ({"unknown": 86_400}, "unknown"),
        ({"unknown": 60}, "up"),
        ({}, "up"),
    ],
)
def test_a_day_is_coloured_as_its_bar_is(seconds: dict[str, int], kind: str) -> None:
    (sheet,) = month_sheets([a_day(date(2026, 11, 3), **seconds)], ENGLISH, MOMENTS)
    assert [cell.kind for week in sheet.weeks for cell in week if cell] == [kind]


async def test_every_day_of_the_calendar_leads_to_its_row(app: StatusPage) -> None:
    text = (await ask(app, "/component/database/")).text
    places = {part.split('"')[0] for part in text.split('href="#d-')[1:]}
    assert len(places) == 90
    assert all(f'<tr id="d-{place}">' in text for place in places)


async def test_the_page_tells_outages_and_what_made_them(app: StatusPage) -> None:
    text = (await ask(app, "/component/database/")).text
    assert "<h1>Database</h1>" in text
    assert "since 09:12 WIB" in text
    assert "<strong>38 min 40 s, ongoing</strong> — It did not answer in time." in text
    assert "Wed 11 Nov, 14:03–14:52 WIB" in text
    assert "49 min, of which 5 min inferred" in text


async def test_response_times_are_drawn_and_can_be_read(app: StatusPage) -> None:
    text = (await ask(app, "/id/component/database/")).text
    for title, readings in (("24 jam terakhir", 24), ("7 hari terakhir", 168), ("90 hari terakhir", 90)):
        chart = text.split(f">{title} <span>")[1].split("</article>")[0]
        assert "p95 antara 180 ms dan " in chart
        assert chart.count('<tr><th scope="row">') == readings
        assert "<polyline" in chart


async def test_a_component_that_is_not_on_the_page_has_none(app: StatusPage) -> None:
    assert (await ask(app, "/component/nothing/")).status == 404
    moved = await ask(app, "/component/database")
    assert (moved.status, moved.headers["location"]) == (308, "/component/database/")
