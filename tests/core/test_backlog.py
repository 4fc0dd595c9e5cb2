"""Who makes room: answers before failures, old before new, and no more than must go."""

import pytest

from monitor.core.backlog import NOTHING_LOST, Loss, Segment, excess, overdue, together

OLD_ANSWERS = Segment(1, failures=False, count=10, size=100, newest=600)
OLD_FAILURES = Segment(2, failures=True, count=10, size=100, newest=600)
NEW_ANSWERS = Segment(3, failures=False, count=10, size=100, newest=1200)
NEW_FAILURES = Segment(4, failures=True, count=10, size=100, newest=1200)
ALL = [NEW_FAILURES, OLD_ANSWERS, NEW_ANSWERS, OLD_FAILURES]


def test_nothing_goes_while_there_is_room() -> None:
    assert excess(ALL, 400) == []


def test_the_oldest_answers_go_first() -> None:
    assert excess(ALL, 399) == [OLD_ANSWERS]


def test_all_answers_go_before_the_oldest_failures() -> None:
    assert excess(ALL, 150) == [OLD_ANSWERS, NEW_ANSWERS, OLD_FAILURES]


def test_the_newest_failures_go_last() -> None:
    assert excess(ALL, 0) == [OLD_ANSWERS, NEW_ANSWERS, OLD_FAILURES, NEW_FAILURES]


def test_a_segment_is_overdue_when_its_newest_slot_is() -> None:
    assert overdue(ALL, now=1000, most_age=400) == []
    assert overdue(ALL, now=1001, most_age=400) == [OLD_ANSWERS, OLD_FAILURES]


@pytest.mark.parametrize(
    ("before", "count", "after"),
    [
        (NOTHING_LOST, 0, NOTHING_LOST),
        (NOTHING_LOST, 3, Loss(3, 900, 900)),
        (Loss(3, 600, 700), 3, Loss(3, 600, 700)),
        (Loss(3, 600, 700), 5, Loss(5, 600, 900)),
        (Loss(3, 600, 700), 2, Loss(2, 900, 900)),
        (Loss(3, 600, 700), 0, NOTHING_LOST),
        (Loss(3), 3, Loss(3)),
        (Loss(3), 4, Loss(4, None, 900)),
    ],
)
def test_a_loss_is_known_since_it_was_first_told_and_dated_when_it_grew(before: Loss, count: int, after: Loss) -> None:
    assert before.counted(count, 900) == after


def test_losses_add_up_from_the_first_to_the_last() -> None:
    assert together([]) == NOTHING_LOST
    assert together([Loss(3, 600, 700), NOTHING_LOST, Loss(2, 500, 550), Loss(1)]) == Loss(6, 500, 700)
