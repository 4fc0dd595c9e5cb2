from datetime import date
from zoneinfo import ZoneInfo

from statuspage.language import load_language
from statuspage.moments import Moments
from tests.statuspage.views import NOW, instant

ENGLISH = Moments(load_language("en"), ZoneInfo("Asia/Jakarta"), NOW)
INDONESIAN = Moments(load_language("id"), ZoneInfo("Asia/Jakarta"), NOW)


def test_a_moment_of_today_needs_no_date() -> None:
    assert ENGLISH.since(instant("2026-11-23 09:12")).text == "since 09:12 WIB"
    assert ENGLISH.at(instant("2026-11-23 00:00")).text == "at 00:00:00 WIB"
    assert INDONESIAN.since(instant("2026-11-23 09:12")).text == "sejak 09.12 WIB"
    assert INDONESIAN.at(instant("2026-11-23 09:12")).text == "pukul 09.12.00 WIB"


def test_a_moment_of_another_day_says_which() -> None:
    assert ENGLISH.since(instant("2026-11-22 23:59")).text == "since Sun 22 Nov, 23:59 WIB"
    assert ENGLISH.at(instant("2026-11-22 23:59")).text == "on Sun 22 Nov at 23:59:00 WIB"
    assert INDONESIAN.at(instant("2026-11-22 23:59")).text == "pada Min 22 Nov pukul 23.59.00 WIB"


def test_a_stamp_can_be_read_by_machines_and_stands_alone_in_words() -> None:
    stamp = ENGLISH.since(instant("2026-11-23 09:12"))
    assert stamp.iso == "2026-11-23T02:12:00Z"
    assert stamp.full == "Monday 23 November 2026, 09:12:00 WIB"


def test_a_window_says_its_day_once_unless_it_ends_on_another() -> None:
    start = instant("2026-11-29 01:00")
    assert ENGLISH.window(start, instant("2026-11-29 03:00")) == "Sun 29 Nov, 01:00–03:00 WIB"
    assert ENGLISH.window(start, instant("2026-11-30 03:00")) == "Sun 29 Nov, 01:00 – Mon 30 Nov, 03:00 WIB"
    assert INDONESIAN.window(start, instant("2026-11-29 03:00")) == "Min 29 Nov, 01.00–03.00 WIB"


def test_hours_name_the_day_of_an_edge_that_lies_on_another_one() -> None:
    start, end = instant("2026-11-11 14:03"), instant("2026-11-12 00:20")
    assert ENGLISH.hours(start, instant("2026-11-11 14:52"), date(2026, 11, 11)) == "14:03–14:52"
    assert ENGLISH.hours(start, end, date(2026, 11, 11)) == "14:03 – Thu 12 Nov, 00:20"
    assert ENGLISH.hours(start, end, date(2026, 11, 12)) == "Wed 11 Nov, 14:03 – 00:20"


def test_days_and_runs_of_days_are_written_out() -> None:
    assert ENGLISH.day_title(date(2026, 11, 23)) == "Today, 23 November"
    assert ENGLISH.day_title(date(2026, 11, 11)) == "Wednesday 11 November"
    assert ENGLISH.run_title(date(2026, 11, 22), date(2026, 11, 12)) == "Sunday 22 – Thursday 12 November"
    assert ENGLISH.run_title(date(2026, 11, 2), date(2026, 10, 30)) == "Monday 2 November – Friday 30 October"
    assert ENGLISH.run_title(date(2026, 11, 11), date(2026, 11, 11)) == "Wednesday 11 November"
    assert INDONESIAN.run_title(date(2026, 11, 22), date(2026, 11, 12)) == "Minggu 22 – Kamis 12 November"
    assert INDONESIAN.day_title(date(2026, 8, 17)) == "Senin 17 Agustus"
    assert INDONESIAN.month_name("2026-08") == "Agustus"


def test_a_zone_is_named_by_its_letters_and_its_distance_from_utc() -> None:
    def note(zone: str) -> str:
        return Moments(load_language("en"), ZoneInfo(zone), NOW).zone_note()

    assert note("Asia/Jakarta") == "WIB (UTC+7)"
    assert note("America/Sao_Paulo") == "UTC−3"
    assert note("America/St_Johns") == "NST (UTC−3:30)"
    assert note("UTC") == "UTC"
