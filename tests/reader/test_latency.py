"""Response times of the last day: full hours are read once, of an open one only what is new."""

from monitor.core.model import Milliseconds, Seconds
from monitor.reader.latency import Hours, day_of, p95

HOUR = 3600
MIDNIGHT: Seconds = 1_767_225_600


class Answers:
    """One answer of `api` every minute, in as many milliseconds as the minute of its hour."""

    def __init__(self) -> None:
        self.asked: list[tuple[Seconds, Seconds]] = []
        self.until: Seconds = MIDNIGHT + 24 * HOUR

    def latencies(self, start: Seconds, end: Seconds) -> dict[str, dict[Milliseconds, int]]:
        self.asked.append((start, end))
        slots = [slot for slot in range(start, end) if slot % 60 == 0 and slot < self.until]
        counts: dict[Milliseconds, int] = {}
        for slot in slots:
            counts[slot % HOUR // 60] = counts.get(slot % HOUR // 60, 0) + 1
        return {"api": counts} if counts else {}


def test_an_open_hour_is_counted_whole_however_often_it_is_looked_at() -> None:
    answers = Answers()
    hours = Hours(answers)
    for now in range(MIDNIGHT + 30, MIDNIGHT + HOUR, 15):
        answers.until = now
        assert sum(hours.last_day(now)[-1].get("api", {}).values()) == (now - MIDNIGHT + 59) // 60


def test_of_an_open_hour_only_the_newest_part_is_read_again() -> None:
    answers = Answers()
    hours = Hours(answers)
    hours.last_day(MIDNIGHT + 1800)
    answers.asked.clear()
    hours.last_day(MIDNIGHT + 1815)
    assert answers.asked == [
        (MIDNIGHT + 1680, MIDNIGHT + 1695),
        (MIDNIGHT + 1695, MIDNIGHT + HOUR),
    ]


def test_a_full_hour_is_read_once_more_after_its_grace_and_then_never() -> None:
    answers = Answers()
    hours = Hours(answers)
    for now in range(MIDNIGHT + HOUR - 15, MIDNIGHT + 2 * HOUR, 15):
        hours.last_day(now)
    assert answers.asked.count((MIDNIGHT, MIDNIGHT + HOUR)) == 1
    counts = day_of(hours.last_day(MIDNIGHT + 2 * HOUR), "api")
    assert {time: counts[time] for time in (0, 59)} == {0: 25 - 1, 59: 24}


def test_the_p95_is_a_time_that_was_seen() -> None:
    assert p95({}) is None
    assert p95({7: 1}) == 7
    assert p95({1: 94, 2: 1, 9: 5}) == 2
    assert p95({1: 94, 9: 6}) == 9
