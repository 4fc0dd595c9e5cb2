"""What benchmarks probe: `python -m benchmarks.support.target PORT [silent]`, an HTTP server that costs as little as it
can; or one that takes connections on every loopback address and says nothing.
"""

import asyncio
import sys

from monitor.cli.process import prepare


async def serve_small_answers(port: int) -> None:
    """Answers whatever comes with two bytes and closes; runs until it is ended."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

    class Target(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport = transport

        def data_received(self, _data: bytes) -> None:
            self._transport.write(answer)
            self._transport.close()

    server = await asyncio.get_running_loop().create_server(Target, "127.0.0.1", port, backlog=1000)
    print("ready", flush=True)
    await server.serve_forever()


async def say_nothing(port: int) -> None:
    """Takes connections and keeps them, until it is ended."""
    prepare()
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "0.0.0.0", port, backlog=1000)  # noqa: S104
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run((say_nothing if sys.argv[2:] else serve_small_answers)(int(sys.argv[1])))
