"""Real deliveries by Apprise's own plugins to receivers shaped like the services: the ones that allow a host are given
one on loopback, of the others the one address that is written in the plugin is replaced."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.core.alert import Message
from monitor.notify.deliver import deliver

BODY = "Since 2026-01-01 07:00:00 WIB.\nReason: <none> & *more*"
FIRED = Message("failure", "Production API is down", BODY)
RECOVERED = Message("success", "Production API has recovered", "2 min.")
MARKED = Message(
    "failure", "Production API is down", "- **Since** 07:00\n- [Page](https://s.example)", format="markdown"
)


class Service:
    """Keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.status, self.answer = 200, b"ok"
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.port = 0

    @property
    def body(self) -> dict[str, Any]:
        return self.asked[-1][1]

    @property
    def path(self) -> str:
        return self.asked[-1][0]

    @property
    def everything(self) -> str:
        """All that was sent, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


@contextmanager
def service(authority: trustme.CA | None = None) -> Iterator[Service]:
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                body = json.loads(raw)
            except ValueError:
                body = {"raw": raw.decode("utf-8", "replace")}
            found.asked.append((self.path, body, dict(self.headers)))
            self.send_response(found.status)
            self.send_header("content-length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/1234567"
PAGERDUTY = "pagerduty://12345678901234567890123456789012@ABCD1234EFGH5678/"


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    from apprise.plugins import pagerduty
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram

    with service() as found:
        here = f"http://127.0.0.1:{found.port}"
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{here}/services")
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{here}/bot")
        monkeypatch.setitem(pagerduty.PAGERDUTY_API_LOOKUP, pagerduty.PagerDutyRegion.US, f"{here}/v2/enqueue")
        yield found


async def test_slack_gets_title_and_text_under_its_hook(target: Service) -> None:
    assert (await deliver(SLACK, FIRED)).error == ""
    assert target.path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert "Production API is down" in target.everything
    assert "Since 2026-01-01 07:00:00 WIB." in target.everything


async def test_telegram_gets_its_chat_and_text(target: Service) -> None:
    target.answer = b'{"ok": true, "result": {}}'
    assert (await deliver(TELEGRAM, FIRED)).error == ""
    assert target.path.startswith("/bot123456789:abcdefg_hijklmnop/")
    assert target.body["chat_id"] in (1234567, "1234567")
    assert "Production API is down" in target.everything


async def test_pagerduty_is_triggered_and_the_same_incident_resolved(target: Service) -> None:
    target.status, target.answer = 202, b'{"status": "success"}'
    for message in (FIRED, RECOVERED):
        assert (await deliver(PAGERDUTY, replace(message, thread="janji-17"))).error == ""
    said = [(body["event_action"], body["dedup_key"]) for _, body, _ in target.asked]
    assert said == [("trigger", "janji-17"), ("resolve", "janji-17")]
    assert "Production API is down" in target.asked[0][1]["payload"]["summary"]


async def test_ntfy_on_a_server_of_ones_own_gets_its_topic(target: Service) -> None:
    target.answer = b"{}"
    assert (await deliver(f"ntfy://127.0.0.1:{target.port}/alerts", FIRED)).error == ""
    assert (target.body["topic"], target.body["title"]) == ("alerts", "Production API is down")
    assert "Reason: <none> & *more*" in target.body["message"]


async def test_teams_gets_a_card_through_its_workflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, bundle = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with service(authority) as target:
        target.status = 202
        url = f"workflows://127.0.0.1:{target.port}/workflow1d/s1gnature"
        assert (await deliver(url, MARKED)).error == ""
        assert target.path.startswith("/workflows/workflow1d/")
        assert "Production API is down" in target.everything


@pytest.mark.parametrize("url", [SLACK, TELEGRAM, PAGERDUTY])
@pytest.mark.parametrize(("status", "permanent"), [(404, True), (429, False), (503, False)])
async def test_what_a_service_refuses_for_ever_is_told_from_what_may_pass(
    target: Service, url: str, status: int, permanent: bool
) -> None:
    target.status, target.answer = status, b"{}"
    outcome = await deliver(url, FIRED)
    assert (outcome.delivered, outcome.permanent) == (False, permanent), outcome.error
    assert not {"T1JJ3T3L2", "abcdefg_hijklmnop", "ABCD1234EFGH5678"} & set(outcome.error.split("/"))
    assert str(status) in outcome.error
