"""Whatever comes in, in whatever order, the timeline is the one that the set of what was accepted makes.

Painted second by second by the rules as they are written down; nothing of the judge is used for it.
"""

import json
import re
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from monitor.api.agents import OPERATIONS
from monitor.api.agents_bodies import Push
from monitor.api.operation import Call, Change, Desk, Visit
from monitor.core.alert import Plan
from monitor.core.model import Failure, FailureKind, Result, State, digest
from monitor.core.record import encode
from monitor.core.timeline import Terms
from monitor.settings.loader import load
from monitor.storage.judging import Judge
from monitor.storage.store import Store
from tests.storage.builders import CHANGED, DEFINITION, check, component

T0 = 1_800_000_000
PLACES = ("one", "two", "three")
NEVER = {"kind": "http", "url": "https://never.example/"}
BRIDGE = 120
UNIT = 30
"""Every slot begins and ends on a multiple of this."""
YAML = f"""
locations: [{", ".join(f"{{name: {name}, agent: true}}" for name in PLACES)}]
components: [{{id: api, checks: [{{kind: tcp, host: example.com, port: 1}}]}}]
"""
WANTED = (
    component(check(locations=PLACES), bridge=BRIDGE),
    component(check(locations=PLACES, definition=CHANGED), bridge=BRIDGE),
    component(check(locations=PLACES[:2], every=30), check("tcp", locations=PLACES), bridge=BRIDGE),
    component(check(locations=PLACES, vote="any"), check("tcp", locations=PLACES[:1], critical=False), bridge=BRIDGE),
    component(check(locations=PLACES[2:]), check("tcp", locations=PLACES), bridge=BRIDGE),
)
LETTERS = {State.UP: "u", State.DEGRADED: "g", State.DOWN: "d", State.UNKNOWN: "?"}
WORSE = (State.DOWN, State.DEGRADED, State.UP, State.UNKNOWN)

seen: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    slot=st.integers(0, 11).map(lambda number: T0 + 30 * number),
    check=st.sampled_from(("http", "http", "http", "tcp", "gone")),
    outcome=st.sampled_from((*State, State.DOWN, State.UP)),
    definition=st.sampled_from((DEFINITION, DEFINITION, DEFINITION, CHANGED, NEVER)),
    late=st.integers(0, 2),
)
places, batches = st.sampled_from(PLACES), st.lists(seen, min_size=1, max_size=12)


