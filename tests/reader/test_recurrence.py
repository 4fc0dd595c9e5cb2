"""Recurring maintenance: from a rule to periods, in the zone's own wall time."""

from zoneinfo import ZoneInfo

import pytest

from monitor.core.calendar import format_instant, parse_instant
from monitor.reader.recurrence import occurrences

JAKARTA, BERLIN, NEW_YORK = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR = 3600


def starts(rule: str, start: str, zone: ZoneInfo = JAKARTA, length: int = 2 * HOUR) -> list[str]:
    return [format_instant(each.start) for each in occurrences(rule, parse_instant(start), length, zone)]


def test_every_sunday_night_until_a_day() -> None:
    found = occurrences(
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261220", parse_instant("2026-12-06T01:00:00+07:00"), HOUR, JAKARTA
    )
    assert [format_instant(each.start) for each in found] == [
        "2026-12-05T18:00:00Z",
        "2026-12-12T18:00:00Z",
        "2026-12-19T18:00:00Z",
    ]
    assert [each.length for each in found] == [HOUR] * 3


def test_the_first_sunday_of_each_month_at_most_thirteen_months_ahead() -> None:
    found = starts("RRULE:FREQ=MONTHLY;BYDAY=1SU", "2026-12-06T01:00:00+07:00")
    assert (len(found), found[0], found[-1]) == (14, "2026-12-05T18:00:00Z", "2028-01-01T18:00:00Z")


def test_the_wall_time_stays_when_the_clocks_change() -> None:
    found = starts("FREQ=WEEKLY;COUNT=3", "2026-10-18T03:00:00+02:00", BERLIN)
    assert found == ["2026-10-18T01:00:00Z", "2026-10-25T02:00:00Z", "2026-11-01T02:00:00Z"]


def test_a_skipped_wall_time_moves_on_by_the_gap_and_a_doubled_one_is_the_first() -> None:
    assert starts("FREQ=DAILY;COUNT=2", "2027-03-27T02:30:00+01:00", BERLIN) == [
        "2027-03-27T01:30:00Z",
        "2027-03-28T01:30:00Z",  # 02:30 does not exist: 03:30 CEST
    ]
    assert starts("FREQ=DAILY;COUNT=2", "2026-10-31T01:30:00-04:00", NEW_YORK) == [
        "2026-10-31T05:30:00Z",
        "2026-11-01T05:30:00Z",  # 01:30 comes twice: the first, EDT
    ]


def test_an_end_in_utc_and_the_31st_where_there_is_one() -> None:
    assert starts("FREQ=DAILY;UNTIL=20261207T170000Z", "2026-12-06T01:00:00+07:00") == [
        "2026-12-05T18:00:00Z",
        "2026-12-06T18:00:00Z",
    ]
    assert starts("FREQ=MONTHLY;COUNT=3", "2026-12-31T01:00:00+07:00") == [
        "2026-12-30T18:00:00Z",
        "2027-01-30T18:00:00Z",
        "2027-03-30T18:00:00Z",
    ]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("WEEKLY", "'WEEKLY' is no part of a rule; write one such as FREQ=WEEKLY;BYDAY=SU"),
        ("", "'' is no part of a rule"),
        ("FREQ=HOURLY", "has no FREQ of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("FREQ=DAILY;BYHOUR=1,2,3", "BYHOUR cannot be used here"),
        ("FREQ=WEEKLY;BYDAY=XX", "is not a rule"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is no number from 1 to 999"),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1 is no number"),
        ("FREQ=WEEKLY;UNTIL=soon", "UNTIL=SOON is no day"),
        ("FREQ=WEEKLY;UNTIL=20261399T000000Z", "is not in the calendar"),
        ("FREQ=WEEKLY;BYDAY=MO", "which the rule does not hold; the first time that it does is 2026-12-07 01:00"),
        ("FREQ=YEARLY;UNTIL=20251231", "never happens"),
        ("FREQ=DAILY;RDATE=20261206", "RDATE cannot be used here"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_announced_says_why(rule: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        starts(rule, "2026-12-06T01:00:00+07:00")
    assert sentence in str(caught.value)


def test_an_occurrence_that_lasts_into_the_next_is_refused() -> None:
    with pytest.raises(ValueError, match="lasts into the next"):
        starts("FREQ=DAILY", "2026-12-06T01:00:00+07:00", length=25 * HOUR)
