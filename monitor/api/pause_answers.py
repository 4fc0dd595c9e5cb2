"""Pauses as they are answered, described."""

from pydantic import Field

from monitor.api.answered import Answered


class PauseSeen(Answered):
    """A pause."""

    id: str
    component: str
    start: str
    until: str = Field(description="Its end as it was decided.")
    end: str = Field(description="Its end: earlier where the component was resumed.")
    state: str = Field(description="paused, over or resumed")
    reason: str = Field(description="For auditors; it is not on the page.")
    by: str
    proven: bool
    resumed_at: str | None
    resumed_by: str | None
