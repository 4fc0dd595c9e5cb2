"""Targets that a test owns and can break: an HTTP server with moods, a relay before a real server, receivers."""

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.running import free_port

BODY = b'{"status": "ok", "rows": 3}'


class Web:
    """An HTTP server whose mood can change: ok, wrong, slow, hang; or stopped altogether."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mood = "ok"
        self._server: ThreadingHTTPServer | None = None
        self._released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/health"

    def start(self) -> None:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if web.mood == "hang":
                    web._released.wait(20)
                    return
                if web.mood == "slow":
                    time.sleep(0.2)
                body = BODY if web.mood != "wrong" else b'{"status": "broken"}'
                with suppress(OSError):
                    self.send_response(200)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._released.clear()
        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Relay:
    """A TCP relay before a real server: passes, hangs (accepts and stays silent), or refuses."""

    def __init__(self, host: str, port: int) -> None:
        self.port = free_port()
        self.hanging = False
        self._target = (host, port)
        self._server: socketserver.ThreadingTCPServer | None = None

    def start(self) -> None:
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                if relay.hanging:
                    with suppress(OSError):
                        self.request.settimeout(20)
                        while self.request.recv(4096):
                            pass
                    return
                with suppress(OSError), socket.create_connection(relay._target, timeout=5) as peer:
                    peer.settimeout(20)
                    back = threading.Thread(target=_pump, args=(peer, self.request), daemon=True)
                    back.start()
                    _pump(self.request, peer)
                    back.join(timeout=5)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class Receiver:
    """An HTTP receiver that keeps the JSON it is sent."""

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.port}/alerts"

    def titles(self, kind: str) -> list[str]:
        return [message["title"] for message in self.messages if message["type"] == kind]


@contextmanager
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.messages.append(json.loads(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", found.port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


class Mailbox:
    """A real SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.port = free_port()

    @property
    def address(self) -> str:
        return f"mailto://localhost:{self.port}/?from=janji@example.org&to=engineer@example.org&mode=insecure"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(envelope.content.decode("utf-8", "replace"))
        return "250 kept"

    def subjects(self) -> list[str]:
        found = []
        for mail in self.mails:
            found += [line.removeprefix("Subject: ") for line in mail.splitlines() if line.startswith("Subject: ")]
        return found


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="localhost", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
