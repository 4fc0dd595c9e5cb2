"""Operations done in threads: reads in the readers', writes in the writer's, never in the event loop. Answers come
back as bytes: an evidence of many thousand spans would hold up probes if the loop had to write it out."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from monitor.api import reading
from monitor.api.bodies import Known
from monitor.api.operation import Answer, Call, Change, Desk, File, Operation, Steps
from monitor.api.problems import Problem
from monitor.api.queries import Unasked
from monitor.api.tags import tag_of
from monitor.core.model import Milliseconds, Seconds
from monitor.reader.asking import NotThere
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from monitor.storage.tokens import TokenRecord

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in, its sender known."""

    operation: Operation
    actor: str
    path: Mapping[str, str]
    query: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The answer's body, the tag that is its own (RFC 9110: equal bytes, equal tag), and what an Answer says of it."""

    body: bytes
    tag: str
    location: str | None = None
    again: bool = False
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The stores and threads of the process. `settings` is asked anew each time: they may be replaced meanwhile."""

    reading: Store
    writing: Store
    settings: Callable[[], Settings]
    now: Callable[[], Seconds]
    readers: Executor
    writer: Executor
    now_ms: Callable[[], Milliseconds]

    async def holder(self, hash_: str) -> TokenRecord | None:
        """Whoever holds the token with this hash; None for one that is not in use. Raises StorageAway."""
        return await _in(self.readers, partial(self.reading.tokens.holder, hash_))

    async def read(self, call: Callable[[Desk], T]) -> T:
        """What a reader's thread finds at a desk of this moment."""
        return await _in(self.readers, lambda: call(Desk(self.settings(), self.reading, self.now())))

    async def write(self, write: Callable[[Store], T]) -> T:
        """What it gives, done in the writer's thread. Raises Problem and StorageAway."""
        return await _in(self.writer, partial(self._write, write))

    async def do(self, asked: Asked) -> Done:
        """Reads, and where something is to be changed writes and reads again. Raises Problem and StorageAway."""
        found = await _in(self.readers, partial(self._look, asked))
        if isinstance(found, Done):
            return found
        if isinstance(found, Change):
            change, written = found, await self.write(found.write)
            return await _in(self.readers, lambda: _done(change.then(written)))
        steps, all_written = found, [await _in(self.writer, partial(self._write, write)) for write in found.writes]
        return await _in(self.readers, lambda: _done(steps.then(all_written)))

    def _look(self, asked: Asked) -> Done | Change | Steps:
        desk = Desk(self.settings(), self.reading, self.now())
        try:
            found = asked.operation.handle(desk, _call(desk, asked))
        except NotThere as error:
            raise Problem(404, str(error)) from None
        return found if isinstance(found, Change | Steps) else _done(found)

    def _write(self, write: Callable[[Store], T]) -> T:
        try:
            return write(self.writing)
        except ValueError as error:
            raise Problem(409, str(error)) from None


def _call(desk: Desk, asked: Asked) -> Call:
    operation = asked.operation
    query = reading.query(operation.query or Unasked, asked.query)
    body = None
    if operation.body is not None:
        known = Known(
            measured=list(desk.facts.components()),
            configured=[component.id for component in desk.settings.components],
            now=desk.now,
        )
        body = reading.body(operation.body, asked.body, known)
    return Call(asked.actor, asked.path, None if operation.query is None else query, body)


def _done(answer: Answer | File) -> Done:
    if isinstance(answer, File):
        return Done(answer.content, tag_of(answer.content), file=answer.name)
    text = json.dumps(answer.document, ensure_ascii=False, separators=(",", ":")).encode()
    return Done(text, tag_of(text), answer.location, answer.again, answer.file)


async def _in(executor: Executor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, call)
