"""Looks for regular expressions in answers, in a process of its own: some patterns never end on some texts.

Python's `re` cannot be interrupted and holds up everything else while it looks. So the one who wrote a pattern, or who
sends a text, would decide whether anything is probed at all. The process gets no environment, opens nothing, and is
ended when it takes too long; it is started when the first pattern is looked for.
"""

import asyncio
import json
import struct
import sys
from asyncio.subprocess import PIPE, Process

from monitor.core.model import FailureKind
from monitor.probes.base import Sick
from monitor.probes.phases import current

PATIENCE = 1.0
"""Seconds that a pattern may take on a text; a megabyte takes a simple one a few milliseconds."""

_PROGRAM = """
import json, re, resource, struct, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
take, give = sys.stdin.buffer, sys.stdout.buffer
while head := take.read(8):
    sizes = struct.unpack("!II", head)
    pattern, text = (take.read(size).decode("utf-8", "surrogatepass") for size in sizes)
    found = re.search(pattern, text)
    answer = json.dumps(None if found is None else [found[0], *found.groups()]).encode()
    give.write(struct.pack("!I", len(answer)) + answer)
    give.flush()
"""


class Patterns:
    """One process that looks for one pattern at a time."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._ended: set[asyncio.Task[int]] = set()

    async def search(self, pattern: str, text: str) -> list[str | None] | None:
        """What matched first, then its groups; None where nothing does. Raises Sick where it takes too long.

        Running out of time here is our own fault, never the target's.
        """
        timeline = current()
        if timeline is not None:
            timeline.queued = True
        async with self._turn:
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await self._asked(
                        pattern.encode(errors="surrogatepass"), text.encode(errors="surrogatepass")
                    )
            except (TimeoutError, asyncio.IncompleteReadError, OSError):
                self._end()
                raise Sick(
                    FailureKind.PROBE_ERROR, f"the pattern {pattern[:80]!r} takes too long on this answer; simplify it"
                ) from None
            except BaseException:
                # What it would still say is the answer to another question.
                self._end()
                raise
        if timeline is not None:
            timeline.queued = False
        return found

    async def close(self) -> None:
        """Ends the process."""
        self._end()
        await asyncio.gather(*self._ended)

    async def _asked(self, pattern: bytes, text: bytes) -> list[str | None] | None:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", "-c", _PROGRAM), stdin=PIPE, stdout=PIPE, env={}
            )
        give, take = self._process.stdin, self._process.stdout
        if give is None or take is None:
            raise AssertionError("the process has pipes")
        give.write(struct.pack("!II", len(pattern), len(text)) + pattern + text)
        await give.drain()
        (size,) = struct.unpack("!I", await take.readexactly(4))
        answer: list[str | None] | None = json.loads(await take.readexactly(size))
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        waiting = asyncio.create_task(process.wait())
        self._ended.add(waiting)
        waiting.add_done_callback(self._ended.discard)
