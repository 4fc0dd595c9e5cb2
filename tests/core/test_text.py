from fractions import Fraction

import pytest

from monitor.core.text import (
    decimal,
    exact,
    latency,
    left_seconds,
    left_time,
    number,
    parse_percentage,
    percent,
    ratio,
    target_percent,
    used_seconds,
    used_time,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(2589407, 2592000), "99.8999"),
        (Fraction(2678399, 2678400), "99.9999"),
        (Fraction(1), "100.0000"),
        (Fraction(0), "0.0000"),
        (Fraction(1, 10**6), "0.0001"),
    ],
)
def test_a_percentage_is_cut_off_and_never_rounded_up(share: Fraction, text: str) -> None:
    assert percent(share) == text


def test_the_decimal_mark_and_the_units_follow_the_language() -> None:
    assert percent(Fraction(999, 1000), "id") == "99,9000"
    assert target_percent(Fraction(999, 1000), "id") == "99,9"
    assert number(2592000, "id") == "2.592.000"
    assert used_time(12960, "id") == "3 jam 36 menit"
    assert left_time(90_000, "id") == "1 hari 1 jam"
    assert left_time(25, "id") == "25 dtk"
    assert latency(4100, "id") == "4,1 dtk"


def test_a_language_without_wording_reads_as_english() -> None:
    assert used_time(60, "xx") == "1 min"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0"), (1, "1 min"), (60, "1 min"), (61, "2 min"), (Fraction(1, 3), "1 min"), (12960, "3 h 36 min")],
)
def test_time_used_rounds_up_to_minutes(seconds: Fraction | int, text: str) -> None:
    assert used_time(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0"),
        (2592, "43 min"),
        (Fraction("2678.4"), "44 min"),
        (12960, "3 h 36 min"),
        (3600, "1 h"),
        (93_600, "1 d 2 h"),
        (59, "59 s"),
        (Fraction("25.92"), "25 s"),
        (Fraction(1, 2), "< 1 s"),
    ],
)
def test_time_left_rounds_down_and_is_zero_only_for_zero(seconds: Fraction | int, text: str) -> None:
    assert left_time(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "used", "left"),
    [
        (2592, "43 min 12 s", "43 min 12 s"),
        (Fraction("2592.5"), "43 min 13 s", "43 min 12 s"),
        (Fraction("3599.5"), "1 h", "59 min 59 s"),
        (3661, "1 h 2 min", "1 h 1 min"),
    ],
)
def test_details_keep_the_seconds_of_less_than_an_hour(seconds: Fraction | int, used: str, left: str) -> None:
    assert used_time(seconds, detail=True) == used
    assert left_time(seconds, detail=True) == left


def test_time_overdrawn_has_a_minus_sign_and_rounds_away_from_zero() -> None:
    assert left_time(-61) == "−2 min"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(6, "6 ms"), (182, "182 ms"), (999, "999 ms"), (1000, "1.0 s"), (4149, "4.1 s"), (4150, "4.2 s")],
)
def test_a_latency_is_in_milliseconds_below_a_second(milliseconds: int, text: str) -> None:
    assert latency(milliseconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("25.9199"), "25.9199"),
        (Fraction("2678.4"), "2678.4"),
        (Fraction(2592), "2592"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction(1, 2), "0.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(2000, 3), "666.666666"),
        (Fraction(-2, 3), "-0.666667"),
    ],
)
def test_a_decimal_is_exact_where_it_ends_and_rounded_down_where_it_does_not(value: Fraction, text: str) -> None:
    assert decimal(value) == text


def test_a_ratio_is_reduced_and_keeps_its_denominator() -> None:
    assert ratio(Fraction(2158, 2160)) == "1079/1080"
    assert ratio(Fraction(1)) == "1/1"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("99.9", Fraction(999, 10)),
        ("3/10", Fraction(3, 10)),
        (5, Fraction(5)),
        (0.1, Fraction(1, 10)),
        ("-1", Fraction(-1)),
    ],
)
def test_a_number_means_what_is_written(written: object, value: Fraction) -> None:
    assert exact(written) == value


@pytest.mark.parametrize("written", ["", "1e9", "1/0", "nan", True, None, [], "9" * 40])
def test_what_is_not_a_number_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        exact(written)


def test_a_percentage_is_read_exactly() -> None:
    assert parse_percentage("99.9%") == Fraction(999, 1000)
    assert parse_percentage("99.95 %") == Fraction(1999, 2000)


@pytest.mark.parametrize("text", ["101%", "high", "-1%", "99,9%"])
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a percentage"):
        parse_percentage(text)


def test_seconds_used_round_up_and_seconds_left_round_down() -> None:
    assert used_seconds(Fraction(10151, 10)) == "1,016 s"
    assert left_seconds(Fraction(25848, 10)) == "2,584 s"
    assert used_seconds(3600, "id") == "3.600 dtk"
    assert used_seconds(0) == "0 s"
