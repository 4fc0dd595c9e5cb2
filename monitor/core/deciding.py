"""What is decided before it is settled: slots that no outstanding result can change any more. Alerts act on them.

Books never do: what is settled is judged from all that came, `core.timeline`.
"""

from collections.abc import Iterable, Mapping, Sequence

from monitor.core.model import Seconds, Span, State
from monitor.core.schedule import slot_of
from monitor.core.timeline import Report, Reports, Terms, component_state, merge
from monitor.core.vote import decided as vote_decided


def decided(terms: Iterable[Terms], reports: Mapping[str, Reports], start: Seconds) -> list[Span]:
    """The component's states from an instant on, up to the first one that something outstanding may still change.

    `reports` are by check. Never beyond the slots that anybody reported of. Not bridged, and without corrections.
    """
    known = [item for item in terms if item.end is None or item.end > start]
    horizon = max((_last(item, reports.get(item.check, {})) for item in known), default=start)
    spans: list[Span] = []
    at = start
    while at < horizon:
        state, until = _at(known, reports, at, horizon)
        if state is None:
            break
        spans.append(Span(state, at, until))
        at = until
    return merge(spans)


def _last(terms: Terms, reports: Reports) -> Seconds:
    """The end of the last slot of these terms that was reported of."""
    return max((slot + terms.every for slot in reports if terms.covers(slot)), default=0)


def _at(
    terms: Sequence[Terms], reports: Mapping[str, Reports], at: Seconds, horizon: Seconds
) -> tuple[State | None, Seconds]:
    """The component's state at an instant, None while it is open, and until when nothing can be different."""
    critical: list[State | None] = []
    other: list[State | None] = []
    until = horizon
    for item in terms:
        if not item.covers(at):
            until = min(until, item.start) if item.start > at else until
            continue
        slot = slot_of(at, item.every)
        until = min(until, slot + item.every, horizon if item.end is None else item.end)
        (critical if item.critical else other).append(_of(item, reports.get(item.check, {}).get(slot, {})))
    return _together(critical, other), until


def _of(terms: Terms, reports: Mapping[str, Report]) -> State | None:
    states = [
        state
        for location, (state, definition) in reports.items()
        if definition == terms.definition and location in terms.locations
    ]
    return vote_decided(states, len(terms.locations), terms.mode)


def _together(critical: Sequence[State | None], other: Sequence[State | None]) -> State | None:
    """The component's state from its checks' (None: open), where no open one can change it."""
    if State.DOWN in critical:
        return State.DOWN
    settled = [state for state in critical if state is not None]
    if not critical or len(settled) < len(critical):
        return None
    state = component_state(settled, [state for state in other if state is not None])
    return None if state is State.UP and None in other else state
