"""Sets of seconds: sorted, disjoint, never empty intervals `[start, end)`, and the algebra on them.

Every function takes intervals in any order, overlapping or not, and gives a sorted set in which intervals
that touch are one.
"""

from collections.abc import Iterable
from operator import attrgetter, lt
from typing import TypeAlias

from monitor.core.model import Interval, Seconds

Intervals: TypeAlias = tuple[Interval, ...]


def union(intervals: Iterable[Interval]) -> Intervals:
    """Every second that lies in at least one of them."""
    found = tuple(intervals)
    if _is_set(found):
        return found
    merged: list[Interval] = []
    for each in sorted((i for i in found if i.start < i.end), key=attrgetter("start")):
        if merged and each.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, each.end))
        else:
            merged.append(each)
    return tuple(merged)


def intersect(left: Iterable[Interval], right: Iterable[Interval]) -> Intervals:
    """Every second that lies in both sets."""
    ours, theirs = union(left), union(right)
    common: list[Interval] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start, end = max(ours[i].start, theirs[j].start), min(ours[i].end, theirs[j].end)
        if start < end:
            common.append(Interval(start, end))
        if ours[i].end <= theirs[j].end:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(left: Iterable[Interval], right: Iterable[Interval]) -> Intervals:
    """Every second of `left` that does not lie in `right`."""
    holes, rest, j = union(right), [], 0
    for each in union(left):
        start = each.start
        while j < len(holes) and holes[j].end <= start:
            j += 1
        k = j
        while k < len(holes) and holes[k].start < each.end:
            if start < holes[k].start:
                rest.append(Interval(start, holes[k].start))
            start = holes[k].end
            k += 1
        if start < each.end:
            rest.append(Interval(start, each.end))
    return tuple(rest)


def seconds_in(intervals: Iterable[Interval]) -> Seconds:
    """How many seconds the set holds; what overlaps counts once."""
    return length(union(intervals))


def length(intervals: Intervals) -> Seconds:
    """How many seconds a set holds that is one already."""
    return sum([each.end - each.start for each in intervals])


def _is_set(intervals: Intervals) -> bool:
    """Whether they are a sorted set already. Most are: what one function gives goes into the next."""
    return all(map(lt, map(attrgetter("start"), intervals), map(attrgetter("end"), intervals))) and all(
        map(lt, map(attrgetter("end"), intervals), map(attrgetter("start"), intervals[1:]))
    )
