"""Moving, lengthening, shortening and repeating maintenance: what each is worth is said before it is done."""

from pathlib import Path

import pytest

from monitor.cli import maintenance
from tests.cli.house import Done
from tests.cli.test_maintenance import DAY, NOON, Hall

ID = "m-2026-12-04-database-upgrade"  # 12:00 to 14:00 WIB, announced ten days ahead


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    found = Hall(tmp_path)
    found.settings()
    for name in ("asked_at", "ended_at"):
        monkeypatch.setattr(maintenance, name, lambda: found.now)
        monkeypatch.setattr(f"monitor.cli.moments.{name}", lambda: found.now)
    monkeypatch.setattr("monitor.cli.maintenance_repeat.asked_at", lambda: found.now)
    assert found.announce().code == 0
    found.publish(NOON)
    return found


def change(hall: Hall, *words: str) -> Done:
    return hall.run("maintenance", *words, "--wait", "0s")


def test_an_extension_says_what_of_it_will_count(hall: Hall) -> None:
    hall.now = NOON + 8 * DAY
    done = change(hall, "extend", ID, "--by", "30m")
    assert done.lines[:2] == [
        f"{ID}: Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 14:30 WIB",
        "This extension has 2 days' notice: its 30 min will count.",
    ]


def test_an_extension_seven_days_ahead_does_not_count(hall: Hall) -> None:
    hall.now = NOON + DAY
    done = change(hall, "extend", ID, "--end", "2026-12-04 15:00")
    assert done.lines[1] == "This extension has 9 days' notice: its 1 h will not count."


def test_what_a_shortening_leaves_keeps_its_notice(hall: Hall) -> None:
    hall.now = NOON + 9 * DAY
    done = change(hall, "shorten", ID, "--by", "30m")
    assert done.lines[:2] == [
        f"{ID}: Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 13:30 WIB",
        "What is left announces nothing new: what is left keeps the notice that it had.",
    ]


def test_a_move_keeps_its_length_and_the_notice_of_what_overlaps(hall: Hall) -> None:
    hall.now = NOON + 9 * DAY
    done = change(hall, "move", ID, "--by", "1h")
    assert done.lines[:2] == [
        f"{ID}: Fri 4 Dec 2026 13:00 WIB to Fri 4 Dec 2026 15:00 WIB",
        "This move has 1 day's notice: its 1 h will count.",
    ]
    assert any("13:00 WIB to Fri 4 Dec 2026 14:00 WIB: kept" in line for line in done.lines)


def test_a_start_before_the_announced_one_counts_until_then(hall: Hall) -> None:
    hall.now = NOON + 10 * DAY - 600
    done = change(hall, "start", ID)
    assert done.lines[:2] == [
        f"{ID}: Fri 4 Dec 2026 11:50 WIB to Fri 4 Dec 2026 14:00 WIB",
        "This earlier start has no notice: its 10 min will count.",
    ]
    hall.now += 1200
    assert change(hall, "start", ID).code == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("extend", ID, "--end", "2026-12-04 13:00"), "to end it earlier, use shorten"),
        (("shorten", ID, "--end", "2026-12-04 15:00"), "to end it later, use extend"),
        (("shorten", ID, "--by", "2h"), "nothing would be left"),
        (("extend", ID), "give --by or --end"),
        (("move", ID), "give --start or --by"),
        (("move", "m-2026-12-04-database", "--by", "1h"), f"did you mean {ID}?"),
    ],
)
def test_what_is_no_such_change_is_refused_with_the_remedy(hall: Hall, words: tuple[str, ...], sentence: str) -> None:
    done = change(hall, *words)
    assert (done.code, sentence in done.err) == (2, True), done.err


def test_on_a_terminal_it_asks_first_and_no_changes_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.confirm.sys", _Terminal)
    hall.now = NOON + 8 * DAY
    done = change(hall, "extend", ID, "--by", "30m")
    assert done.code == 130
    assert "This extension has 2 days' notice: its 30 min will count.\nGo on? [y/N]" in done.err
    assert hall.run("maintenance", "list", "--json").json[0]["end"] == "2026-12-04T07:00:00Z"
    assert change(hall, "extend", ID, "--by", "30m", "--yes").code == 0


class _Terminal:
    class stdin:
        @staticmethod
        def isatty() -> bool:
            return True


def test_a_recurrence_announces_every_occurrence_and_says_which_are_late(hall: Hall) -> None:
    weekly = ("--repeat", "FREQ=WEEKLY;COUNT=3")
    done = hall.announce(*weekly, start="2026-11-27 01:00")
    assert done.lines[:2] == [
        "m-2026-11-27-database-upgrade: the first of 3",
        "3 occurrences, from Fri 27 Nov 2026 01:00 WIB to Fri 11 Dec 2026 01:00 WIB: 2 announced in time, whose time "
        "will not count.",
    ]
    assert done.lines[2].startswith("Fri 27 Nov 2026 01:00 WIB to Fri 27 Nov 2026 03:00 WIB: Only 2 days' notice")
    listed = [item["id"] for item in hall.run("maintenance", "list", "--json").json]
    assert listed == [
        "m-2026-11-27-database-upgrade",
        "m-2026-12-04-database-upgrade-2",  # 01:00
        ID,  # 12:00
        "m-2026-12-11-database-upgrade",
    ]


def test_what_is_still_to_come_of_a_recurrence_is_called_off_at_once(hall: Hall) -> None:
    hall.announce("--repeat", "FREQ=WEEKLY;COUNT=3", start="2026-12-06 01:00")
    first = "m-2026-12-06-database-upgrade"
    assert hall.run("maintenance", "cancel", first, "--series").code == 1, "it was not shown yet"
    hall.publish(NOON + 60)
    hall.now = NOON + 13 * DAY
    done = hall.run("maintenance", "cancel", first, "--series")
    assert (done.code, done.lines[0].startswith("2 cancelled")) == (0, True), done.err
    assert hall.run("maintenance", "cancel", ID, "--series").code == 1, "it stands alone"


def test_a_rule_that_cannot_be_announced_announces_nothing(hall: Hall) -> None:
    done = hall.announce("--repeat", "FREQ=HOURLY", start="2026-12-06 01:00")
    assert (done.code, "has no FREQ of" in done.err) == (2, True)
    assert len(hall.run("maintenance", "list", "--json").json) == 1
