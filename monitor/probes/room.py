"""Room for large answers: how many bytes of them all probes of a process may hold at once, given in turn.

A check bounds its own answer; thousands of them at once would still take all memory. A probe that waits here does so
within its own time. Knows nothing of probes.
"""

import asyncio
from collections import deque

MOST_HELD = 128 * 2**20
"""Bytes of large answers held at once; twice what the largest may have."""

FREE = 64 * 1024
"""Bytes of each answer that need no room: nearly all are smaller."""


class Room:
    """So many bytes. What is asked for first is given first, so that a large answer is not passed over for ever."""

    __slots__ = ("_free", "_waiting")

    def __init__(self, size: int = MOST_HELD) -> None:
        self._free = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def free(self) -> int:
        return self._free

    def has(self, size: int) -> bool:
        """Whether so much would be given at once."""
        return not self._waiting and size <= self._free

    async def take(self, size: int) -> None:
        """Waits for so much, all of it at once: whoever holds a part and waits for more may wait for each other."""
        if self.has(size):
            self._free -= size
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove((size, turn))
                self._serve()
            else:  # given in the moment in which it was given up
                self.give(size)
            raise

    def give(self, size: int) -> None:
        """Gives back what was taken."""
        self._free += size
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if turn.cancelled():
                return  # it takes itself out and serves the next
            if size > self._free:
                return
            self._waiting.popleft()
            self._free -= size
            turn.set_result(None)


class Share:
    """What one answer has of the room."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self.size = 0

    async def take(self, size: int) -> None:
        """Waits for so much; once for each answer."""
        await self._room.take(size)
        self.size = size

    def keep(self, size: int) -> None:
        """Gives back what is beyond so much."""
        if self.size > size:
            self._room.give(self.size - size)
            self.size = size
