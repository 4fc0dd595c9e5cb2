"""Asks one path again and again: `python -m benchmarks.support.load PORT SECONDS CONNECTIONS [gzip]`.

Raw sockets with keep-alive and nothing pipelined; prints a line of JSON: how many answers, and their times.
"""

import asyncio
import json
import sys
import time

from benchmarks.support.processes import percentile


class Client(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again until time is up."""

    def __init__(self, request: bytes, until: float, times: list[float]) -> None:
        self._request, self._until, self._times = request, until, times
        self._missing = 0  # bytes of the answer that still have to come; 0: its head has not come yet
        self._head = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if not self._missing:
            data = self._head + data
            head, found, body = data.partition(b"\r\n\r\n")
            if not found:
                self._head = data
                return
            assert head.startswith(b"HTTP/1.1 200"), head
            self._head = b""
            self._missing = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]) - len(body)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("closed by the server"))

    def _answered(self) -> None:
        now = time.perf_counter()
        self._times.append(now - self._asked)
        self._missing = 0
        if now < self._until:
            self._ask()
        else:
            self.ended.set_result(None)
            self._transport.close()

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._request)


async def main(port: int, seconds: float, connections: int, coding: str = "identity") -> None:
    request = f"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {coding}\r\n\r\n".encode()
    times: list[float] = []
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    clients = [
        (await loop.create_connection(lambda: Client(request, until, times), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(client.ended for client in clients))
    milliseconds = [taken * 1000 for taken in times]
    print(
        json.dumps({"answers": len(times), "p50": percentile(milliseconds, 0.5), "p99": percentile(milliseconds, 0.99)})
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:5]))
