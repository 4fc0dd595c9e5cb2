"""Incidents by month, and the page of each."""

from monitor.reader.incident_views import MeasuredOutage
from tests.statuspage.asking import ask
from tests.statuspage.test_feeds import resolved, site
from tests.statuspage.views import an_incident, instant

OCTOBER = {"started": instant("2026-10-30 10:00"), "resolved": instant("2026-10-30 11:00")}


async def test_a_month_lists_its_incidents_and_leads_to_its_neighbours() -> None:
    app = site(an_incident(), resolved(), resolved(id="oct234", **OCTOBER))
    november, october = await ask(app, "/incidents/2026-11/"), await ask(app, "/incidents/2026-10/")
    assert november.body == (await ask(app, "/incidents/")).body
    assert "<h1>Incidents, November 2026</h1>" in november.text
    assert november.text.index("Slow page loads") < november.text.index("Database unreachable")
    assert '<span class="badge">Resolved</span>' in november.text
    assert "Wed 11 Nov, 14:03–14:52 WIB" in november.text
    assert 'rel="prev" href="/incidents/2026-10/"' in november.text
    assert 'rel="next"' not in november.text
    assert 'href="/incidents/oct234/"' in october.text
    assert 'rel="next" href="/incidents/2026-11/"' in october.text
    assert (await ask(app, "/incidents/2026-09/")).status == 404


async def test_a_month_without_incidents_says_so() -> None:
    assert "No incidents." in (await ask(site(), "/incidents/")).text


async def test_an_incident_has_a_page_with_its_timeline_its_outages_and_its_post_mortem() -> None:
    outage = MeasuredOutage("d", "Database", instant("2026-11-11 14:03"), instant("2026-11-11 14:52"), 2940)
    text = (await ask(site(resolved(measured=(outage,), measured_seconds=2940)), "/incidents/zz9zz9/")).text
    told = [
        "<h1>Database unreachable</h1>",
        "Database · ",
        "Wed 11 Nov, 14:03–14:52 WIB",
        "49 min of downtime measured",
        '<li id="u2">',
        '<li id="u1">',
        "What we measured",
        "Wed 11 Nov, 14:03–14:52 WIB, 49 min",
        "Post-mortem",
        "<p>The replica was <em>late</em>.</p>",
    ]
    places = [text.find(part) for part in told]
    assert -1 not in places
    assert places == sorted(places)


async def test_an_incident_that_moved_says_where_it_went() -> None:
    text = (await ask(site(an_incident(), resolved(moved="a2b3c4")), "/id/incidents/zz9zz9/")).text
    assert 'href="/id/incidents/a2b3c4/">Baca selengkapnya di sana</a>' in text
    assert "Basis data tidak terjangkau" not in (await ask(site(resolved(moved="a")), "/id/incidents/")).text


async def test_the_status_page_leads_to_what_it_tells() -> None:
    text = (await ask(site(an_incident()), "/")).text
    assert '<a href="/incidents/a2b3c4/">Slow page loads on the web dashboard</a>' in text
