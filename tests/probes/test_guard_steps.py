"""A hub leads an agent through several steps: every one of them is held to the agent's own file."""

import socket
from typing import Any

import pytest

from monitor.core.model import FailureKind, State
from tests.probes.servers import answers
from tests.probes.test_guard import LOOPBACK, TOKEN, kind_of, listening, permit, probed, said


async def test_what_one_step_was_trusted_with_is_carried_to_no_other_host() -> None:
    echo = answers(f'{{"you": "{TOKEN}"}}'.encode())
    async with listening(echo) as trusted, listening() as other:
        result = await probed(
            permit(*LOOPBACK, TOKEN="127.0.0.1"),
            "http",
            steps=[
                {
                    "url": f"http://127.0.0.1:{trusted.port}/",
                    "headers": {"X-Token": "${TOKEN}"},
                    "carry": {"loot": {"json": "$.you"}},
                },
                {"url": f"http://127.0.0.2:{other.port}/", "headers": {"X-Loot": "{{loot}}"}},
            ],
        )
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result
    assert (other.visits, result.outcome) == (0, State.UNKNOWN)
    assert TOKEN not in said(result)


@pytest.mark.parametrize(
    "found", ["http://169.254.169.254/latest", "http://127.0.0.9:{port}/", "http://[::ffff:7f00:9]:{port}/"]
)
async def test_an_answer_leads_the_next_step_to_no_other_host(found: str) -> None:
    async with listening() as other:
        target = found.replace("{port}", str(other.port))
        async with listening(answers(f'{{"next": "{target}"}}'.encode())) as ear:
            result = await probed(
                permit("127.0.0.1"),
                "http",
                steps=[
                    {"url": f"http://127.0.0.1:{ear.port}/", "carry": {"next": {"json": "$.next"}}},
                    {"url": "{{next}}"},
                ],
            )
    assert "leads to another host" in said(result)
    assert other.visits == 0


async def test_a_name_that_leads_elsewhere_at_the_second_look_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, looked = socket.getaddrinfo, []

    def rebind(host: Any, *more: Any, **options: Any) -> Any:
        options.pop("flags", None)
        if host == "front.example":
            looked.append(host)
            host = "127.0.0.1" if len(looked) == 1 else "127.0.0.9"
        return real(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    async with listening() as ear:
        url = f"http://front.example:{ear.port}/"
        result = await probed(permit("127.0.0.1/32"), "http", steps=[{"url": url}, {"url": url}])
    assert len(looked) == 2
    assert kind_of(result) is FailureKind.REFUSED_ADDRESS, result
    assert ear.visits == 1
