"""The wire between an agent and its hub, from the hub's side: every answer that it can get."""

import gzip
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from monitor.api.app import create_api
from monitor.api.work import Work
from monitor.core import exchange
from monitor.core.alert import Plan
from monitor.core.contact import Contact, Waiting
from monitor.core.exchange import WHOLE, Shard
from monitor.core.model import Failure, FailureKind, Phases, Result, Seconds, State, digest
from monitor.core.record import encode
from monitor.core.token import hash_token
from monitor.hub.wanted import agents, wanted_components
from monitor.settings.hub import Settings
from monitor.storage.judging import Judge
from monitor.storage.results import Refused
from monitor.storage.store import StorageAway, Store
from tests.api.asking import Answer, Caller
from tests.reports.world import settings_of

NOW: Seconds = 1_800_000_000
SLOT: Seconds = NOW - 60
UP, DOWN, UNKNOWN = State.UP, State.DOWN, State.UNKNOWN
YAML = """
server: {database: "sqlite:///DATABASE"}
locations:
  - {name: jakarta}
  - {name: singapore, agent: true, controls: ["10.1.0.1:443", "gw.internal:22"]}
  - {name: cellar, agent: true, public: false}
components:
  - id: api
    checks:
      - {kind: http, id: health, url: "http://10.1.2.3/", headers: {X-Key: "${API_KEY}"}}
      - {kind: tcp, host: 10.1.2.3, port: 22, every: 2s, timeout: 400ms, retry: 0s, locations: [jakarta]}
"""


@dataclass
class Wire:
    """A hub's API, what it works on, and clocks that stand still."""

    settings: Settings
    store: Store
    caller: Caller = field(init=False)
    now_ms: int = NOW * 1000
    ticks: int = 0

    @property
    def definition(self) -> str:
        return digest(self.settings.components[0].checks[0].definition())

    def result(self, slot: Seconds = SLOT, outcome: State = UP, **other: Any) -> Result:
        failure = Failure(FailureKind.STATUS, "503") if outcome is DOWN else None
        values: dict[str, Any] = {"location": "singapore", "definition": self.definition, "failure": failure, **other}
        return Result("api", values.pop("check", "health"), values.pop("location"), slot, slot * 1000 + 900, outcome,
                      phases=Phases(total_ms=40), **values)  # fmt: skip

    def body(self, *results: Result, **other: object) -> dict[str, object]:
        said = {"protocol": 1, "sent_ms": self.now_ms, "backlog": 0, "dropped": 0, "oldest": None}
        return {**said, "results": [encode(item) for item in results], **other}

    async def push(self, *results: Result, by: str = "singapore", **other: object) -> Answer:
        return await self.caller.post(
            "/agent/results", by, self.body(*results, **other), janji_protocol="1", user_agent="Janji-agent/1.2"
        )

    async def send(self, raw: bytes, **headers: str) -> Answer:
        return await self.caller.post("/agent/results", "singapore", raw, janji_protocol="1", **headers)

    async def pull(self, by: str | None = "singapore", **headers: str) -> Answer:
        return await self.caller.get("/agent/checks", by, **{"janji_protocol": "1", **headers})

    def stored(self) -> list[Result]:
        return self.store.results("api", 0, 2 * NOW)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    file = tmp_path / "janji.yaml"
    file.write_text(YAML.replace("DATABASE", str(tmp_path / "janji.db")))
    settings = settings_of(file)
    store, _ = Store.open(settings.server.database)
    store.adopt("v1", settings.document, wanted_components(settings), now=NOW - 600, actor="test")
    reading = Store.open_read_only(settings.server.database)
    scopes = {"singapore": "location:singapore", "gone": "location:gone", "home": "location:jakarta", "reader": "read"}
    tokens = {name: f"janji_{name}_{'x' * 20}" for name in scopes}
    for name, scope in scopes.items():
        store.tokens.create(name, (scope,), hash_token(tokens[name]), now=NOW, actor="test")
    found = Wire(settings, store)
    with ThreadPoolExecutor(2, "reader") as readers, ThreadPoolExecutor(1, "writer") as writer:
        work = Work(
            reading,
            store,
            lambda: found.settings,
            lambda: found.now_ms // 1000,
            readers,
            writer,
            lambda: found.now_ms,
        )
        found.caller = Caller(create_api(work, lambda: found.ticks), tokens)
        yield found
    reading.close()
    store.close()


