"""What was seen reaches the hub or stays on the disk, whatever the hub answers."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.agent.machine import running_ms
from monitor.core.exchange import Load
from monitor.core.model import Result, State
from monitor.core.record import encode
from monitor.storage.spool import Batch, Spool
from tests.agent.conftest import Opened, numbers, result, results
from tests.agent.hub import FakeHub, problem, serving


async def test_a_batch_is_let_go_once_the_hub_has_it(opened: Opened, tmp_path: Path) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        await bench.see(result(1), result(2, State.DOWN))
        assert len(Spool(tmp_path / "agent/spool")) == 2, "on the disk before it is sent"
        await bench.sender().step()
        assert sorted(hub.taken, key=lambda item: item.slot) == [result(1), result(2, State.DOWN)]
        assert len(bench.waiting) == 0
        assert not Spool(tmp_path / "agent/spool")
        document = hub.batches[0]
    assert {key: document[key] for key in ("protocol", "backlog", "dropped", "oldest")} == {
        "protocol": 2,
        "backlog": 0,
        "dropped": 0,
        "oldest": 60,
    }
    assert document["results"] == [encode(item) for item in hub.taken]


async def test_every_request_says_who_asks_and_in_which_protocol(opened: Opened) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        await bench.see(result(1))
        await bench.sender().step()
        await bench.puller().step()
    assert [line for line, _ in hub.requests] == ["POST /api/v1/agent/results", "GET /api/v1/agent/checks"]
    for _, headers in hub.requests:
        assert headers["Authorization"] == "Bearer janji_of_singapore"
        assert headers["Janji-Protocol"] == "2"
        assert headers["Janji-Part"] == "1/1"
        assert headers["User-Agent"].startswith("Janji-agent/")
    assert hub.requests[0][1]["Content-Encoding"] == "gzip"


REFUSALS = [
    problem(401, "the token is not in use"),
    problem(403, "no such location"),
    problem(426, "too old", **{"Janji-Protocol": "3"}),
    problem(429, "slowly", **{"Retry-After": "20"}),
    problem(503, "no database", **{"Retry-After": "20"}),
    problem(500),
    problem(404),
    web.Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    web.Response(status=200, text="<html>Welcome to our network, please sign in</html>"),
    web.Response(status=200, text='{"accepted": "yes"}'),
    web.Response(status=200, body=b"[" * 100_000),
    web.Response(status=204),
]


@pytest.mark.parametrize("status", REFUSALS, ids=lambda answer: str(answer.status))
async def test_what_is_not_answered_200_by_a_hub_is_kept(status: web.Response, opened: Opened, tmp_path: Path) -> None:
    async with serving(FakeHub(status=status)) as hub, opened(hub.url) as bench:
        await bench.see(*results(1, 2))
        sender = bench.sender()
        await sender.step()
        assert sender.away is not None
        assert len(bench.waiting) == 2
        hub.status = None
        bench.clock.at += 20
        await sender.step()
        assert (sender.away, numbers(hub.taken)) == (None, [1, 2])
    assert not Spool(tmp_path / "agent/spool")


@pytest.mark.parametrize(("status", "pause"), [(401, 1), (503, 20), (429, 20)])
async def test_a_hub_that_refuses_is_left_alone_for_as_long_as_it_asks(
    status: int, pause: float, opened: Opened
) -> None:
    async with serving(FakeHub(status=problem(status, **{"Retry-After": "20"}))) as hub, opened(hub.url) as bench:
        await bench.see(result(1))
        sender = bench.sender()
        await sender.step()
        bench.clock.at += pause - 0.1
        await sender.step()
        assert len(hub.requests) == 1
        bench.clock.at += 0.1
        await sender.step()
        assert len(hub.requests) == 2


async def test_the_reason_names_the_protocol_that_the_hub_speaks(opened: Opened) -> None:
    status = problem(426, "this agent is too old", **{"Janji-Protocol": "3"})
    async with serving(FakeHub(status=status)) as hub, opened(hub.url) as bench:
        sender = bench.sender()
        await sender.step()
    assert sender.away == "426 this agent is too old; it speaks protocol 3, this agent 2"


async def test_results_outlast_an_outage_of_the_hub_and_a_restart_of_the_agent(opened: Opened) -> None:
    hub = FakeHub()
    async with serving(hub), opened(hub.url) as bench:
        port = int(hub.url.rpartition(":")[2])
        await bench.see(result(1))
        await bench.sender().step()
    async with opened(hub.url) as bench:
        sender = bench.sender()
        for number in (2, 3, 4):
            await bench.see(result(number), away=True)
            await sender.step()
            bench.clock.at += 300
        assert sender.away == "Connection refused"
    async with opened(hub.url) as bench, serving(hub, port):
        await bench.see(result(5))
        sender = bench.sender()
        await sender.step()
        assert numbers(hub.taken) == [1, 5, 2, 3, 4], "what was just seen first, then the past in order"
        assert len(bench.waiting) == 0


async def test_the_past_is_sent_oldest_first_and_no_faster_than_its_pace(opened: Opened) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        await bench.see(*results(*range(1, 2001)), away=True)
        await bench.see(*results(*range(2001, 4001)), away=True)
        bench.place.waiting._live = 0  # an agent that was started again
        sender = bench.sender()
        await sender.step()
        assert numbers(hub.taken) == list(range(1, 2001))
        await bench.see(result(9000))
        await sender.step()
        assert numbers(hub.taken)[2000:] == [9000], "what is seen now does not wait for the past"
        bench.clock.at += 3  # 2000 results at 500 a second, a quarter less by chance
        await sender.step()
        assert numbers(hub.taken)[2001:] == list(range(2001, 4001))
        assert hub.batches[0]["backlog"] == 2000
        assert hub.batches[0]["oldest"] == 60


async def test_a_segment_larger_than_a_batch_is_sent_in_several(opened: Opened) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        await bench.see(*results(*range(1, 2000)), away=True)
        await bench.see(*results(*range(2000, 3500)), away=True)
        bench.place.waiting._live = 0
        await bench.sender().step()
    assert [len(batch["results"]) for batch in hub.batches] == [2000, 1499]


async def test_a_heartbeat_is_sent_when_nothing_else_was_for_15_seconds(opened: Opened) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        sender = bench.sender()
        await sender.step()
        assert [batch["results"] for batch in hub.batches] == [[]]
        bench.clock.at += 14.9
        await sender.step()
        assert len(hub.batches) == 1
        bench.clock.at += 0.1
        await sender.step()
        assert len(hub.batches) == 2


async def test_a_result_that_is_refused_singly_is_logged_and_let_go(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(found: list[dict[str, Any]]) -> web.Response:
        refused = [{"index": 0, "reason": "unknown check"}, {"index": 2, "reason": "unknown check"}]
        return web.json_response({"accepted": len(found) - 2, "refused": refused, "now_ms": 0})

    async with serving(FakeHub(twist=refuse)) as hub, opened(hub.url) as bench:
        await bench.see(*results(1, 2, 3))
        await bench.sender().step()
        assert len(bench.waiting) == 0
    assert "the hub refused 2 results for good: unknown check (2)" in caplog.text


async def test_one_result_that_the_hub_cannot_read_holds_up_no_other(opened: Opened, tmp_path: Path) -> None:
    def choke(found: list[dict[str, Any]]) -> web.Response | None:
        return problem(400, "results[0] is strange") if any(item["slot"] == 180 for item in found) else None

    async with serving(FakeHub(twist=choke)) as hub, opened(hub.url) as bench:
        await bench.see(*results(*range(1, 8)))
        await bench.sender().step()
        assert sorted(numbers(hub.taken)) == [1, 2, 4, 5, 6, 7]
        assert len(bench.waiting) == 0
    aside: list[Result] = []
    Spool(tmp_path / "agent/spool-refused").drain(aside.extend)
    assert numbers(aside) == [3]


@pytest.mark.parametrize("status", [400, 413])
async def test_a_hub_that_refuses_every_batch_is_away_and_nothing_is_set_aside(
    status: int, opened: Opened, tmp_path: Path
) -> None:
    async with serving(FakeHub(status=problem(status, "a proxy in between"))) as hub, opened(hub.url) as bench:
        await bench.see(*results(1, 2))
        sender = bench.sender()
        await sender.step()
        assert sender.away == "it refuses even an empty batch: a proxy in between"
        assert len(bench.waiting) == 2
    assert not (tmp_path / "agent/spool-refused").exists()


async def test_with_a_full_disk_results_wait_in_memory_and_are_sent_from_there(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with serving(FakeHub(status=problem(503))) as hub, opened(hub.url) as bench:
        sender = bench.sender()
        monkeypatch.setattr(os, "fsync", full)
        problem_said = await bench.see(*results(1, 2))
        assert problem_said == "the disk takes no results (No space left on device); they wait in memory"
        await sender.step()
        assert len(bench.waiting) == 2
        hub.status = None
        bench.clock.at += 5
        await sender.step()
        assert (numbers(hub.taken), len(bench.waiting)) == ([1, 2], 0)
        await bench.see(result(3))
        monkeypatch.undo()
        assert await bench.see(result(4)) is None
        await sender.step()
        assert sorted(numbers(hub.taken)) == [1, 2, 3, 4]


async def test_a_clock_that_is_off_is_seen_at_each_contact(opened: Opened) -> None:
    async with serving(FakeHub(ahead_ms=-60_000)) as hub, opened(hub.url) as bench:
        await bench.sender().step()
        assert bench.link.skew_ms is not None
        assert 59_000 < bench.link.skew_ms < 61_000


async def test_what_was_long_under_way_is_sent_once_more_so_that_its_clock_can_be_told(opened: Opened) -> None:
    """A hub that was frozen reads a batch late: it would keep what is in it as seen by a clock that is behind."""
    delays = [3_000, 3_000, 0]

    def frozen(found: list[Any]) -> web.Response:
        now_ms = int(time.time() * 1000) + delays.pop(0) if found else 0
        return web.json_response({"accepted": len(found), "refused": [], "now_ms": now_ms})

    async with serving(FakeHub(twist=frozen)) as hub, opened(hub.url) as bench:
        await bench.puller().step()  # from which it knows how its clock stands
        await bench.see(result(1))
        await bench.sender().step()
        assert (len(delays), len(bench.waiting)) == (1, 0), "once more, and no more"
        await bench.see(result(2))
        await bench.sender().step()
        assert (len(delays), len(bench.waiting)) == (0, 0)


async def test_the_token_follows_no_redirect(opened: Opened) -> None:
    async with serving(FakeHub()) as elsewhere:
        status = web.Response(status=307, headers={"Location": f"{elsewhere.url}/api/v1/agent/results"})
        async with serving(FakeHub(status=status)) as hub, opened(hub.url) as bench:
            await bench.sender().step()
            await bench.puller().step()
        assert elsewhere.requests == []


async def test_the_hubs_words_are_one_short_line(opened: Opened) -> None:
    words = "first\nsecond \x1b[31m" + "x" * 500
    async with serving(FakeHub(status=problem(403, words))) as hub, opened(hub.url) as bench:
        sender = bench.sender()
        await sender.step()
    assert sender.away is not None
    assert sender.away.startswith("403 first second [31mxxx")
    assert len(sender.away) <= 200
    assert sender.away.isprintable()


def test_json_of_a_batch_is_what_the_wire_says(tmp_path: Path) -> None:
    import gzip

    from monitor.agent.link import Said, Waits, pack
    from monitor.agent.waiting import encoded

    (lines,) = encoded(results(1, 2))
    document = json.loads(gzip.decompress(pack([line for _, line in lines], Said(Waits(7, 3, None), 1200, -50), 1234)))
    assert document == {
        "protocol": 2,
        "sent_ms": 1234,
        "shift_ms": -50,
        "backlog": 7,
        "dropped": 3,
        "oldest": None,
        "blind_since": 1200,
        "results": [encode(item) for item in results(1, 2)],
    }


async def test_results_go_with_how_far_the_clock_was_ahead_when_they_were_seen(opened: Opened) -> None:
    async with serving(FakeHub()) as hub:
        async with opened(hub.url) as bench:
            # Without a hub its clock was 8 s behind, an hour ahead after a start, and is right now.
            for ahead_ms, number in ((-8_000, 1), (3_600_000, 2), (0, 3)):
                bench.clock_is(ahead_ms)
                started_ms = bench.stands[0].ahead_ms + running_ms()
                await bench.see(replace(result(number), started_ms=started_ms), away=True)
        async with opened(hub.url) as bench:
            sender = bench.sender()
            while bench.waiting.spooled:
                bench.clock.at += 10
                await sender.step()
    sent = [(batch["results"][0]["slot"] // 60, batch["shift_ms"]) for batch in hub.batches if batch["results"]]
    assert sent == [(1, -8_000), (2, 3_600_000), (3, 0)]


async def test_a_clock_that_is_set_while_a_batch_is_on_its_way_does_not_pass_for_right(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        bench.clock_is(8_000)
        await bench.see(replace(result(1), started_ms=bench.stands[0].ahead_ms + running_ms()))
        take = bench.waiting.take

        def set_after(load: Load) -> Batch:
            batch = take(load)
            bench.clock_is(0)  # nobody looked at it since
            return batch

        monkeypatch.setattr(bench.waiting, "take", set_after)
        await bench.sender().step()
    assert [batch["shift_ms"] for batch in hub.batches if batch["results"]] == [8_000]


async def test_while_the_disk_takes_nothing_answers_go_before_failures(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.agent.waiting.MEMORY_LIMIT", 3)
    async with serving(FakeHub()) as hub, opened(hub.url) as bench:
        monkeypatch.setattr(bench.spool, "append", full)
        await bench.see(result(1, State.DOWN), result(2), result(3, State.DOWN), result(4), result(5, State.DOWN))
        await bench.see(result(6, State.DOWN))
        await bench.sender().step()
        assert numbers(hub.taken) == [3, 5, 6]
        assert hub.batches[0]["dropped"] == 3


def full(*_results: object) -> None:
    raise OSError(28, "No space left on device")
