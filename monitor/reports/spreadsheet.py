"""Months as a spreadsheet (XLSX) for finance: one sheet a month with live formulas, the outages, what was excluded,
the credit schedules, and how it is computed.

The same closed months give the same bytes: nothing in it comes from a clock or from chance. Texts are written as texts,
so that no name of a customer becomes a formula.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from monitor.core.credit import minor_digits
from monitor.reports import listings
from monitor.reports.listings import Listing
from monitor.reports.month_sheet import BAD, COLUMNS, GOOD, HEAD_ROW, Cell, Formula, Place, letter
from monitor.reports.rows import Row
from monitor.reports.words import month_title

_FIRST = HEAD_ROW + 1
_STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 15},
    "note": {"font_color": "#5b6472"},
    "head": {
        "bold": True,
        "bg_color": "#1f3a5f",
        "font_color": "#ffffff",
        "text_wrap": True,
        "valign": "vcenter",
        "align": "center",
        "border": 1,
        "border_color": "#ffffff",
    },
    "text": {"indent": 1},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "whole": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.######"},
    "target": {"num_format": "0.00##%"},
    "exact": {"num_format": "0.0000000000%"},
    "shown": {"num_format": "0.0000%", "bold": True},
    "credit": {"num_format": "0.00##%", "align": "right"},
    "money": {"num_format": "#,##0.00", "align": "right"},
    "money0": {"num_format": "#,##0", "align": "right"},
    "money3": {"num_format": "#,##0.000", "align": "right"},
    "money4": {"num_format": "#,##0.0000", "align": "right"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "total": {"bold": True, "top": 1, "indent": 1},
    "good": {"font_color": "#0b6b3a", "bold": True},
    "bad": {"font_color": "#b3261e", "bold": True},
}


@dataclass
class _Book:
    """The workbook being written, and its formats."""

    workbook: Any
    made: dict[str, Any] = field(default_factory=dict)

    def style(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = self.workbook.add_format({"font_name": "Calibri", "font_size": 11, **_STYLES[name]})
        return self.made[name]

    def write(self, sheet: Any, row: int, column: int, cell: Cell, style: str) -> None:
        """One cell, by the type of its value; texts are never taken for anything else. Rows count from 1."""
        place = (row - 1, column)
        match cell:
            case None:
                sheet.write_blank(*place, None, self.style(style))
            case Formula():
                sheet.write_formula(*place, cell.text, self.style(style), cell.value)
            case str():
                sheet.write_string(*place, cell, self.style(style))
            case datetime() | date():
                sheet.write_datetime(*place, cell, self.style(style))
            case _:
                sheet.write_number(*place, cell, self.style(style))


def workbook(title: str, months: Mapping[str, Sequence[Row]]) -> bytes:
    """The file. `months` by label, oldest first, each with the rows of its accounts."""
    kept = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as made:
        made.set_properties({"title": title, "created": _end(months), "comments": "Made by Janji"})
        made.set_calc_mode("auto")
        book = _Book(made)
        sheets = [(made.add_worksheet(label), label, lines) for label, lines in months.items()]
        outages = listings.outages(months)
        schedules, rows = listings.schedules(months)
        for sheet, label, lines in sheets:
            last = max(_FIRST, HEAD_ROW + len(outages.lines))
            _month(book, sheet, label, [
                Place(line, _FIRST + number, rows.get((label, line.account.id)), last)
                for number, line in enumerate(lines)
            ])  # fmt: skip
        for listing in (outages, listings.excluded(months), schedules, listings.method(months)):
            _listing(book, made.add_worksheet(listing.name), listing)
    return kept.getvalue()


def _end(months: Mapping[str, Sequence[Row]]) -> datetime:
    """The end of the last month: the only date that is in no way ours."""
    last = max(line.account.month.end for lines in months.values() for line in lines)
    return datetime.fromtimestamp(last, UTC).replace(tzinfo=None)


def _month(book: _Book, sheet: Any, label: str, places: Sequence[Place]) -> None:
    over = all(place.account.final for place in places)
    state = "The month is over." if over else "The month is running: no verdict and no credit yet."
    book.write(sheet, 1, 0, f"Availability in {month_title(label)}", "title")
    book.write(sheet, 2, 0, f"{state} Seconds are measured; all else is computed here, see the last sheet.", "note")
    _head(book, sheet, [(column.title, column.width) for column in COLUMNS])
    for place in places:
        for number, column in enumerate(COLUMNS):
            book.write(sheet, place.row, number, column.cell(place), _style(column.style, place))
    _totals(book, sheet, places)
    _colours(book, sheet, places)
    sheet.freeze_panes(HEAD_ROW, 3)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_columns(0, 2)
    sheet.autofilter(HEAD_ROW - 1, 0, HEAD_ROW - 1 + len(places), len(COLUMNS) - 1)


def _style(style: str, place: Place) -> str:
    currency = place.account.credit_terms.currency
    digits = 2 if currency is None else minor_digits(currency)
    return f"money{digits}" if style == "money" and digits != 2 else style


def _totals(book: _Book, sheet: Any, places: Sequence[Place]) -> None:
    """The sum of the credits in each currency; what needs a decision is not in it."""
    paid = [place for place in places if place.account.credit.amount is not None]
    wanted = {place.account.credit_terms.currency for place in paid}
    first, last = places[0].row, places[-1].row
    names = {title: letter(title) for title in ("Amount", "Currency")}
    for number, currency in enumerate(sorted(each for each in wanted if each is not None)):
        row = last + 2 + number
        ranges = {title: f"${name}${first}:${name}${last}" for title, name in names.items()}
        total = sum(float(each.account.credit.amount or 0) for each in paid if _in(each, currency))
        column = next(number for number, each in enumerate(COLUMNS) if each.title == "Amount")
        book.write(sheet, row, column - 2, "Credits owed", "total")
        book.write(sheet, row, column - 1, None, "total")
        text = f'=ROUND(SUMIF({ranges["Currency"]},"{currency}",{ranges["Amount"]}),{minor_digits(currency)})'
        money = "money" if minor_digits(currency) == 2 else f"money{minor_digits(currency)}"
        book.write(sheet, row, column, Formula(text, round(total, minor_digits(currency))), money)
        book.write(sheet, row, column + 1, currency, "total")


def _in(place: Place, currency: str) -> bool:
    return place.account.credit_terms.currency == currency


def _colours(book: _Book, sheet: Any, places: Sequence[Place]) -> None:
    """Good and bad verdicts in colour; the word is there too."""
    area = f"{letter('Verdict')}{places[0].row}:{letter('Verdict')}{places[-1].row}"
    for words, style in ((GOOD, "good"), (BAD, "bad")):
        for word in words:
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": book.style(style)}
            sheet.conditional_format(area, rule)


def _listing(book: _Book, sheet: Any, listing: Listing) -> None:
    book.write(sheet, 1, 0, listing.title, "title")
    book.write(sheet, 2, 0, listing.note, "note")
    _head(book, sheet, [(column.title, column.width) for column in listing.columns])
    for number, cells in enumerate(listing.lines):
        if any(column.style == "wrapped" for column in listing.columns):
            # Not every viewer fits the height of wrapped lines by itself.
            lines = max(ceil(len(str(c)) / w.width) for c, w in zip(cells, listing.columns, strict=True))
            sheet.set_row(_FIRST + number - 1, 15 * lines)
        for column, (cell, wanted) in enumerate(zip(cells, listing.columns, strict=True)):
            book.write(sheet, _FIRST + number, column, cell, wanted.style)
    sheet.freeze_panes(HEAD_ROW, 0)


def _head(book: _Book, sheet: Any, columns: Sequence[tuple[str, int]]) -> None:
    sheet.set_row(HEAD_ROW - 1, 32)
    for number, (title, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        book.write(sheet, HEAD_ROW, number, title, "head")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW - 1)
    sheet.hide_gridlines(2)
