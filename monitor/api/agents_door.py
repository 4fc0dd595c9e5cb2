"""The door for agents: a token that speaks for a location, a protocol that is still spoken, packed bodies, and limits
of their own, so that agents and people never hold each other up."""

import asyncio
import json
from collections.abc import Callable

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from monitor.api.access import Access, bearer
from monitor.api.operation import Answer, Call, Change, Desk, Operation, Visit
from monitor.api.problems import HEADERS, Problem
from monitor.api.reading import mistakes
from monitor.api.receiving import received, unpacked
from monitor.api.tags import ASKED_AGAIN, is_fresh, tag_of
from monitor.api.work import Work
from monitor.core import exchange
from monitor.core.exchange import Shard
from monitor.core.model import Milliseconds
from monitor.core.rate import Rate
from monitor.core.token import location_of

PER_TOKEN = Rate(burst=60, interval_ms=50)
"""A push each second, and more while an agent catches up; agents that share a location's work share its token."""
PER_ADDRESS = Rate(burst=600, interval_ms=10)
"""All agents may come through one proxy."""
AT_ONCE = 2

_LONGEST_VERSION = 40


class AgentsDoor:
    """Lets agents in and answers them; what goes wrong is raised as Problem and StorageAway."""

    def __init__(self, work: Work, ticks: Callable[[], Milliseconds]) -> None:
        self._work = work
        self._access = Access(ticks, per_token=PER_TOKEN, per_address=PER_ADDRESS)
        self._places = asyncio.Semaphore(AT_ONCE)

    async def answer(self, operation: Operation, request: Request) -> Response:
        # The clock is compared when the head of the request is here: a slow line does not make it look slow, too.
        came_ms = self._work.now_ms()
        self._access.knock(request)
        scope = operation.scope or ""
        holder = self._access.admit(await self._work.holder(bearer(request, scope)), scope)
        visit = Visit(location_of(holder.scopes) or "", _protocol(request), _version(request), came_ms, _part(request))
        raw = b"" if operation.body is None else await received(request, exchange.MOST_BYTES)
        encoding = request.headers.get("content-encoding", "")

        def look(desk: Desk) -> object:
            agents = [item.name for item in desk.settings.locations if item.agent]
            if visit.location not in agents:
                raise Problem(403, f"the settings have no location {visit.location} with an agent", scope=scope)
            body = (
                None if operation.body is None else _body(operation.body, unpacked(raw, encoding, exchange.MOST_BYTES))
            )
            return operation.handle(desk, Call(holder.name, {}, body=body, visit=visit))

        async with self._places:
            found = await self._work.read(look)
            if isinstance(found, Change):
                change, written = found, await self._work.write(found.write)
                found = await self._work.read(lambda _: change.then(written))
            content = await self._work.read(lambda _: _written(found))
        return self._reply(request, operation, content, came_ms)

    def _reply(self, request: Request, operation: Operation, content: bytes, came_ms: Milliseconds) -> Response:
        """The middle of the request is what an agent compares its own clock with."""
        headers = {**HEADERS, "janji-now-ms": str((came_ms + self._work.now_ms()) // 2)}
        if operation.method == "GET":
            headers |= {**ASKED_AGAIN, "etag": tag_of(content)}
            if is_fresh(request.headers.get("if-none-match", ""), headers["etag"]):
                return Response(None, 304, headers)
        return Response(content, operation.status, {**headers, "content-type": "application/json"})


def _protocol(request: Request) -> int:
    """The protocol that the agent speaks. Raises Problem (400, 426)."""
    said = request.headers.get("janji-protocol", "")
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Problem(400, "say which protocol you speak: `Janji-Protocol: 1`")
    if int(said) in exchange.SUPPORTED:
        return int(said)
    newest, oldest = max(exchange.SUPPORTED), min(exchange.SUPPORTED)
    remedy = "update the hub" if int(said) > newest else "update the agent"
    spoken = f"{newest}" if newest == oldest else f"{oldest} and {newest}"
    raise Problem(
        426,
        f"this hub speaks protocol {spoken}, the agent {said}; {remedy}",
        headers={"janji-protocol": str(newest), "upgrade": f"janji/{newest}", "connection": "upgrade"},
    )


def _version(request: Request) -> str:
    """What the agent says it is, as text that can be shown."""
    product = request.headers.get("user-agent", "").partition(" ")[0]
    name, _, version = product.partition("/")
    return version[:_LONGEST_VERSION] if name == "Janji-agent" and version.isascii() and version.isprintable() else ""


def _part(request: Request) -> Shard:
    """The part of the location's checks that the agent probes; all of them where it says none. Raises Problem (400)."""
    said = request.headers.get("janji-part")
    try:
        return exchange.WHOLE if said is None else Shard.parse(said)
    except ValueError as error:
        raise Problem(400, f"Janji-Part: {error}") from None


def _body(model: type[BaseModel], raw: bytes) -> BaseModel:
    """The body as the model has it. Raises Problem (400) with all mistakes."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        found = mistakes(error, model)
        raise Problem(400, f"{found[0].pointer}: {found[0].detail}", errors=found) from None


def _written(found: object) -> bytes:
    if not isinstance(found, Answer):
        raise TypeError("an answer comes after a change")
    return json.dumps(found.document, ensure_ascii=False, separators=(",", ":")).encode()
