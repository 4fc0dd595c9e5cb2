"""`http` with steps: a dashboard behind a login, each fault named by its step, and no secret said."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from monitor.core.model import FailureKind, Result, State
from monitor.core.permit import Hosts, Permit
from monitor.probes import Check
from monitor.probes.session import open_context
from tests.probes import servers
from tests.probes.conftest import SECRETS, Probe, made, observed, secret
from tests.probes.servers import serving

CSRF, SESSION, TOKEN = "c5rf+/=x", "s3ss10n", "t0ken-0f-7oday"


@dataclass
class Dashboard:
    """A small site: a form with a hidden value, a session cookie, a token, a page that wants both."""

    port: int = 0
    visits: list[str] = field(default_factory=list)
    wait: float = 0.0
    broken: frozenset[str] = frozenset()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        found = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        form = parse_qs((await reader.readexactly(int(found[1]))).decode()) if found else {}
        self.visits.append(f"{method} {target}")
        await asyncio.sleep(self.wait)
        status, headers, body = self._page(urlsplit(target).path, head, form)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        writer.close()

    def _page(self, path: str, head: str, form: dict[str, list[str]]) -> tuple[str, list[str], bytes]:
        if path in self.broken:
            return "500 Broken", [], b"broken " + CSRF.encode() + TOKEN.encode()
        match path:
            case "/login":
                page = f'<input name="csrf" value="{CSRF}"><a href="/next">'
                return "200 OK", ["Set-Cookie: before=1; Path=/"], page.encode()
            case "/session":
                right = (form.get("csrf"), form.get("password")) == ([CSRF], [SECRETS["PASSWORD"]])
                if not right or "before=1" not in head:
                    return "403 Forbidden", [], b"no"
                moved = [
                    "Location: /token",
                    f"Set-Cookie: session={SESSION}; Path=/; HttpOnly",
                    "X-Next: /deep/page?a=1",
                ]
                return "303 See Other", moved, b""
            case "/token" if f"session={SESSION}" in head:
                return "200 OK", [], json.dumps({"data": [{"token": TOKEN}], "number": 7}).encode()
            case _ if f"Bearer {TOKEN}" in head and f"session={SESSION}" in head:
                return "200 OK", [], b"Welcome, probe"
            case _:
                return "401 Unauthorized", [], b"who are you?"

    def steps(self) -> list[dict[str, Any]]:
        site = f"http://127.0.0.1:{self.port}"
        return [
            {"name": "form", "url": f"{site}/login", "carry": {"csrf": {"regex": 'name="csrf" value="([^"]+)"'}}},
            {
                "name": "login",
                "url": f"{site}/session",
                "form": {"user": "probe", "password": "${PASSWORD}", "csrf": "{{csrf}}"},
                "carry": {"token": {"json": "$.data[0].token"}, "number": {"json": "$.number"}},
            },
            {
                "url": f"{site}/home/{{{{csrf}}}}/{{{{number}}}}",
                "headers": {"Authorization": "Bearer {{token}}"},
                "expect": {"contains": "Welcome"},
            },
        ]


@pytest.fixture
async def site() -> AsyncIterator[Dashboard]:
    found = Dashboard()
    async with serving(found.answer) as port:
        found.port = port
        yield found


def told(result: Result) -> tuple[State, FailureKind | None, str]:
    failure = result.failure
    return result.outcome, None if failure is None else failure.kind, "" if failure is None else failure.detail


async def test_a_page_behind_a_login_is_reached_with_one_cookie_jar(site: Dashboard, probe: Probe) -> None:
    result = await probe("http", steps=site.steps(), timeout="5s")
    assert told(result) == (State.UP, None, "")
    assert site.visits == ["GET /login", "POST /session", "GET /token", "GET /home/c5rf%2B%2F=x/7"]


async def test_no_cookie_outlives_its_probe(site: Dashboard, probe: Probe) -> None:
    await probe("http", steps=site.steps(), timeout="5s")
    home = {"url": f"http://127.0.0.1:{site.port}/token"}
    assert (await probe("http", steps=[home, home], timeout="5s")).outcome is State.DOWN


async def test_times_of_all_steps_are_summed_and_share_one_budget(site: Dashboard, probe: Probe) -> None:
    site.wait = 0.05
    result = await probe("http", steps=site.steps(), timeout="5s", expect={"slower_than": "150ms"})
    assert result.phases.first_byte_ms is not None
    assert result.phases.first_byte_ms >= 200  # four answers
    assert (result.outcome, result.failure and result.failure.kind) == (State.DEGRADED, FailureKind.SLOW)
    site.wait = 0.2
    assert told(await probe("http", steps=site.steps(), timeout="500ms")) == (
        State.DOWN,
        FailureKind.TIMEOUT,
        "step 2 (login)",
    )


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("/login", (State.DOWN, FailureKind.STATUS, "step 1 (form): status 500, expected 2xx")),
        ("/token", (State.DOWN, FailureKind.STATUS, "step 2 (login): status 500, expected 2xx")),
        ("/home/c5rf%2B%2F=x/7", (State.DOWN, FailureKind.STATUS, "step 3: status 500, expected 2xx")),
    ],
)
async def test_a_failure_names_its_step(
    site: Dashboard, probe: Probe, broken: str, expected: tuple[State, FailureKind, str]
) -> None:
    site.broken = frozenset({broken})
    assert told(await probe("http", steps=site.steps(), timeout="5s")) == expected


async def test_a_password_that_is_refused_is_our_own_fault(site: Dashboard, probe: Probe) -> None:
    steps = site.steps()
    steps[1]["form"]["password"] = "${TOKEN}"
    assert told(await probe("http", steps=steps, timeout="5s")) == (
        State.UNKNOWN,
        FailureKind.AUTH_REFUSED,
        "step 2 (login): status 403",
    )
    # Signed in, and sent away later: that may be our credentials, too.
    steps = site.steps()
    del steps[2]["headers"]
    found = await probe("http", steps=steps, timeout="5s")
    assert told(found) == (State.UNKNOWN, FailureKind.AUTH_REFUSED, "step 3: status 401")
    assert (await probe("http", steps=steps, timeout="5s", auth_is_down=True)).outcome is State.DOWN


async def test_what_is_carried_or_kept_as_a_cookie_stands_in_no_failure(site: Dashboard, probe: Probe) -> None:
    steps = site.steps()
    steps[1]["expect"] = {"json": {"$.data[0].token": "other"}}
    failing = await probe("http", steps=steps, timeout="5s")
    assert failing.failure is not None
    assert failing.failure.kind is FailureKind.JSON
    for expect in ({"json": {"$.x": 1}}, {"regex": f"{TOKEN}never"}, {"headers": {"X": SESSION + CSRF}}):
        steps = site.steps()
        steps[2]["expect"] = expect
        result = await probe("http", steps=steps, timeout="5s")
        assert result.failure is not None
        assert result.failure.detail.startswith("step 3: ")
        for value in (CSRF, SESSION, TOKEN, SECRETS["PASSWORD"]):
            assert value not in repr(result)


@pytest.mark.parametrize(
    ("carry", "expected"),
    [
        ({"json": "$.data[9].token"}, (FailureKind.JSON, "step 2 (login): $.data[9].token is missing")),
        ({"json": "$.data"}, (FailureKind.JSON, "step 2 (login): $.data is neither a text nor a number")),
        ({"regex": "nonsense"}, (FailureKind.CONTENT, "step 2 (login): nothing in the body matches 'nonsense'")),
        ({"header": "X-Token"}, (FailureKind.HEADER, "step 2 (login): header X-Token is missing")),
    ],
)
async def test_a_value_that_is_not_there_fails_the_step_that_was_to_give_it(
    site: Dashboard, probe: Probe, carry: dict[str, str], expected: tuple[FailureKind, str]
) -> None:
    steps = site.steps()
    steps[1]["carry"]["token"] = carry
    assert told(await probe("http", steps=steps, timeout="5s"))[1:] == expected


async def test_a_carried_address_is_followed_on_its_own_host_and_nowhere_else(probe: Probe) -> None:
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        await servers.answers()(_Again(reader), writer)  # type: ignore[arg-type]

    for link, expected in (
        ("/deep?a=1", State.UP),
        ("http://localhost:{port}/", State.DOWN),
        ("//evil.test/", State.DOWN),
    ):
        heard.clear()
        async with (
            serving(listening) as port,
            serving(servers.answers(headers=(f"X-Next: {link.format(port=port)}",))) as first,
        ):
            steps = [
                {"url": f"http://127.0.0.1:{first}/a/b", "carry": {"next": {"header": "X-Next"}}},
                {"url": "{{next}}", "headers": {"X-Key": "${TOKEN}"}},
            ]
            result = await probe("http", steps=steps, timeout="5s")
        assert result.outcome is expected, link
        assert heard == []


class _Again:
    """A reader whose head was read already."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readuntil(self, separator: bytes) -> bytes:
        return b""


