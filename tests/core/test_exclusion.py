import pytest

from monitor.core.exclusion import Exclusion, accepted_window, accepted_windows, observed_not_up
from monitor.core.model import Interval, Span, State

WEEK = 604_800
START, END = 2 * WEEK, 2 * WEEK + 7200


@pytest.mark.parametrize(
    ("exclusion", "end"),
    [
        (Exclusion("maintenance", START, END, announced_at=WEEK), END),
        (Exclusion("maintenance", START, END, announced_at=WEEK + 1), None),
        (Exclusion("maintenance", START, END), None),
        (Exclusion("maintenance", START, END, announced_at=WEEK, approved=False), None),
        (Exclusion("maintenance", START, END, announced_at=WEEK, completed_at=START + 60), START + 60),
        (Exclusion("maintenance", START, END, announced_at=WEEK, completed_at=END + 60), END),
        (Exclusion("maintenance", START, END, announced_at=WEEK, cancelled_at=START - 1), None),
        (Exclusion("maintenance", START, END, announced_at=WEEK, cancelled_at=START), None),
        (Exclusion("maintenance", START, END, announced_at=WEEK, cancelled_at=START + 90), START + 90),
        (
            Exclusion("maintenance", START, END, None, None, START + 60, START + 90),
            None,
        ),
        (Exclusion("maintenance", START, END, WEEK, None, START + 60, START + 90), START + 60),
        (Exclusion("force_majeure", START, END, approved=True), END),
        (Exclusion("third_party", START, END, approved=None), None),
        (Exclusion("customer_caused", START, END, approved=False), None),
        (Exclusion("measurement_error", START, END, approved=True), None),
        (Exclusion("beta_feature", START, END, announced_at=0, approved=True), None),
    ],
)
def test_an_exclusion_counts_by_notice_or_by_approval(exclusion: Exclusion, end: int | None) -> None:
    assert accepted_window(exclusion) == (None if end is None else Interval(START, end))


def test_exclusions_that_overlap_count_once() -> None:
    windows = [
        Exclusion("third_party", 0, 100, approved=True),
        Exclusion("force_majeure", 50, 150, approved=True),
    ]
    assert accepted_windows(windows) == (Interval(0, 150),)


def test_only_what_was_seen_not_up_can_be_excluded() -> None:
    spans = [
        Span(State.DEGRADED, 0, 100),
        Span(State.DOWN, 100, 160),
        Span(State.UP, 160, 300),
        Span(State.UNKNOWN, 300, 320),
    ]
    assert observed_not_up(spans, Interval(50, 350)) == (Interval(50, 160),)
