from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.core.calendar import (
    day_bounds,
    day_of,
    days_back,
    format_instant,
    instant_at,
    month_bounds,
    month_of,
    months_back,
    months_between,
    next_month,
    parse_instant,
    previous_month,
)

ASUNCION = ZoneInfo("America/Asuncion")
JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        ("2026-01", "Asia/Jakarta", "2025-12-31T17:00:00Z", "2026-01-31T17:00:00Z"),
        ("2026-12", "UTC", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-03", "Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("2026-11", "America/New_York", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"),
    ],
)
def test_a_month_runs_from_the_first_instant_of_day_1_to_the_next(month: str, zone: str, start: str, end: str) -> None:
    bounds = month_bounds(month, ZoneInfo(zone))
    assert (format_instant(bounds.start), format_instant(bounds.end)) == (start, end)


def test_a_month_whose_midnight_is_skipped_begins_at_the_jump() -> None:
    # On 1 October 2017 the clocks of Asunción went from 00:00 to 01:00.
    assert format_instant(month_bounds("2017-10", ASUNCION).start) == "2017-10-01T04:00:00Z"


def test_a_jump_that_begins_before_midnight_begins_the_day() -> None:
    # On 30 March 1919 the clocks of Toronto went from 23:30 to 00:30 of the next day.
    assert format_instant(day_bounds(date(1919, 3, 31), ZoneInfo("America/Toronto")).start) == ("1919-03-31T04:30:00Z")


def test_a_day_that_the_zone_skipped_is_empty() -> None:
    # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
    skipped = day_bounds(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert skipped.length == 0
    assert format_instant(skipped.start) == "2011-12-30T10:00:00Z"


def test_a_doubled_midnight_begins_the_day_the_first_time() -> None:
    # On 2 November 2025 the clocks of Havana went from 01:00 back to 00:00.
    day = day_bounds(date(2025, 11, 2), ZoneInfo("America/Havana"))
    assert format_instant(day.start) == "2025-11-02T04:00:00Z"
    assert day.length == 25 * 3600


def test_days_last_as_long_as_the_zone_makes_them() -> None:
    assert day_bounds(date(2026, 3, 29), BERLIN).length == 23 * 3600
    assert day_bounds(date(2026, 10, 25), BERLIN).length == 25 * 3600


@pytest.mark.parametrize(
    ("instant", "month"), [("2026-03-31T16:59:59Z", "2026-03"), ("2026-03-31T17:00:00Z", "2026-04")]
)
def test_an_instant_belongs_to_the_month_of_its_zone(instant: str, month: str) -> None:
    assert month_of(parse_instant(instant), JAKARTA) == month


def test_clocks_that_run_back_over_midnight_do_not_reopen_the_month() -> None:
    # On 1 November 2009 the clocks of St. John's went from 00:01 back to 23:01 of 31 October.
    zone = ZoneInfo("America/St_Johns")
    again = parse_instant("2009-11-01T02:31:00Z")
    assert datetime.fromtimestamp(again, zone).day == 31
    assert day_of(again, zone) == date(2009, 11, 1)
    assert month_of(again, zone) == "2009-11"
    assert month_bounds("2009-11", zone).start == again - 60


def test_days_back_end_with_today_in_the_zone() -> None:
    now = parse_instant("2026-03-01T18:00:00Z")  # 1:00 on 2 March in Jakarta
    assert days_back(now, JAKARTA, 3) == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]


def test_months_follow_each_other_over_the_year() -> None:
    assert next_month("2026-12") == "2027-01"
    assert previous_month("2026-01") == "2025-12"
    assert list(months_between("2026-11", "2027-01")) == ["2026-11", "2026-12", "2027-01"]
    assert list(months_between("2027-01", "2026-11")) == []


def test_a_skipped_wall_time_moves_forward_and_a_doubled_one_is_the_first() -> None:
    assert format_instant(instant_at(datetime.fromisoformat("2026-03-29T02:30"), BERLIN)) == "2026-03-29T01:30:00Z"
    assert format_instant(instant_at(datetime.fromisoformat("2026-10-25T02:30"), BERLIN)) == "2026-10-25T00:30:00Z"


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "november", "2026-11-01", "２０２６-11", "2026-11\n"])
def test_a_text_that_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month; write 2026-11"):
        month_bounds(text, JAKARTA)


def test_an_instant_may_be_written_with_an_offset() -> None:
    assert parse_instant("2026-04-01T07:00:00+07:00") == parse_instant("2026-04-01T00:00:00Z")


@pytest.mark.parametrize("text", ["2026-04-01T00:00:00", "2026-04-01T00:00:00.5Z", "now", "2026-04-01"])
def test_an_instant_without_zone_or_with_parts_of_a_second_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an instant"):
        parse_instant(text)


def test_months_back_begin_with_the_newest_and_cross_years() -> None:
    assert months_back("2026-02", 4) == ["2026-02", "2026-01", "2025-12", "2025-11"]
