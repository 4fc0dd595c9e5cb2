"""Feeds read back as readers do, badges, and the frame for other pages."""

import json
from xml.etree import ElementTree

import feedparser
import pytest

from monitor.core.incident import Impact, Phase
from monitor.reader.incident_views import IncidentView, PostmortemView, Said
from statuspage.app import StatusPage, create_app
from statuspage.badges import Badge, drawn
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, FakeReader, a_page, an_incident, instant


def resolved(**changes: object) -> IncidentView:
    """A database that was gone for 49 minutes on the 11th, with a post-mortem."""
    said = Said({"en": "<p>The replica was <em>late</em>.</p>", "id": "<p>Terlambat.</p>"}, {"en": "", "id": ""})
    values: dict[str, object] = {
        "id": "zz9zz9",
        "title": {"en": "Database unreachable", "id": "Basis data tidak terjangkau"},
        "impact": Impact.DOWN,
        "phase": Phase.RESOLVED,
        "started": instant("2026-11-11 14:03"),
        "published_at": instant("2026-11-11 14:05"),
        "changed_at": instant("2026-11-12 09:00"),
        "resolved": instant("2026-11-11 14:52"),
        "next_update": None,
        "components": ("Database",),
        "component_ids": ("database",),
        "postmortem": PostmortemView(said, instant("2026-11-12 09:00"), None),
    }
    return an_incident(**{**values, **changes})


def site(*told: IncidentView) -> StatusPage:
    design = views.one_slow()
    view = a_page(*design.components, maintenance=design.maintenance, days=design.days, incidents=told)
    app = create_app(FakeReader(view))
    app.pages.refresh(NOW)
    return app


async def feed(app: StatusPage, path: str) -> feedparser.FeedParserDict:
    answer = await ask(app, path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.body)
    assert not found.bozo
    return found


async def test_the_feed_holds_incidents_and_maintenance_newest_change_first() -> None:
    found = await feed(site(an_incident(), resolved()), "/feed.atom")
    assert found.feed.title == "PWBI status"
    assert found.feed.updated == "2026-11-23T02:41:00Z"
    assert [(entry.id, entry.updated, entry.link) for entry in found.entries] == [
        (
            "tag:status.pwbi.co.id,2026:incident/a2b3c4",
            "2026-11-23T02:41:00Z",
            "https://status.pwbi.co.id/incidents/a2b3c4/",
        ),
        (
            "tag:status.pwbi.co.id,2026:maintenance/m1",
            "2026-11-18T03:00:00Z",
            "https://status.pwbi.co.id/maintenance/m1/",
        ),
        (
            "tag:status.pwbi.co.id,2026:incident/zz9zz9",
            "2026-11-12T02:00:00Z",
            "https://status.pwbi.co.id/incidents/zz9zz9/",
        ),
    ]
    slow, window, gone = (entry.content[0].value for entry in found.entries)
    assert slow.index("A report query is holding connections.") < slow.index("Pages take up to 8 seconds to load.")
    assert "Sun 29 Nov, 01:00–03:00 WIB" in window
    assert "<p>The replica was <em>late</em>.</p>" in gone


async def test_a_component_has_a_feed_of_its_own_in_every_language() -> None:
    found = await feed(site(an_incident(), resolved()), "/id/component/database/feed.atom")
    assert found.feed.title == "PWBI status: Database"
    assert [entry.title for entry in found.entries] == ["Database version upgrade", "Basis data tidak terjangkau"]
    assert found.entries[0].link == "https://status.pwbi.co.id/id/maintenance/m1/"


async def test_an_incident_that_moved_is_not_in_the_feed() -> None:
    assert len((await feed(site(an_incident(), resolved(moved="a2b3c4")), "/feed.atom")).entries) == 2


async def test_a_feed_survives_any_text() -> None:
    title = {"en": "\x00\x0b<script>]]>&amp;\ud800 \u202eابجد 🙂" + "x" * 10_000, "id": "b"}
    found = await feed(site(an_incident(title=title)), "/feed.atom")
    assert found.entries[0].title.startswith("&lt;script>]]>&amp;amp;") or "<script>" in found.entries[0].title


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/badge/state.svg", "PWBI status: Degraded"),
        ("/badge/database/state.svg", "Database: Operational"),
        ("/badge/database/month.svg", "Database, November: 99.8481 %"),
        ("/badge/web-dashboard/response.svg", "Web dashboard, p95: 4.1 s"),
        ("/id/badge/database/state.svg", "Database: Berfungsi normal"),
    ],
)
async def test_a_badge_says_state_month_or_response_time(path: str, words: str) -> None:
    answer = await ask(site(), path)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(answer.body).attrib["aria-label"] == words  # noqa: S314 - our own


async def test_shields_reads_the_same_badge() -> None:
    assert json.loads((await ask(site(), "/badge/database/state.json")).text) == {
        "schemaVersion": 1,
        "label": "Database",
        "message": "Operational",
        "color": "#1c7d4d",
    }


def test_a_badge_survives_any_name() -> None:
    svg = drawn(Badge('"><script>\x00' + "é" * 10_000, "\u202eאבג 🙂", "#1c7d4d"))
    assert len(svg) < 100_000
    assert int(ElementTree.fromstring(svg).attrib["width"]) < 600  # noqa: S314 - our own


async def test_only_the_frame_may_be_framed() -> None:
    app = site()
    frame, page = await ask(app, "/embed/"), await ask(app, "/")
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "script-src 'self'" in frame.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "<h1>Web dashboard is responding slowly</h1>" in frame.text
