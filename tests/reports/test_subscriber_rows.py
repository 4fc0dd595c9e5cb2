from dataclasses import replace

from monitor.reports.subscriber_rows import document, row
from tests.core.test_subscription import SITI, T0


def test_a_subscription_that_ended_by_itself_says_when_and_why() -> None:
    ended = replace(SITI, ended_at=T0 + 90, ended_why="it answered 410")
    assert row(ended, lambda instant: f"at {instant - T0}")[-2:] == ("at 60", "at 90: it answered 410")
    shown = document(ended)
    assert (shown["ended_at"], shown["ended_why"]) == ("2026-11-24T05:01:30Z", "it answered 410")
    assert row(SITI, lambda instant: f"at {instant - T0}")[-1] == ""
    assert document(SITI)["ended_at"] is None
