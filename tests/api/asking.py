"""Calls the API as a server would, and holds every answer against its description."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from starlette.types import ASGIApp, Message

from monitor.api.answered import Answered
from monitor.api.app import operations
from monitor.api.openapi import refusals
from monitor.api.operation import PREFIX, Operation
from monitor.api.problems import ProblemDetails


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def detail(self) -> str:
        return str(self.json["detail"])

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by its place."""
        return {item["pointer"]: item["detail"] for item in self.json["errors"]}


@dataclass
class Caller:
    """Asks an application; what it answers has to be as described."""

    app: ASGIApp
    tokens: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"

    async def get(self, path: str, by: str | None = "reader", query: str = "", **headers: str) -> Answer:
        return await self.ask("GET", path, by, b"", query, **headers)

    async def post(self, path: str, by: str | None, body: object, **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.ask("POST", path, by, raw, **{"content_type": "application/json", **headers})

    async def ask(
        self, method: str, path: str, by: str | None, body: bytes = b"", query: str = "", **headers: str
    ) -> Answer:
        sent: list[Message] = []
        if by is not None:
            headers.setdefault("authorization", f"Bearer {self.tokens[by]}")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": PREFIX + path,
            "raw_path": (PREFIX + path).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": (self.host, 50000),
            "server": ("127.0.0.1", 8001),
        }
        pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)] or [b""]

        async def receive() -> Message:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, *bodies = sent
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        answer = Answer(start["status"], found, b"".join(item.get("body", b"") for item in bodies))
        if method != "HEAD":
            _is_as_described(method, path, answer)
        return answer


def _is_as_described(method: str, path: str, answer: Answer) -> None:
    if answer.status >= 400:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/problem+json"
        assert ProblemDetails.model_validate(answer.json).status == answer.status
        operation = next(found(method, path), None)
        assert answer.status in ((404, 405) if operation is None else refusals(operation))
        return
    operation = next(found(method, path))
    assert answer.headers["cache-control"] == ("private, no-cache" if method == "GET" else "no-store")
    if answer.status == 304:
        assert (answer.content, "content-type" in answer.headers) == (b"", False)
        return
    assert answer.status in {operation.status, *([200] if operation.status == 201 else [])}
    assert answer.headers["content-type"] == operation.media_type
    if operation.answers is None:
        return
    documents = answer.json if operation.many else [answer.json]
    for document in documents:
        more = list(undescribed(operation.answers.model_validate(document)))
        assert more == [], f"describe {more} in {operation.answers.__module__}.{operation.answers.__name__}"


def found(method: str, path: str) -> Iterator[Operation]:
    """The operation that a method on a path asks for; nothing where there is none."""
    for operation in operations():
        pattern = re.sub(r"\{\w+\}", "[^/]+", operation.path)
        if operation.method == method and re.fullmatch(pattern, path) is not None:
            yield operation


def undescribed(value: object, place: str = "") -> Iterator[str]:
    """Fields of an answer that its description does not name: add them to `monitor.api.answers` or `records`."""
    if isinstance(value, list):
        for item in value:
            yield from undescribed(item, place)
    if isinstance(value, BaseModel):
        if isinstance(value, Answered):
            yield from (f"{place}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from undescribed(getattr(value, name), f"{place}.{name}")
