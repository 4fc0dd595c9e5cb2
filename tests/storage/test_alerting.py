from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alert import Channel, On, Plan, Rule, Subject
from monitor.core.alerting.conditions import Turns
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.storage.judging import Judge, Judged
from monitor.storage.store import Store
from tests.storage.builders import DEGRADED, DOWN, T0, UNKNOWN, UP, World, check, component, seen, slots
from tests.storage.telling import tell

OPS = "json://127.0.0.1:9/ops"
BOSS = "${BOSS_URL}"
CHANNELS = {"ops": Channel((OPS,)), "boss": Channel((BOSS, OPS))}
ON_DOWN = Rule(On.DOWN, channels=("ops",))
SUBJECTS = {"api": Subject("Production API")}


def plan(*rules: Rule) -> Plan:
    """Rules without a wait: what fires is told at once."""
    zone = ZoneInfo("Asia/Jakarta")
    return Plan(rules or (ON_DOWN,), CHANNELS, SUBJECTS, zone, "https://s.example", wait=0)


class Alerted(World):
    """A world that is told of what fires, as the hub would each second."""

    def __init__(self, store: Store, plan: Plan) -> None:
        super().__init__(store, plan)
        self.plan = plan

    def by(self, plan: Plan) -> None:
        """Goes by another plan, as after a reload."""
        self.plan = plan
        self.judge.forget()
        self.judge.replan(plan)

    def step(self, at: int) -> Judged:
        judged = super().step(at)
        tell(self.store, self.plan, T0 + at)
        return judged


@pytest.fixture
def alerted(store: Store) -> Alerted:
    """A world whose component `api` alerts `ops` when it is down."""
    world = Alerted(store, plan())
    world.adopt(component())
    return world


def owed(world: World) -> list[tuple[str, str, str]]:
    """Event, target and title of every message, in the order they were owed."""
    rows = sorted(world.store.outbox.all(), key=lambda item: item.no)
    return [(item.event, item.target, item.message.title) for item in rows]


FIRED = ("1/fired", OPS, "Production API is down")
RECOVERED = ("1/recovered", OPS, "Production API has recovered")


def test_an_outage_owes_one_alert_and_one_recovery(alerted: Alerted) -> None:
    alerted.live(slots(UP, DOWN, DOWN, DOWN, UP, UP))
    assert owed(alerted) == [FIRED, RECOVERED]
    fired, recovered = sorted(alerted.store.outbox.all(), key=lambda item: item.no)
    assert fired.message.type == "failure"
    assert fired.message.body == (
        "Since 2026-01-01 07:01:00 WIB.\n"
        "Impact: it cannot be used, and the time counts as downtime.\n"
        "Seen from: here.\n"
        "Reason: It answered with an error. (http: 503)\n"
        "http, here: in all 20 ms\n"
        "Page: https://s.example\n"
        "Acknowledge: https://s.example/acknowledge/@@"
    )
    assert recovered.message.type == "success"
    assert recovered.message.body == (
        "2026-01-01 07:01:00 WIB to 2026-01-01 07:04:00 WIB: 3 min.\nPage: https://s.example"
    )


def test_the_alert_is_owed_with_the_slot_that_makes_it(alerted: Alerted) -> None:
    alerted.by(plan(Rule(On.DOWN, after=2, channels=("ops",))))
    alerted.live(slots(UP, DOWN))
    assert owed(alerted) == []
    alerted.live(slots(DOWN, start=120))
    assert owed(alerted) == [FIRED]


def test_nothing_is_owed_while_all_is_well_or_unknown(alerted: Alerted) -> None:
    alerted.live(slots(UP, UP, UNKNOWN, DEGRADED, UP))
    alerted.step(600)
    assert owed(alerted) == []


def test_each_channel_of_a_rule_is_told_and_each_of_its_urls_once(alerted: Alerted) -> None:
    alerted.by(plan(Rule(On.DOWN, channels=("ops", "boss"))))
    alerted.live(slots(DOWN))
    rows = sorted(alerted.store.outbox.all(), key=lambda item: item.no)
    assert [(item.channel, item.target) for item in rows] == [("ops", OPS), ("boss", BOSS), ("boss", OPS)]


