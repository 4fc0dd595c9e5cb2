"""Where things are on the public site."""

UPTIME = "uptime/"
METHOD = "method/"
MAINTENANCE = "maintenance/"

CALENDAR = "/maintenance.ics"


def home(language: str, languages: tuple[str, ...]) -> str:
    """Where a language's status page is: the first one's at the root."""
    return "/" if language == languages[0] else f"/{language}/"


def component_place(component: str) -> str:
    """Where a component's page is, below its language's home."""
    return f"component/{component}/"


def window_place(window: str) -> str:
    """Where a maintenance window's page is, below its language's home."""
    return f"{MAINTENANCE}{window}/"


def window_calendar(window: str) -> str:
    """Where a maintenance window's calendar entry is, in every language."""
    return f"/{MAINTENANCE}{window}.ics"


def evidence_path(component: str, month: str) -> str:
    """Where a month's evidence is, in every language."""
    return f"/{UPTIME}{component}/{month}.json"
