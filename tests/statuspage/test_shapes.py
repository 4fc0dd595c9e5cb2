from fractions import Fraction

from statuspage.shapes import Bar, Fill, bar_left, bar_of, bar_width, meter_share, spark_lines
from tests.statuspage.views import DAY, TODAY, a_day


def test_a_good_day_is_a_whole_bar() -> None:
    assert bar_of(a_day(TODAY)) == Bar("up", ())


def test_a_bar_is_filled_from_below_by_the_share_lost() -> None:
    assert bar_of(a_day(TODAY, down=DAY // 2)) == Bar("up", (Fill("down", 17.0, 17.0),))
    assert bar_of(a_day(TODAY, down=DAY)) == Bar("up", (Fill("down", 0.0, 34),))


def test_a_day_is_red_from_ten_minutes_down_and_amber_below() -> None:
    assert bar_of(a_day(TODAY, down=600)).fills == (Fill("down", 29.0, 5),)
    assert bar_of(a_day(TODAY, down=599)).fills == (Fill("degraded", 29.0, 5),)
    assert bar_of(a_day(TODAY, degraded=DAY // 2)).fills == (Fill("degraded", 17.0, 17.0),)


def test_even_one_lost_second_can_be_seen() -> None:
    assert bar_of(a_day(TODAY, down=1)).fills == (Fill("degraded", 29.0, 5),)


def test_maintenance_and_unmeasured_time_lie_on_what_was_lost() -> None:
    day = a_day(TODAY, down=600, maintenance=DAY // 4, excluded=DAY // 4, unknown=DAY // 2)
    assert bar_of(day).fills == (
        Fill("down", 29.0, 5),
        Fill("maintenance", 20.5, 8.5),
        Fill("unknown", 3.5, 17.0),
    )


def test_the_parts_of_a_bar_never_rise_above_it() -> None:
    day = a_day(TODAY, down=1, maintenance=DAY - 2, excluded=DAY - 2, unknown=1)
    assert bar_of(day).fills == (Fill("degraded", 29.0, 5), Fill("maintenance", 0.0, 29.0))


def test_a_day_without_a_measurement_is_not_green() -> None:
    assert bar_of(a_day(TODAY, total=0)) == Bar("unknown", ())
    assert bar_of(a_day(TODAY, unknown=DAY)) == Bar("unknown", ())


def test_the_first_bar_begins_at_the_left_edge_and_the_last_ends_at_the_right_one() -> None:
    assert bar_width(90) == "0.75"
    assert bar_left(0, 90) == "0.00"
    assert bar_left(89, 90) == "99.25"
    assert bar_left(0, 1) == "0"


def test_the_meter_never_runs_over_and_never_looks_empty_when_something_was_used() -> None:
    assert meter_share(Fraction(0), Fraction(2592)) == "0"
    assert meter_share(Fraction(1), Fraction(2592)) == "2.0"
    assert meter_share(Fraction(1296), Fraction(2592)) == "50.0"
    assert meter_share(Fraction(2940), Fraction(2592)) == "100.0"
    assert meter_share(Fraction(1), Fraction(-60)) == "100.0"


def test_a_gap_breaks_the_line_and_a_lonely_hour_is_a_dot() -> None:
    assert spark_lines((10, 20, None, 10)) == ["0.0,22.0 40.0,2.0", "120.0,22.0 120.0,22.0"]


def test_a_steady_response_time_is_drawn_flat() -> None:
    assert spark_lines((100, 101)) == ["0.0,22.0 120.0,21.6"]
    assert spark_lines((None, None)) == []
