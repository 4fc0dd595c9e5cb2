"""Reports that send themselves, by the whole process: a statement reaches its mailbox, also over a kill."""

import email
import email.policy
import time
from collections.abc import Callable
from pathlib import Path

from monitor.core.books import Subject
from monitor.reader.bookkeeping import Bookkeeping
from monitor.storage.store import Store
from tests.notify.receivers import mailbox
from tests.reports.world import YAML, build, settings_of
from tests.running import PATIENCE, Janji, free_port

SENDING = """
alerts: {channels: {finance: ["URL"]}}
reports: {statements: {notify: [finance]}}
"""


def test_a_kill_in_the_middle_neither_loses_nor_repeats_what_is_owed(tmp_path: Path) -> None:
    with mailbox() as box:
        yaml = YAML.replace("10.1.2.3", "127.0.0.1:9").replace("10.1.2.4", "127.0.0.1:9")
        listeners = f", listen: 127.0.0.1:{free_port()}, admin: 127.0.0.1:{free_port()}}}"
        yaml = yaml.replace('DATABASE"}', 'DATABASE"' + listeners) + SENDING.replace("URL", box.url)
        config = build(tmp_path, yaml)
        settings = settings_of(config)
        store, _ = Store.open(settings.server.database)
        Bookkeeping(store, settings).close(
            Subject.AGREEMENT, "acme", "2026-01", actor="dan", now=int(time.time()), reason="", early=False
        )
        janji = Janji(tmp_path).start(config)
        _until(lambda: bool(store.outbox.all()))
        janji.kill()  # owed; whether it was sent, or booked as sent, is left to chance
        janji.start(config)
        _until(lambda: store.outbox.all()[0].sent_at is not None)
        janji.kill()
        rows = store.outbox.all()
        store.close()
    assert [row.event for row in rows] == ["report:statement:acme:2026-01/0"]
    assert len(box.mails) in (1, 2)  # sent and not booked is sent again: at least once
    mails = [email.message_from_string(each, policy=email.policy.default) for each in box.mails]
    assert {mail["subject"] for mail in mails} == {"Acme: service level statement, January 2026"}
    files = [file for mail in mails for file in mail.iter_attachments()]
    assert {file.get_filename() for file in files} == {"acme-2026-01.pdf"}
    assert len({file.get_content() for file in files}) == 1


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it was not sent"
        time.sleep(0.05)
