from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alert import STALE_AFTER, Event, Rule, Sighting, Step, message, reminder_due, steps
from monitor.core.model import FailureKind, Span, State

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
FIRED, RECOVERED = Event.FIRED, Event.RECOVERED
ON_DOWN = Rule(DOWN, channels=("ops",))


def run(
    rule: Rule, *runs: tuple[State, int, int], after: int = 0, now: int | None = None, open_since: int | None = None
) -> list[Step]:
    """The rule's steps on a timeline of 60 s slots that was judged just now."""
    spans = [Span(state, start, end) for state, start, end in runs]
    moment = spans[-1].end if now is None else now
    return steps(rule, spans, every=60, after=after, now=moment, open_since=open_since)


def test_a_rule_fires_when_its_state_has_lasted_one_slot() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 120)) == [Step(FIRED, 120, 60)]


def test_a_rule_with_after_fires_when_so_many_slots_failed_in_a_row() -> None:
    rule = Rule(DOWN, after=3)
    assert run(rule, (UP, 0, 60), (DOWN, 60, 180), after=120) == []
    assert run(rule, (UP, 0, 60), (DOWN, 60, 240), after=180) == [Step(FIRED, 240, 60)]


def test_a_failed_slot_between_good_ones_does_not_add_up() -> None:
    timeline = ((DOWN, 0, 60), (UP, 60, 120), (DOWN, 120, 180), (UP, 180, 240))
    assert run(Rule(DOWN, after=2), *timeline) == []


def test_an_outage_that_goes_on_fires_once() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 240), after=180, open_since=60) == []


def test_one_recovery_follows_a_firing() -> None:
    timeline = ((DOWN, 60, 240), (UP, 240, 300))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == [Step(RECOVERED, 240, 60)]
    assert run(ON_DOWN, (DOWN, 60, 240), (UP, 240, 360), after=300) == []


def test_unknown_never_clears_a_down() -> None:
    timeline = ((DOWN, 60, 240), (UNKNOWN, 240, 5_000))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == []
    assert run(ON_DOWN, *timeline, (UP, 5_000, 5_060), after=5_000, open_since=60) == [Step(RECOVERED, 5_000, 60)]


def test_a_component_found_down_again_after_a_gap_is_the_same_firing() -> None:
    timeline = ((DOWN, 60, 240), (UNKNOWN, 240, 5_000), (DOWN, 5_000, 5_060))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == []


def test_reachable_but_slow_is_a_recovery_from_down_and_not_from_degraded() -> None:
    assert run(ON_DOWN, (DOWN, 0, 60), (DEGRADED, 60, 120), after=60, open_since=0) == [Step(RECOVERED, 60, 0)]
    slow = Rule(DEGRADED)
    assert run(slow, (DEGRADED, 0, 60), (DOWN, 60, 120), after=60, open_since=0) == []
    assert run(slow, (DEGRADED, 0, 60), (UNKNOWN, 60, 120), after=60, open_since=0) == []
    assert run(slow, (DEGRADED, 0, 60), (UP, 60, 120), after=60, open_since=0) == [Step(RECOVERED, 60, 0)]


@pytest.mark.parametrize("state", [UP, DEGRADED, DOWN])
def test_any_answer_ends_a_rule_on_unknown(state: State) -> None:
    timeline = ((UNKNOWN, 0, 60), (state, 60, 120))
    assert run(Rule(UNKNOWN), *timeline, after=60, open_since=0) == [Step(RECOVERED, 60, 0)]


def test_a_short_outage_inside_one_step_fires_and_recovers() -> None:
    timeline = ((UP, 0, 60), (DOWN, 60, 120), (UP, 120, 240))
    assert run(ON_DOWN, *timeline, after=60) == [Step(FIRED, 120, 60), Step(RECOVERED, 120, 60)]


def test_two_outages_inside_one_step_are_two_firings() -> None:
    timeline = ((DOWN, 60, 120), (UP, 120, 180), (DOWN, 180, 240))
    assert run(ON_DOWN, *timeline) == [Step(FIRED, 120, 60), Step(RECOVERED, 120, 60), Step(FIRED, 240, 180)]


def test_an_outage_that_ended_long_ago_wakes_nobody() -> None:
    timeline = ((DOWN, 0, 60), (UP, 60, 360))
    assert run(ON_DOWN, *timeline, now=60 + STALE_AFTER) == [Step(FIRED, 60, 0), Step(RECOVERED, 60, 0)]
    assert run(ON_DOWN, *timeline, now=61 + STALE_AFTER) == []


