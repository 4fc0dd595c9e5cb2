"""Where things are on the public site."""

UPTIME = "uptime/"
METHOD = "method/"


def home(language: str, languages: tuple[str, ...]) -> str:
    """Where a language's status page is: the first one's at the root."""
    return "/" if language == languages[0] else f"/{language}/"


def evidence_path(component: str, month: str) -> str:
    """Where a month's evidence is, in every language."""
    return f"/{UPTIME}{component}/{month}.json"
