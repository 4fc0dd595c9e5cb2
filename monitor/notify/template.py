"""Words of one's own: Jinja templates of the settings, in a sandbox, checked where the settings are loaded."""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from monitor.core.alert import Format

LONGEST = 20_000
"""Characters that a template may make at most."""

_SAMPLE_PART = {"title": "API is down", "name": "API", "on": "down", "lines": ["Since noon."], "links": [("Page", "u")]}
_SAMPLE: Mapping[str, Any] = {
    "title": "API is down",
    "body": "Since noon.",
    "type": "failure",
    "event": "fired",
    "channel": "engineering",
    "parts": [_SAMPLE_PART],
    "links": [("Page", "https://status.example.com")],
}
"""What a template may use."""


def wrong_with_template(text: str) -> str | None:
    """What is wrong with a template, or None: it is tried on a sample."""
    try:
        rendered(text, _SAMPLE, Format.TEXT)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        said = getattr(error, "message", None) or str(error) or type(error).__name__
        return f"this template does not work: {said}; it may use {', '.join(_SAMPLE)}"
    return None


def rendered(text: str, values: Mapping[str, Any], form: Format) -> str:
    """The text that a template makes. Raises what is wrong with it."""
    html = form is Format.HTML
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=html)
    body = values["body"]
    found = environment.from_string(text).render({**values, "body": Markup(body) if html else body})  # noqa: S704 - ours
    return found[:LONGEST]
