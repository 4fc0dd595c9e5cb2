"""Who is told what, and when: grouping, causes, silences, quiet hours, rates, reminders, escalation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time

import pytest

from monitor.core.alert import Channel, Escalation, On, Plan, Quiet, Rule, Subject, Urgency
from monitor.core.alerting.dispatch import Decisions, decide, fits
from monitor.core.alerting.episode import Episode, Silence, Told
from monitor.core.alerting.holding import World, is_quiet
from monitor.core.alerting.runs import Event
from monitor.core.rate import Rate

T = 1_767_225_600  # 2026-01-01T00:00:00Z
FIRED, RECOVERED = Event.FIRED, Event.RECOVERED
DOWN = Rule(On.DOWN, channels=("ops",))
SLOW = Rule(On.DEGRADED, channels=("ops",))
SUBJECTS = {
    "database": Subject("Database"),
    "api": Subject("API", depends_on=("database",)),
    "web": Subject("Web", depends_on=("api",)),
    "mail": Subject("Mail"),
}


def plan(*rules: Rule, channel: Channel = Channel(("json://127.0.0.1:9",)), wait: int = 10) -> Plan:  # noqa: B008 - frozen
    return Plan(rules or (DOWN, SLOW), {"ops": channel, "leads": channel}, SUBJECTS, wait=wait)


def firing(no: int, subject: str, at: int = 0, *, rule: Rule = DOWN, **values: object) -> Episode:
    """An episode whose slot began a minute before `at`, when it was decided; seconds after T."""
    episode = Episode(no, rule.key, subject, T + at - 60, T + at, rule.channels, rule.usual_urgency)
    return replace(episode, **values)  # type: ignore[arg-type]


def over(episode: Episode, at: int) -> Episode:
    return replace(episode, recovered_at=T + at - 60, ended_at=T + at)


class Desk:
    """Decides again and again on the same episodes, and keeps what was told as the store does."""

    def __init__(self, plan: Plan, *episodes: Episode, **world: object) -> None:
        self.plan = plan
        self.episodes = {episode.no: episode for episode in episodes}
        self.world = world
        self.recent: dict[str, list[tuple[int, Event]]] = {}

    def put(self, *episodes: Episode) -> None:
        """Episodes as they are now; what was told of them stays."""
        for episode in episodes:
            before = self.episodes.get(episode.no)
            self.episodes[episode.no] = replace(episode, told=before.told if before else {})

    def at(self, moment: int) -> list[tuple[str, Event, list[str]]]:
        """The letters of a moment: channel, event and what they are about."""
        return [
            (letter.channel, letter.event, [item.episode.subject for item in letter.items])
            for letter in self.decided(moment).letters
        ]

    def decided(self, moment: int) -> Decisions:
        marks = dict.fromkeys(SUBJECTS, T + moment - moment % 60)
        world = World(self.plan, **{"watermarks": marks, "recent": self.recent, **self.world})  # type: ignore[arg-type]
        found = decide(list(self.episodes.values()), world, T + moment)
        for letter in found.letters:
            self.recent.setdefault(letter.channel, []).append((T + moment, letter.event))
        for (no, channel), told in found.told.items():
            self.episodes[no] = replace(self.episodes[no], told={**self.episodes[no].told, channel: told})
        for no in found.settled:
            del self.episodes[no]
        return found

    def held(self, no: int, channel: str = "ops") -> str:
        return self.episodes[no].told.get(channel, Told()).held


def test_what_breaks_within_ten_seconds_is_one_message() -> None:
    desk = Desk(plan(), firing(1, "database"), firing(2, "mail", 9))
    assert desk.at(9) == []
    assert desk.at(10) == [("ops", FIRED, ["database", "mail"])]
    assert desk.at(11) == []


def test_a_slot_shorter_than_the_wait_is_the_wait() -> None:
    quick = replace(plan(), subjects={"mail": Subject("Mail", every=1)})
    desk = Desk(quick, firing(1, "mail"))
    assert desk.at(0) == []
    assert desk.at(1) == [("ops", FIRED, ["mail"])]


def test_what_breaks_after_a_message_is_collected_for_the_rest_of_the_slot() -> None:
    desk = Desk(plan(), firing(1, "database"))
    assert desk.at(10) == [("ops", FIRED, ["database"])]
    desk.put(firing(2, "mail", 12))
    assert desk.at(40) == []
    desk.put(firing(3, "mail", 50, rule=SLOW))
    assert desk.at(70) == [("ops", FIRED, ["mail", "mail"])], "a slot after the message before it"


def test_a_firing_is_told_within_one_slot_of_its_decision_whatever_came_before() -> None:
    desk = Desk(plan(), firing(1, "mail"))
    desk.recent["ops"] = [(T - 1, FIRED)]
    assert [moment for moment in range(100) if desk.at(moment)] == [59]


def test_a_recovery_goes_once_to_the_channels_that_were_told() -> None:
    desk = Desk(plan(), firing(1, "mail"))
    desk.at(10)
    desk.put(over(firing(1, "mail"), 120))
    assert desk.at(121) == []
    assert desk.at(130) == [("ops", RECOVERED, ["mail"])]
    assert desk.episodes == {}


def test_what_fired_and_recovered_before_anybody_was_told_is_told_of_twice_in_order() -> None:
    desk = Desk(plan(), over(firing(1, "mail"), 5))
    assert desk.at(5) == [("ops", FIRED, ["mail"]), ("ops", RECOVERED, ["mail"])]
    assert desk.at(6) == []


def test_children_of_a_known_cause_are_held_back_and_named() -> None:
    desk = Desk(plan(), firing(1, "database"), firing(2, "api", 3), firing(3, "web", 5))
    letters = desk.decided(10).letters
    assert [[item.episode.subject for item in letter.items] for letter in letters] == [["database"]]
    assert letters[0].items[0].children == ("api", "web")
    assert desk.held(2) == desk.held(3) == "cause:database"


def test_a_child_that_breaks_first_waits_until_its_cause_was_looked_at_since() -> None:
    desk = Desk(plan(), firing(1, "api", 15))
    assert desk.at(25) == [], "the database was not probed since"
    assert desk.held(1) == "wait:"
    desk.put(firing(2, "database", 40))
    assert desk.at(50) == [("ops", FIRED, ["database"])]
    assert desk.held(1) == "cause:database"


def test_a_child_waits_for_its_cause_one_slot_at_most() -> None:
    desk = Desk(plan(), firing(1, "api", 15), watermarks={"database": T})
    assert desk.at(74) == []
    assert desk.at(75) == [("ops", FIRED, ["api"])]


def test_a_child_whose_cause_is_well_is_told_as_soon_as_that_is_known() -> None:
    desk = Desk(plan(), firing(1, "api", 15), watermarks={"database": T + 60})
    assert desk.at(25) == [("ops", FIRED, ["api"])]


def test_a_child_is_held_while_its_cause_is_down_though_no_rule_fired_for_that_yet() -> None:
    patient = Rule(On.DOWN, after=5, channels=("ops",), components=frozenset({"database"}))
    hasty = Rule(On.DOWN, channels=("ops",), components=frozenset({"api"}))
    desk = Desk(plan(patient, hasty), firing(1, "api", rule=hasty), down=frozenset({"database"}))
    assert desk.at(60) == []
    assert desk.held(1) == "cause:database"
    desk.plan = plan(hasty)
    assert desk.at(61) == [("ops", FIRED, ["api"])], "nobody would hear of the database"


def test_a_child_that_recovers_with_its_cause_is_never_told() -> None:
    desk = Desk(plan(), firing(1, "database"), firing(2, "api", 3))
    desk.at(10)
    desk.put(over(firing(1, "database"), 300))
    desk.put(over(firing(2, "api", 3), 340))
    assert desk.at(340) == [("ops", RECOVERED, ["database"])]
    assert desk.episodes == {}


def test_a_child_that_stays_broken_after_its_cause_recovered_fires() -> None:
    desk = Desk(plan(), firing(1, "database"), firing(2, "api", 3))
    desk.at(10)
    cause = over(firing(1, "database"), 300)
    desk.put(cause)
    assert desk.at(310) == [("ops", RECOVERED, ["database"])]
    desk.put(cause)  # the store gives causes for an hour after they ended
    desk.episodes[1] = replace(cause, told={"ops": Told(fired_at=T + 10, recovered_at=T + 310)})
    assert desk.at(374) == [], "its next slot could still be good"
    (letter,) = desk.decided(375).letters
    assert (letter.items[0].episode.subject, letter.items[0].held) == ("api", "cause:database")


def test_a_cause_that_other_people_hear_of_holds_nothing_back() -> None:
    elsewhere = Rule(On.DOWN, channels=("leads",), components=frozenset({"database"}))
    desk = Desk(plan(DOWN, elsewhere), firing(1, "database", rule=elsewhere), firing(2, "mail"), firing(3, "api"))
    assert ("ops", FIRED, ["mail", "api"]) in desk.at(60)


SILENCE = Silence(4, ("mail",), T - 100, T + 600, "a new version", "budi")


def test_a_silence_holds_back_what_it_covers_and_what_lasts_is_told_when_it_ends() -> None:
    desk = Desk(plan(), firing(1, "mail"), firing(2, "database"), silences=[SILENCE])
    assert desk.at(10) == [("ops", FIRED, ["database"])]
    assert desk.held(1) == "silence:4"
    (letter,) = desk.decided(600).letters
    assert [(item.episode.subject, item.held) for item in letter.items] == [("mail", "silence:4")]


def test_what_comes_and_goes_in_a_silence_is_on_record_and_tells_nobody() -> None:
    desk = Desk(plan(), firing(1, "mail"), silences=[SILENCE])
    desk.at(10)
    desk.put(over(firing(1, "mail"), 200))
    found = desk.decided(200)
    assert (found.letters, found.settled) == ((), (1,))
    assert found.told[1, "ops"].closed_at == T + 200


def test_a_silence_that_was_ended_holds_nothing() -> None:
    ended = replace(SILENCE, ended_at=T + 5)
    assert Desk(plan(), firing(1, "mail"), silences=[ended]).at(10) == [("ops", FIRED, ["mail"])]


def test_a_recovery_is_told_in_a_silence_to_those_who_know_of_the_trouble() -> None:
    desk = Desk(plan(), firing(1, "mail"))
    desk.at(10)
    desk.world["silences"] = [replace(SILENCE, start=T + 20)]
    desk.put(over(firing(1, "mail"), 100))
    assert desk.at(110) == [("ops", RECOVERED, ["mail"])]


def test_maintenance_holds_back_alerts_of_its_components_and_an_overrun_is_told() -> None:
    desk = Desk(plan(), firing(1, "mail"), maintenance={"mail": T + 900})
    assert desk.at(10) == []
    desk.world["maintenance"] = {}
    (letter,) = desk.decided(900).letters
    assert letter.items[0].held == f"maintenance:{T + 900}"


NIGHT = Quiet(time(22), time(7))


@pytest.mark.parametrize(("hour", "expected"), [(21, False), (22, True), (3, True), (6, True), (7, False), (12, False)])
def test_quiet_hours_reach_over_midnight(hour: int, expected: bool) -> None:
    assert is_quiet(NIGHT, T + hour * 3600) is expected


def test_quiet_hours_by_day_do_not() -> None:
    assert [is_quiet(Quiet(time(9), time(17)), T + hour * 3600) for hour in (8, 9, 16, 17)] == [
        False,
        True,
        True,
        False,
    ]


def test_quiet_hours_hold_tickets_and_let_pages_through() -> None:
    quiet = plan(channel=Channel(("a",), quiet=NIGHT))
    desk = Desk(quiet, firing(1, "mail", rule=SLOW), firing(2, "mail"))
    assert desk.at(10) == [("ops", FIRED, ["mail"])]
    assert desk.held(1) == "quiet:"
    (letter,) = desk.decided(7 * 3600).letters
    assert [(item.episode.no, item.held, item.over) for item in letter.items] == [(1, "quiet:", False)]


def test_what_came_and_went_in_quiet_hours_is_told_in_the_morning_once() -> None:
    desk = Desk(plan(channel=Channel(("a",), quiet=NIGHT)), firing(1, "mail", rule=SLOW))
    desk.at(10)
    desk.put(over(firing(1, "mail", rule=SLOW), 600))
    assert desk.at(600) == []
    (letter,) = desk.decided(7 * 3600).letters
    assert (letter.event, letter.items[0].over) == (FIRED, True)
    assert desk.episodes == {}


def test_a_channel_that_had_its_share_gets_the_rest_in_its_next_message() -> None:
    desk = Desk(plan(channel=Channel(("a",), rate=Rate(burst=1, interval_ms=600_000)), wait=0), firing(1, "database"))
    assert desk.at(0) == [("ops", FIRED, ["database"])]
    desk.put(firing(2, "mail", 60))
    assert desk.at(60) == []
    assert desk.held(2) == "rate:"
    desk.put(over(firing(2, "mail", 60), 120), firing(3, "mail", 180))
    assert desk.at(599) == []
    (letter,) = desk.decided(600).letters
    assert [(item.episode.no, item.held, item.over) for item in letter.items] == [
        (2, "rate:", True),
        (3, "rate:", False),
    ]


def test_a_rate_lets_its_burst_through_and_then_one_at_a_time() -> None:
    rate = Rate(burst=2, interval_ms=60_000)
    assert fits(rate, [], 0)
    assert fits(rate, [0], 0)
    assert not fits(rate, [0, 0], 59)
    assert fits(rate, [0, 0], 60)


def test_reminders_come_at_doubling_distances_up_to_six_hours() -> None:
    desk = Desk(plan(replace(DOWN, remind=3_600), wait=0), firing(1, "mail"))
    told = [moment for moment in range(0, 30 * 3600, 600) if desk.at(moment)]
    assert [moment // 3600 for moment in told] == [0, 1, 3, 7, 13, 19, 25]


def test_nobody_is_reminded_of_what_somebody_has_acknowledged() -> None:
    acknowledged = firing(1, "mail", acked_at=T + 20, acked_by="budi")
    desk = Desk(plan(replace(DOWN, remind=600), wait=0), acknowledged)
    assert desk.at(0) == [("ops", FIRED, ["mail"])]
    assert desk.at(6_000) == []


ESCALATING = replace(DOWN, escalate=(Escalation(900, ("leads",)),))


def test_what_nobody_acknowledges_goes_to_the_next_channel_and_so_does_its_recovery() -> None:
    desk = Desk(plan(ESCALATING, wait=0), firing(1, "mail", rule=ESCALATING))
    assert desk.at(0) == [("ops", FIRED, ["mail"])]
    assert desk.at(899) == []
    assert desk.at(900) == [("leads", Event.ESCALATED, ["mail"])]
    desk.put(over(firing(1, "mail", rule=ESCALATING), 1_000))
    assert desk.at(1_000) == [("ops", RECOVERED, ["mail"]), ("leads", RECOVERED, ["mail"])]


def test_an_acknowledgement_stops_the_escalation() -> None:
    desk = Desk(plan(ESCALATING, wait=0), firing(1, "mail", rule=ESCALATING, acked_at=T + 800, acked_by="budi"))
    desk.at(0)
    assert desk.at(900) == []


def test_an_escalation_before_the_acknowledgement_still_gets_its_recovery() -> None:
    desk = Desk(plan(ESCALATING, wait=0), firing(1, "mail", rule=ESCALATING))
    desk.at(900)
    desk.put(replace(over(firing(1, "mail", rule=ESCALATING), 2_000), acked_at=T + 950))
    assert desk.at(2_000) == [("ops", RECOVERED, ["mail"]), ("leads", RECOVERED, ["mail"])]


def test_what_turns_out_to_flap_or_gets_worse_is_told_once_more() -> None:
    desk = Desk(plan(wait=0), firing(1, "mail"))
    desk.at(0)
    desk.put(firing(1, "mail", flapping=True))
    assert desk.at(60) == [("ops", Event.FLAPPING, ["mail"])]
    desk.put(firing(1, "mail", flapping=True, level=2))
    assert desk.at(120) == [("ops", Event.WORSENED, ["mail"])]
    assert desk.at(180) == []


def test_a_rule_that_is_gone_still_tells_its_recovery() -> None:
    desk = Desk(plan(), firing(1, "mail"))
    desk.at(10)
    desk.plan = Plan((), desk.plan.channels, SUBJECTS)
    desk.put(over(firing(1, "mail"), 100))
    assert desk.at(110) == [("ops", RECOVERED, ["mail"])]


def test_no_two_letters_to_a_channel_bear_one_name() -> None:
    desk = Desk(plan(replace(DOWN, remind=600), wait=0), firing(1, "mail"))
    names: list[str] = []
    steps: Sequence[tuple[int, Mapping[str, object]]] = [
        (0, {}), (600, {}), (900, {"flapping": True}), (1_000, {"flapping": True, "level": 2}), (1_800, {"level": 2}),
    ]  # fmt: skip
    for moment, values in steps:
        desk.put(firing(1, "mail", **values))
        names += [letter.name for letter in desk.decided(moment).letters]
    assert names == ["1/fired", "1/reminder/1", "1/flapping", "1/worsened/2"]


def test_urgencies_are_by_the_trouble_unless_the_rule_says() -> None:
    assert [rule.usual_urgency for rule in (DOWN, SLOW)] == [Urgency.PAGE, Urgency.TICKET]
    assert replace(SLOW, urgency=Urgency.PAGE).usual_urgency is Urgency.PAGE
