"""One rendered state of the pages, and what of it is only rendered when somebody asks.

Rendering runs in a reader thread, once at a time for each key; requests meanwhile get the bytes before, or wait.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from math import ceil
from typing import TypeAlias

from monitor.core.model import Seconds
from monitor.reader.views import PageView
from statuspage.replies import Reply

logger = logging.getLogger(__name__)

OLDEST_SERVED: Seconds = 60
"""A page that is older than this is waited for instead of shown once more."""

_OLDEST: Seconds = 15
"""A rendered page is replaced at this age even when no fact changed."""

Replies: TypeAlias = Mapping[str, Reply]
"""Answers by exact path."""


def oldest(taken: float) -> Seconds:
    """At what age a page is replaced that took so many seconds of CPU: pages of a thousand components shall not take
    more than a twentieth of a core from the probes, and nobody sees one that is older than a minute."""
    return min(max(_OLDEST, ceil(20 * taken)), OLDEST_SERVED)


def rest(taken: float) -> Seconds:
    """How long to leave the core to others after a page that took so many seconds, however much changes."""
    return int(2 * taken)


@dataclass(frozen=True, slots=True)
class Edition:
    """All replies made from one view; replaced as a whole. `found` grows by what is made on request."""

    found: dict[str, Reply]
    missing: Replies  # by the beginning of the path, longest first
    refused: Replies
    unavailable: Replies = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)  # path: key of what is made on request
    version: int | None = None
    view: PageView | None = None  # that it was made from; None before the first
    rendered_at: Seconds = 0
    valid_until: Seconds = 0


@dataclass(frozen=True, slots=True)
class _Made:
    edition: Edition  # for which it was tried last
    rendered_at: Seconds
    replies: Replies | None  # None: it never came about


class Later:
    """Replies by key, made on the first request of an edition and kept. Belongs to one event loop."""

    def __init__(self, readers: Executor) -> None:
        self._readers = readers
        self._made: dict[str, _Made] = {}
        self._making: dict[str, asyncio.Task[Replies | None]] = {}

    async def get(self, key: str, edition: Edition, make: Callable[[], Replies]) -> Replies | None:
        """The replies of a key; those of an edition before for a minute at most, while new ones are made.

        None when they could not be made and there are none from before; that is tried again with the next edition.
        """
        made = self._made.get(key)
        if made is not None and made.edition is edition:
            return made.replies
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, edition, make))
            self._making[key] = task
        if made is not None and made.replies is not None and _is_recent(made, edition):
            return made.replies
        # One visitor who leaves must not take the page from those who wait for it too.
        return await asyncio.shield(task)

    async def _make(self, key: str, edition: Edition, make: Callable[[], Replies]) -> Replies | None:
        try:
            replies = await asyncio.get_running_loop().run_in_executor(self._readers, make)
        except Exception:
            # Nobody above could do better: the visitor gets the page before, or is told to come back.
            logger.exception("%s could not be rendered", key)
            return self._failed(key, edition)
        finally:
            del self._making[key]
        for gone in self._made.keys() - set(edition.later.values()):
            del self._made[gone]
        self._made[key] = _Made(edition, edition.rendered_at, replies)
        edition.found.update(replies)
        return replies

    def _failed(self, key: str, edition: Edition) -> Replies | None:
        before = self._made.get(key)
        kept = _Made(edition, edition.rendered_at, None)
        if before is not None:
            kept = _Made(edition, before.rendered_at, before.replies)
        self._made[key] = kept
        return kept.replies


def _is_recent(made: _Made, edition: Edition) -> bool:
    return 0 <= edition.rendered_at - made.rendered_at < OLDEST_SERVED
