"""Whether thousands of targets that never answer, all at once, hold up a start of anybody else.

`python -m benchmarks.slow [SLOW [QUICK [SECONDS]]]`. Each slow target is an address of its own that takes the
connection and stays silent until the 10 s of its check are over; all of them are under way at once. The quick ones are
probed each second beside them. Prints how late these start, and how many of their slots are missed.
"""

import asyncio
import sys
import time
from datetime import timedelta

from benchmarks.support.processes import free_port, percentile, started
from monitor.cli.process import prepare
from monitor.core.model import Result, State, digest
from monitor.core.schedule import Timing
from monitor.probes.assignment import Assignment
from monitor.probes.http import HttpCheck
from monitor.probes.lag import SystemClock
from monitor.probes.prober import Prober
from monitor.probes.session import open_context

SLOW_EVERY = 20
"""Seconds: with 10 s each to wait, every one of them is under way at the tenth second."""


def assigned(name: str, host: str, port: int, every: int, timeout: float) -> Assignment:
    check = HttpCheck(
        id=name,
        url=f"http://{host}:{port}/",
        every=timedelta(seconds=every),
        timeout=timedelta(seconds=timeout),
        retry=timedelta(0),
    )
    timing = Timing(f"c/{name}", every, int(timeout * 1000))
    return Assignment("c", check, digest(check.definition()), timing)


async def measure(slow: int, quick: int, seconds: int, silent: int, target: int) -> None:
    found: list[Result] = []
    most = 0
    crowd = [assigned(f"s{n}", f"127.1.{n // 250}.{n % 250 + 1}", silent, SLOW_EVERY, 10) for n in range(slow)]
    others = [assigned(f"q{n}", "127.0.0.1", target, 1, 0.3) for n in range(quick)]
    async with open_context(lambda name: name) as context:
        prober = Prober("local", context, SystemClock(), found.append)
        prober.assign([*crowd, *others])
        work = asyncio.create_task(prober.run())
        first = int(time.time()) + 2
        while time.time() < first + seconds + 1:
            await asyncio.sleep(0.2)
            most = max(most, len(prober.under_way))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    _print(found, others, range(first, first + seconds), most)


def _print(found: list[Result], others: list[Assignment], slots: range, most: int) -> None:
    phases = {item.check.id: item.timing.phase_ms for item in others}
    seen = [result for result in found if result.check in phases and result.slot in slots]
    late = [float(result.started_ms - result.slot * 1000 - phases[result.check]) for result in seen]
    wanted = len(others) * len(slots)
    print(f"{most} probes under way at once at most")
    print(f"quick ones: {len(seen)} results of {wanted}, {sum(item.outcome is State.UP for item in seen)} of them up")
    figures = ", ".join(f"p{share * 100:g} {percentile(late, share):.0f}" for share in (0.5, 0.99))
    print(f"milliseconds late: {figures}, max {max(late):.0f}")


def main(slow: int = 5000, quick: int = 50, seconds: int = 22) -> None:
    prepare()  # as `janji up`
    silent, target = free_port(), free_port()
    serve = ("-m", "benchmarks.support.target")
    with started(*serve, str(silent), "silent"), started(*serve, str(target)):
        asyncio.run(measure(slow, quick, seconds, silent, target))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
