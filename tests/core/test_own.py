"""When channels are told that the hub itself is in trouble, and in what words."""

from collections.abc import Collection
from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alert import Channel, On, Plan, Quiet, Rule, Urgency
from monitor.core.alerting.own import (
    FOLLOWS_LONGER,
    Kept,
    OwnLetter,
    OwnTrouble,
    Place,
    Standing,
    decide,
    present,
    seen,
)
from monitor.core.alerting.own_words import OwnFacts, own_worded
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Wording
from monitor.core.record import decode, encode

T = 1_767_225_600  # 2026-01-01 07:00 in Jakarta
RULE = Rule(On.HUB, channels=("ops",), over=60)
DISK, DATABASE, SPOOL = OwnTrouble.DISK, OwnTrouble.DATABASE, OwnTrouble.SPOOL
HANGING, FAILING = OwnTrouble.HANGING, OwnTrouble.FAILING
SPOOL_SIZE, MEMORY = 1000, 100


def kept(spool: int = 0, memory: int = 0, dropped: int = 0) -> Kept:
    return Kept(Place(spool, spool, SPOOL_SIZE), Place(memory, memory, MEMORY), dropped)


class House:
    """A hub that is looked at once a second."""

    def __init__(self, *rules: Rule, led: bool = True, channel: Channel | None = None) -> None:
        self.rules = rules or (RULE,)
        self.channels = {"ops": channel or Channel(("json://a",))}
        self.standing = Standing(led=led)
        self.told: list[tuple[int, str, Event, list[OwnTrouble]]] = []
        self.letters: list[tuple[OwnLetter, Standing]] = []

    def look(self, start: int, end: int, wrong: Collection[OwnTrouble] = (), waits: Kept | None = None) -> None:
        """Once a second in `[start, end)`, seconds after T. What is kept between looks goes over a record."""
        waits = kept() if waits is None else waits
        for at in range(start, end):
            standing = seen(decode(Standing, encode(self.standing)), wrong, waits, T + at)
            decided = decide(standing, self.rules, self.channels, T + at)
            self.standing = decided.standing
            for letter in decided.letters:
                self.letters.append((letter, standing))
                troubles = [item.trouble for item in letter.lasting]
                self.told.append((at, letter.channel, letter.event, troubles))


def test_what_lasts_longer_than_the_bound_is_told_once_and_its_end_once() -> None:
    house = House()
    house.look(0, 3000, {DATABASE})
    assert house.told == [(61, "ops", Event.FIRED, [DATABASE])]
    house.look(3000, 9000)
    assert house.told[1:] == [(3030, "ops", Event.RECOVERED, [DATABASE])]
    assert house.standing.lasting == ()


def test_a_blip_is_told_to_nobody() -> None:
    house = House()
    for start in range(0, 10_000, 100):
        house.look(start, start + 60, {DATABASE})
        house.look(start + 60, start + 100)
    assert house.told == []


def test_what_fails_every_other_second_lasts() -> None:
    house = House()
    for at in range(0, 100, 2):
        house.look(at, at + 1, {FAILING})
        house.look(at + 1, at + 2)
    assert house.told == [(62, "ops", Event.FIRED, [FAILING])]
    house.look(100, 110)
    house.look(110, 111, {FAILING})
    house.look(111, 142)
    assert house.told[1:] == [(141, "ops", Event.RECOVERED, [FAILING])]


def test_what_is_wrong_together_is_one_message_and_what_comes_later_another() -> None:
    house = House()
    house.look(0, 30, {DATABASE})
    house.look(30, 200, {DATABASE, SPOOL})
    house.look(200, 300, {DISK, SPOOL})
    house.look(300, 400)
    assert house.told == [
        (61, "ops", Event.FIRED, [DATABASE, SPOOL]),
        (261, "ops", Event.WORSENED, [DISK, SPOOL]),
        (330, "ops", Event.RECOVERED, [DISK, DATABASE, SPOOL]),
    ]


def test_reminders_come_at_doubling_distances_and_not_while_it_may_be_over() -> None:
    house = House(replace(RULE, remind=1800))
    house.look(0, 13_000, {DATABASE})
    fired = 61
    reminded = [fired + 1800, fired + 1800 + 3600, fired + 1800 + 3600 + 7200]
    assert [at for at, *_ in house.told] == [fired, *reminded]
    assert [letter.name for letter, _ in house.letters] == ["fired", "reminder/1", "reminder/2", "reminder/3"]


def test_no_reminder_comes_once_nothing_is_wrong() -> None:
    house = House(replace(RULE, remind=100))
    house.look(0, 150, {DATABASE})
    house.look(150, 180)
    assert [event for _, _, event, _ in house.told] == [Event.FIRED]
    house.look(180, 181)
    assert [event for _, _, event, _ in house.told] == [Event.FIRED, Event.RECOVERED]


def test_a_hub_that_did_not_lead_waits_longer_and_does_not_remind() -> None:
    house = House(replace(RULE, remind=100), led=False)
    house.look(0, 3000, {DATABASE})
    assert house.told == [(61 + FOLLOWS_LONGER, "ops", Event.FIRED, [DATABASE])]


def test_each_channel_goes_by_the_shortest_of_its_rules() -> None:
    later = Rule(On.HUB, channels=("ops", "boss"), over=900)
    house = House(RULE, later)
    house.look(0, 1000, {DATABASE})
    assert [(at, channel) for at, channel, *_ in house.told] == [(61, "ops"), (901, "boss")]
    house.look(1000, 1100)
    assert [(at, channel) for at, channel, *_ in house.told[2:]] == [(1030, "ops"), (1030, "boss")]


