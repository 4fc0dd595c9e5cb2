"""What may be sent of recurring maintenance; see `bodies`."""

from typing import Annotated

from pydantic import ConfigDict, Field

from monitor.api.bodies import NewMaintenance


class NewSeries(NewMaintenance):
    """Planned work that comes again and again: `start` and `end` are those of its first occurrence."""

    repeat: Annotated[str, Field(min_length=1, max_length=200, description="An RRULE (RFC 5545).")]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Patches",
                    "components": ["database"],
                    "start": "2026-12-05T18:00:00Z",
                    "end": "2026-12-05T19:00:00Z",
                    "repeat": "FREQ=MONTHLY;BYDAY=1SU;UNTIL=20270901",
                }
            ]
        }
    )
