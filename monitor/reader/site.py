"""What every page shows whatever the facts are: the site's name, its languages, its look."""

from dataclasses import dataclass
from pathlib import Path

from monitor.settings.hub import Settings
from monitor.settings.page import PICTURES


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the operator's own; `ending` with its dot."""

    ending: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SiteView:
    """One version of the settings, as far as every page shows it."""

    title: str
    url: str
    zone: str
    languages: tuple[str, ...]
    accent: str | None = None
    logo: Picture | None = None
    favicon: Picture | None = None
    links: tuple[tuple[str, str], ...] = ()  # name and address
    footer: str = ""
    support: str = ""  # an address, mailto: too
    subscribe: bool = False  # whether visitors may


def site(settings: Settings) -> SiteView:
    """The view; a picture that has gone since the settings were loaded is left out."""
    page = settings.page
    support = page.support or ""
    return SiteView(
        title=page.title,
        url=page.url or "",
        zone=page.zone,
        languages=tuple(page.languages),
        accent=page.accent,
        logo=_picture(page.logo),
        favicon=_picture(page.favicon),
        links=tuple((link.name, link.url) for link in page.links),
        footer=page.footer or "",
        subscribe=settings.subscriptions.offered,
        support=f"mailto:{support}" if "@" in support and ":" not in support else support,
    )


def _picture(name: str | None) -> Picture | None:
    if name is None:
        return None
    path = Path(name)
    try:
        body = path.read_bytes()
    except OSError:
        return None
    return Picture(path.suffix.lower(), PICTURES[path.suffix.lower()], body)