def test_a_channel_whose_rule_was_removed_still_hears_of_the_end() -> None:
    house = House()
    house.look(0, 100, {DATABASE})
    house.rules = ()
    house.look(100, 200)
    assert [event for _, _, event, _ in house.told] == [Event.FIRED, Event.RECOVERED]


def test_quiet_hours_hold_tickets_alone() -> None:
    channel = Channel(("json://a",), quiet=Quiet(time(0), time(0, 10)))  # T is midnight in UTC
    house, calm = House(channel=channel), House(replace(RULE, urgency=Urgency.TICKET), channel=channel)
    for each in (house, calm):
        each.look(0, 700, {DATABASE})
    assert [at for at, *_ in house.told] == [61]
    assert [at for at, *_ in calm.told] == [600]


def test_what_was_told_to_nobody_before_a_long_silence_is_another_trouble() -> None:
    house = House()
    house.look(0, 30, {DATABASE})
    house.look(5000, 5061, {DATABASE})
    assert house.told == []
    house.look(5061, 5062, {DATABASE})
    assert [at for at, *_ in house.told] == [5061]


def test_started_again_in_the_middle_it_goes_on_counting() -> None:
    house = House()
    for start in range(0, 80, 20):
        house.look(start, start + 3, {DATABASE})
    assert house.told == [(61, "ops", Event.FIRED, [DATABASE])]


@pytest.mark.parametrize(
    ("ailing", "waits", "found"),
    [
        (set(), kept(799), set()),
        (set(), kept(800), {SPOOL}),
        ({DATABASE}, kept(memory=1), {DATABASE, SPOOL}),
        ({DISK}, kept(memory=1), {DISK}),
        ({DISK}, kept(memory=80), {DISK, SPOOL}),
        (set(), kept(dropped=1), {SPOOL}),
        ({FAILING}, kept(), {FAILING}),
        ({FAILING, DATABASE}, kept(), {DATABASE}),
        ({FAILING, HANGING}, kept(), {HANGING}),
    ],
)
def test_nothing_is_wrong_twice_under_two_names(ailing: set[OwnTrouble], waits: Kept, found: set[OwnTrouble]) -> None:
    assert present(ailing, waits, kept()) == found


def said(house: House, number: int, waits: Kept, language: str = "en", name: str = "", at: int = 61) -> list[str]:
    letter, standing = house.letters[number]
    plan = Plan(zone=ZoneInfo("Asia/Jakarta"), url="https://s.example")
    facts = OwnFacts(name, waits, ["hub", "watching"])
    found = own_worded(letter, standing, facts, Wording(plan, language), T + at)
    return [found.type, found.title, *found.parts[0].lines]


def test_a_message_says_what_is_kept_safe_and_what_to_do() -> None:
    house = House()
    house.look(0, 62, {DATABASE})
    # 100 of 1,000 in 61 s: the other 900 last nine times as long.
    assert said(house, 0, kept(100), name="one-17") == [
        "failure",
        "Janji itself: its database does not answer",
        "Since 2026-01-01 07:00:00 WIB.",
        "Impact: nothing is judged, the page stands still, and no other alert comes until this is over. "
        "Probing goes on.",
        "Kept safe: 100 results wait in the spool, which lasts 9 min more at this rate.",
        "Remedy: see that the database runs and that this machine reaches it; the log has its answer. Then it goes on "
        "by itself.",
        "Hub: one-17.",
    ]
    house.look(62, 93)
    assert said(house, 1, kept(), at=93) == [
        "success",
        "Janji itself is well again",
        "Janji itself: its database does not answer.",
        "2026-01-01 07:00:00 WIB to 2026-01-01 07:01:02 WIB: 1 min 2 s.",
        "Results that waited are taken in and count. What went down and came back meanwhile may have been told to "
        "nobody: see the page.",
    ]


def test_a_message_about_several_names_each_with_its_beginning_and_what_was_given_up() -> None:
    house = House()
    house.look(0, 10, {DISK})
    house.look(10, 62, {DISK, SPOOL})
    lines = said(house, 0, kept(memory=80, dropped=1234))
    assert lines[1:4] == [
        "Janji itself: its database cannot be written, and 1 more",
        "Janji itself: its database cannot be written. Since 2026-01-01 07:00:00 WIB.",
        "Janji itself: little room is left for results. Since 2026-01-01 07:00:10 WIB.",
    ]
    assert (
        "80 results wait in memory, as the disk takes none; stopping Janji would lose them. "
        "At this rate there is room for 15 s more." in lines
    )
    assert "1,234 results were given up for want of room; their slots are unknown." in lines
    assert sum(line.startswith("Remedy: ") for line in lines) == 2


def test_what_keeps_failing_is_named() -> None:
    house = House()
    house.look(0, 62, {FAILING})
    assert "Impact: these parts of its work are not done: hub, watching." in said(house, 0, kept())


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("trouble", list(OwnTrouble))
def test_every_trouble_has_words_in_both_languages(trouble: OwnTrouble, language: str) -> None:
    house = House(replace(RULE, remind=60))
    house.look(0, 200, {trouble})
    house.look(200, 300)
    for number in range(len(house.letters)):
        title = said(house, number, kept(7, 3), language)[1]
        assert "Janji" in title
        assert len(title) <= 78
