"""What a reader of the year says of a month, in the words in which the oracle says it too."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.year.oracle import Expected, truncated

Figures = dict[str, Any]
"""By name: what a reader shows. Whole seconds are integers, exact values fractions, percentages as they are shown."""


@dataclass
class Readings:
    """What one reader says, by subject and month."""

    said: dict[tuple[str, str], Figures] = field(default_factory=dict)

    def put(self, subject: str, month: str, **figures: Any) -> None:
        assert (subject, month) not in self.said, f"{subject} {month} stands there twice"
        self.said[subject, month] = figures


def share(text: str | None) -> Fraction | None:
    return None if text in (None, "") else Fraction(text)


def whole(text: str) -> int | None:
    return int(text) if text else None


def expected_figures(wanted: Expected, stage: str, revision: int | None) -> Figures:
    """Everything that any reader can show."""
    measured, target = wanted.measured, wanted.target
    named = {"owed": wanted.credit_percent, "nothing": wanted.credit_percent}
    return {
        "percent": wanted.percent,
        "availability": wanted.availability,
        "total": wanted.total,
        "excluded": wanted.excluded,
        "unknown": wanted.unknown,
        "degraded": wanted.degraded,
        "down": wanted.down,
        "up": wanted.up,
        "agreed": wanted.total - wanted.excluded,
        "measured": measured,
        "downtime": wanted.downtime,
        "downtime_up": ceil(wanted.downtime),
        "downtime_minutes": minutes_up(wanted.downtime),
        "excluded_minutes": minutes_up(wanted.excluded),
        "unknown_minutes": minutes_up(wanted.unknown),
        "lower": bound(wanted, wanted.downtime + wanted.unknown),
        "upper": bound(wanted, wanted.downtime),
        "outages": wanted.outages,
        "target": target,
        "final": wanted.final,
        "outcome": wanted.outcome,
        "allowed": wanted.allowed,
        "allowed_down": None if wanted.allowed is None else floor(wanted.allowed),
        "left": wanted.left,
        "left_down": None if wanted.left is None else floor(wanted.left),
        "credit": wanted.credit,
        "credit_percent": named.get(wanted.credit or ""),
        "credit_shown": shown(named.get(wanted.credit or "")),
        "credit_amount": wanted.credit_amount,
        "currency": wanted.currency,
        "stage": stage,
        "revision": revision,
        "tiles": True,
    }


def shown(percent: Fraction | None) -> Fraction | None:
    """A share that never ends is cut off after six decimals."""
    if percent is None or (percent * 10**40).denominator == 1:
        return percent
    return Fraction(floor(percent * 10**6), 10**6)


def bound(wanted: Expected, lost: Fraction) -> str | None:
    agreed = wanted.total - wanted.excluded
    return truncated(1 - lost / agreed) if agreed else None


def minutes_up(seconds: Fraction | int) -> int:
    return ceil(Fraction(seconds) / 60)


def minutes_in(text: str) -> int:
    """`1 d 3 h 36 min`, or `1 hari 3 jam 36 menit`, as minutes."""
    if text == "0":
        return 0
    lengths = {"d": 1440, "hari": 1440, "h": 60, "jam": 60, "min": 1, "menit": 1}
    words = text.split()
    return sum(int(count) * lengths[unit] for count, unit in zip(words[::2], words[1::2], strict=True))


def of_document(line: dict[str, Any]) -> Figures:
    """A line of `--json` and of the API."""
    figures = {
        "percent": line["availability_percent_trunc4"],
        "availability": share(line["availability"]),
        **{name: line[f"{name}_seconds"] for name in ("total", "excluded", "unknown", "degraded", "down", "up")},
        "agreed": line["agreed_seconds"],
        "measured": line["measured_seconds"],
        "downtime": share(line["downtime_equivalent_seconds"]),
        "lower": line["lower_bound_percent_trunc4"],
        "upper": line["upper_bound_percent_trunc4"],
        "final": line["final"],
        "target": share(line["target_percent"]),
        "left": share(line["left_seconds"]),
        "outages": line["outages"],
        "stage": line["books"],
        "revision": line["revision"],
        "tiles": tiles(line),
    }
    if line["final"]:
        figures |= {"outcome": line["outcome"], "allowed": share(line["allowed_downtime_seconds"])}
    else:
        figures |= {"allowed": share(line["month_budget_seconds"])}
    if line["kind"] == "agreement":
        amount = line["credit_amount"]
        figures |= {"credit": line["credit"], "credit_amount": share(amount), "currency": line["currency"]}
        if line["final"]:
            figures["credit_shown"] = share(line["credit_percent"][line["id"]])
    return figures


def tiles(line: dict[str, Any]) -> bool:
    parts = ("up", "degraded", "down", "unknown", "excluded")
    return bool(sum(line[f"{part}_seconds"] for part in parts) == line["total_seconds"])
