"""Receivers on loopback for messages: good, failing, silent, dripping; and a real SMTP server."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller


class Receiver:
    """An HTTP receiver. It answers with `answers` in order, and from then on with the last one."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers) or [200]
        self.messages: list[dict[str, Any]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    @property
    def titles(self) -> list[str]:
        """The titles that were taken with 200."""
        return [message["title"] for message in self.messages if message["answer"] == 200]


@contextmanager
def receiver(*answers: int) -> Iterator[Receiver]:
    found = Receiver(*answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            found.messages.append({**message, "answer": answer})
            self.send_response(answer)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word; all are cut at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def dripping() -> Iterator[int]:
    """The port of a server that begins an answer and goes on with a byte at a time, until the end of the test."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
            while not over.wait(0.05):
                connection.sendall(b".")

    def accept() -> None:
        with suppress(OSError):
            while not over.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


class Mailbox:
    """A real SMTP server that keeps what it is sent; it refuses every recipient, or those in `absent`."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.refusal = "550 no such mailbox"
        self.absent: set[str] = set()
        self.mails: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"mailto://localhost:{self.port}/?from=a@b.co&to=x@y.co&mode=insecure"

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if self.refuses or address in self.absent:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(envelope.content.decode("utf-8", "replace"))
        return "250 kept"


@contextmanager
def mailbox(*, refuses: bool = False) -> Iterator[Mailbox]:
    box = Mailbox(refuses)
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="localhost", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def gone(name: str, patience: float = 10.0) -> bool:
    """Whether all threads whose name begins so end within the patience."""
    end = time.monotonic() + patience
    while any(thread.name.startswith(name) for thread in threading.enumerate()):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
