"""Mail to a real SMTP server and webhooks to real receivers: what arrives, and what never leaves."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

import aiohttp.web as web
import pytest

from monitor.core.bounce import Bounce
from monitor.core.permit import Hosts
from monitor.core.subscription import signature
from monitor.notify.mail import Mail, send_mail
from monitor.notify.webhook import send_webhook
from tests.notify.receivers import mailbox
from tests.running import free_port

T0 = 1_795_496_400
HERE = Hosts.of(["127.0.0.1", "localhost"])
LINK = f"https://status.example.com/subscription/{'k' * 43}"
MAIL = Mail(
    sender="PWBI status <status@example.com>",
    to="siti@example.org",
    subject="Gangguan – Produksi API\r\nBcc: x@y.org",
    text=f"Hingga 8 detik.\n\n{LINK}",
    language="id",
    name="janji.1.incident.a.1",
    unsubscribe=f"{LINK}/end",
)


def opened(raw: str) -> EmailMessage:
    found = message_from_string(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_says_who_it_is_from_what_it_is_about_and_how_it_ends() -> None:
    with mailbox() as box:
        assert send_mail(f"smtp://localhost:{box.port}", MAIL, T0).delivered
    mail = opened(box.mails[0])
    assert mail["From"] == "PWBI status <status@example.com>"
    assert mail["To"] == "siti@example.org"
    assert (mail["Subject"], mail["Bcc"]) == ("Gangguan – Produksi API Bcc: x@y.org", None)
    assert mail["List-Unsubscribe"] == f"<{LINK}/end>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"] == "<janji.1.incident.a.1@example.com>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "id")
    assert mail["Date"] == "Tue, 24 Nov 2026 05:00:00 +0000"
    assert mail.get_content().split() == ["Hingga", "8", "detik.", LINK]


def test_links_stand_unbroken_in_what_is_sent() -> None:
    with mailbox() as box:
        send_mail(f"smtp://localhost:{box.port}", MAIL, T0)
    assert f"List-Unsubscribe: <{LINK}/end>" in box.mails[0]
    assert box.mails[0].rstrip().endswith(LINK)


def test_a_refused_recipient_and_a_server_that_is_not_there_are_said_without_an_address() -> None:
    with mailbox(refuses=True) as box:
        refused = send_mail(f"smtp://localhost:{box.port}", MAIL, T0)
    assert (refused.delivered, refused.permanent) == (False, True)
    assert refused.error == "the mail server refused the recipient (550)"
    with mailbox(refuses=True) as box:
        box.refusal = "550 5.1.1 <siti@example.org> unknown"
        absent = send_mail(f"smtp://localhost:{box.port}", MAIL, T0)
    assert absent.error == "the mail server refused the recipient (550 5.1.1)"
    assert (refused.bounce, absent.bounce) == (None, Bounce.ABSENT)
    away = send_mail(f"smtp://127.0.0.1:{free_port()}", MAIL, T0)
    assert (away.delivered, away.permanent) == (False, False)
    assert away.error == "the mail server could not be used (ConnectionRefusedError)"


class Hook:
    """An HTTP receiver that keeps what it was sent, and answers as told."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.seen: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.seen.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers=self.headers)


@pytest.fixture
async def hook() -> Any:
    found, app = Hook(), web.Application()
    app.router.add_post("/hook", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    yield found, listener.getsockname()[1]
    await runner.cleanup()


@pytest.fixture
def names() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def sent(names: ThreadPoolExecutor, url: str, allow: Hosts = HERE) -> Any:
    secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZg=="
    return send_webhook(url, b'{"a":1}', name="1-x", secret=secret, now=T0, allow=allow, names=names)


async def test_a_webhook_is_signed_and_names_its_message(hook: tuple[Hook, int], names: ThreadPoolExecutor) -> None:
    found, port = hook
    assert (await sent(names, f"http://localhost:{port}/hook")).delivered
    [(headers, body)] = found.seen
    assert (body, headers["content-type"], headers["webhook-id"]) == (b'{"a":1}', "application/json", "1-x")
    assert headers["webhook-timestamp"] == str(T0)
    assert headers["webhook-signature"] == signature("whsec_MDEyMzQ1Njc4OWFiY2RlZg==", "1-x", T0, body)


async def test_a_redirect_is_not_followed(hook: tuple[Hook, int], names: ThreadPoolExecutor) -> None:
    found, port = hook
    found.status, found.headers = 307, {"Location": f"http://127.0.0.1:{port}/hook"}
    outcome = await sent(names, f"http://127.0.0.1:{port}/hook")
    assert (outcome.delivered, outcome.error, len(found.seen)) == (False, "it answered 307", 1)


async def test_a_name_that_leads_inside_is_refused_when_it_is_connected_to(
    hook: tuple[Hook, int], names: ThreadPoolExecutor
) -> None:
    found, port = hook
    for url in (f"http://localhost:{port}/hook", f"http://127.0.0.1:{port}/hook", f"http://[::ffff:127.0.0.1]:{port}/"):
        outcome = await sent(names, url, Hosts())
        assert (outcome.delivered, outcome.error) == (False, "its address is not on the public internet")
    assert found.seen == []


async def test_what_fails_is_said_without_the_address(hook: tuple[Hook, int], names: ThreadPoolExecutor) -> None:
    found, port = hook
    found.status = 500
    failed = await sent(names, f"http://127.0.0.1:{port}/hook")
    assert (failed.error, failed.permanent) == ("it answered 500", False)
    found.status = 410
    outcome = await sent(names, f"http://127.0.0.1:{port}/hook")
    assert (outcome.permanent, outcome.bounce) == (True, Bounce.GONE)
    gone = await sent(names, f"http://127.0.0.1:{free_port()}/hook")
    assert gone.error == "it could not be reached (ClientConnectorError)"
    lost = await sent(names, "http://no-such-host.invalid/hook", Hosts.of(["no-such-host.invalid"]))
    assert lost.error == "it could not be reached (ClientConnectorDNSError)"