def test_a_step_that_fails_after_owing_owes_once_when_it_is_repeated(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerted.live(slots(UP))
    alerted.accept(*slots(DOWN, start=60))
    for _ in range(2):
        with monkeypatch.context() as broken:
            broken.setattr("monitor.storage.inbox.delete", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                alerted.step(120)
        assert owed(alerted) == []
        assert alerted.timeline() == [(UP, 0, 60)]
    alerted.step(120)
    alerted.step(120)
    assert [title for _, _, title in owed(alerted)] == ["Production API is down"]


def test_a_restart_neither_repeats_an_alert_nor_forgets_the_recovery(alerted: Alerted, store_url: str) -> None:
    alerted.live(slots(DOWN, DOWN))
    again, _ = Store.open(store_url)
    restarted = Alerted(again, plan())
    restarted.step(3_605)
    restarted.live(slots(DOWN, UP, start=3_600))
    assert owed(restarted) == [FIRED, RECOVERED]
    again.close()


def test_a_rule_that_was_removed_while_it_fired_still_owes_its_recovery(alerted: Alerted) -> None:
    alerted.live(slots(DOWN))
    alerted.by(replace(plan(), rules=()))
    alerted.live(slots(DOWN, UP, DOWN, start=60))
    assert owed(alerted) == [FIRED, RECOVERED]


def test_a_rule_that_was_renamed_while_it_fired_recovers_under_its_old_name(alerted: Alerted) -> None:
    alerted.by(plan(Rule(On.DOWN, channels=("ops",), name="pager")))
    alerted.live(slots(DOWN))
    alerted.by(plan(Rule(On.DOWN, after=3, channels=("boss",), name="night")))
    alerted.live(slots(DOWN, UP, start=60))
    assert owed(alerted) == [FIRED, RECOVERED]


def test_a_recovery_goes_to_the_channels_that_were_told(alerted: Alerted) -> None:
    alerted.by(plan(Rule(On.DOWN, channels=("ops",), name="pager")))
    alerted.live(slots(DOWN))
    alerted.by(plan(Rule(On.DOWN, channels=("boss",), name="pager")))
    alerted.live(slots(UP, start=60))
    assert [(item.event, item.channel) for item in alerted.store.outbox.all()] == [
        ("1/recovered", "ops"),
        ("1/fired", "ops"),
    ]


def test_reminders_come_at_their_interval_until_the_recovery(alerted: Alerted) -> None:
    alerted.by(plan(Rule(On.DOWN, channels=("ops",), remind=120)))
    alerted.live(slots(DOWN, DOWN, DOWN, DOWN, DOWN, UP, UP, UP))
    assert owed(alerted) == [
        FIRED,
        ("1/reminder/1", OPS, "Production API is still down"),
        RECOVERED,
    ]


def test_several_rules_each_keep_their_own_count(alerted: Alerted) -> None:
    alerted.by(plan(ON_DOWN, Rule(On.DEGRADED, channels=("boss",)), Rule(On.UNKNOWN, channels=("ops",))))
    alerted.live(slots(DOWN, DEGRADED, UP))
    alerted.step(245)
    alerted.live(slots(UP, start=240))
    told = [(event, title) for event, target, title in owed(alerted) if target == OPS]
    assert told == [
        ("1/fired", "Production API is down"),
        ("1/recovered", "Production API has recovered"),
        ("2/fired", "Production API is degraded"),
        ("2/recovered", "Production API has recovered"),
        ("3/fired", "Production API is not being measured"),
        ("3/recovered", "Production API has recovered"),
    ]


def test_a_backlog_that_tells_of_an_old_outage_wakes_nobody(alerted: Alerted) -> None:
    alerted.live(slots(UP))
    alerted.accept(*slots(DOWN, DOWN, *[UP] * 57, start=60))
    alerted.step(3_600)
    assert alerted.timeline() == [(UP, 0, 60), (DOWN, 60, 180), (UP, 180, 3_600)]
    assert owed(alerted) == []


def test_a_firing_that_late_results_contradict_is_withdrawn_and_the_next_outage_fires(alerted: Alerted) -> None:
    alerted.adopt(component(check(locations=("a", "b", "c"))))
    for slot in (0, 60):
        alerted.accept(*(seen(slot, location=name) for name in "abc"))
    alerted.step(120)
    alerted.accept(seen(120, DOWN, location="a", started=2_000), seen(120, DOWN, location="b"))
    alerted.step(185)
    assert owed(alerted) == [FIRED]
    alerted.accept(seen(120, UP, location="a", started=1_000), seen(120, UP, location="c"))
    alerted.accept(*(seen(180, location=name) for name in "abc"))
    alerted.step(240)
    assert owed(alerted) == [FIRED, RECOVERED]
    alerted.accept(*(seen(240, DOWN, location=name) for name in "abc"))
    alerted.step(300)
    assert owed(alerted)[2:] == [("2/fired", OPS, "Production API is down")]


def test_an_outage_that_goes_on_although_it_was_called_over_fires_again(alerted: Alerted) -> None:
    alerted.live(slots(DOWN))
    alerted.accept(seen(60, UP, started=2_000))
    alerted.step(120)
    assert owed(alerted) == [FIRED, RECOVERED]
    alerted.accept(seen(60, DOWN, started=1_000), seen(120, DOWN))
    alerted.step(180)
    assert alerted.timeline() == [(DOWN, 0, 180)]
    assert owed(alerted)[2:] == [("2/fired", OPS, "Production API is down")]
    alerted.live(slots(UP, start=180))
    assert owed(alerted)[3:] == [("2/recovered", OPS, "Production API has recovered")]


def test_a_judge_that_forgot_everything_owes_nothing_twice(alerted: Alerted) -> None:
    for result in slots(UP, DOWN, DOWN, UP, DOWN, UP):
        alerted.accept(result)
        alerted.judge = Judge(plan())
        alerted.step(result.slot - T0 + 60)
    assert [event for event, _, _ in owed(alerted)] == ["1/fired", "1/recovered", "2/fired", "2/recovered"]


def test_announced_maintenance_holds_alerts_of_its_components_until_its_end(alerted: Alerted) -> None:
    announced = NoticeEvent(T0, NoticeAction.ANNOUNCE, T0 + 60, T0 + 240, ("api",), "Disks", "")
    record = alerted.store.notices.append("m1", announced, actor="ana")
    alerted.live(slots(UP, DOWN))
    assert owed(alerted) == [FIRED], "what nobody could read yet holds nothing"
    alerted.live(slots(UP, start=120))
    alerted.store.notices.publish([record.no], T0 + 170)
    alerted.live(slots(DOWN, start=180))
    assert owed(alerted) == [FIRED, RECOVERED, ("2/fired", OPS, "Production API is down")]


def test_an_outage_in_maintenance_that_outlasts_it_is_told_at_its_end(alerted: Alerted) -> None:
    announced = NoticeEvent(T0, NoticeAction.ANNOUNCE, T0 + 60, T0 + 200, ("api",), "Disks", "")
    record = alerted.store.notices.append("m1", announced, actor="ana")
    alerted.store.notices.publish([record.no], T0 + 1)
    alerted.live(slots(UP, DOWN, DOWN))
    assert owed(alerted) == []
    (held,) = alerted.store.alerts.newest()
    assert held.told["ops"].held == f"maintenance:{T0 + 200}"
    alerted.live(slots(DOWN, start=180))
    assert owed(alerted) == [FIRED]


def test_a_child_is_held_by_a_cause_that_is_down_and_told_of_by_its_own_rule_only(store: Store) -> None:
    subjects = {"db": Subject("Database"), "api": Subject("Production API", depends_on=("db",))}
    patient = Rule(On.DOWN, after=3, channels=("ops",), components=frozenset({"db"}))
    hasty = Rule(On.DOWN, channels=("ops",), components=frozenset({"api"}))
    world = Alerted(store, replace(plan(patient, hasty), subjects=subjects))
    world.adopt(component(check(component="db")), component())
    for slot in (0, 60, 120):
        world.accept(seen(slot, DOWN, component="db"), seen(slot, DOWN))
        world.step(slot + 60)
    assert owed(world) == [("2/fired", OPS, "Database is down")]


def test_what_holds_a_removed_component_is_over_when_it_is_gone(alerted: Alerted) -> None:
    alerted.live(slots(DOWN))
    alerted.store.alerts.turn(Turns(gone=(1,)), T0 + 90)
    alerted.step(100)
    assert owed(alerted) == [FIRED, ("1/recovered", OPS, "Production API is not watched any more")]
