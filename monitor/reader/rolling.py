"""Rolling windows that end where a component is settled: the figures of uptime and burn rules.

As an objective counts: maintenance with seven days' notice is excluded and nothing else.
"""

from collections.abc import Iterable

from monitor.core.availability import Figure, measure_together
from monitor.core.combination import Service
from monitor.core.model import Interval, Seconds
from monitor.reader.accounts import Accounts, accepted
from monitor.reader.snapshot import Facts


def figures(
    facts: Facts, accounts: Accounts, component: str, lengths: Iterable[Seconds], now: Seconds
) -> dict[Seconds, Figure]:
    """By its length, the figure of each window `[as_of - length, as_of)`. Raises KeyError for no such component."""
    known = facts.components()[component]
    as_of, wanted = accounts.as_of(known, now), tuple(lengths)
    bounds = Interval(as_of - max(wanted, default=0), as_of)
    if not bounds.length:
        return {}
    excluded = accepted(accounts.windows(component, facts.notices.by_maintenance(), bounds))
    spans = accounts.spans(component, bounds.start, bounds.end)
    service = Service(spans, excluded, known.since, known.until)
    return {length: measure_together([service], Interval(as_of - length, as_of)) for length in wanted}
