from zoneinfo import ZoneInfo

import pytest

from monitor.core.account import Account, Part, Window
from monitor.core.model import FailureKind, Interval, Span, State
from monitor.core.notice import Notice
from monitor.core.text import parse_percentage
from monitor.reader.accounts import Accounts
from monitor.reports.explanation import Explanation, changes, document, explain
from monitor.reports.prose import lines
from monitor.reports.witnesses import Witness, witnesses
from monitor.storage.store import Store
from tests.reports.world import JAKARTA, NOW, wib

SEPTEMBER = Interval(1_788_195_600, 1_790_787_600)  # 2026-09 in Jakarta, 2,592,000 s
UP, DOWN, UNKNOWN = State.UP, State.DOWN, State.UNKNOWN


def nobody(component: str, outage: Interval) -> Witness:
    return Witness(None, ())


def september(
    *down: tuple[int, int],
    target: str | None = "99.9%",
    windows: tuple[Window, ...] = (),
    since: int | None = None,
    unknown: tuple[tuple[int, int], ...] = (),
) -> Account:
    """Up, but for stretches given as seconds from the month's start."""
    spans, at = [], SEPTEMBER.start
    for start, end, state in sorted([(*item, DOWN) for item in down] + [(*item, UNKNOWN) for item in unknown]):
        spans.append(Span(UP, at, SEPTEMBER.start + start))
        at = SEPTEMBER.start + end
        spans.append(Span(state, SEPTEMBER.start + start, at))
    spans.append(Span(UP, at, SEPTEMBER.end))
    part = Part("api", "Production API", tuple(spans), windows, since, None, 60)
    share = None if target is None else parse_percentage(target)
    return Account(
        "api", "Production API", False, "Asia/Jakarta", "2026-09", SEPTEMBER, SEPTEMBER.end, share, parts=(part,)
    )


def day(number: int, hour: int, minute: int) -> int:
    return ((number - 1) * 24 + hour) * 3600 + minute * 60


def said(account: Account) -> list[str]:
    return list(lines(explain(account, nobody)))


def test_the_line_of_seconds_says_how_a_figure_was_reached() -> None:
    account = september((day(9, 14, 2), day(9, 14, 41)), (day(21, 3, 10), day(21, 3, 31)))
    assert said(account)[3:6] == [
        "2,592,000 s in the month − 0 s planned maintenance − 0 s not measured = 2,592,000 s measured",
        "3,600 s down: 9 Sep 14:02–14:41 (39 min), 21 Sep 03:10–03:31 (21 min)",
        "1 − 3,600 ÷ 2,592,000 = 99.8611 %. Allowed at 99.9 %: 2,592 s. Missed by 1,008 s.",
    ]


def test_a_month_that_was_kept_says_what_is_left() -> None:
    assert (
        said(september((0, 600)))[5]
        == "1 − 600 ÷ 2,592,000 = 99.9768 %. Allowed at 99.9 %: 2,592 s. Kept, 1,992 s left."
    )


def test_without_an_outage_nothing_is_listed() -> None:
    assert said(september())[4] == "0 s down"


def test_time_out_of_service_is_taken_off_first() -> None:
    account = september(since=SEPTEMBER.start + 86_400)
    assert said(account)[3] == (
        "2,592,000 s in the month − 86,400 s out of service − 0 s planned maintenance − 0 s not measured "
        "= 2,505,600 s measured"
    )


def test_a_month_that_unmeasured_time_leaves_open_says_so() -> None:
    # A = 1 − 2,000 ÷ 2,588,400; with 3,600 s not measured it lies between 99.7839 and 99.9228.
    text = said(september((0, 2000), unknown=((86_400, 90_000),)))[5]
    assert text == (
        "1 − 2,000 ÷ 2,588,400 = 99.9227 %. Allowed at 99.9 %: 2,588 s. Kept, 588 s left. "
        "Not proven either way: with what was not measured it lies between 99.7839 % and 99.9228 %."
    )


def test_without_an_objective_nothing_is_judged() -> None:
    assert said(september(target=None))[5].endswith("There is no objective, so nothing is judged.")


