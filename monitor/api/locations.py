"""Locations: which places probe, and whether they do. On the admin listener, so that private ones have their names."""

from pydantic import Field

from monitor.api.answered import Answered, Share
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.reader.locations import locations
from monitor.reports import location_words as words


class LocationSeen(Answered):
    """A location; what only agents say of themselves is null for others."""

    name: str
    label: str | None
    public: bool
    kind: str = Field(description="local (in the hub's process) or agent")
    last_seen: str | None
    silent: bool = Field(description="Nothing was heard of its agent for three minutes.")
    lag_seconds: int = Field(description="How long the oldest result that it holds had waited when it was last seen.")
    backlog: int | None
    dropped: int | None
    skew_ms: int | None = Field(description="How far its clock is ahead of the hub's.")
    version: str | None
    protocol: int | None
    own_answers_percent_trunc4: Share = Field(
        description="Good ones among its own answers of the last 24 hours; no figure is made of it."
    )


def _all(desk: Desk, call: Call) -> Answer:
    return Answer([words.document(item) for item in locations(desk.store, desk.settings, desk.now)])


OPERATIONS = (
    Operation("GET", "/locations", "locations", "read", "The places that probe", LocationSeen, _all, many=True),
)
