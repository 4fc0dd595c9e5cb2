"""Badges: a word and a value, as SVG and as shields.io's endpoint reads them. Nothing in them is asked of elsewhere."""

import json
from dataclasses import dataclass

from markupsafe import escape

from monitor.core.model import State
from monitor.core.plain import plain
from monitor.core.text import latency, percent
from monitor.reader.views import ComponentView, Outlook, PageView
from statuspage.language import Language
from statuspage.moments import Moments
from statuspage.words import LABELS, Standing, page_standing, standing_of

SVG = "image/svg+xml"
KINDS = ("state", "month", "response")

_COLOURS = {"good": "#1c7d4d", "poor": "#8a5a00", "bad": "#bd2f2a", "work": "#2a58b5", "none": "#5c6068"}
"""White on each of them is easy to read: 4.5 to 1 and more."""
_TONES = {
    Standing.UP: "good",
    Standing.DEGRADED: "poor",
    Standing.DOWN: "bad",
    Standing.MAINTENANCE: "work",
}
_OUTLOOKS = {Outlook.ON_TRACK: "good", Outlook.AT_RISK: "poor", Outlook.LOST: "bad"}
_NARROW, _WIDE = "fijlrtI1.,:;'|!()[] ", "mwMW%@"
_MOST = 60


@dataclass(frozen=True, slots=True)
class Badge:
    """`colour` is how it is drawn: `#rrggbb`."""

    label: str
    value: str
    colour: str


def site_badge(view: PageView, language: Language) -> Badge:
    """The whole page's state."""
    standing = page_standing(view)
    words = {
        Standing.UP: language.say(LABELS[State.UP]),
        Standing.DEGRADED: language.say(LABELS[State.DEGRADED]),
        Standing.DOWN: language.say(LABELS[State.DOWN]),
        Standing.MAINTENANCE: language.say("Maintenance"),
    }
    value = words.get(standing, language.say(LABELS[State.UNKNOWN]))
    return Badge(view.title, value, _COLOURS[_TONES.get(standing, "none")])


def component_badge(kind: str, component: ComponentView, language: Language, moments: Moments, *, stale: bool) -> Badge:
    """A component's state, its month so far, or how fast 95 of 100 answers of the last day were."""
    match kind:
        case "state":
            standing = standing_of(component, stale=stale)
            value = language.say(LABELS[State.UNKNOWN if standing is Standing.UNKNOWN else component.state])
            if standing is Standing.MAINTENANCE:
                value = language.say("Maintenance")
            return Badge(component.name, value, _COLOURS[_TONES.get(standing, "none")])
        case "month":
            month, share = component.month, component.month.figure.availability
            label = f"{component.name}, {moments.month_name(month.month)}"
            if share is None:
                return Badge(label, language.say("No data"), _COLOURS["none"])
            tone = _OUTLOOKS[month.outlook] if month.outlook else "work"
            return Badge(label, f"{percent(share, language.wording)} %", _COLOURS[tone])
        case "response":
            label = language.say("%(name)s, p95", name=component.name)
            if component.p95_ms is None:
                return Badge(label, language.say("No data"), _COLOURS["none"])
            return Badge(label, latency(component.p95_ms, language.wording), _COLOURS["work"])
        case _:
            raise ValueError(f"there is no badge {kind!r}")


def drawn(badge: Badge) -> bytes:
    """The badge as SVG. Words are fitted into their halves, whatever the reader's font is."""
    label, value = _cut(badge.label), _cut(badge.value)
    left, right = _width(label) + 12, _width(value) + 12
    whole = left + right
    title = escape(plain(f"{badge.label}: {badge.value}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{whole}" height="20" rx="4"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left}" height="20" fill="#3c4046"/><rect x="{left}" width="{right}" height="20" '
        f'fill="{badge.colour}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="6" y="14" textLength="{left - 12}" lengthAdjust="spacingAndGlyphs">{escape(label)}</text>'
        f'<text x="{left + 6}" y="14" textLength="{right - 12}" lengthAdjust="spacingAndGlyphs">{escape(value)}</text>'
        f"</g></svg>\n"
    ).encode()


def endpoint(badge: Badge) -> bytes:
    """The badge as shields.io's endpoint schema has it."""
    body = {"schemaVersion": 1, "label": _cut(badge.label), "message": _cut(badge.value), "color": badge.colour}
    return json.dumps(body, ensure_ascii=False).encode()


def _cut(text: str) -> str:
    shown = " ".join(plain(text).split())
    return shown if len(shown) <= _MOST else f"{shown[: _MOST - 1]}…"


def _width(text: str) -> int:
    """About how wide Verdana draws it at 11 pixels; signs that are not Latin are taken as wide."""
    return round(sum(4.2 if sign in _NARROW else 10.5 if sign in _WIDE or ord(sign) > 0x2E7F else 7.1 for sign in text))