class Intake(RuleBasedStateMachine):
    """A hub's store and judge, driven through what agents call; `taken` is what they were told is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "janji.yaml").write_text(YAML)
        self.settings = load(Path(self.folder.name) / "janji.yaml", secrets=lambda _name: False).settings
        (Path(self.folder.name) / "janji.db").write_bytes(_empty_database())
        self.store, _ = Store.open(f"sqlite:///{self.folder.name}/janji.db")
        self.judge = Judge(Plan(), frozenset(PLACES))
        self.now = T0
        self.loaded = 0
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.taken: dict[tuple[str, int, str], list[tuple[int, int, State, str]]] = {}

    @initialize(which=st.integers(0, 4))
    def begin(self, which: int) -> None:
        self.adopt(which, at=T0 - 61)

    def adopt(self, which: int, at: int) -> None:
        self.loaded += 1
        self.store.adopt(f"v{self.loaded}", dict, [WANTED[which]], now=at, actor="test")
        self.judge.forget()

    @rule(place=places, batch=batches, skew=st.sampled_from((0, 0, 6_000)))
    def hand_over(self, place: str, batch: list[dict[str, Any]], skew: int) -> None:
        results = [encode(_result(place, **item)) for item in batch]
        self.push(place, {"sent_ms": self.now * 1000 + skew, "results": results})

    @rule(first=seen, rows=st.lists(st.tuples(*[st.sampled_from(State)] * 3), min_size=1, max_size=8))
    def all_report_for_a_while(self, first: dict[str, Any], rows: list[tuple[State, ...]]) -> None:
        for place, outcomes in zip(PLACES, zip(*rows, strict=True), strict=True):
            slots = range(first["slot"], first["slot"] + UNIT * len(rows), UNIT)
            batch = [{**first, "slot": slot, "outcome": outcome} for slot, outcome in zip(slots, outcomes, strict=True)]
            self.hand_over(place, batch, 0)

    @rule(number=st.integers(0, 10**6))
    def hand_over_once_more(self, number: int) -> None:
        if self.sent:
            place, body = self.sent[number % len(self.sent)]
            self.push(place, {**body, "sent_ms": self.now * 1000})

    @rule(which=st.integers(0, 4))
    def load_other_settings(self, which: int) -> None:
        self.adopt(which, at=self.now)

    @rule(seconds=st.integers(10, 300))
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds
        self.store.judge(self.judge, self.now)
        self.what_is_judged_is_what_was_taken()

    @rule()
    def the_hub_is_started_again(self) -> None:
        self.judge = Judge(Plan(), frozenset(PLACES))

    @rule(place=places, batch=batches, at=st.sampled_from(("leave", "done")))
    def the_hub_is_killed_in_the_middle(self, place: str, batch: list[dict[str, Any]], at: str) -> None:
        with patch(f"monitor.storage.inbox.{at}", side_effect=ZeroDivisionError), suppress(ZeroDivisionError):
            self.hand_over(place, batch, 0)
            self.store.judge(self.judge, self.now)
        self.store.judge(self.judge, self.now)

    def push(self, place: str, said: dict[str, Any]) -> None:
        body = Push.model_validate_json(json.dumps({"protocol": 2, "backlog": 0, "dropped": 0, "oldest": None, **said}))
        visit = Visit(place, 2, "1.0", self.now * 1000)
        desk = Desk(self.settings, self.store, self.now)
        change = OPERATIONS[1].handle(desk, Call(place, {}, body=body, visit=visit))
        assert isinstance(change, Change)
        answer = change.then(change.write(self.store)).document
        refused = {item["index"] for item in answer["refused"]}
        assert answer["accepted"] == len(body.results) - len(refused)
        self.sent.append((place, said))
        off = abs(said["sent_ms"] - self.now * 1000) > 5_000
        for index, item in enumerate(body.results):
            if index not in refused:
                state = State.UNKNOWN if off else State(item["outcome"])
                # What was seen by a clock that was ahead stays so, when it comes again later, too.
                rank = -1 if off else WORSE.index(state)
                found = item["started_ms"], rank, state, item["definition"]
                self.taken.setdefault((item["check"], item["slot"], place), []).append(found)

    def what_is_judged_is_what_was_taken(self) -> None:
        facts = self.store.components().get("api")
        if facts is None or facts.since is None or facts.watermark is None or self.store.waiting():
            return
        since, end = facts.since, facts.watermark
        spans = self.store.spans("api", since, end)
        told = "".join(LETTERS[span.state] * span.length for span in spans)
        assert told == self.painted(since, end)

    def painted(self, since: int, end: int) -> str:
        terms = self.store.terms()["api"]
        assert since % UNIT == end % UNIT == 0
        raw = "".join(self.state_at(terms, second) * UNIT for second in range(since, end, UNIT))
        return re.sub(rf"(?<=d)\?{{1,{BRIDGE}}}(?=d)", lambda gap: "d" * len(gap[0]), raw)

    def state_at(self, terms: list[Terms], second: int) -> str:
        critical: list[str] = []
        other: list[str] = []
        for item in terms:
            if item.start <= second and (item.end is None or second < item.end):
                (critical if item.critical else other).append(self.verdict(item, second - second % item.every))
        if "d" in critical:
            return "d"
        if "?" in critical or not critical:
            return "?"
        return "g" if "g" in critical or "d" in other or "g" in other else "u"

    def verdict(self, item: Terms, slot: int) -> str:
        reports = [min(self.taken[item.check, slot, name]) for name in item.locations
                   if (item.check, slot, name) in self.taken]  # fmt: skip
        states = [state for _, _, state, definition in reports if definition == item.definition]
        down, up, slow = (states.count(state) for state in (State.DOWN, State.UP, State.DEGRADED))
        reporting = down + up + slow
        if reporting < len(item.locations) // 2 + 1:
            return "?"
        if down >= (1 if item.mode == "any" else reporting // 2 + 1):
            return "d"
        return "u" if up >= reporting // 2 + 1 else "g"

    def teardown(self) -> None:
        self.now += 3600
        self.store.judge(self.judge, self.now)
        self.what_is_judged_is_what_was_taken()
        self.store.close()
        self.folder.cleanup()


@cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/janji.db")[0].close()
        return (Path(folder) / "janji.db").read_bytes()


def _result(place: str, slot: int, check: str, outcome: State, definition: dict[str, Any], late: int) -> Result:
    # Which definition it was never decides between two: they never begin in the same millisecond.
    started = slot * 1000 + 10 * late + (DEFINITION, CHANGED, NEVER).index(definition)
    failure = None if outcome is State.UP else Failure(FailureKind.STATUS, "503")
    return Result("api", check, place, slot, started, outcome, digest(definition), failure=failure)


TestIntake = Intake.TestCase
TestIntake.settings = hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None)
