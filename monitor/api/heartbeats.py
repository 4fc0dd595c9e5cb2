"""Heartbeats: what jobs said last, and when they are due. Beats themselves come through `beats`."""

from pydantic import BaseModel, Field

from monitor.api.answered import Answered
from monitor.api.operation import Answer, Call, Desk, Operation
from monitor.reader.heartbeats import heartbeats
from monitor.reports import heartbeat_words as words


class BeatSeen(BaseModel):
    """One word of a job."""

    at: str
    took_ms: int | None = Field(description="How long the run took: as the job said, or since its start.")
    message: str


class HeartbeatSeen(Answered):
    """A job's heartbeat, as of now: no slot is judged by it."""

    component: str
    check: str
    state: str
    reason: str | None
    reason_text: str | None
    detail: str | None
    promise: str
    started: BeatSeen | None
    succeeded: BeatSeen | None
    failed: BeatSeen | None
    next_due: str | None
    tokens: list[str] = Field(description="The names of the tokens that jobs send its beats with.")


def _all(desk: Desk, call: Call) -> Answer:
    return Answer([words.document(item) for item in heartbeats(desk.store, desk.settings, desk.now)])


OPERATIONS = (
    Operation(
        "GET",
        "/heartbeats",
        "heartbeats",
        "read",
        "The jobs that send beats: their last word, and when the next is due",
        HeartbeatSeen,
        _all,
        many=True,
    ),
)
