"""Maintenance at the command line: what is written, and what each step is said to be worth."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from monitor.cli import maintenance
from monitor.cli.maintenance_desk import Desk
from monitor.cli.moments import length, moment, moment_twice, parse_length, parse_time
from monitor.core.notice import NoticeAction
from tests.cli.house import SETTINGS, Done, House

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = 1_795_496_400  # Tue 24 Nov 2026 12:00 WIB = 05:00 UTC
DAY = 86_400


class Hall(House):
    """A house with a clock of its own, and a hub that publishes when it is told to."""

    now = NOON

    def announce(self, *more: str, start: str = "2026-12-04 12:00", component: str = "database") -> Done:
        words = ("--component", component, "--start", start, "--for", "2h", "--title", "Database upgrade")
        return self.run("maintenance", "announce", *words, "--wait", "0s", *more)

    def publish(self, at: int) -> None:
        store = self.store()
        store.notices.publish([record.no for record in store.notices.all()], at)
        store.close()


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    found = Hall(tmp_path)
    found.settings()
    monkeypatch.setattr(maintenance, "asked_at", lambda: found.now)
    monkeypatch.setattr(maintenance, "ended_at", lambda: found.now)
    return found


def test_ten_days_ahead_is_said_not_to_count(hall: Hall) -> None:
    done = hall.announce()
    assert done.code == 0
    assert done.lines[:2] == [
        "m-2026-12-04-database-upgrade: Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 14:00 WIB",
        "Announced 10 days ahead: its time will not count.",
    ]


def test_two_days_ahead_is_said_to_count_and_when_it_would_not_have(hall: Hall) -> None:
    assert hall.announce(start="2026-11-26 12:00").lines[1] == (
        "Only 2 days' notice (7 days needed, latest moment was Thu 19 Nov 2026 12:00 WIB = Thu 19 Nov 2026 05:00 UTC): "
        "downtime in it will count. Probing goes on."
    )


def test_exactly_seven_days_are_enough_and_a_second_less_is_not(hall: Hall) -> None:
    assert hall.announce(start="2026-12-01 12:00").lines[1] == "Announced 7 days ahead: its time will not count."
    hall.now = NOON + 1
    assert hall.announce(start="2026-12-01 12:00").lines[1].startswith("Only 6 days' notice (7 days needed, ")


def test_work_that_has_begun_gets_no_notice(hall: Hall) -> None:
    assert hall.announce(start="2026-11-24 11:00").lines[1].startswith("No notice, it has begun (7 days needed, ")


def test_an_agreement_that_demands_more_notice_is_judged_apart(hall: Hall) -> None:
    hall.settings(
        SETTINGS
        + "agreements:\n"
        + "  - {{id: acme, customer: Acme, components: [database], target: 99.5%, notice: 14d}}\n"
        + "  - {{id: other, customer: Other, components: [api], target: 99.5%, notice: 14d}}\n"
    )
    assert hall.announce().lines[1:3] == [
        "Announced 10 days ahead: its time will not count.",
        "Agreement acme: Only 10 days' notice (14 days needed, latest moment was Fri 20 Nov 2026 12:00 WIB = "
        "Fri 20 Nov 2026 05:00 UTC): downtime in it will count. Probing goes on.",
    ]


def test_a_notice_is_not_published_while_the_hub_is_down_and_that_is_said(hall: Hall) -> None:
    done = hall.announce()
    assert done.lines[2].startswith("Not published yet: the hub is not running")
    assert hall.run("maintenance", "list", "--json").json[0]["published_at"] is None


def test_a_notice_counts_from_the_moment_the_page_showed_it_not_from_the_request(hall: Hall) -> None:
    hall.announce(start="2026-12-01 12:00")
    hall.publish(NOON + 3)
    (found,) = hall.run("maintenance", "list", "--json").json
    assert found["published_at"] == "2026-11-24T05:00:03Z"
    assert found["components"][0]["notices"][0]["eligible"] is False


def test_a_published_notice_is_said_to_be_worth_what_its_stamp_gives(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped = Desk.published

    def hub(desk: Desk, record: object, wait: int) -> object:
        hall.publish(NOON + 2)
        return stamped(desk, record, wait)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "published", hub)
    done = hall.announce(start="2026-12-01 12:00")
    assert len(done.lines) == 2
    assert done.lines[1].startswith("Only 6 days' notice")


def test_a_notice_is_named_by_its_day_in_the_zone_and_its_title_and_numbered_when_taken(hall: Hall) -> None:
    assert hall.announce("--json", start="2026-12-03T18:00Z").json["id"] == "m-2026-12-04-database-upgrade"
    assert hall.announce("--json").json["id"] == "m-2026-12-04-database-upgrade-2"


def test_an_unknown_component_is_refused_with_the_nearest(hall: Hall) -> None:
    done = hall.announce(component="databse")
    assert done.code == 2
    assert "there is no component databse; did you mean database?" in done.err
    assert hall.run("maintenance", "list", "--all", "--json").json == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--start", "2026-12-04 12:00", "--end", "2026-12-04 12:00"), "before it starts Fri 4 Dec 2026 12:00 WIB"),
        (("--start", "2026-12-04 12:00"), "a maintenance needs an end; give --end TIME or --for DURATION"),
        (("--start", "2026-12-04 12:00", "--for", "1h", "--end", "2026-12-04 13:00"), "give --end or --for, not both"),
        (("--start", "tomorrow", "--for", "1h"), "'tomorrow' is not a time; write 2026-11-29 01:00"),
        (("--start", "2026-12-04", "--for", "1h"), "'2026-12-04' is not a time"),
        (("--start", "2026-02-30 01:00", "--for", "1h"), "'2026-02-30 01:00' is not in the calendar"),
        (("--start", "2026-12-04 12:00", "--for", "2 hours"), "'2 hours' is not a duration"),
        (("--start", "2026-12-04 12:00", "--for", "0s"), "it would end Fri 4 Dec 2026 12:00 WIB"),
        (("--start", "2025-12-04 12:00", "--for", "1h"), "this would have ended already"),
        (("--for", "1h"), "a maintenance needs --component, --start, --end (or --for) and --title"),
    ],
)
def test_what_makes_no_period_is_refused_with_the_remedy(hall: Hall, words: tuple[str, ...], message: str) -> None:
    done = hall.run("maintenance", "announce", "--component", "api", "--title", "Work", *words)
    assert done.code == 2
    assert message in done.err
    assert not (hall.folder / "janji.db").exists() or hall.run("maintenance", "list", "--json").json == []


def test_a_revision_says_what_is_kept_and_what_is_a_new_notice(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON)
    hall.now = NOON + 5 * DAY
    done = hall.run(
        "maintenance", "revise", "m-2026-12-04-database-upgrade", "--end", "2026-12-04 16:00", "--wait", "0s"
    )
    assert done.code == 0
    assert done.lines[:3] == [
        "m-2026-12-04-database-upgrade: Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 16:00 WIB",
        "database, Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 14:00 WIB: "
        "kept, announced Tue 24 Nov 2026 12:00 WIB: its time will not count.",
        "database, Fri 4 Dec 2026 14:00 WIB to Fri 4 Dec 2026 16:00 WIB: "
        "new notice. Only 5 days' notice (7 days needed, latest moment was Fri 27 Nov 2026 14:00 WIB = "
        "Fri 27 Nov 2026 07:00 UTC): downtime in it will count. Probing goes on.",
    ]


def test_a_late_notice_moved_later_may_become_good(hall: Hall) -> None:
    hall.announce(start="2026-12-01 11:00")
    hall.publish(NOON)
    done = hall.run(
        "maintenance", "revise", "m-2026-12-01-database-upgrade", "--start", "2026-12-01 12:00", "--wait", "0s"
    )
    assert done.lines[1].endswith("kept, announced Tue 24 Nov 2026 12:00 WIB: its time will not count.")


def test_a_component_dropped_by_a_revision_counts_again_and_an_added_one_is_a_new_notice(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON)
    done = hall.run("maintenance", "revise", "m-2026-12-04-database-upgrade", "--component", "api", "--wait", "0s")
    assert done.lines[1] == "database: dropped; downtime of it counts."
    assert done.lines[2].startswith("api, Fri 4 Dec 2026 12:00 WIB")
    assert "new notice. Announced 10 days ahead" in done.lines[2]


def test_a_revision_of_nothing_is_refused(hall: Hall) -> None:
    hall.announce()
    assert hall.run("maintenance", "revise", "m-2026-12-04-database-upgrade").code == 2


def test_cancelled_before_its_start_nothing_is_left(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON)
    hall.now = NOON + DAY
    done = hall.run("maintenance", "cancel", "m-2026-12-04-database-upgrade")
    assert done.lines == [
        "m-2026-12-04-database-upgrade: Cancelled Wed 25 Nov 2026 12:00 WIB = Wed 25 Nov 2026 05:00 UTC, "
        "before its start: nothing of it is left."
    ]
    assert hall.run("maintenance", "list").lines == ["No maintenance is planned."]
    assert hall.run("maintenance", "list", "--all", "--json").json[0]["status"] == "cancelled"


def test_completed_while_it_runs_downtime_counts_from_then_on(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON)
    hall.now = NOON + 10 * DAY + 1800
    done = hall.run("maintenance", "complete", "m-2026-12-04-database-upgrade", "--json")
    assert done.json["closed_at"] == "2026-12-04T05:30:00Z"
    assert done.json["components"][0]["notices"][0]["counts_until"] == "2026-12-04T05:30:00Z"
    assert done.json["says"] == [
        "m-2026-12-04-database-upgrade: Completed Fri 4 Dec 2026 12:30 WIB = Fri 4 Dec 2026 05:30 UTC: "
        "from then on downtime counts again."
    ]


def test_what_was_completed_is_not_completed_cancelled_or_revised_again(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON)
    id_ = "m-2026-12-04-database-upgrade"
    hall.run("maintenance", "complete", id_)
    for words in (("complete", id_), ("cancel", id_), ("revise", id_, "--title", "Later", "--wait", "0s")):
        done = hall.run("maintenance", *words)
        assert done.code == 1
        assert "this maintenance was already completed; announce a new one" in done.err


def test_what_was_never_shown_cannot_be_ended(hall: Hall) -> None:
    hall.announce()
    done = hall.run("maintenance", "cancel", "m-2026-12-04-database-upgrade")
    assert done.code == 1
    assert "not published yet" in done.err


def test_a_stamp_a_second_ahead_does_not_stop_a_cancellation_in_the_same_second(hall: Hall) -> None:
    hall.announce()
    hall.publish(NOON + 1)
    assert hall.run("maintenance", "cancel", "m-2026-12-04-database-upgrade").code == 0


def test_show_gives_each_notice_and_who_did_what(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "budi")
    hall.announce("--description", "Version 17.")
    hall.publish(NOON)
    assert hall.run("maintenance", "show", "m-2026-12-04-database-upgrade").lines == [
        "Database upgrade (m-2026-12-04-database-upgrade): announced",
        "  Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 14:00 WIB: database",
        "  Version 17.",
        "  database, Fri 4 Dec 2026 12:00 WIB to Fri 4 Dec 2026 14:00 WIB: "
        "announced Tue 24 Nov 2026 12:00 WIB, excluded",
        "  Tue 24 Nov 2026 12:00 WIB: announce by budi (unproven)",
    ]


def test_an_unknown_maintenance_is_refused_with_the_nearest(hall: Hall) -> None:
    hall.announce()
    done = hall.run("maintenance", "show", "m-2026-12-04-database-upgrad")
    assert done.code == 2
    assert "did you mean m-2026-12-04-database-upgrade?" in done.err


def test_the_holder_of_a_token_announces_under_their_name(hall: Hall) -> None:
    token = hall.run("token", "create", "budi", "--scope", "maintenance").out.strip()
    hall.run(
        *("maintenance", "announce", "--component", "api", "--start", "2026-12-04 12:00", "--for", "1h"),
        *("--title", "Work", "--wait", "0s"),
        env={"JANJI_TOKEN": token},
    )
    store = hall.store()
    (record,) = store.notices.all()
    store.close()
    assert record.actor == "budi"
    assert record.event.action is NoticeAction.ANNOUNCE


def test_a_token_without_the_scope_announces_nothing(hall: Hall) -> None:
    token = hall.run("token", "create", "budi", "--scope", "approve").out.strip()
    done = hall.run(
        *("maintenance", "announce", "--component", "api", "--start", "2026-12-04 12:00", "--for", "1h"),
        *("--title", "Work", "--wait", "0s"),
        env={"JANJI_TOKEN": token},
    )
    assert done.code == 1
    assert "has no scope maintenance" in done.err
    assert hall.run("maintenance", "list", "--json").json == []


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24 12:00", NOON),
        ("2026-11-24T12:00:05", NOON + 5),
        ("2026-11-24 05:00Z", NOON),
        ("2026-11-24T05:00z", NOON),
        ("2026-11-24 06:00+01:00", NOON),
        ("2026-11-24 06:00 +0100", NOON),
    ],
)
def test_a_time_is_read_in_the_zone_or_by_its_offset(text: str, instant: int) -> None:
    assert parse_time(text, JAKARTA) == instant


def test_a_skipped_wall_time_moves_on_by_the_gap_and_a_doubled_one_is_the_first() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert parse_time("2026-03-29 02:30", berlin) == parse_time("2026-03-29 01:30Z", berlin)
    assert parse_time("2026-10-25 02:30", berlin) == parse_time("2026-10-25 00:30Z", berlin)


@pytest.mark.parametrize(
    "text", ["0001-01-01 00:00", "9999-12-31 23:59", "12026-11-24 12:00", "2026-11-24 12:00+99:99"]
)
def test_a_time_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 2026-11-29 01:00"):
        parse_time(text, JAKARTA)


def test_a_length_is_in_whole_seconds() -> None:
    assert parse_length("90m") == 5400
    with pytest.raises(click.BadParameter, match="not in whole seconds"):
        parse_length("1500ms")


@pytest.mark.parametrize("text", ["3661d", "99999999999999d"])
def test_a_length_of_more_than_ten_years_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is longer than 3660 days"):
        parse_length(text)


def test_moments_show_seconds_only_where_there_are_any_and_utc_once() -> None:
    assert moment(NOON + 5, JAKARTA) == "Tue 24 Nov 2026 12:00:05 WIB"
    assert moment_twice(NOON, ZoneInfo("UTC")) == "Tue 24 Nov 2026 05:00 UTC"


def test_lengths_of_whole_days_are_in_words() -> None:
    assert [length(seconds) for seconds in (DAY, 7 * DAY, DAY + 3600, 60)] == ["1 day", "7 days", "1 d 1 h", "1 min"]


def test_json_holds_instants_in_utc(hall: Hall) -> None:
    done = hall.announce("--json")
    document = json.loads(done.out)
    assert (document["start"], document["end"]) == ("2026-12-04T05:00:00Z", "2026-12-04T07:00:00Z")
    assert document["latest_moment"] == "2026-11-27T05:00:00Z"
