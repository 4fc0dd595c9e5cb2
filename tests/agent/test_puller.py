"""What is to be probed comes from the hub, and from the disk while the hub is away."""

import json
from pathlib import Path

import pytest

from monitor.agent.checks import Limits, Unreadable, read
from monitor.core.exchange import Shard
from tests.agent.conftest import Opened
from tests.agent.hub import FakeHub, http_check, problem, serving


async def test_checks_are_pulled_once_and_then_only_when_they_change(opened: Opened) -> None:
    async with serving(FakeHub([http_check("health")])) as hub, opened(hub.url) as bench:
        puller = bench.puller()
        await puller.step()
        (assigned,) = bench.assigned
        assert (assigned.component, assigned.timing.key, assigned.timing.every) == ("api", "api/health", 1)
        assert assigned.definition == hub.checks[0]["digest"]
        await puller.step()
        assert hub.statuses == [200], "not before it is time"
        bench.clock.at += 9
        await puller.step()
        assert hub.statuses == [200, 304]
        hub.checks, hub.version = [http_check("health"), http_check("other")], 2
        bench.clock.at += 9
        await puller.step()
        assert hub.statuses == [200, 304, 200]
        assert [item.timing.key for item in bench.assigned] == ["api/health", "api/other"]


async def test_with_the_hub_away_at_the_start_the_last_known_checks_are_probed(opened: Opened) -> None:
    hub = FakeHub([http_check("health")])
    async with serving(hub), opened(hub.url) as bench:
        await bench.puller().step()
    async with opened(hub.url) as bench:
        puller = bench.puller()
        await puller.begin(None)
        assert [item.timing.key for item in bench.assigned] == ["api/health"]
        await puller.step()
        assert puller.away == "Connection refused"
        assert [item.timing.key for item in bench.assigned] == ["api/health"]


async def test_after_a_restart_the_hub_is_asked_for_changes_only(opened: Opened) -> None:
    async with serving(FakeHub([http_check("health")])) as hub:
        for _ in range(2):
            async with opened(hub.url) as bench:
                puller = bench.puller()
                await puller.begin(None)
                await puller.step()
        assert hub.statuses == [200, 304]


async def test_checks_of_another_hub_are_not_probed(opened: Opened) -> None:
    async with serving(FakeHub([http_check("health")])) as hub, opened(hub.url) as bench:
        await bench.puller().step()
    async with opened("http://127.0.0.1:9") as bench:
        await bench.puller().begin(None)
        assert bench.assigned == []


async def test_a_damaged_file_of_checks_is_no_reason_not_to_start(opened: Opened, tmp_path: Path) -> None:
    async with serving(FakeHub([http_check("health")])) as hub, opened(hub.url) as bench:
        (tmp_path / "agent/checks.json").write_text("{")
        puller = bench.puller()
        await puller.begin(None)
        await puller.step()
        assert len(bench.assigned) == 1


async def test_the_file_of_checks_holds_references_and_no_secret(opened: Opened, tmp_path: Path) -> None:
    check = http_check("health", headers={"Authorization": "Bearer ${TOKEN}"})
    async with serving(FakeHub([check])) as hub, opened(hub.url) as bench:
        await bench.puller().step()
    kept = json.loads((tmp_path / "agent/checks.json").read_text())
    assert "${TOKEN}" in kept["content"]
    assert "s3cr3t" not in (tmp_path / "agent/checks.json").read_text()


@pytest.mark.parametrize("status", [401, 403, 426, 500, 503])
async def test_a_refusal_leaves_the_checks_as_they_are_and_is_tried_again(status: int, opened: Opened) -> None:
    async with serving(FakeHub([http_check("health")])) as hub, opened(hub.url) as bench:
        puller = bench.puller()
        await puller.step()
        hub.status = problem(status)
        bench.clock.at += 10
        await puller.step()
        assert str(puller.away).startswith(str(status))
        assert len(bench.assigned) == 1
        bench.clock.at += 0.9
        await puller.step()
        hub.status = None
        bench.clock.at += 0.1
        assert await puller.step(), "the hub is there again"
        assert hub.statuses == [200, status, 304]


