"""Who makes room: answers before failures, old before new, and no more than must go."""

from monitor.core.backlog import Segment, excess, overdue

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
