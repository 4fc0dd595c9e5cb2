"""Delivery against real receivers: what arrives, what a failure says, and what it keeps to itself."""

import base64
import email
import email.policy
import io
import logging
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from monitor.core.alert import Attachment, Message
from monitor.notify.deliver import deliver, send, shown, wrong_with
from tests.notify.receivers import dripping, gone, mailbox, receiver, silent
from tests.running import PATIENCE, ROOT

DOWN = Message("failure", "Production API is down", "Since 2026-01-01 07:00:00 WIB.\nReason: <none> & more")


async def test_a_message_arrives_with_its_type_title_and_body() -> None:
    with receiver() as target:
        outcome = await deliver(target.url, DOWN)
    assert outcome.delivered
    assert outcome.error == ""
    assert [(m["type"], m["title"], m["message"]) for m in target.messages] == [("failure", DOWN.title, DOWN.body)]


@pytest.mark.parametrize("kind", ["failure", "warning", "success", "info"])
async def test_each_type_of_alert_keeps_its_type(kind: str) -> None:
    with receiver() as target:
        assert (await deliver(target.url, Message(kind, "t", "b"))).delivered
    assert target.messages[0]["type"] == kind


async def test_a_mail_arrives_with_its_lines_and_signs_as_they_were_written() -> None:
    with mailbox() as box:
        assert (await deliver(box.url, DOWN)).delivered
    mail = email.message_from_string(box.mails[0], policy=email.policy.default)
    assert mail["subject"] == "Production API is down"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["Since 2026-01-01 07:00:00 WIB.", "Reason: <none> & more"]


async def test_a_message_without_a_body_arrives_all_the_same() -> None:
    with receiver() as target:
        assert (await deliver(target.url, Message("info", "Only a title", ""))).delivered
    assert target.messages[0]["message"] == "Only a title"


async def test_a_receiver_that_answers_with_an_error_is_told_by_its_number() -> None:
    with receiver(503) as target:
        outcome = await deliver(target.url, DOWN)
    assert not outcome.delivered
    assert outcome.error == "JSON: it answered 503"


async def test_a_refused_recipient_is_a_failure_that_does_not_name_them() -> None:
    with mailbox(refuses=True) as box:
        outcome = await deliver(box.url, DOWN)
    assert not outcome.delivered
    assert outcome.error == "E-Mail: it did not take the message"


async def test_a_refused_connection_is_a_failure_that_names_no_host() -> None:
    with silent() as port:
        pass
    outcome = await deliver(f"json://user:hunter2@127.0.0.1:{port}/s3cret", DOWN)
    assert outcome.error == "JSON: it could not be reached, or did not answer in time"


async def test_an_address_marked_optional_is_not_taken_for_delivered_when_it_failed() -> None:
    with receiver(500) as target:
        assert not (await deliver(f"{target.url}?optional=yes", DOWN)).delivered


async def test_a_silent_receiver_is_given_up_in_time() -> None:
    with silent() as port:
        outcome = await deliver(f"json://127.0.0.1:{port}/?rto=0.2", DOWN)
    assert not outcome.delivered


async def test_a_receiver_that_drips_holds_nobody_for_longer_than_allowed() -> None:
    with dripping() as port:
        outcome = await deliver(f"json://127.0.0.1:{port}/", DOWN, longest=0.3)
        assert outcome.error == "no answer within 0.3 s"
    assert gone("deliver-")


async def test_a_receiver_that_hangs_ties_up_four_threads_and_no_more() -> None:
    with dripping() as port:
        url = f"json://127.0.0.1:{port}/"
        for _ in range(4):
            assert (await deliver(url, DOWN, longest=0.01)).error == "no answer within 0.01 s"
        assert (await deliver(url, DOWN)).error == "earlier messages to it still hang"
    assert gone("deliver-")


async def test_another_receiver_is_served_while_forty_hang() -> None:
    with dripping() as port, receiver() as target:
        for number in range(40):
            await deliver(f"json://127.0.0.1:{port}/{number}", DOWN, longest=0.01)
        assert (await deliver(target.url, DOWN)).delivered
    assert gone("deliver-")


