"""What agents send and are answered, described. Results stand in it as `core.record` writes them."""

from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, Field

from monitor.api.answered import Answered
from monitor.api.bodies import Sent
from monitor.core.exchange import MOST_RESULTS

_LARGEST = 2**48
_Count: TypeAlias = Annotated[int, Field(ge=0, le=_LARGEST)]


class Push(Sent):
    """A batch of results; one without any says that the agent lives."""

    protocol: int
    sent_ms: _Count = Field(description="The agent's clock when it sent this, in milliseconds since the epoch.")
    shift_ms: int = Field(
        default=0,
        ge=-_LARGEST,
        le=_LARGEST,
        description="By how much its clock was ahead, when these were seen, of what it is now. From protocol 2 on.",
    )
    backlog: _Count = Field(description="Results that still wait.")
    dropped: _Count = Field(description="Results ever given up for want of room.")
    oldest: _Count | None = Field(description="The oldest slot that waits, in seconds since the epoch.")
    blind_since: _Count | None = Field(
        default=None,
        description="Since when none of its control targets answers, in seconds since the epoch. From protocol 2 on.",
    )
    results: tuple[dict[str, Any], ...] = Field(max_length=MOST_RESULTS)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "protocol": 2,
                    "sent_ms": 1_800_000_000_500,
                    "shift_ms": 0,
                    "backlog": 0,
                    "dropped": 0,
                    "oldest": None,
                    "blind_since": None,
                    "results": [],
                },
                {
                    "protocol": 2,
                    "sent_ms": 1_800_000_000_500,
                    "shift_ms": 0,
                    "backlog": 12,
                    "dropped": 0,
                    "oldest": 1_799_999_280,
                    "blind_since": None,
                    "results": [
                        {
                            "component": "api",
                            "check": "health",
                            "location": "singapore",
                            "slot": 1_799_999_940,
                            "started_ms": 1_799_999_952_311,
                            "outcome": "up",
                            "definition": "5d2c4f…",
                            "phases": {"connect_ms": 11, "total_ms": 47},
                        }
                    ],
                },
            ]
        }
    )


class NotTaken(Answered):
    index: int = Field(description="Its place in the batch, from 0.")
    reason: str


class Taken(Answered):
    """What became of a batch. What was accepted is stored; what was refused never will be."""

    accepted: int
    refused: list[NotTaken]
    now_ms: int = Field(description="The hub's clock when the batch came.")


class AgentCheck(Answered):
    component: str
    definition: dict[str, object] = Field(description="As stored: references to secrets are not resolved.")
    digest: str = Field(description="Of the definition; each result names the one it was made by.")
    check: str
    start: int = Field(description="In force from this slot on, in seconds since the epoch.")
    end: int | None = Field(description="null: until further notice.")
    every: int


class Checks(Answered):
    """What a location is to probe."""

    protocol: int
    location: str
    controls: list[str] = Field(description="HOST:PORT each: when none of them answers, the location is blind.")
    checks: list[AgentCheck]
