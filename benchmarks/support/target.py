"""What benchmarks probe: `python -m benchmarks.support.target PORT`, an HTTP server that costs as little as it can."""

import asyncio
import sys


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


if __name__ == "__main__":
    asyncio.run(serve_small_answers(int(sys.argv[1])))
