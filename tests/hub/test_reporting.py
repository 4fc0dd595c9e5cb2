"""Reports that send themselves: once for each report, channel and address, also over restarts, and the same bytes."""

import email
import email.policy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.books import Subject
from monitor.core.model import Seconds
from monitor.hub.notifier import Notifier
from monitor.hub.reporting import Reporting
from monitor.hub.wanted import wanted_components
from monitor.notify.deliver import deliver
from monitor.reader.bookkeeping import Bookkeeping
from monitor.settings.hub import Settings
from monitor.storage.outbox import Owed
from monitor.storage.store import Store
from tests.notify.receivers import mailbox, receiver
from tests.reports.world import NOW, YAML, build, settings_of, wib

DAY = 86_400
MONDAY = wib("02 Feb 09:00")
SENDING = """
alerts: {channels: {support: [SUPPORT], finance: [FINANCE]}}
reports:
  review: {notify: [support]}
  statements: {notify: [finance], agreements: [acme], language: id}
"""


class House:
    """The written-down months, whose settings have asked for reports since January, and a hub that starts anew."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor, support: str, finance: str) -> None:
        sending = SENDING.replace("SUPPORT", f'"{support}"').replace("FINANCE", f'"{finance}"')
        self.file = build(folder, YAML + sending)
        self.settings = settings_of(self.file)
        self.store, _ = Store.open(self.settings.server.database)
        self.threads = threads
        self.restart()

    def restart(self) -> None:
        self.reporting = Reporting(self.store, self.store, self.settings, writer=self.threads, readers=self.threads)
        self.notifier = Notifier(self.store, deliver=deliver, secrets=str, writer=self.threads)

    def close_january(self, at: Seconds) -> None:
        Bookkeeping(self.store, self.settings).close(
            Subject.AGREEMENT, "acme", "2026-01", actor="dan", now=at, reason="", early=False
        )

    async def send(self, at: Seconds) -> None:
        await self.notifier.step(at)
        await self.notifier.finish(patience=20)

    def rows(self) -> list[Owed]:
        """Without the review of December: it was due on 5 January, before anything was in service."""
        return [row for row in reversed(self.store.outbox.all()) if row.event != "report:review/2025-12"]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., House]]:
    houses: list[House] = []
    with ThreadPoolExecutor(1) as threads:

        def make(support: str = "json://127.0.0.1:9/", finance: str = "json://127.0.0.1:9/") -> House:
            houses.append(House(tmp_path, threads, support, finance))
            return houses[-1]

        yield make
    for house in houses:
        house.store.close()


async def test_the_review_is_owed_on_the_first_monday_and_not_a_second_before(made: Callable[..., House]) -> None:
    house = made()
    assert await house.reporting.step(MONDAY - 1) == 0
    assert await house.reporting.step(MONDAY) == 1
    (row,) = house.rows()
    assert (row.event, row.channel, row.message.title) == (
        "report:review/2026-01",
        "support",
        "Status: review of January 2026",
    )


async def test_it_is_owed_once_over_steps_and_restarts(made: Callable[..., House]) -> None:
    house = made()
    await house.reporting.step(MONDAY)
    assert await house.reporting.step(MONDAY + 60) == 0
    house.restart()
    assert await house.reporting.step(MONDAY + 120) == 0
    assert len(house.rows()) == 1


async def test_a_statement_is_owed_when_its_month_closes_and_again_when_it_is_revised(
    made: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = made()
    await house.reporting.step(MONDAY)
    closed = wib("07 Feb 09:00")
    house.close_january(closed)
    assert await house.reporting.step(closed) == 1
    assert await house.reporting.step(closed + 60) == 0
    kept = house.store.books.latest(Subject.AGREEMENT, "acme", "2026-01")
    assert kept is not None
    house.store.books.append(replace(kept, revision=1, reason="Late results", at=closed + 100))
    assert await house.reporting.step(closed + 160) == 1
    assert [(row.event, row.channel) for row in house.rows()] == [
        ("report:review/2026-01", "support"),
        ("report:statement:acme:2026-01/0", "finance"),
        ("report:statement:acme:2026-01/1", "finance"),
    ]
    assert "revisi 1" in house.rows()[-1].message.title


async def test_what_was_missed_is_sent_within_a_week(made: Callable[..., House]) -> None:
    house = made()
    assert await house.reporting.step(MONDAY + 7 * DAY) == 1
    assert house.rows()[0].failed_at is None


async def test_what_is_older_than_a_week_is_skipped_once_and_says_so(
    made: Callable[..., House], caplog: pytest.LogCaptureFixture
) -> None:
    house = made()
    late = MONDAY + 7 * DAY + 1
    await house.reporting.step(late)
    await house.reporting.step(late + 60)
    (row,) = house.rows()
    assert row.failed_at == late
    assert row.last_error.startswith("skipped: it was due more than a week ago")
    assert caplog.text.count("report:review/2026-01 for channel support is not sent; skipped") == 1
    assert house.store.outbox.waiting() == []


async def test_a_channel_added_later_gets_nothing_of_before(made: Callable[..., House]) -> None:
    house = made()
    await house.reporting.step(MONDAY)
    document = house.settings.model_dump(mode="json", by_alias=True, exclude_none=True)
    document["reports"]["review"]["notify"] = ["support", "finance"]
    settings = Settings.model_validate_json(_json(document))
    house.store.adopt(settings.digest, settings.document, wanted_components(settings), now=MONDAY + 3600, actor="test")
    house.reporting.use(settings)
    assert await house.reporting.step(MONDAY + 3660) == 0


async def test_one_report_that_cannot_be_made_holds_up_no_other(
    made: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = made()
    house.close_january(wib("07 Feb 09:00"))

    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as broken_now:
        broken_now.setattr("monitor.reports.letters.review_letter", broken)
        with pytest.raises(ExceptionGroup):
            await house.reporting.step(wib("07 Feb 09:00"))
    assert [row.event for row in house.rows()] == ["report:statement:acme:2026-01/0"]
    assert await house.reporting.step(wib("07 Feb 09:01")) == 1


async def test_the_mail_carries_the_pdf_that_the_command_writes_byte_for_byte(
    made: Callable[..., House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.cli.main import main

    with mailbox() as box, receiver() as web:
        house = made(web.url, box.url)
        house.close_january(wib("07 Feb 09:00"))
        await house.reporting.step(wib("07 Feb 10:00"))
        await house.send(wib("07 Feb 10:00"))
    assert len(box.mails) == len(web.messages) == 1
    monkeypatch.setattr("monitor.cli.report.now", lambda: NOW)
    words = ["report", "2026-01", "--pdf", str(tmp_path / "acme.pdf"), "--agreement", "acme", "--language", "id"]
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(house.file), *words])
    assert ended.value.code == 0
    assert _attached(box.mails[0]) == ("acme-2026-01.pdf", (tmp_path / "acme.pdf").read_bytes())


async def test_an_address_that_failed_gets_the_same_file_later_and_the_others_get_it_once(
    made: Callable[..., House],
) -> None:
    with receiver(503, 200) as web:
        house = made(support=web.url)
        await house.reporting.step(MONDAY)
        await house.send(MONDAY)
        assert house.rows()[0].last_error == "JSON: it answered 503"
        house.restart()
        await house.reporting.step(MONDAY + 13)
        await house.send(MONDAY + 13)
        await house.send(MONDAY + 60)
    first, second = (message["attachments"] for message in web.messages)
    assert first == second
    assert house.rows()[0].sent_at == MONDAY + 13


async def test_a_crash_between_sending_and_booking_sends_once_more_and_no_more(made: Callable[..., House]) -> None:
    with receiver() as web:
        house = made(support=web.url)
        await house.reporting.step(MONDAY)
        (owed,) = house.store.outbox.waiting()
        whole = replace(owed.message, attachment=house.store.outbox.attachment(owed.attachment_no or 0))
        assert (await deliver(web.url, whole)).delivered  # and then the power fails
        house.restart()
        await house.reporting.step(MONDAY + 60)
        await house.send(MONDAY + 60)
        house.restart()
        await house.reporting.step(MONDAY + 120)
        await house.send(MONDAY + 120)
    assert len(web.messages) == 2
    assert web.messages[0]["attachments"] == web.messages[1]["attachments"]


def _attached(mail: str) -> tuple[str | None, bytes]:
    (file,) = email.message_from_string(mail, policy=email.policy.default).iter_attachments()
    return file.get_filename(), file.get_content()


def _json(document: object) -> str:
    import json

    return json.dumps(document)
