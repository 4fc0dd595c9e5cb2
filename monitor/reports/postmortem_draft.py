"""A post-mortem to begin with: what is known already is in it, in the order of its sections."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.incident import ENGLISH, Incident, in_language
from monitor.core.model import Seconds
from monitor.core.text import used_time
from monitor.reader.incident_views import MeasuredOutage


def draft(incident: Incident, measured: Sequence[MeasuredOutage], zone: ZoneInfo) -> str:
    """Markdown that `janji incident postmortem ID --file` takes back once it is filled in."""
    known = [(incident.started, "it began")]
    for outage in measured:
        length = used_time(outage.down_seconds, detail=True)
        known.append((outage.start, f"{outage.component} is down, as we measured ({length} in all)"))
        if outage.end is not None:
            known.append((outage.end, f"{outage.component} works again, as we measured"))
    known += [
        (update.at, f"{update.phase.value}: {in_language(update.text, ENGLISH)}".replace("\n", " "))
        for update in incident.updates
    ]
    timeline = "\n".join(f"- {_clock(at, zone)}: {what}" for at, what in sorted(known, key=lambda item: item[0]))
    return f"""## Timeline

{timeline}

## Root cause

## Contributing factors

## Preventive actions

"""


def _clock(instant: Seconds, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(instant, zone):%Y-%m-%d %H:%M:%S %Z}"
