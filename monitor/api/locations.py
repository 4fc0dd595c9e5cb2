"""Locations: which places probe, and whether they do. On the admin listener, so that private ones have their names."""

from pydantic import Field

from monitor.api.answered import Answered, Share
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.reader.locations import locations
from monitor.reports import location_words as words


class LocationTrouble(Answered):
    """Why a location, or a part of it, does not report."""

    trouble: str = Field(description="silent, blind or skewed")
    since: str | None = Field(description="When it was last heard of, for a silent one; null: never.")
    part: str | None = Field(description="Of several agents that share its checks, which: 2/3. null: all of it.")


class LocationSeen(Answered):
    """A location; what only agents say of themselves is null for others."""

    name: str
    label: str | None
    public: bool
    kind: str = Field(description="local (in the hub's process) or agent")
    last_seen: str | None
    silent: bool = Field(description="Nothing was heard of its agent, or of one of them, for three minutes.")
    blind: bool = Field(description="None of its control targets answers it: its own network is gone.")
    skewed: bool = Field(description="Its clock is too far off for what it sees to count.")
    troubles: list[LocationTrouble]
    lag_seconds: int = Field(description="How long the oldest result that it holds had waited when it was last seen.")
    backlog: int | None = Field(description="Results that its agents hold back, together.")
    dropped: int = Field(
        description="Results ever given up for want of room or for their age: by its agents, or by the spool of a hub "
        "that probed it itself."
    )
    dropped_since: str | None = Field(
        description="When the hub first heard of any; null: of none, or by an older version."
    )
    dropped_last: str | None = Field(description="When the hub last heard that there were more.")
    skew_ms: int | None = Field(description="How far its clock is ahead of the hub's: the one furthest off.")
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