def test_an_outage_from_the_month_before_is_cut_and_counted_there() -> None:
    account = september()
    spans = (Span(DOWN, SEPTEMBER.start - 600, SEPTEMBER.start + 300), Span(UP, SEPTEMBER.start + 300, SEPTEMBER.end))
    part = Part("api", "Production API", spans, (), None, None, 60)
    carried = Account(
        "api", "API", False, "Asia/Jakarta", "2026-09", SEPTEMBER, SEPTEMBER.end, account.target, parts=(part,)
    )
    explanation = explain(carried, nobody)
    assert explanation.row.outages == 0
    assert carried.figure.down_seconds == 300
    assert [(item.carried, item.cut.length) for item in explanation.outages] == [(True, 300)]
    assert "  1 Sep 00:00–00:05 (5 min), began 31 Aug 2026 23:50 and is counted there." in " ".join(lines(explanation))


def test_maintenance_that_ended_early_is_excluded_to_its_end_only() -> None:
    start = SEPTEMBER.start + day(10, 1, 0)
    notice = Notice(start, start + 7200, start - 604_800, True, counts_until=start + 3600)
    account = september(windows=(Window("m1", "Upgrade", notice, "api"),))
    assert account.figure.excluded_seconds == 3600
    assert (
        "  10 Sep 01:00–03:00 Upgrade: announced 3 Sep 2026 01:00, 7 d ahead, ended 10 Sep 2026 02:00: "
        "excluded 10 Sep 01:00–02:00, announced in time"
    ) in said(account)


def january(accounts: Accounts, store: Store) -> Explanation:
    return explain(accounts.month("api", "2026-01", JAKARTA, NOW), witnesses(store))


def test_outages_name_their_reason_their_locations_and_what_was_inferred(accounts: Accounts, store: Store) -> None:
    first, inside, late = january(accounts, store).outages
    assert first.witness == Witness(FailureKind.TIMEOUT, ("secret-cellar",))
    assert first.inferred == (Interval(wib("09 Jan 14:15"), wib("09 Jan 14:25")),)
    assert (first.counted, inside.counted, late.counted) == (2400, 0, 1200)


def test_windows_say_when_they_were_announced_and_why_they_count(accounts: Accounts, store: Store) -> None:
    timely, late = january(accounts, store).windows
    assert (timely.ahead, timely.excluded) == (954_000, Interval(wib("12 Jan 01:00"), wib("12 Jan 02:00")))
    assert (late.ahead, late.excluded, late.why) == (176_400, None, "announced too late")


def test_the_plain_figure_and_what_the_exclusions_change_reconcile(accounts: Accounts, store: Store) -> None:
    account = january(accounts, store).account
    # Without exclusions 4,800 s of 2,674,800 s were down.
    assert (account.plain.down_seconds, account.plain.measured_seconds) == (4800, 2_674_800)
    changed = dict(changes(account))
    assert changed == {
        "down_seconds": -1200,
        "degraded_seconds": 0,
        "up_seconds": -2400,
        "unknown_seconds": 0,
        "excluded_seconds": 3600,
    }
    assert sum(changed.values()) == 0


@pytest.mark.parametrize("month", ["2026-01", "2026-02"])
def test_the_listed_pieces_add_up_to_the_seconds_of_the_figure(accounts: Accounts, store: Store, month: str) -> None:
    explanation = explain(accounts.month("api", month, JAKARTA, NOW), witnesses(store))
    values, figure = document(explanation), explanation.account.figure
    for key, total in [
        ("down", figure.down_seconds),
        ("not_measured", figure.unknown_seconds),
        ("excluded", figure.excluded_seconds),
    ]:
        pieces = values[key]
        assert isinstance(pieces, list)
        assert sum(piece["seconds"] for piece in pieces) == total
    off = explanation.out_of_service + explanation.to_come
    assert explanation.account.month.length - off == figure.total_seconds


def test_a_running_month_says_what_is_still_to_come(accounts: Accounts, store: Store) -> None:
    text = list(lines(explain(accounts.month("api", "2026-02", JAKARTA, NOW), witnesses(store))))
    assert text[3:6] == [
        "2,419,200 s in the month − 1,641,600 s still to come − 0 s planned maintenance − 0 s not measured "
        "= 777,600 s measured",
        "600 s down: 5 Feb 10:00–10:10 (10 min)",
        "1 − 600 ÷ 777,600 = 99.9228 %. Allowed in the whole month at 99.9 %: 2,415 s of 2,415,600 s, 1,815 s left. "
        "On track.",
    ]


def test_september_in_these_tests_is_september_in_jakarta() -> None:
    from monitor.core.calendar import month_bounds

    assert month_bounds("2026-09", ZoneInfo("Asia/Jakarta")) == SEPTEMBER