async def test_an_agent_gets_the_checks_of_its_location_with_secrets_as_references(wire: Wire) -> None:
    answer = await wire.pull()
    check = wire.settings.components[0].checks[0]
    assert answer.json == {
        "protocol": 1,
        "location": "singapore",
        "controls": ["10.1.0.1:443", "gw.internal:22"],
        "checks": [
            {
                "component": "api",
                "definition": check.definition(),
                "digest": digest(check.definition()),
                "check": "health",
                "start": NOW - 540,
                "end": None,
                "every": 60,
            }
        ],
    }
    assert answer.json["checks"][0]["definition"]["headers"] == {"X-Key": "${API_KEY}"}
    assert answer.headers["janji-now-ms"] == str(NOW * 1000)


async def test_checks_that_are_known_already_are_not_sent_again(wire: Wire) -> None:
    tag = (await wire.pull()).headers["etag"]
    again = await wire.pull(if_none_match=tag)
    assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
    assert again.headers["janji-now-ms"] == str(NOW * 1000)
    assert (await wire.pull(if_none_match='"other"')).status == 200


async def test_terms_that_begin_later_are_sent_beforehand(wire: Wire) -> None:
    (component,) = wanted_components(wire.settings)
    changed = {"kind": "http", "url": "http://10.1.2.3/new", "id": "health"}
    checks = (replace(component.checks[0], definition=changed), component.checks[1])
    wire.store.adopt("v2", dict, [replace(component, checks=checks)], now=NOW - 5, actor="test")
    wire.now_ms = (NOW - 3) * 1000
    found = (await wire.pull()).json["checks"]
    assert [(item["start"], item["end"]) for item in found] == [(NOW - 540, NOW), (NOW, None)]
    assert found[1]["digest"] == digest(changed)


async def test_what_is_accepted_is_stored_and_sent_twice_changes_nothing(wire: Wire) -> None:
    results = [wire.result(), wire.result(SLOT - 60, DOWN)]
    for _ in range(2):
        answer = await wire.push(*results)
        assert answer.json == {"accepted": 2, "refused": [], "now_ms": NOW * 1000}
        assert answer.headers["janji-now-ms"] == str(NOW * 1000)
    assert wire.stored() == results[::-1]


async def test_gzip_is_unpacked(wire: Wire) -> None:
    packed = gzip.compress(json.dumps(wire.body(wire.result())).encode())
    assert (await wire.send(packed, content_encoding="gzip")).json["accepted"] == 1
    assert wire.stored() == [wire.result()]


async def test_nothing_unpacks_to_more_than_two_mebibytes(wire: Wire) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    answer = await wire.send(bomb, content_encoding="gzip")
    assert (answer.status, answer.detail) == (413, "a body has at most 2,097,152 bytes here")
    filled = gzip.compress(json.dumps(wire.body()).encode().ljust(2 * 2**20))
    assert (await wire.send(filled, content_encoding="gzip")).status == 200
    assert (await wire.send(b" " * (2 * 2**20 + 1))).status == 413


@pytest.mark.parametrize(
    ("raw", "encoding", "status"),
    [
        (b"nothing packed", "gzip", 400),
        (gzip.compress(b"{}", mtime=0)[:-3], "gzip", 400),
        (gzip.compress(b"{}", mtime=0) + gzip.compress(b"{}", mtime=0), "gzip", 400),
        (b"", "gzip", 400),
        (b"{}", "br", 415),
        (b"{", "", 400),
        (b"", "", 400),
        (b"[" * 100_000, "identity", 400),
    ],
)
async def test_what_cannot_be_unpacked_or_read_is_refused_whole(
    wire: Wire, raw: bytes, encoding: str, status: int
) -> None:
    assert (await wire.send(raw, content_encoding=encoding)).status == status
    assert wire.stored() == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"sent_ms": "now"}, "#/sent_ms"),
        ({"sent_ms": -1}, "#/sent_ms"),
        ({"sent_ms": 2**70}, "#/sent_ms"),
        ({"backlog": None}, "#/backlog"),
        ({"oldest": 1.5}, "#/oldest"),
        ({"results": [1]}, "#/results/0"),
        ({"results": [{}] * 2001}, "#/results"),
        ({"protocol": 2}, "#/protocol"),
        ({"more": 1}, "#/more"),
    ],
)
async def test_a_malformed_batch_is_refused_and_says_where(wire: Wire, change: dict[str, object], where: str) -> None:
    answer = await wire.push(**change)
    assert (answer.status, answer.detail.partition(": ")[0]) == (400, where)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "fine"},
        {"outcome": ["up"]},
        {"slot": "1"},
        {"slot": True},
        {"phases": {"warp_ms": 1}},
        {"failure": {"kind": "gremlins", "detail": ""}},
        {"more": 1},
        {"component": None},
    ],
)
async def test_one_malformed_result_refuses_its_batch_and_nothing_is_stored(
    wire: Wire, change: dict[str, object]
) -> None:
    bad = {**encode(wire.result()), **change}
    answer = await wire.push(results=[encode(wire.result(SLOT - 60)), bad])
    assert (answer.status, answer.detail.partition(": ")[0]) == (400, "#/results/1")
    assert wire.stored() == []


