"""By which clock a result was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stand import Clockwork, Stand

RIGHT = Stand("b00t", 1_700_000_000_000)
AHEAD = Stand("b00t", 1_700_000_008_000)


def test_a_clock_that_drifts_stands_as_it_did_until_it_is_set() -> None:
    clock = Clockwork(RIGHT)
    for drift in (-250, 100, 250):
        assert clock.looked_at(Stand("b00t", RIGHT.ahead_ms + drift), 5_000) is clock
    assert clock.looked_at(AHEAD, 5_000) == Clockwork(AHEAD, 5_000, RIGHT)
    for drift in (-251, 251):
        assert clock.looked_at(Stand("b00t", RIGHT.ahead_ms + drift), 5_000).before == RIGHT
    for boot in ("0ther", "z0ther"):
        assert clock.looked_at(Stand(boot, RIGHT.ahead_ms), 5_000).now == Stand(boot, RIGHT.ahead_ms)
    assert clock.looked_at(Stand("".join("b00t"), RIGHT.ahead_ms), 5_000) is clock


@pytest.mark.parametrize(
    ("now", "before", "began_ms", "by"),
    [
        (AHEAD, RIGHT, 61_000, AHEAD),  # begun after it was set
        (AHEAD, RIGHT, 59_000, AHEAD),  # set at some time in the second before it was noticed
        (RIGHT, AHEAD, 61_000, RIGHT),
        (RIGHT, AHEAD, 58_500, RIGHT),  # a second and a half before, inclusive
        (RIGHT, AHEAD, 62_000, RIGHT),  # at this moment
        (Stand("b00t", 1_000), AHEAD, 61_000, Stand("b00t", 1_000)),
    ],
)
def test_what_was_begun_since_the_clock_was_set_was_seen_by_it(
    now: Stand, before: Stand, began_ms: int, by: Stand
) -> None:
    clock = Clockwork(now, 60_000, before)
    assert clock.of(by.ahead_ms + began_ms, 62_000) == by


def test_what_was_begun_before_the_clock_was_set_was_seen_by_the_one_before() -> None:
    forward, back = Clockwork(AHEAD, 60_000, RIGHT), Clockwork(RIGHT, 60_000, AHEAD)
    assert forward.of(RIGHT.ahead_ms + 58_000, 62_000) == RIGHT
    assert forward.of(AHEAD.ahead_ms + 58_499, 62_000) == RIGHT
    assert back.of(AHEAD.ahead_ms + 58_000, 62_000) == AHEAD, "by the clock as it is now it has not begun yet"


def test_the_shift_is_how_far_the_clock_was_ahead_then() -> None:
    assert AHEAD.shift_ms(RIGHT) == 8_000
    assert RIGHT.shift_ms(AHEAD) == -8_000
    assert Stand("".join("b00t"), AHEAD.ahead_ms).shift_ms(RIGHT) == 8_000
    for boot in ("0ther", "z0ther"):
        assert Stand(boot, 5).shift_ms(RIGHT) == 0, "over a start of the machine nobody can tell"


@given(st.integers(0, 2**48))
def test_a_stand_is_read_as_it_was_written(ahead_ms: int) -> None:
    assert Stand.parse(str(Stand("b00t", ahead_ms))) == Stand("b00t", ahead_ms)


def test_a_clock_behind_the_start_of_its_machine_is_written_as_level_with_it() -> None:
    assert str(Stand("b00t", -5)) == "b00t_0"


@pytest.mark.parametrize("mark", ["", "b00t", "_5", "b00t_", "b00t_x", "b00t_-5"])
def test_what_is_no_stand_is_none(mark: str) -> None:
    assert Stand.parse(mark) is None
