"""The columns of a month in the spreadsheet: typed values, and formulas that compute the figures from the seconds.

Comparisons are made in whole numbers (seconds × 10⁸), which a spreadsheet's floating point holds exactly for targets
and bands of up to six decimals; so a month exactly on an edge is judged there as here. Weighted seconds have at most
four decimals, as weights do: `_exact` makes whole numbers of them first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import TypeAlias
from zoneinfo import ZoneInfo

from xlsxwriter.utility import xl_col_to_name

from monitor.core.account import Account
from monitor.core.availability import Figure, allowed
from monitor.core.credit import Bands, Credit, CreditState, Schedule, Slope, Step, minor_digits, scheduled
from monitor.core.interval import seconds_in
from monitor.reports import books, vendor_words
from monitor.reports.rows import Outcome, Row, kind

HEAD_ROW = 4  # the first line below it is row 5, as people count
SCALE = 10**8
WEIGHED = 10**4
BANDS = "'Credit schedules'"
OUTAGES = "Outages"


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, and the value that a viewer shows who does not recalculate."""

    text: str
    value: object


Cell: TypeAlias = str | int | float | bool | datetime | Formula | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its number, and the rows of its credit schedule and of all outages."""

    line: Row
    row: int
    schedule: tuple[int, int] | None
    outages: int  # the last row with one

    @property
    def account(self) -> Account:
        return self.line.account

    @property
    def figure(self) -> Figure:
        return self.line.account.figure

    def at(self, title: str) -> str:
        """The cell of this row in a column."""
        return f"{letter(title)}{self.row}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its number format, its width, and what stands in it."""

    title: str
    style: str
    width: int
    cell: Callable[[Place], Cell]


def _exact(seconds: str) -> str:
    """Seconds with four decimals at most, as a whole number of 1/SCALE seconds."""
    return f"ROUND(({seconds})*{WEIGHED},0)*{SCALE // WEIGHED}"


def letter(title: str) -> str:
    """The letter of a column."""
    number = next(number for number, column in enumerate(COLUMNS) if column.title == title)
    return str(xl_col_to_name(number))


def _target(place: Place) -> Cell:
    return None if place.account.target is None else float(place.account.target)


def _availability(place: Place) -> Cell:
    down, measured = place.at("Downtime s"), place.at("Measured s")
    exact = place.figure.availability
    value = "no data" if exact is None else float(exact)
    return Formula(f'=IF({measured}=0,"no data",1-{down}/{measured})', value)


def _shown(place: Place) -> Cell:
    down, measured = place.at("Downtime s"), place.at("Measured s")
    exact = place.figure.availability
    value = "no data" if exact is None else floor(exact * 10**6) / 10**6
    return Formula(
        f'=IF({measured}=0,"no data",INT(ROUND(({measured}-{down})*{WEIGHED},0)*100/{measured})/10^6)', value
    )


def _allowed(place: Place) -> Cell:
    target = place.account.target
    if target is None:
        return None
    text = f"=INT(({SCALE}-ROUND({place.at('Target')}*{SCALE},0))*{place.at('Measured s')}/{SCALE})"
    return Formula(text, floor(allowed(place.figure, target)))


def _verdict(place: Place) -> Cell:
    """Met, breached or, when what was not measured could turn it, indeterminate; an outlook while the month runs."""
    if place.account.target is None or not place.account.final:
        return place.line.outcome.value
    down, agreed, unknown = (place.at(title) for title in ("Downtime s", "Agreed s", "Not measured s"))
    target = f"ROUND({place.at('Target')}*{SCALE},0)*{agreed}"
    text = (
        f'=IF({place.at("Measured s")}=0,"no data",IF({_exact(f"{agreed}-{down}-{unknown}")}>={target},"met",'
        f'IF({_exact(f"{agreed}-{down}")}<{target},"breached","indeterminate")))'
    )
    return Formula(text, place.line.outcome.value)


def _met(place: Place) -> Cell:
    target, availability = place.account.target, place.figure.availability
    if target is None or not place.account.final:
        return None
    down, measured = place.at("Downtime s"), place.at("Measured s")
    wanted = f"ROUND({place.at('Target')}*{SCALE},0)*{measured}"
    text = f'=IF({measured}=0,"no data",IF({_exact(f"{measured}-{down}")}>={wanted},"yes","no"))'
    return Formula(text, "no data" if availability is None else "yes" if availability >= target else "no")


