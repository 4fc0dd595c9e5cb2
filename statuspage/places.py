"""Where things are on the public site."""

UPTIME = "uptime/"
METHOD = "method/"
MAINTENANCE = "maintenance/"
INCIDENTS = "incidents/"
EMBED = "embed/"
SUBSCRIBE = "subscribe/"
SUBSCRIPTION = "subscription/"
"""What follows is the key of one."""
FEED = "feed.atom"

CALENDAR = "/maintenance.ics"
OPENAPI = "/api/openapi.json"
SUMMARY = "/api/v1/summary"
V2 = "/api/v2/"


def home(language: str, languages: tuple[str, ...]) -> str:
    """Where a language's status page is: the first one's at the root."""
    return "/" if language == languages[0] else f"/{language}/"


def component_place(component: str) -> str:
    """Where a component's page is, below its language's home."""
    return f"component/{component}/"


def component_feed(component: str) -> str:
    """Where a component's feed is, below its language's home."""
    return component_place(component) + FEED


def component_data(component: str) -> str:
    """Where a component's data are, in every language."""
    return f"/api/v1/components/{component}"


def incident_place(incident: str) -> str:
    """Where an incident's page is, or a month of them (`2026-11`), below its language's home."""
    return f"{INCIDENTS}{incident}/"


def window_place(window: str) -> str:
    """Where a maintenance window's page is, below its language's home."""
    return f"{MAINTENANCE}{window}/"


def window_calendar(window: str) -> str:
    """Where a maintenance window's calendar entry is, in every language."""
    return f"/{MAINTENANCE}{window}.ics"


def badge_place(kind: str, component: str = "") -> str:
    """Where a badge is without its ending (`.svg`, or `.json` for shields.io), below its language's home."""
    return f"badge/{component}/{kind}" if component else f"badge/{kind}"


def evidence_path(component: str, month: str) -> str:
    """Where a month's evidence is, in every language."""
    return f"/{UPTIME}{component}/{month}.json"