async def test_a_carried_text_is_not_looked_up_as_a_reference(probe: Probe) -> None:
    """Else an answer could ask for any secret of ours."""
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        await servers.answers(b"${TOKEN}")(_Again(reader), writer)  # type: ignore[arg-type]

    async with serving(listening) as port:
        url = f"http://127.0.0.1:{port}/"
        steps = [{"url": url, "carry": {"all": {"regex": ".+"}}}, {"url": url, "headers": {"X-Echo": "{{all}}"}}]
        assert (await probe("http", steps=steps, timeout="5s")).outcome is State.UP
    assert b"X-Echo: ${TOKEN}" in heard[1]


async def test_an_agent_holds_every_step_to_its_file(site: Dashboard) -> None:
    async def seen(permit: Permit, check: Check) -> Result:
        async with open_context(secret, lambda: permit) as context:
            return await observed(check, context)

    allowed = Hosts.of(["127.0.0.0/8", "::1"])
    check = made("http", steps=site.steps(), timeout="5s")
    here = Permit(allowed, {"PASSWORD": Hosts.of(["127.0.0.1"])})
    assert told(await seen(here, check)) == (State.UP, None, "")
    for permit in (Permit(allowed), Permit(allowed, {"PASSWORD": Hosts.of(["other.test"])})):
        assert (await seen(permit, check)).outcome is State.UNKNOWN
    # Once a secret is held, the attempt talks to its hosts alone: what its host said cannot be carried away.
    away = [*site.steps()[:2], {"url": f"http://localhost:{site.port}/?{{{{token}}}}"}]
    result = await seen(here, made("http", steps=away, timeout="5s"))
    assert told(result)[:2] == (State.UNKNOWN, FailureKind.REFUSED_ADDRESS)
    assert not any("?" in visit for visit in site.visits)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "write either url or steps"),
        ({"url": "http://a.test", "steps": [{"url": "http://a.test"}] * 2}, "write either url or steps"),
        ({"steps": [{"url": "http://a.test"}]}, "write two to 5 steps"),
        ({"steps": [{"url": "http://a.test"}] * 6}, "write two to 5 steps"),
        ({"steps": [{"url": "http://a.test"}, {"url": "http://a.test/{{x}}"}]}, "step 2 needs x, which no step before"),
        ({"steps": [{"url": "http://{{x}}/"}, {"url": "http://a.test"}]}, "never in the host"),
        ({"steps": [{"url": "http://a.test"}] * 2, "method": "POST"}, "belong to each of the steps"),
        ({"steps": [{"url": "http://a.test"}] * 2, "expect": {"contains": "x"}}, "belong to each of the steps"),
        ({"steps": [{"url": "http://a.test", "carry": {"x": {}}}] * 2}, "write one of json"),
        ({"steps": [{"url": "http://a.test", "body": "x", "form": {"a": "b"}}] * 2}, "write either body or form"),
    ],
)
def test_steps_that_make_no_sense_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        made("http", **fields)
