"""CSV as all our files have it: RFC 4180, one header, what is not known left empty, no text taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO


def separated(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """The header and the lines, ended by CR LF; None is an empty cell."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula when it opens the CSV. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
