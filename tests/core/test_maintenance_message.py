from zoneinfo import ZoneInfo

from monitor.core.maintenance_message import keys, message
from monitor.core.notice import NoticeAction, NoticeEvent

WIB = ZoneInfo("Asia/Jakarta")
T0 = 1_795_496_400  # 2026-11-24 12:00 WIB
BOTH = ("db", "api")
ANNOUNCED = NoticeEvent(T0, NoticeAction.ANNOUNCE, T0 + 864_000, T0 + 871_200, BOTH, "Version upgrade", "New disks.")
MOVED = NoticeEvent(T0 + 60, NoticeAction.REVISE, T0 + 867_600, T0 + 874_800)
NAMES = {"db": "Database", "api": "Production API"}


def test_an_announcement_says_when_what_and_where_it_stands() -> None:
    told = message([ANNOUNCED], NAMES, WIB, "https://s.example/maintenance/m1/")
    assert (told.type, told.title) == ("info", "Planned maintenance: Version upgrade")
    assert told.body.split("\n\n") == [
        "2026-12-04 12:00 WIB – 2026-12-04 14:00 WIB",
        "Affected: Database and Production API.",
        "New disks.",
        "https://s.example/maintenance/m1/",
    ]


def test_a_change_says_the_new_time_in_the_language_asked_for() -> None:
    told = message([ANNOUNCED, MOVED], NAMES, WIB, "", "id")
    assert told.title == "Pemeliharaan diubah: Version upgrade"
    lines = told.body.split("\n\n")
    assert lines[:2] == ["2026-12-04 13:00 WIB – 2026-12-04 15:00 WIB", "Terdampak: Database dan Production API."]


def test_a_recurrence_is_announced_once_with_how_often_it_comes() -> None:
    starts = [T0 + 864_000 + week * 604_800 for week in range(4)]
    told = message([ANNOUNCED], NAMES, WIB, "", repeats=starts)
    assert "It repeats: 4 times in all, the last from 2026-12-25 12:00 WIB." in told.body


def test_what_was_said_over_an_hour_ago_is_history() -> None:
    events = [ANNOUNCED, MOVED]
    assert keys("m1", events, T0 + 3600) == {"maintenance:m1/1": 1, "maintenance:m1/2": 2}
    assert keys("m1", events, T0 + 3601) == {"maintenance:m1/2": 2}


def test_what_comes_after_the_end_is_not_told() -> None:
    done = NoticeEvent(T0 + 90, NoticeAction.COMPLETE)
    assert list(keys("m1", [ANNOUNCED, done, NoticeEvent(T0 + 95, NoticeAction.CANCEL)], T0 + 100)) == [
        "maintenance:m1/1",
        "maintenance:m1/2",
    ]