async def test_a_stranger_a_colleague_and_another_locations_agent_are_refused(wire: Wire) -> None:
    nobody = await wire.pull(None)
    assert (nobody.status, nobody.json["scope"]) == (401, "location:NAME")
    person = await wire.pull("reader")
    assert (person.status, person.detail) == (403, "the token reader has no scope location:NAME; it has read")
    gone = await wire.push(by="gone")
    assert (gone.status, gone.detail) == (403, "the settings have no location gone with an agent")
    assert (await wire.push(by="home")).status == 403, "jakarta is probed by the hub itself"


async def test_an_agents_token_opens_nothing_else(wire: Wire) -> None:
    for path in ("/agreements", "/maintenance", "/exclusions"):
        answer = await wire.caller.get(path, "singapore")
        assert (answer.status, answer.json["scope"]) == (403, "read")


async def test_a_revoked_token_stops_at_once(wire: Wire) -> None:
    assert (await wire.push(wire.result())).status == 200
    wire.store.tokens.revoke("singapore", now=NOW, actor="test")
    assert (await wire.push(wire.result(SLOT - 60))).status == 401
    assert (await wire.pull()).status == 401
    assert wire.stored() == [wire.result()]


async def test_results_of_others_and_of_checks_that_never_were_are_refused_singly(wire: Wire) -> None:
    answer = await wire.push(
        wire.result(location="cellar"),
        wire.result(),
        wire.result(check="ready"),
        wire.result(SLOT - 60, definition="0" * 64),
        wire.result(SLOT - 120),
    )
    assert answer.json["accepted"] == 2
    assert answer.json["refused"] == [
        {"index": 0, "reason": "it is of the location cellar, and the token speaks for singapore"},
        {"index": 2, "reason": "there never was such a check"},
        {"index": 3, "reason": "its definition was never in force"},
    ]
    assert wire.stored() == [wire.result(SLOT - 120), wire.result()]


@pytest.mark.parametrize(
    "change",
    [
        {"slot": NOW - 400 * 86_400, "started_ms": (NOW - 400 * 86_400) * 1000},
        {"slot": NOW + 2 * 86_400, "started_ms": (NOW + 2 * 86_400) * 1000},
        {"started_ms": SLOT * 1000 - 1},
        {"started_ms": SLOT * 1000 + 3_600_000},
        {"attempts": 0},
        {"attempts": 2**80},
        {"phases": Phases(total_ms=-1)},
        {"phases": Phases(dns_ms=2**31)},
        {"first_failure_ms": 2**40},
        {"certificate_expires": 2**63},
    ],
)
async def test_what_nobody_can_have_seen_is_refused_singly(wire: Wire, change: dict[str, Any]) -> None:
    answer = await wire.push(wire.result(), replace(wire.result(), **change))
    assert (answer.json["accepted"], [item["index"] for item in answer.json["refused"]]) == (1, [1])
    assert wire.stored() == [wire.result()]


async def test_a_definition_of_the_past_is_evidence_and_does_not_report(wire: Wire) -> None:
    old = wire.definition
    (component,) = wanted_components(wire.settings)
    changed = {"kind": "http", "url": "http://10.1.2.3/new", "id": "health"}
    check = replace(component.checks[0], definition=changed, locations=("singapore",))
    wire.store.adopt("v2", dict, [replace(component, checks=(check,))], now=NOW - 125, actor="test")
    for slot in (NOW - 180, NOW - 120, NOW - 60):  # the change is at NOW - 120
        assert (await wire.push(wire.result(slot, definition=old))).json["accepted"] == 1
    assert (await wire.push(wire.result(NOW - 60, definition=digest(changed)))).json["accepted"] == 1
    wire.store.judge(Judge(Plan()), NOW + 20)
    (terms,) = [item for item in wire.store.terms()["api"] if item.start == NOW - 120]
    assert terms.definition == digest(changed)
    assert wire.store.spans("api", NOW - 120, NOW - 60)[-1].state is UNKNOWN
    assert len(wire.stored()) == 3