def _owed(place: Place) -> tuple[Schedule, Credit] | None:
    """The schedule and what is owed by it, of an agreement's month that is over."""
    schedule, owed = place.account.credit_terms.schedule, place.account.credit
    if schedule is None or owed.state in (CreditState.NOT_AGREED, CreditState.RUNNING):
        return None
    return schedule, owed


def _looked_up(place: Place) -> Cell:
    found = _owed(place)
    if found is None or place.schedule is None:
        return None
    schedule, availability = found[0], place.figure.availability
    uncapped: Schedule
    if isinstance(schedule, Bands):
        text, uncapped = _band(place, place.schedule), Bands(schedule.bands)
    else:
        uncapped = Slope(schedule.per, schedule.below, schedule.step)
        text = _slope(place, place.schedule[0], schedule.step)
    value: object = "no data" if availability is None else float(scheduled(availability, uncapped))
    return Formula(f'=IF({place.at("Measured s")}=0,"no data",{text})', value)


def _band(place: Place, rows: tuple[int, int]) -> str:
    """The highest credit of the bands that hold the availability: from ≤ up ÷ measured < to."""
    low, high, share = (f"{BANDS}!${name}${rows[0]}:${name}${rows[1]}" for name in "DEF")
    measured, up = place.at("Measured s"), _exact(f"{place.at('Measured s')}-{place.at('Downtime s')}")
    above = f"(ROUND({low}*{SCALE},0)*{measured}<={up})"
    below = f"({up}<ROUND({high}*{SCALE},0)*{measured})"
    return f"SUMPRODUCT(MAX({above}*{below}*{share}))"


def _slope(place: Place, row: int, step: Step) -> str:
    """So much for each percent below the floor."""
    measured, down = place.at("Measured s"), place.at("Downtime s")
    per, below = f"{BANDS}!$F${row}", f"{BANDS}!$E${row}"
    lost = f"ROUND({below}*{SCALE},0)*{measured}-{_exact(f'{measured}-{down}')}"
    missing = f"MAX(0,{lost})/({SCALE // 100}*{measured})"
    counted = {Step.LINEAR: missing, Step.FLOOR: f"INT({missing})", Step.CEIL: f"ROUNDUP({missing},0)"}[step]
    return f"{per}*{counted}"


def _cap(place: Place) -> Cell:
    found = _owed(place)
    return None if found is None or found[0].cap is None else float(found[0].cap)


def _credit(place: Place) -> Cell:
    found = _owed(place)
    if found is None:
        return None
    schedule, owed = found
    looked_up, verdict = place.at("Looked up"), place.at("Verdict")
    capped = looked_up if schedule.cap is None else f"MIN({looked_up},{place.at('Cap')})"
    text = f'=IF({verdict}="met",0,IF({verdict}="breached",{capped},"needs decision"))'
    return Formula(text, owed.state.value if owed.share is None else float(owed.share))


def _fee(place: Place) -> Cell:
    fee = place.account.credit_terms.fee
    return None if fee is None else float(fee)


def _amount(place: Place) -> Cell:
    found, currency = _owed(place), place.account.credit_terms.currency
    if found is None or currency is None:
        return None
    credit = place.at("Credit")
    text = f'=IF(ISNUMBER({credit}),ROUND({place.at("Fee")}*{credit},{minor_digits(currency)}),"needs decision")'
    owed = found[1]
    return Formula(text, owed.state.value if owed.amount is None else float(owed.amount))


def _adds_up(place: Place) -> Cell:
    """Whether the outages listed make the seconds down, and the five parts the scope."""
    parts = "+".join(place.at(title) for title in ("Up s", "Degraded s", "Down s", "Not measured s", "Excluded s"))
    keys = [("A", f'"{place.account.label}"'), ("B", place.at("Kind")), ("C", place.at("Id"))]
    wanted = ",".join(f"{OUTAGES}!${name}$5:${name}${place.outages},{key}" for name, key in keys)
    listed = f"SUMIFS({OUTAGES}!$I$5:$I${place.outages},{wanted})"
    figure = place.figure
    adds = figure.down_seconds == seconds_in(place.account.combination.down)
    text = f'=IF(AND({parts}={place.at("In scope s")},{listed}={place.at("Down s")}),"yes","no")'
    return Formula(text, "yes" if adds else "no")


