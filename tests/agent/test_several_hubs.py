"""Several hubs of one database: an agent talks to one, turns to the next when that is away, and sticks to it."""

from pathlib import Path

import pytest
import trustme
from aiohttp import web

from monitor.agent.own import Own
from tests.agent.conftest import Opened, numbers, result, results
from tests.agent.hub import FakeHub, http_check, problem, serving
from tests.agent.test_link import server_side
from tests.probes.servers import serving as silent_serving
from tests.probes.servers import silent

NOWHERE = "http://127.0.0.1:9"


async def test_an_agent_talks_to_the_first_of_its_hubs_alone_while_that_works(opened: Opened) -> None:
    async with serving(FakeHub()) as one, serving(FakeHub()) as two, opened(one.url, two.url) as bench:
        sender, puller = bench.sender(), bench.puller()
        for number in (1, 2, 3):
            await bench.see(result(number))
            await sender.step()
            await puller.step()
            bench.clock.at += 15
        assert numbers(one.taken) == [1, 2, 3]
        assert two.requests == []


@pytest.mark.parametrize(
    "status",
    [
        problem(503, "no database", **{"Retry-After": "20"}),
        problem(500),
        problem(401),
        problem(426),
        problem(404),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
        web.Response(status=200, text="<html>Welcome to our network, please sign in</html>"),
    ],
    ids=lambda answer: str(answer.status),
)
async def test_a_batch_that_one_hub_does_not_take_goes_to_the_next_within_a_second(
    status: web.Response, opened: Opened
) -> None:
    async with serving(FakeHub(status=status)) as one, serving(FakeHub()) as two, opened(one.url, two.url) as bench:
        await bench.see(*results(1, 2))
        sender = bench.sender()
        await sender.step()
        assert str(sender.away).startswith(f"{one.url}: ")
        bench.clock.at += 1
        await sender.step()
        assert (sender.away, numbers(two.taken), len(bench.waiting)) == (None, [1, 2], 0)


async def test_it_stays_with_the_hub_that_works_after_the_first_is_back(opened: Opened) -> None:
    first = FakeHub(status=problem(500))
    async with serving(first) as one, serving(FakeHub()) as two, opened(one.url, two.url) as bench:
        sender = bench.sender()
        await sender.step()
        one.status = None
        for number in range(1, 6):
            bench.clock.at += 60
            await bench.see(result(number))
            await sender.step()
        assert (len(one.requests), numbers(two.taken)) == (1, [1, 2, 3, 4, 5])
        two.status = problem(500)
        await bench.see(result(6))
        await sender.step()
        bench.clock.at += 1
        await sender.step()
        assert numbers(one.taken) == [6], "and back when that one is away"


async def test_a_hub_that_wants_to_be_asked_less_is_not_dodged_by_asking_another(opened: Opened) -> None:
    busy = problem(429, "slowly", **{"Retry-After": "20"})
    async with serving(FakeHub(status=busy)) as one, serving(FakeHub()) as two, opened(one.url, two.url) as bench:
        await bench.see(result(1))
        sender = bench.sender()
        await sender.step()
        bench.clock.at += 19.9
        await sender.step()
        assert (len(one.requests), two.requests) == (1, [])
        one.status = None
        bench.clock.at += 0.1
        await sender.step()
        assert (numbers(one.taken), two.requests) == ([1], [])


async def test_a_hub_that_never_answers_is_turned_from(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.core.exchange.PATIENCE_WITH_OTHERS", 0.3)
    async with (
        silent_serving(silent) as port,
        serving(FakeHub()) as two,
        opened(f"http://127.0.0.1:{port}", two.url) as bench,
    ):
        await bench.see(result(1))
        sender = bench.sender()
        await sender.step()
        assert str(sender.away).endswith(": it does not answer in time")
        bench.clock.at += 1
        await sender.step()
        assert numbers(two.taken) == [1]


async def test_hubs_that_all_ask_for_it_are_all_left_alone(opened: Opened) -> None:
    async with (
        serving(FakeHub(status=problem(503, **{"Retry-After": "30"}))) as one,
        serving(FakeHub(status=problem(503, **{"Retry-After": "30"}))) as two,
        opened(one.url, two.url) as bench,
    ):
        sender = bench.sender()
        await sender.step()
        for _ in range(29):
            bench.clock.at += 1
            await sender.step()
        assert (len(one.requests), len(two.requests)) == (1, 1)
        bench.clock.at += 1
        await sender.step()
        assert (len(one.requests), len(two.requests)) == (2, 1)


async def test_what_the_first_hub_took_of_a_batch_is_sent_again_with_the_rest(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.core.exchange.MOST_RESULTS", 2)
    async with serving(FakeHub()) as one, serving(FakeHub()) as two, opened(one.url, two.url) as bench:
        one.twist = lambda found: problem(503) if any(item["slot"] == 180 for item in found) else None
        await bench.see(*results(1, 2, 3))
        sender = bench.sender()
        await sender.step()
        assert (numbers(one.taken), len(bench.waiting)) == ([1, 2], 3)
        bench.clock.at += 1
        await sender.step()
        assert (numbers(two.taken), len(bench.waiting)) == ([1, 2, 3], 0)


async def test_checks_come_from_the_next_hub_and_are_known_after_a_start_without_any(opened: Opened) -> None:
    async with serving(FakeHub([http_check("health")])) as two, opened(NOWHERE, two.url) as bench:
        puller = bench.puller()
        await puller.step()
        assert puller.away == f"{NOWHERE}: Connection refused"
        bench.clock.at += 1
        assert await puller.step(), "a hub is there again"
        assert [item.timing.key for item in bench.assigned] == ["api/health"]
    async with opened(NOWHERE, two.url) as bench:
        await bench.puller().begin(None)
        assert [item.timing.key for item in bench.assigned] == ["api/health"]


async def test_what_the_puller_learns_of_a_hub_the_sender_knows(opened: Opened) -> None:
    async with serving(FakeHub()) as two, opened(NOWHERE, two.url) as bench:
        await bench.puller().step()
        await bench.see(result(1))
        await bench.sender().step()
        assert numbers(two.taken) == [1]


async def test_a_hub_whose_certificate_is_not_the_pinned_authoritys_gets_no_token_and_the_next_does(
    opened: Opened, tmp_path: Path
) -> None:
    pinned, other = trustme.CA(), trustme.CA()
    ca = tmp_path / "ca.pem"
    pinned.cert_pem.write_to_path(str(ca))
    async with (
        serving(FakeHub(), tls=server_side(other)) as one,
        serving(FakeHub(), tls=server_side(pinned)) as two,
        opened(one.url, two.url, ca=ca) as bench,
    ):
        await bench.see(result(1))
        sender = bench.sender()
        await sender.step()
        bench.clock.at += 1
        await sender.step()
        assert (one.requests, numbers(two.taken)) == ([], [1])


async def test_hubs_that_the_file_names_anew_are_asked_and_the_old_ones_no_more(opened: Opened) -> None:
    async with serving(FakeHub()) as one, serving(FakeHub()) as two, opened(one.url) as bench:
        agent = bench.agent(Own(hubs=(one.url,)))
        await agent.adopt(Own(hubs=(two.url,)))
        await bench.see(result(1))
        await bench.sender().step()
        assert (one.requests, numbers(two.taken)) == ([], [1])
        await agent.adopt(Own(hubs=(one.url, two.url)))
        await bench.see(result(2))
        await bench.sender().step()
        assert (one.requests, numbers(two.taken)) == ([], [1, 2]), "it goes on with the one that works"