@pytest.mark.parametrize(("supported", "status"), [((1,), 426), ((2, 1), 426), ((1, 0), 200)])
async def test_the_current_protocol_and_the_one_before_are_spoken(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, supported: tuple[int, ...], status: int
) -> None:
    monkeypatch.setattr(exchange, "SUPPORTED", supported)
    body = wire.body(wire.result(), protocol=0)
    answer = await wire.caller.post("/agent/results", "singapore", body, janji_protocol="0")
    assert (answer.status, len(wire.stored())) == (status, int(status == 200))
    if status == 426:
        assert answer.headers["janji-protocol"] == str(max(supported))
        assert answer.detail.endswith("the agent 0; update the agent")


async def test_an_agent_that_is_newer_than_the_hub_is_told_which_of_them_to_update(wire: Wire) -> None:
    answer = await wire.pull(janji_protocol="3")
    assert (answer.status, answer.headers["janji-protocol"]) == (426, "2")
    assert answer.detail == "this hub speaks protocol 1 and 2, the agent 3; update the hub"


async def test_the_protocol_before_says_nothing_of_parts_and_blindness_and_is_taken_as_it_is(wire: Wire) -> None:
    before = wire.body(wire.result(), protocol=1)
    assert "blind_since" not in before
    answer = await wire.caller.post("/agent/results", "singapore", before, janji_protocol="1")
    assert answer.json["accepted"] == 1
    (kept,) = wire.store.contacts.all()["singapore"]
    assert (kept.protocol, kept.part, kept.blind_since) == (1, WHOLE, None)


async def test_agents_that_share_a_location_say_which_part_they_probe_and_whether_they_are_blind(wire: Wire) -> None:
    body = wire.body(protocol=2, blind_since=NOW - 90)
    said = {"janji_protocol": "2", "janji_part": "2/3"}
    assert (await wire.caller.post("/agent/results", "singapore", body, **said)).status == 200
    await wire.pull(janji_protocol="2", janji_part="1/3")
    first, second = wire.store.contacts.all()["singapore"]
    assert (first.part, first.waiting, first.blind_since) == (Shard(1, 3), None, None)
    assert (second.part, second.blind_since) == (Shard(2, 3), NOW - 90)
    refused = await wire.pull(janji_protocol="2", janji_part="3/2")
    assert (refused.status, refused.detail) == (400, "Janji-Part: write a part of a whole, such as 1/3")


@pytest.mark.parametrize("said", ["", "one", "-1", "1.0", "9" * 20, "¹"])
async def test_without_a_protocol_nothing_is_answered(wire: Wire, said: str) -> None:
    assert (await wire.pull(janji_protocol=said)).status == 400


async def test_results_by_a_clock_that_is_off_are_kept_and_do_not_report(wire: Wire) -> None:
    for number, (ahead, outcome) in enumerate(((5_000, DOWN), (5_001, UNKNOWN), (-5_001, UNKNOWN))):
        sent = wire.result(SLOT - number * 60, DOWN)
        assert (await wire.push(sent, sent_ms=wire.now_ms + ahead)).json["accepted"] == 1
        (kept,) = [item for item in wire.stored() if item.slot == sent.slot]
        assert kept.outcome is outcome
    assert kept.failure == Failure(
        FailureKind.CLOCK_JUMP, "the agent's clock was 5.0 s behind; seen: down, status, 503"
    )


async def test_a_batch_of_a_clock_that_is_ahead_is_not_believed_when_it_comes_late(wire: Wire) -> None:
    sent = wire.result(SLOT, DOWN)
    for ahead in (8_000, 0, -8_000):  # the same batch again, eight seconds later each time
        assert (await wire.push(sent, sent_ms=wire.now_ms + ahead)).json["accepted"] == 1
        assert [item.outcome for item in wire.stored()] == [UNKNOWN]


async def test_the_clock_that_counts_is_the_one_by_which_it_was_seen(wire: Wire) -> None:
    for number, (ahead, shift, outcome) in enumerate(
        ((0, 8_000, UNKNOWN), (8_000, -8_000, DOWN), (3_000, 2_000, DOWN), (3_000, 2_001, UNKNOWN))
    ):
        sent = wire.result(SLOT - number * 60, DOWN)
        body = wire.body(sent, protocol=2, sent_ms=wire.now_ms + ahead, shift_ms=shift)
        answer = await wire.caller.post("/agent/results", "singapore", body, janji_protocol="2")
        assert answer.json["accepted"] == 1
        (kept,) = [item for item in wire.stored() if item.slot == sent.slot]
        assert kept.outcome is outcome
    (contact,) = wire.store.contacts.all()["singapore"]
    assert contact.waiting is not None
    assert contact.waiting.skew_ms == 0, "its own clock is what it was when it was heard of first"