def test_a_receiver_that_hangs_does_not_keep_the_process_from_ending() -> None:
    program = (
        "import asyncio, sys\n"
        "from monitor.core.alert import Message\n"
        "from monitor.notify.deliver import deliver\n"
        "print(asyncio.run(deliver(sys.argv[1], Message('info', 't', 'b'), longest=0.5)).error)\n"
    )
    with dripping() as port:
        done = subprocess.run(
            [sys.executable, "-c", program, f"json://127.0.0.1:{port}/"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, "no answer within 0.5 s\n")


def test_a_process_that_ends_while_apprise_is_being_loaded_waits_for_that_and_sends_nothing_more() -> None:
    # A thread left behind in the middle of an import aborts it: "exception not rethrown", one time in a hundred.
    program = (
        "import asyncio, sys, threading\n"
        "from monitor.core.alert import Message\n"
        "from monitor.notify.deliver import deliver\n"
        "ended = threading.Event()\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'apprise':\n"
        "            print('loading' if ended.wait(60) else 'too late', flush=True)\n"
        "sys.meta_path.insert(0, Slow())\n"
        "print(asyncio.run(deliver(sys.argv[1], Message('info', 't', 'b'), longest=0.1)).error, flush=True)\n"
        "ended.set()\n"
    )
    with receiver() as target:
        done = subprocess.run(
            [sys.executable, "-c", program, target.url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (done.returncode, done.stdout, target.messages) == (0, "no answer within 0.1 s\nloading\n", [])


def test_an_address_that_apprise_does_not_know_is_a_failure_without_its_text() -> None:
    outcome = send("nonsense-hunter2", DOWN)
    assert outcome.error == "this is not an address that Apprise knows"


def test_nothing_of_an_address_reaches_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        with silent() as port:
            pass
        send(f"json://user:hunter2@127.0.0.1:{port}/s3cret", DOWN)
        assert wrong_with("slack://hunter2") is not None
    finally:
        logging.getLogger().removeHandler(handler)
    assert stream.getvalue() + "".join(capsys.readouterr()) == ""


def test_a_good_address_has_nothing_wrong_with_it() -> None:
    assert wrong_with("json://127.0.0.1:8080/hook") is None


@pytest.mark.parametrize("url", ["", "nonsense", "nosuch://host/", "slack://hunter2"])
def test_a_wrong_address_is_told_at_load_without_its_text(url: str) -> None:
    wrong = wrong_with(url)
    assert wrong is not None
    assert "hunter2" not in wrong


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("json://user:hunter2@hooks.example.com/services/s3cret?token=abc", "json://user:****@hooks.example.com/…"),
        ("nonsense", "an address that Apprise does not know"),
    ],
)
def test_an_address_is_shown_without_password_path_and_query(url: str, seen: str) -> None:
    assert shown(url) == seen


PDF = Attachment("review-2026-10.pdf", b"%PDF-1.4 \x00\xff bytes", "Get it with janji.")
REVIEW = Message("info", "Review", "99.8652 %", PDF)


async def test_a_file_arrives_by_mail_byte_for_byte_and_under_its_name() -> None:
    with mailbox() as box:
        assert (await deliver(box.url, REVIEW)).delivered
    mail = email.message_from_string(box.mails[0], policy=email.policy.default)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("review-2026-10.pdf", "application/pdf")
    assert file.get_content() == PDF.content
    body = mail.get_body()
    assert body is not None
    assert body.get_content().strip() == "99.8652 %"


async def test_a_file_arrives_at_a_web_hook() -> None:
    with receiver() as target:
        assert (await deliver(target.url, REVIEW)).delivered
    (file,) = target.messages[0]["attachments"]
    assert file["filename"] == "review-2026-10.pdf"
    assert base64.b64decode(file["base64"]) == PDF.content


async def test_a_channel_that_takes_no_files_gets_the_text_and_is_told_where_the_file_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    monkeypatch.setattr(NotifyJSON, "attachment_support", False)
    with receiver() as target:
        assert (await deliver(target.url, REVIEW)).delivered
    assert target.messages[0]["message"] == "99.8652 %\nGet it with janji."
    assert not target.messages[0].get("attachments")


def test_no_file_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with mailbox() as box:
        assert send(box.url, REVIEW).delivered
    assert list(tmp_path.iterdir()) == []
