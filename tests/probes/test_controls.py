"""A location that reaches none of its control targets is blind: what it sees as down is unknown."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from monitor.core.model import Failure, FailureKind, Result, State
from monitor.core.permit import Hosts, Permit
from monitor.probes import ProbeContext, resolver
from monitor.probes.controls import Control, Controls
from tests.probes.conftest import CalmClock
from tests.probes.servers import closed_port, serving, silent

DOWN = Result(
    "api", "http", "here", 60, 60_400, State.DOWN, "d1", failure=Failure(FailureKind.CONNECT_TIMEOUT, "no answer")
)
LOST = replace(DOWN, failure=Failure(FailureKind.NAME_TIMEOUT))


@dataclass
class Stepped(CalmClock):
    """Monotonic time goes on by a minute at each look: no round is too soon after another."""

    at: float = 1000.0

    def monotonic(self) -> float:
        self.at += 60
        return self.at


@pytest.fixture
async def controls(context: ProbeContext) -> AsyncIterator[Controls]:
    found = Controls(context, Stepped())
    yield found
    found.close()


async def test_what_is_down_is_unknown_when_no_control_target_answers(
    controls: Controls, caplog: pytest.LogCaptureFixture
) -> None:
    controls.use([Control("127.0.0.1", closed_port()), Control("127.0.0.1", closed_port())])
    for _ in range(2):
        seen = await controls.judged(DOWN, 0)
        assert seen.outcome is State.UNKNOWN
        assert seen.failure == Failure(
            FailureKind.NO_NETWORK, "no control target answered; seen: down, connect_timeout, no answer"
        )
    assert controls.blind_since is not None
    assert caplog.text.count("blind: no control target answers") == 1


async def test_one_control_target_that_answers_is_enough(controls: Controls) -> None:
    async with serving(silent) as port:
        controls.use([Control("127.0.0.1", closed_port()), Control("127.0.0.1", port)])
        assert await controls.judged(DOWN, 0) is DOWN
    assert controls.blind_since is None


async def test_without_control_targets_nothing_is_asked(controls: Controls) -> None:
    assert await controls.judged(DOWN, 0) is DOWN


async def test_what_is_not_down_asks_nobody(context: ProbeContext) -> None:
    asked: list[int] = []

    async def count(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked.append(1)

    found = Controls(context, CalmClock())
    async with serving(count) as port:
        found.use([Control("127.0.0.1", port)])
        for outcome in (State.UP, State.DEGRADED, State.UNKNOWN):
            await found.judged(replace(DOWN, outcome=outcome), 0)
        assert asked == []
        # All that fail at once share the rounds.
        await asyncio.gather(*(found.judged(DOWN, 0) for _ in range(200)))
        assert 1 <= len(asked) <= 2
    found.close()


async def test_a_location_that_was_blind_asks_by_itself_until_it_sees(
    controls: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.probes.controls.AGAIN", 0.01)
    port = closed_port()
    controls.use([Control("127.0.0.1", port)])
    await controls.judged(DOWN, 0)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
    await until(lambda: controls.blind_since is None)
    assert (await controls.judged(DOWN, 0)).outcome is State.UNKNOWN, "begun before it saw again"
    assert await controls.judged(DOWN, controls._clock.monotonic()) is DOWN
    server.close()
    await server.wait_closed()


async def test_a_name_that_is_not_found_is_held_against_controls_with_names_alone(
    controls: Controls, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = resolver._lookup

    def lost(host: str, *more: Any) -> Any:
        if host == "example.com":
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return look_up(host, *more)

    monkeypatch.setattr(resolver, "_lookup", lost)
    async with serving(silent) as port:
        controls.use([Control("127.0.0.1", port)])
        assert await controls.judged(LOST, 0) is LOST, "controls by address say nothing of names"
        controls.use([Control("127.0.0.1", port), Control("example.com", port)])
        assert await controls.judged(DOWN, 0) is DOWN
        assert (await controls.judged(LOST, 0)).outcome is State.UNKNOWN
        assert controls.blind_since is None, "it is its resolver that is gone, not its network"
        controls.use([Control("localhost", port)])
        assert await controls.judged(LOST, 0) is LOST


async def test_a_hub_makes_no_agent_ask_what_its_file_does_not_allow(
    context: ProbeContext, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    async def count(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked.append(1)

    held = replace(context, permit=lambda: Permit(Hosts.of(["10.0.0.0/8"])))
    found = Controls(held, Stepped())
    async with serving(count) as port:
        found.use([Control("127.0.0.1", port), Control("localhost", port)])
        assert await found.judged(DOWN, 0) is DOWN, "what nobody may ask tells nothing"
    assert asked == []
    assert "127.0.0.1 is not under allow in the agent's file" in caplog.text
    found.close()


@pytest.mark.parametrize("text", ["1.1.1.1:443", "[2606:4700:4700::1111]:53", "example.com:443"])
def test_a_control_target_is_read_as_it_is_written(text: str) -> None:
    assert str(Control.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "1.1.1.1:0", "1.1.1.1:65536", "https://1.1.1.1:443", "a@b:1", ":1", "a b:1"]
)
def test_what_is_no_host_and_port_is_no_control_target(text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        Control.parse(text)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the task of the controls tells nobody
            await asyncio.sleep(0.01)