async def test_with_short_slots_half_a_slot_is_the_most_a_clock_may_be_off(wire: Wire) -> None:
    definition = digest(wire.settings.components[0].checks[1].definition())
    for number, (ahead, outcome) in enumerate(((1_000, UP), (1_001, UNKNOWN))):
        sent = wire.result(NOW - 2 * number - 2, check="tcp", definition=definition)
        await wire.push(sent, sent_ms=wire.now_ms + ahead)
        (kept,) = [item for item in wire.stored() if item.slot == sent.slot]
        assert kept.outcome is outcome


async def test_what_an_agent_says_of_itself_is_kept(wire: Wire) -> None:
    await wire.push(backlog=40, dropped=2, oldest=NOW - 900, sent_ms=wire.now_ms - 250)
    said = Contact("singapore", NOW, 1, "1.2", Waiting(-250, 40, 2, NOW - 900), dropped_since=NOW, dropped_last=NOW)
    assert wire.store.contacts.all() == {"singapore": (said,)}
    wire.now_ms += 10_000
    await wire.pull(user_agent="curl/8")
    assert wire.store.contacts.all()["singapore"] == (replace(said, seen_at=NOW + 10, version=""),)


async def test_a_result_that_the_store_chokes_on_is_refused_alone(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    accept = Store.accept

    def chokes(store: Store, batch: Sequence[Result]) -> list[Refused]:
        if any(item.slot == SLOT - 120 for item in batch):
            raise RuntimeError("a bug")
        return accept(store, batch)

    monkeypatch.setattr(Store, "accept", chokes)
    answer = await wire.push(*(wire.result(SLOT - 60 * number) for number in range(5)))
    assert answer.json["accepted"] == 4
    assert answer.json["refused"] == [{"index": 2, "reason": "it cannot be stored; the hub's log says why"}]
    assert [item.slot for item in wire.stored()] == [SLOT - 240, SLOT - 180, SLOT - 60, SLOT]
    assert "a bug" in caplog.text


async def test_a_database_that_is_away_says_when_to_come_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(store: Store, batch: Sequence[Result]) -> list[Refused]:
        raise StorageAway("disk I/O error")

    monkeypatch.setattr(Store, "accept", away)
    answer = await wire.push(wire.result())
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert wire.store.contacts.all() == {}, "what was not taken over is no contact that counts"


async def test_an_agent_may_push_each_second_and_too_often_is_told_how_long(wire: Wire) -> None:
    for _ in range(120):
        assert (await wire.push()).status == 200
        wire.ticks += 1_000
    statuses = [(await wire.push()).status for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    answer = await wire.push()
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert (await wire.caller.get("/agreements")).status == 200, "people are not held up by agents"


async def test_one_of_three_that_is_silent_leaves_two_to_decide(wire: Wire) -> None:
    judge = Judge(Plan(), agents(wire.settings))
    home = wire.result(SLOT, DOWN, location="jakarta")
    wire.store.accept([home])
    await wire.push(wire.result(SLOT, DOWN))
    wire.store.judge(judge, NOW + 14)
    assert wire.store.components()["api"].watermark != NOW
    wire.store.judge(judge, NOW + 15)
    assert wire.store.components()["api"].watermark == NOW
    (span,) = wire.store.spans("api", SLOT, NOW)
    assert (span.state, span.start, span.end) == (DOWN, SLOT, NOW)


async def test_colleagues_see_how_each_location_does(wire: Wire) -> None:
    await wire.push(wire.result(), wire.result(SLOT - 60, DOWN), backlog=5, oldest=NOW - 300)
    answer = await wire.caller.get("/locations")
    jakarta, singapore, cellar = answer.json
    assert (jakarta["kind"], jakarta["silent"], jakarta["own_answers_percent_trunc4"]) == ("local", False, None)
    assert (singapore["silent"], singapore["backlog"], singapore["lag_seconds"]) == (False, 5, 300)
    assert singapore["own_answers_percent_trunc4"] == "50.0000"
    assert (cellar["public"], cellar["silent"], cellar["last_seen"]) == (False, True, None)
