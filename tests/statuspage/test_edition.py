"""Pages that are rendered on request: once at a time, never in the event loop, old bytes meanwhile."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import pytest

from monitor.core.evidence import recompute
from monitor.core.ledger import entry
from monitor.reader.views import Evidence, PageView, UptimeView
from statuspage.app import StatusPage, create_app
from tests.statuspage import months, views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader


@dataclass
class Slow(FakeReader):
    """Its months wait for `go`, and tell in which thread they were made."""

    go: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    threads: list[str] = field(default_factory=list)
    broken: bool = False

    def uptime(self) -> UptimeView:
        self.threads.append(threading.current_thread().name)
        self.asked.set()
        if not self.go.wait(10):
            raise TimeoutError
        if self.broken:
            raise RuntimeError("the store is away")
        return super().uptime()


@pytest.fixture
def readers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2, "reader") as executor:
        yield executor


@pytest.fixture
def reader() -> Slow:
    slow = Slow(views.all_up(), months=months.designed())
    slow.go.set()
    return slow


@pytest.fixture
def app(reader: Slow, readers: ThreadPoolExecutor) -> StatusPage:
    made = create_app(reader, readers=readers)
    made.pages.refresh(NOW)
    return made


def page_of(app: StatusPage, reader: Slow, now: int) -> None:
    reader.become(replace(views.all_up(), now=now))
    app.pages.refresh(now)


async def test_a_page_is_rendered_on_its_first_request_and_then_found(app: StatusPage, reader: Slow) -> None:
    assert reader.months_made == 0
    assert "/uptime/" not in app.pages.found
    first, second, indonesian = await ask(app, "/uptime/"), await ask(app, "/uptime/"), await ask(app, "/id/uptime/")
    assert first.status == second.status == indonesian.status == 200
    assert first.body is second.body
    assert reader.months_made == 1
    assert "/uptime/" in app.pages.found
    assert indonesian.headers["content-language"] == "id"


async def test_it_is_never_rendered_in_the_event_loop(app: StatusPage, reader: Slow) -> None:
    await ask(app, "/uptime/")
    assert reader.threads[0].startswith("reader")


async def test_requests_at_the_same_time_wait_for_one_render(app: StatusPage, reader: Slow) -> None:
    reader.go.clear()
    waiting = [asyncio.create_task(ask(app, "/uptime/")) for _ in range(20)]
    await asyncio.to_thread(reader.asked.wait, 10)
    waiting[0].cancel()
    status = await ask(app, "/")
    assert status.status == 200  # the loop goes on meanwhile
    reader.go.set()
    answers = await asyncio.gather(*waiting[1:])
    assert {answer.status for answer in answers} == {200}
    assert reader.months_made == 1


async def test_after_a_change_the_bytes_before_are_shown_while_new_ones_are_made(app: StatusPage, reader: Slow) -> None:
    before = await ask(app, "/uptime/")
    reader.months = months.varied()
    page_of(app, reader, NOW + 15)
    reader.go.clear()
    meanwhile = await ask(app, "/uptime/")
    assert meanwhile.body is before.body
    reader.go.set()
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    assert "New service" in (await ask(app, "/uptime/")).text
    assert reader.months_made == 2


async def test_a_page_older_than_a_minute_is_waited_for(app: StatusPage, reader: Slow) -> None:
    await ask(app, "/uptime/")
    reader.months = months.varied()
    page_of(app, reader, NOW + 60)
    assert "New service" in (await ask(app, "/uptime/")).text


async def test_a_render_that_fails_leaves_the_page_before(
    app: StatusPage, reader: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    before = await ask(app, "/uptime/")
    reader.broken = True
    page_of(app, reader, NOW + 90)
    with caplog.at_level(logging.ERROR):
        assert (await ask(app, "/uptime/")).body is before.body
        assert (await ask(app, "/uptime/")).body is before.body
    assert caplog.text.count("uptime could not be rendered") == 1
    reader.broken = False
    page_of(app, reader, NOW + 105)
    assert (await ask(app, "/uptime/")).status == 200


async def test_a_page_that_never_came_about_says_so_in_words(
    app: StatusPage, reader: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    reader.broken = True
    with caplog.at_level(logging.ERROR):
        english, indonesian = await ask(app, "/uptime/"), await ask(app, "/id/uptime/")
    assert (english.status, english.headers["retry-after"]) == (503, "5")
    assert "This page cannot be shown at the moment" in english.text
    assert "Halaman ini sedang tidak dapat ditampilkan" in indonesian.text


async def test_other_methods_are_refused_without_rendering(app: StatusPage, reader: Slow) -> None:
    answer = await ask(app, "/uptime/", method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert reader.months_made == 0
    assert (await ask(app, "/uptime/", method="HEAD")).body == b""


@pytest.mark.parametrize("path", ["/uptime", "/method", "/id/uptime", "/id/method"])
async def test_a_missing_slash_is_added(app: StatusPage, path: str) -> None:
    answer = await ask(app, path)
    assert (answer.status, answer.headers["location"]) == (308, path + "/")


async def test_before_the_first_render_nothing_is_rendered_on_request(reader: Slow) -> None:
    app = create_app(reader)
    assert (await ask(app, "/uptime/")).status == 503
    assert reader.months_made == 0


def with_api(view: PageView) -> PageView:
    return replace(view, components=(replace(view.components[0], id="api"), *view.components[1:]))


async def test_the_evidence_of_a_month_recomputes_to_the_figure_on_the_page(readers: ThreadPoolExecutor) -> None:
    head = entry(None, at=NOW, actor="ana", kind="notice", payload={"secret": "x"})
    proofs = {("api", "2026-09"): Evidence(months.SEPTEMBER, head)}
    app = create_app(FakeReader(with_api(views.all_up()), proofs=proofs), readers=readers)
    app.pages.refresh(NOW)
    answer = await ask(app, "/uptime/api/2026-09.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="api-2026-09.json"'
    document = json.loads(answer.text)
    assert document["ledger_head"] == {"number": 1, "digest": head.digest}
    assert "ana" not in answer.text
    assert "secret" not in answer.text
    [computed] = recompute(document, ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
    result = computed["result"]  # type: ignore[index]
    assert (result["availability_percent_trunc4"], result["down_seconds"]) == ("99.8611", 3600)


@pytest.mark.parametrize(
    "path",
    [
        "/uptime/api/2026-08.json",  # nothing to prove
        "/uptime/api/2025-11.json",  # longer ago than is listed
        "/uptime/other/2026-09.json",
        "/uptime/api/2026-09",
    ],
)
async def test_evidence_of_anything_else_is_not_there(readers: ThreadPoolExecutor, path: str) -> None:
    app = create_app(FakeReader(with_api(views.all_up())), readers=readers)
    app.pages.refresh(NOW)
    assert (await ask(app, path)).status == 404
