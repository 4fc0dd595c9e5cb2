"""The copy on disk: the whole site, each file at once, and nothing of anybody else's touched."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.cli.publishing import Publishing
from monitor.reader.views import PageView
from statuspage.copying import Copier
from statuspage.pages import Pages
from tests.statuspage import months, views
from tests.statuspage.test_feeds import resolved
from tests.statuspage.views import NOW, PLAIN, FakeReader, an_incident


@pytest.fixture
def reader() -> FakeReader:
    told = (an_incident(), resolved())
    reader = months.a_reader()
    view = replace(reader.view, incidents=told[:1], told=tuple((item.id, item.started) for item in told))
    return replace(reader, view=view, told=told[1:], look=replace(PLAIN, subscribe=True))


def links(text: str) -> Iterator[str]:
    for part in re.findall(r'(?:href|src)="([^"#]+)', text):
        # Of the evidence the reader of these tests holds one month alone.
        if not part.startswith(("http", "mailto:")) and not re.match(r"/uptime/.*json", part):
            yield part


def test_a_copy_is_the_whole_site_and_every_link_in_it_leads_somewhere(reader: FakeReader, tmp_path: Path) -> None:
    Copier(reader).copy(reader.view, tmp_path)
    for name in (
        "index.html",
        "id/index.html",
        "404.html",
        "component/api/index.html",
        "id/incidents/zz9zz9/index.html",
        "maintenance/m1/index.html",
        "maintenance.ics",
        "feed.atom",
        "badge/api/month.svg",
        "api/v1/summary",
        "api/v2/incidents/unresolved.json",
        "uptime/api/2026-09.json",
        "embed/index.html",
    ):
        assert (tmp_path / name).is_file(), name
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"/subscri" in file.read_bytes()]
    for page in tmp_path.rglob("*.html"):
        for link in links(page.read_text()):
            target = tmp_path / link.lstrip("/")
            assert (target / "index.html").is_file() if link.endswith("/") else target.is_file(), f"{page}: {link}"


def test_every_page_of_a_copy_says_when_it_was_made_and_brings_its_policy(reader: FakeReader, tmp_path: Path) -> None:
    Copier(reader).copy(reader.view, tmp_path)
    for name in ("index.html", "uptime/index.html", "component/api/index.html", "incidents/index.html"):
        text = (tmp_path / name).read_text()
        assert "This is a copy, made at 09:50:40 WIB." in text
        assert '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' in text
    assert "Ini salinan, dibuat pukul 09.50.40 WIB." in (tmp_path / "id/index.html").read_text()
    pages = Pages(reader)
    pages.refresh(NOW)
    assert b"This is a copy" not in pages.found["/"].body


def test_a_second_copy_writes_what_changed_and_removes_what_is_gone(reader: FakeReader, tmp_path: Path) -> None:
    copier = Copier(reader)
    assert copier.copy(reader.view, tmp_path) > 50
    (tmp_path / "CNAME").write_text("status.example.com")
    assert copier.copy(reader.view, tmp_path) == 0
    gone = replace(reader.view, incidents=(), told=(), maintenance=(), windows=())
    reader.view, reader.told, reader.windows = gone, (), ()
    copier.copy(gone, tmp_path)
    assert not (tmp_path / "maintenance/m1/index.html").exists()
    assert not (tmp_path / "incidents/a2b3c4/index.html").exists()
    assert (tmp_path / "CNAME").read_text() == "status.example.com"
    assert (tmp_path / "uptime/api/2026-09.json").is_file(), "evidence stays between the hours in which it is made"
    assert list(tmp_path.rglob("*.new")) == []


def test_a_copy_never_follows_a_manifest_out_of_its_directory(reader: FakeReader, tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.write_text("mine")
    site = tmp_path / "site"
    site.mkdir()
    (site / ".janji-copy.json").write_text(f'["../precious", "{outside}", 3]')
    Copier(reader).copy(reader.view, site)
    assert outside.read_text() == "mine"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


async def test_the_hub_copies_after_every_change_and_once_a_minute(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    reader, told = FakeReader(views.all_up()), {}
    pages = Pages(reader)
    where: list[str | None] = [str(tmp_path / "site")]
    publishing = Publishing(pages, Copier(reader), lambda: where[0], told.__setitem__, executor)

    def at(view: PageView, seconds: int, *, changed: bool = False) -> None:
        reader.view = replace(view, now=NOW + seconds)
        reader.number += changed
        pages.refresh(NOW + seconds)

    assert not await publishing.step(), "nothing is rendered yet"
    at(views.all_up(), 0)
    assert await publishing.step()
    at(views.all_up(), 30)
    assert not await publishing.step()
    at(views.one_down(), 31, changed=True)
    assert await publishing.step()
    assert "Web dashboard is down" in (tmp_path / "site/index.html").read_text()
    at(views.one_down(), 92)
    assert await publishing.step()
    (tmp_path / "file").write_text("")
    where[0] = str(tmp_path / "file")
    assert await publishing.step()
    assert "could not be written" in (told["publish"] or "")
    where[0] = None
    assert not await publishing.step()
    assert told["publish"] is None