async def test_a_list_for_another_location_is_refused(opened: Opened) -> None:
    async with serving(FakeHub([http_check()], location="frankfurt")) as hub, opened(hub.url) as bench:
        puller = bench.puller()
        await puller.step()
        assert puller.away == "the token is for the location frankfurt, this agent is called singapore"
        assert bench.assigned == []


def test_a_check_that_this_version_cannot_read_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    strange = [
        {**http_check("quantum"), "definition": {"kind": "quantum"}},
        {**http_check("none"), "definition": None},
        {**http_check("never"), "every": 0},
        {**http_check("wordy"), "start": "soon"},
        http_check("endless", timeout="365d"),
        {"component": "api"},
        "api/health",
    ]
    document = {"protocol": 1, "location": "singapore", "checks": [*strange, http_check("health")]}
    found = read(json.dumps(document).encode(), "singapore", None)
    assert [item.timing.key for item in found.assignments] == ["api/health"]
    assert "api/quantum cannot be read by this version and is not probed" in caplog.text


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"location": "singapore", "checks": 5}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_list_of_checks_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content, "singapore", None)


def test_a_shard_probes_its_part_and_all_shards_probe_all() -> None:
    document = {"location": "singapore", "checks": [http_check(f"c{number}") for number in range(20)]}
    content = json.dumps(document).encode()
    parts = [
        {item.timing.key for item in read(content, "singapore", Shard(number, 3)).assignments} for number in (1, 2, 3)
    ]
    assert sorted(key for part in parts for key in part) == sorted(f"api/c{number}" for number in range(20))
    assert all(parts)


async def test_another_shard_is_taken_over_without_asking_the_hub(opened: Opened) -> None:
    checks = [http_check(f"c{number}") for number in range(20)]
    async with serving(FakeHub(checks)) as hub, opened(hub.url) as bench:
        puller = bench.puller()
        await puller.step()
        assert len(bench.assigned) == 20
        await puller.begin(Shard(1, 2))
        assert 0 < len(bench.assigned) < 20
        assert len(hub.requests) == 1


async def test_control_targets_come_with_the_checks_and_are_remembered_with_them(opened: Opened) -> None:
    hub = FakeHub([http_check("health")], controls=["10.0.0.1:443", "[2001:db8::1]:53", "gw.internal:22"])
    async with serving(hub), opened(hub.url) as bench:
        await bench.puller().step()
        assert list(map(str, bench.controls)) == hub.controls
    async with opened(hub.url) as bench:
        await bench.puller().begin(None)
        assert list(map(str, bench.controls)) == hub.controls


def test_a_hub_of_the_protocol_before_names_no_control_targets() -> None:
    document = {"location": "singapore", "checks": [http_check("health")]}
    assert read(json.dumps(document).encode(), "singapore", None).controls == []


@pytest.mark.parametrize("controls", ["10.0.0.1", ["10.0.0.1"], [5], 5, ["file:///etc/passwd:1"]])
def test_control_targets_that_cannot_be_read_leave_everything_as_it_was(controls: object) -> None:
    document = {"location": "singapore", "checks": [], "controls": controls}
    with pytest.raises(Unreadable):
        read(json.dumps(document).encode(), "singapore", None)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(checks=9), "its list is not taken over: 10 checks, this agent's file allows 9 (limits.checks)"),
        (Limits(rate=9), "its list is not taken over: 10 probes a second, this agent's file allows 9 (limits.rate)"),
    ],
)
async def test_a_hub_that_asks_for_too_much_leaves_everything_as_it_was(
    opened: Opened, limits: Limits, said: str
) -> None:
    async with serving(FakeHub([http_check("health")])) as hub, opened(hub.url) as bench:
        puller = bench.puller()
        await puller.begin(None, limits)
        await puller.step()
        hub.checks, hub.version = [http_check(f"c{number}") for number in range(10)], 2
        bench.clock.at += 20
        await puller.step()
        assert puller.away == said
        assert [item.timing.key for item in bench.assigned] == ["api/health"]


def test_each_shard_is_within_its_own_limits() -> None:
    document = {"location": "singapore", "checks": [http_check(f"c{number}") for number in range(20)]}
    parts = [read(json.dumps(document).encode(), "singapore", Shard(number, 2), Limits(checks=19)) for number in (1, 2)]
    assert sum(len(part.assignments) for part in parts) == 20
