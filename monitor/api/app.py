"""The ASGI application under `/api/v1`: routes made from the operations, and one request from its first byte to its
answer. Holds no rule."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.api import (
    agents,
    agreements,
    alerts,
    cases,
    closings,
    files,
    heartbeats,
    incidents,
    locations,
    maintenance,
    maintenance_series,
    months,
    openapi,
    pauses,
    reported,
)
from monitor.api.access import Access, bearer
from monitor.api.agents_door import AgentsDoor
from monitor.api.answers import OpenApi
from monitor.api.limits import Limits
from monitor.api.operation import PREFIX, Answer, Call, Desk, Operation
from monitor.api.problems import HEADERS, Problem
from monitor.api.receiving import MOST_BYTES, received
from monitor.api.tags import ASKED_AGAIN, is_fresh
from monitor.api.work import Asked, Done, Work
from monitor.core.model import Milliseconds
from monitor.core.rate import Rate
from monitor.storage.store import StorageAway

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Requests that are worked on at the same time: the page keeps threads for itself."""
COSTLY_AT_ONCE = 1
"""Of those, renders and whole verifications: figures are answered beside them."""
_AWAY = Rate(1, 60_000)
"""How often the log says that the database does not answer, however many ask."""


def operations() -> tuple[Operation, ...]:
    """Everything that the API can do. A new group of operations is added here and nowhere else."""
    found = (
        *months.OPERATIONS,
        *agreements.OPERATIONS,
        *files.OPERATIONS,
        *closings.OPERATIONS,
        *cases.OPERATIONS,
        *maintenance.OPERATIONS,
        *maintenance_series.OPERATIONS,
        *incidents.OPERATIONS,
        *agents.OPERATIONS,
        *locations.OPERATIONS,
        *pauses.OPERATIONS,
        *alerts.OPERATIONS,
        *heartbeats.OPERATIONS,
        *reported.OPERATIONS,
    )

    def describe(desk: Desk, call: Call) -> Answer:
        return Answer(openapi.document((*found, itself)))

    itself = Operation("GET", "/openapi.json", "openapi", None, "This document", OpenApi, describe)
    return (*found, itself)


def create_api(work: Work, ticks: Callable[[], Milliseconds]) -> Starlette:
    """The API; `ticks` is a clock that never goes back, for how often somebody may ask."""
    door = _Door(work, Access(ticks), AgentsDoor(work, ticks), Limits(_AWAY, ticks))
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in operations():
        by_path[operation.whole_path][operation.method] = operation
    routes = [Route(path, door.endpoint(found), methods=list(found)) for path, found in by_path.items()]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False
    return app


class _Door:
    """Lets requests in, has them done, and makes an answer of whatever goes wrong."""

    def __init__(self, work: Work, access: Access, agents_door: AgentsDoor, complaints: Limits) -> None:
        self._work = work
        self._agents = agents_door
        self._complaints = complaints
        self._access = access
        self._places = asyncio.Semaphore(AT_ONCE)
        self._costly = asyncio.Semaphore(COSTLY_AT_ONCE)

    def endpoint(self, by_method: Mapping[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            operation = by_method["GET" if request.method == "HEAD" else request.method]
            try:
                return await self._answer(operation, request)
            except Problem as problem:
                return problem.response()
            except StorageAway as error:
                if self._complaints.wait("database") == 0:
                    logger.warning("the API cannot use the database: %s", error)
                away = "the database does not answer; ask again soon"
                return Problem(503, away, headers={"retry-after": "5"}).response()
            except Exception:
                # A bug in one request must not end the connection without a word.
                logger.exception("a request for %s failed", operation.name)
                return Problem(500, "Janji itself failed; its log says more").response()

        return answer

    async def _answer(self, operation: Operation, request: Request) -> Response:
        if operation.agents:
            return await self._agents.answer(operation, request)
        self._access.knock(request)
        actor = await self._actor(operation, request)
        body = b"" if operation.body is None else await received(request, MOST_BYTES)
        query: bytes = request.scope["query_string"]
        async with self._costly if operation.costly else nullcontext(), self._places:
            done = await self._work.do(Asked(operation, actor, request.path_params, query, body))
        if operation.method == "GET" and is_fresh(request.headers.get("if-none-match", ""), done.tag):
            return Response(None, 304, _headers(operation, done))
        status = 200 if done.again else operation.status
        return Response(done.body, status, {**_headers(operation, done), "content-type": operation.media_type})

    async def _actor(self, operation: Operation, request: Request) -> str:
        """The name of whoever holds the token; nobody's where none is asked for."""
        if operation.scope is None:
            return ""
        holder = await self._work.holder(bearer(request, operation.scope))
        return self._access.admit(holder, operation.scope, costly=operation.costly).name


def _headers(operation: Operation, done: Done) -> dict[str, str]:
    """What is read may be kept by whoever asked, and is asked for again each time; what is written is not kept."""
    made = dict(HEADERS)
    if operation.method == "GET":
        made |= {**ASKED_AGAIN, "etag": done.tag}
    if done.location is not None:
        made["location"] = PREFIX + done.location
    if done.file is not None:
        made["content-disposition"] = f'attachment; filename="{done.file}"'
    return made


async def _refused(request: Request, error: Exception) -> Response:
    """Where nothing is, and for a method that is not there."""
    if not isinstance(error, HTTPException):
        raise TypeError("only refusals of the router come here")
    if error.status_code == 404:
        said = f"there is nothing at this path; {PREFIX}/openapi.json lists what there is"
        return Problem(404, said).response()
    allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow", "")
    return Problem(error.status_code, f"only {allowed} here", headers={"allow": allowed}).response()