def _as_of(place: Place) -> Cell:
    return datetime.fromtimestamp(place.line.as_of, ZoneInfo(place.account.zone)).replace(tzinfo=None)


def _as_measured(place: Place) -> Cell:
    """The availability with nothing taken out, beside the one that counts."""
    down, measured = place.at("Plain downtime s"), place.at("Plain measured s")
    exact = place.account.plain.availability
    value = "no data" if exact is None else floor(exact * 10**6) / 10**6
    return Formula(
        f'=IF({measured}=0,"no data",INT(ROUND(({measured}-{down})*{WEIGHED},0)*100/{measured})/10^6)', value
    )


def _number(exact: Fraction | int) -> int | float:
    return int(exact) if Fraction(exact).denominator == 1 else float(exact)


def _sum(text: str, value: Callable[[Figure], Fraction | int]) -> Callable[[Place], Cell]:
    """A formula in which `{title}` stands for the cell of a column."""

    def cell(place: Place) -> Cell:
        titles = {column.title: place.at(column.title) for column in COLUMNS}
        exact = value(place.figure)
        return Formula(text.format_map(titles), _number(exact))

    return cell


COLUMNS: tuple[Column, ...] = (
    Column("Kind", "text", 11, lambda at: kind(at.account)),
    Column("Id", "text", 14, lambda at: at.account.id),
    Column("Name", "text", 26, lambda at: at.account.name),
    Column("Zone", "text", 19, lambda at: at.account.zone),
    Column("Target", "target", 10, _target),
    Column("In scope s", "whole", 12, lambda at: at.figure.total_seconds),
    Column("Up s", "whole", 12, lambda at: at.figure.up_seconds),
    Column("Degraded s", "whole", 11, lambda at: at.figure.degraded_seconds),
    Column("Down s", "whole", 10, lambda at: at.figure.down_seconds),
    Column("Not measured s", "whole", 14, lambda at: at.figure.unknown_seconds),
    Column("Excluded s", "whole", 11, lambda at: at.figure.excluded_seconds),
    Column("Agreed s", "whole", 12, _sum("={In scope s}-{Excluded s}", lambda figure: figure.agreed_seconds)),
    Column("Measured s", "whole", 12, _sum("={Agreed s}-{Not measured s}", lambda figure: figure.measured_seconds)),
    Column("Weight of degraded", "number", 11, lambda at: float(at.figure.degraded_weight)),
    Column(
        "Downtime s",
        "number",
        11,
        _sum("={Down s}+{Weight of degraded}*{Degraded s}", lambda figure: figure.downtime_equivalent),
    ),
    Column("1 − downtime ÷ measured", "exact", 16, _availability),
    Column("Availability", "shown", 13, _shown),
    Column("Allowed s", "whole", 10, _allowed),
    Column("At target", "text", 10, _met),
    Column("Verdict", "text", 14, _verdict),
    Column("Looked up", "credit", 11, _looked_up),
    Column("Cap", "credit", 9, _cap),
    Column("Credit", "credit", 15, _credit),
    Column("Fee", "money", 14, _fee),
    Column("Amount", "money", 15, _amount),
    Column("Currency", "text", 9, lambda at: at.account.credit_terms.currency),
    Column("Outages", "whole", 9, lambda at: at.line.outages),
    Column("Adds up", "text", 9, _adds_up),
    Column("Books", "text", 12, lambda at: books.stage(at.account)),
    Column("As of", "moment", 17, _as_of),
    Column("Source", "text", 40, lambda at: vendor_words.origins(at.account) or "probed"),
    Column("Plain measured s", "whole", 15, lambda at: at.account.plain.measured_seconds),
    Column("Plain downtime s", "number", 15, lambda at: _number(at.account.plain.downtime_equivalent)),
    Column("As measured", "shown", 13, _as_measured),
)

GOOD, BAD = (Outcome.MET.value, Outcome.ON_TRACK.value), (Outcome.BREACHED.value, Outcome.LOST.value)