def test_an_outage_that_began_long_ago_and_goes_on_is_news() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 90_000), after=60) == [Step(FIRED, 120, 60)]


def test_what_was_settled_before_is_not_looked_at_again() -> None:
    assert run(ON_DOWN, (DOWN, 0, 60), (UP, 60, 120), after=60) == []


def test_an_inferred_gap_does_not_split_an_outage() -> None:
    spans = [Span(DOWN, 0, 60), Span(DOWN, 60, 120, inferred=True), Span(DOWN, 120, 180)]
    assert steps(Rule(DOWN, after=3), spans, every=60, after=60, now=180, open_since=None) == [Step(FIRED, 180, 0)]


def test_a_firing_that_late_results_contradict_recovers() -> None:
    # Slot 60 read down when the rule fired; a late result then made the vote up, and up it stays.
    assert run(ON_DOWN, (UP, 0, 180), after=120, open_since=60) == [Step(RECOVERED, 60, 60)]


def test_reminders_come_so_long_after_the_firing_and_after_one_another() -> None:
    rule = Rule(DOWN, remind=1_800)
    assert not reminder_due(rule, fired_at=100, last=None, now=1_899)
    assert reminder_due(rule, fired_at=100, last=None, now=1_900)
    assert not reminder_due(rule, fired_at=100, last=1_900, now=3_699)
    assert reminder_due(rule, fired_at=100, last=1_900, now=3_700)
    assert not reminder_due(Rule(DOWN), fired_at=100, last=None, now=10**9)


def test_the_key_of_a_rule_survives_a_restart_and_begins_with_its_state() -> None:
    assert Rule(DOWN, after=2, channels=("b", "a")).key == Rule(DOWN, after=2, channels=("a", "b")).key
    assert Rule(DOWN, after=2, channels=("a",)).key != Rule(DOWN, after=1, channels=("a",)).key
    assert Rule(DOWN, name="night").key == "down:night"
    assert Rule(DOWN, after=2, channels=("a",)).key == "down:2:a"


SIGHTINGS = [
    Sighting("singapore", "http", FailureKind.STATUS, "503"),
    Sighting("jakarta", "http", FailureKind.STATUS, "503"),
]


def test_a_firing_says_since_when_from_where_and_why() -> None:
    words = message(
        FIRED, ON_DOWN, "Production API", Step(FIRED, 120, 60), SIGHTINGS, ZoneInfo("Asia/Jakarta"), "https://s.example"
    )
    assert (words.type, words.title) == ("failure", "Production API is down")
    assert words.body == (
        "Since 1970-01-01 07:01:00 WIB.\n"
        "Seen from: jakarta, singapore.\n"
        "Reason: It answered with an error. (http: 503)\n"
        "https://s.example"
    )


def test_a_recovery_says_how_long_it_lasted() -> None:
    words = message(RECOVERED, ON_DOWN, "Production API", Step(RECOVERED, 3_785, 60), [], UTC, "")
    assert (words.type, words.title) == ("success", "Production API has recovered")
    assert words.body == "1970-01-01 00:01:00 UTC to 1970-01-01 01:03:05 UTC: 1 h 2 min 5 s."


def test_a_recovery_that_withdraws_a_firing_says_so() -> None:
    words = message(RECOVERED, ON_DOWN, "Production API", Step(RECOVERED, 60, 60), [], UTC, "")
    assert words.body == "What was reported since 1970-01-01 00:01:00 UTC is withdrawn: later results contradict it."


@pytest.mark.parametrize(
    ("state", "type_", "fired", "reminded"),
    [
        (DOWN, "failure", "API is down", "API is still down"),
        (DEGRADED, "warning", "API is degraded", "API is still degraded"),
        (UNKNOWN, "warning", "API is not being measured", "API is still not being measured"),
    ],
)
def test_each_state_has_its_words_and_its_type(state: State, type_: str, fired: str, reminded: str) -> None:
    first = message(FIRED, Rule(state), "API", Step(FIRED, 60, 0), [], UTC, "")
    again = message(Event.REMINDER, Rule(state), "API", Step(Event.REMINDER, 60, 0), [], UTC, "")
    assert (first.type, first.title) == (type_, fired)
    assert (again.type, again.title) == (type_, reminded)
