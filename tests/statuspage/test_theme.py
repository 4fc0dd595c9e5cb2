"""The look of a site: its colour, pictures, links; and a tab that follows the state."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.model import State
from monitor.reader.site import Picture, SiteView, site
from monitor.reader.views import PageView
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.settings.page import contrast
from statuspage.app import create_app
from tests.statuspage import views
from tests.statuspage.asking import ask
from tests.statuspage.views import NOW, PLAIN, FakeReader, a_component, a_page

LOGO = Picture(".svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")


async def shown(look: SiteView, view: PageView | None = None, path: str = "/") -> tuple[str, dict[str, bytes]]:
    """A page, and the body of every static file."""
    app = create_app(FakeReader(view or views.all_up(), look=look))
    app.pages.refresh(NOW)
    files = {path: reply.body for path, reply in app.pages.found.items() if path.startswith("/static/")}
    return (await ask(app, path)).text, files


def linked(text: str, start: str) -> str:
    return text.split(start)[1].split('"')[0]


async def test_the_accent_and_the_pictures_of_a_site_are_its_own() -> None:
    look = replace(PLAIN, accent="#7a1fa2", logo=LOGO, favicon=replace(LOGO, body=b"<svg/>"))
    text, files = await shown(look)
    assert b"--brand:#7a1fa2" in files[linked(text, 'rel="stylesheet" href="')]
    assert files[linked(text, '<img class="logo" src="')] == LOGO.body
    assert files[linked(text, 'rel="icon" href="')] == b"<svg/>"
    assert "style=" not in text


async def test_the_foot_holds_what_the_operator_says() -> None:
    look = replace(PLAIN, links=(("Our site", "https://example.com"),), footer="Acme <b>", support="mailto:a@b.co")
    text, _ = await shown(look, path="/id/uptime/")
    foot = text.split("<footer>")[1]
    assert "<span>Acme &lt;b&gt;</span>" in foot
    assert '<a href="mailto:a@b.co">Hubungi dukungan</a>' in foot
    assert '<a href="https://example.com">Our site</a>' in foot


async def test_the_tab_follows_the_state_in_words_and_in_shape() -> None:
    seen = {}
    for state in (State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN):
        text, files = await shown(PLAIN, a_page(a_component(state=state)))
        seen[text.split("<title>")[1].split(" · ")[0]] = files[linked(text, 'rel="icon" href="')]
    assert list(seen) == [
        "All services are working",
        "Production API is degraded",
        "Production API is down",
        "We could not measure Production API",
    ]
    assert len(set(seen.values())) == 4


async def test_a_new_look_is_taken_over_with_the_settings() -> None:
    reader = FakeReader(views.all_up())
    app = create_app(reader)
    app.pages.refresh(NOW)
    reader.look = replace(PLAIN, accent="#7a1fa2")
    reader.become(replace(views.all_up(), title="Other"))
    app.pages.refresh(NOW + 1)
    text = (await ask(app)).text
    assert "<title>All services are working · Other</title>" in text
    assert b"#7a1fa2" in (await ask(app, linked(text, 'rel="stylesheet" href="'))).body


def test_a_site_is_made_of_its_settings(tmp_path: Path) -> None:
    logo = tmp_path / "logo.PNG"
    logo.write_bytes(b"\x89PNG")
    (tmp_path / "janji.yaml").write_text(
        f"page: {{title: A, accent: '#7A1FA2', logo: '{logo}', support: help@example.com}}\n"
        "components: [{id: api, checks: [{kind: tcp, host: example.com, port: 1}]}]"
    )
    settings: Settings = load(tmp_path / "janji.yaml", secrets=lambda name: False).settings
    made = site(settings)
    assert (made.accent, made.support) == ("#7a1fa2", "mailto:help@example.com")
    assert made.logo == Picture(".png", "image/png", b"\x89PNG")
    logo.unlink()
    assert site(settings).logo is None


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio == round(contrast(other, one), 2)
