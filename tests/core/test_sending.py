"""When a report is due, who asked for it, and what is too late to send."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from monitor.core.sending import (
    Closed,
    Due,
    Report,
    ReportKind,
    asked_since,
    due,
    review_moment,
    reviews,
    statements,
)

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
REVIEW = (ReportKind.REVIEW, "", "support")
ACME = (ReportKind.STATEMENT, "acme", "finance")
DAY = 86_400


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("month", "at", "zone", "instant"),
    [
        ("2026-11", time(9), JAKARTA, "2026-11-02 02:00"),  # the 1st is a Sunday
        ("2026-06", time(9), JAKARTA, "2026-06-01 02:00"),  # the 1st is a Monday
        ("2026-09", time(9), JAKARTA, "2026-09-07 02:00"),  # the 1st is a Tuesday
        ("2026-06", time(0), JAKARTA, "2026-05-31 17:15"),  # not before the month's last results are in
        ("2026-04", time(9), BERLIN, "2026-04-06 07:00"),  # summer time
        ("2026-03", time(9), BERLIN, "2026-03-02 08:00"),  # winter time
    ],
)
def test_the_review_is_due_on_the_first_monday_at_a_wall_time_of_the_zone(
    month: str, at: time, zone: ZoneInfo, instant: str
) -> None:
    assert review_moment(month, at, zone) == utc(instant)


def test_a_wall_time_that_the_clocks_skip_moves_on_and_one_that_they_double_is_the_first() -> None:
    baghdad = ZoneInfo("Asia/Baghdad")  # its clocks changed on first Mondays
    assert review_moment("2002-04", time(3, 30), baghdad) == utc("2002-04-01 00:30")  # 03:00 to 04:00 never was
    assert review_moment("2001-10", time(3, 30), baghdad) == utc("2001-09-30 23:30")  # 03:00 to 04:00 was twice


def test_the_review_is_of_the_month_before() -> None:
    found = list(reviews(utc("2026-10-01 00:00"), utc("2026-12-31 00:00"), time(9), JAKARTA))
    assert [(report.month, at) for report, at in found] == [
        ("2026-09", utc("2026-10-05 02:00")),
        ("2026-10", utc("2026-11-02 02:00")),
        ("2026-11", utc("2026-12-07 02:00")),
    ]


def test_the_instant_itself_is_due_and_the_second_before_is_not() -> None:
    moment = utc("2026-11-02 02:00")
    assert list(reviews(moment, moment - 1, time(9), JAKARTA)) == []
    assert [report.month for report, _ in reviews(moment, moment, time(9), JAKARTA)] == ["2026-10"]


def test_of_a_month_that_was_closed_and_revised_only_the_newest_statement_is_sent() -> None:
    found = statements(
        [Closed("acme", "2026-10", 1, 30), Closed("acme", "2026-10", 0, 10), Closed("b", "2026-10", 0, 20)]
    )
    assert [(report.agreement, report.revision, at) for report, at in found] == [("b", 0, 20), ("acme", 1, 30)]


def test_a_wish_counts_since_it_stood_in_the_settings_without_a_break() -> None:
    versions = [(10, {REVIEW}), (20, {REVIEW, ACME}), (30, {ACME}), (40, {REVIEW, ACME})]
    assert asked_since(versions) == {REVIEW: 40, ACME: 20}
    assert asked_since([]) == {}


def test_what_was_due_before_somebody_asked_for_it_is_never_sent() -> None:
    report = Report(ReportKind.REVIEW, "2026-10")
    assert list(due([(report, 100)], {REVIEW: 101}, set(), 200)) == []
    assert list(due([(report, 100)], {REVIEW: 100}, set(), 200)) == [Due(report, "support", 100, skipped=False)]


def test_each_channel_gets_a_report_once_and_only_what_it_asked_for() -> None:
    review, acme = Report(ReportKind.REVIEW, "2026-10"), Report(ReportKind.STATEMENT, "2026-10", "acme")
    other = Report(ReportKind.STATEMENT, "2026-10", "other")
    asked = {REVIEW: 0, (ReportKind.REVIEW, "", "ops"): 0, ACME: 0}
    moments = [(review, 100), (acme, 100), (other, 100)]
    found = list(due(moments, asked, {(review.event, "support")}, 200))
    assert [(item.report, item.channel) for item in found] == [(review, "ops"), (acme, "finance")]


def test_a_report_is_sent_up_to_a_week_late_and_then_skipped() -> None:
    report = Report(ReportKind.REVIEW, "2026-10")
    week = 100 + 7 * DAY
    assert [item.skipped for item in due([(report, 100)], {REVIEW: 0}, set(), week)] == [False]
    assert [item.skipped for item in due([(report, 100)], {REVIEW: 0}, set(), week + 1)] == [True]


def test_nothing_is_due_before_its_time() -> None:
    assert list(due([(Report(ReportKind.REVIEW, "2026-10"), 100)], {REVIEW: 0}, set(), 99)) == []


def test_a_revision_has_an_event_of_its_own_and_waits_for_what_was_sent_before_it() -> None:
    first, second = (Report(ReportKind.STATEMENT, "2026-10", "acme", revision) for revision in (0, 1))
    assert (first.event, second.event) == ("report:statement:acme:2026-10/0", "report:statement:acme:2026-10/1")
    assert Report(ReportKind.REVIEW, "2026-10").event == "report:review/2026-10"
