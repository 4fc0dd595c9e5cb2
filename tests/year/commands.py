"""The year as the command says it: tables, JSON, CSV, journal, explanations, evidence, statements."""

import csv
import json
import re
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any

from pypdf import PdfReader

from tests.year.oracle import truncated
from tests.year.reading import Readings, minutes_in, of_document, share, whole
from tests.year.world import Year

SAMPLED = ("2026-02", "2026-03", "2026-04", "2026-09", "2026-11", "2026-12")
"""Read where each month takes a command of its own: closed, with a change of clocks, revised twice, with something
proposed, provisional, running. The other months go through the same code in readers that take them all at once."""
MONTHS = tuple(f"2026-{month:02}" for month in range(1, 13))


def said(year: Year, *arguments: str) -> str:
    """What a command that succeeds wrote."""
    done = year.run(*arguments)
    assert done.code == 0, done.err
    return done.out


def file(year: Year, period: str, form: str, options: tuple[str, ...] = ()) -> bytes:
    """The file that `report` writes."""
    made = year.folder / "made"
    said(year, "report", period, form, str(made), *options)
    return made.read_bytes()


def documents(year: Year) -> dict[str, Any]:
    """`report --json` by month."""
    return {month: json.loads(said(year, "report", month, "--json")) for month in MONTHS}


def json_report(found: dict[str, Any]) -> Readings:
    """Of documents by month, from the command or from the API."""
    readings = Readings()
    for month, document in found.items():
        for line in [*document["components"], *document["agreements"]]:
            readings.put(line["id"], month, **of_document(line))
    return readings


def table(year: Year) -> Readings:
    """The terminal's table."""
    readings = Readings()
    for month in MONTHS:
        for line in said(year, "report", month).splitlines():
            cells = re.split(r"\s{2,}", line)
            named = re.search(r"\((\w+)\)", cells[0])
            if named is None or len(cells) < 13:
                continue
            stage, _, revision = cells[12].partition(" ")
            figures = {
                "percent": None if cells[2] == "no data" else cells[2].removesuffix(" %"),
                "target": None if cells[1] == "–" else Fraction(cells[1].removesuffix(" %")),
                "downtime_minutes": minutes_in(cells[4]),
                "excluded_minutes": minutes_in(cells[7]),
                "unknown_minutes": minutes_in(cells[8]),
                "outages": int(cells[9]),
                "stage": stage,
            }
            if stage == "revised":
                figures["revision"] = int(revision)
            if stage != "running":
                figures["outcome"] = cells[3]
            if len(cells) > 13 and "=" in cells[13]:
                percent, amount, currency = re.fullmatch(r"(\S+) % = (\S+) (\w+)", cells[13]).groups()  # type: ignore[union-attr]
                figures |= {"credit_shown": Fraction(percent), "currency": currency}
                figures["credit_amount"] = Fraction(amount.replace(",", ""))
            elif len(cells) > 13 and stage != "running":
                figures["credit"] = cells[13]
            readings.put(named[1], month, **figures)
    return readings


def csv_report(year: Year) -> Readings:
    readings = Readings()
    for month in MONTHS:
        for line in csv.DictReader(StringIO(said(year, "report", month, "--csv"))):
            figures: dict[str, Any] = {
                "percent": line["availability_percent"] or None,
                **{
                    name: int(line[f"{name}_seconds"])
                    for name in ("total", "excluded", "unknown", "degraded", "down", "up")
                },
                "downtime_up": int(line["downtime_seconds"]),
                "allowed_down": whole(line["allowed_seconds"]),
                "left_down": whole(line["left_seconds"]),
                "target": share(line["target_percent"]),
                "outages": int(line["outages"]),
                "final": line["final"] == "true",
                "stage": line["books"],
                "revision": whole(line["revision"]),
            }
            if line["final"] == "true":
                figures["outcome"] = line["outcome"]
            if line["kind"] == "agreement":
                figures |= {"credit": line["credit"], "currency": line["currency"]}
                figures |= {
                    "credit_shown": share(line["credit_percent"]),
                    "credit_amount": share(line["credit_amount"]),
                }
            readings.put(line["id"], month, **figures)
    return readings


def journal(year: Year) -> Readings:
    readings = Readings()
    for line in csv.DictReader(StringIO(said(year, "report", "2026", "--journal"))):
        figures: dict[str, Any] = {
            "percent": line["actual_percent"] or None,
            "target": share(line["target_percent"]),
            "downtime_up": int(line["downtime_seconds"]),
            "excluded": int(line["excluded_seconds"]),
            "unknown": int(line["unknown_seconds"]),
            "credit": line["credit"],
            "credit_shown": share(line["credit_percent"]),
            "credit_amount": share(line["credit_amount"]),
            "currency": line["currency"],
            "stage": line["books"],
            "revision": whole(line["revision"]),
        }
        if line["verdict"] != "running":
            figures["outcome"] = line["verdict"]
        readings.put(line["agreement"], line["month"], **figures)
    return readings


def explanations(year: Year, subjects: dict[str, list[tuple[str, bool]]]) -> Readings:
    """`explain` in words; `subjects` by month, and whether each is an agreement."""
    readings = Readings()
    for month, ids in subjects.items():
        for subject, agreement in ids:
            named = ("--agreement", subject) if agreement else (subject,)
            text = said(year, "explain", *named, month).replace(",", "")
            adds = re.search(r"Adds up: (\d+) s up \+ (\d+) s degraded \+ (\d+) s down \+ (\d+) s not measured \+ "
                             r"(\d+) s excluded = (\d+) s", text)  # fmt: skip
            measured = re.search(r"= (\d+) s measured\n(\d+) s down", text)
            assert adds is not None, text
            assert measured is not None, text
            shown = re.search(r"^1 − (\S+) ÷ (\d+) = (\S+) %", text, re.MULTILINE)
            figures: dict[str, Any] = dict(
                zip(("up", "degraded", "down", "unknown", "excluded", "total"), map(int, adds.groups()), strict=True)
            )
            figures |= {"measured": int(measured[1]), "percent": shown[3] if shown else None}
            assert int(measured[2]) == figures["down"]
            outages = re.search(r"^Outages: (\d+)", text, re.MULTILINE)
            figures["outages"] = int(outages[1]) if outages else None
            if shown:
                figures["downtime"] = Fraction(shown[1])
            revised = re.search(r"^Revision (\d+), accepted", text, re.MULTILINE)
            if revised:
                figures |= {"stage": "revised", "revision": int(revised[1])}
            readings.put(subject, month, **figures)
    return readings


_LABELS = {
    "en": {"excluded": "Excluded", "unknown": "Not measured", "measured": "Measured", "shown": "Availability"},
    "id": {"excluded": "Dikecualikan", "unknown": "Tidak diukur", "measured": "Terukur", "shown": "Ketersediaan"},
}


def statement(content: bytes, language: str) -> dict[str, Any]:
    """What a customer reads in the PDF."""
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    plain = text.replace(",", "") if language == "en" else text.replace(".", "").replace(",", ".")
    labels, figures = _LABELS[language], dict[str, Any]()
    for name, sign in (("excluded", "− "), ("unknown", "− "), ("measured", "= ")):
        found = re.search(rf"{labels[name]} {sign}(\d+) ", plain)
        assert found is not None, (name, text)
        figures[name] = int(found[1])
    shown = re.search(rf"{labels['shown']} = 1 − (\S+) ÷ (\d+) = (\S+) %", plain)
    figures["percent"] = shown[3] if shown else None
    if shown:
        figures["downtime"] = Fraction(shown[1])
    owed = re.search(r"is ([\d.]+) ([A-Z]{3})\.", plain)
    if owed and language == "en":
        figures |= {"credit_amount": Fraction(owed[1]), "currency": owed[2]}
    if language == "en":
        revised = re.search(r"Revision (\d+) of ", plain)
        stage = (
            "revised"
            if revised
            else "closed"
            if "Closed on" in plain
            else "running"
            if "Running:" in plain
            else "provisional"
        )
        figures["stage"] = stage
        if revised:
            figures["revision"] = int(revised[1])
        if "Whether a credit is owed has to be decided" in text:
            figures["credit"] = "needs decision"
        if "was met" in text and "no credit is owed" in text:
            figures["credit_amount"] = Fraction(0)
    return figures


def bundle(year: Year, subject: str, month: str, *, agreement: bool) -> dict[str, Any]:
    """The evidence of a month, as the command writes it."""
    named = ("--agreement", subject) if agreement else (subject,)
    loaded: dict[str, Any] = json.loads(said(year, "evidence", *named, month))
    return loaded


def of_result(result: dict[str, Any], subject: str) -> dict[str, Any]:
    """What `recompute` makes of a bundle."""
    figures: dict[str, Any] = {
        "percent": result["availability_percent_trunc4"],
        "availability": share(result["availability"]),
        **{name: result[f"{name}_seconds"] for name in ("total", "excluded", "unknown", "degraded", "down", "up")},
        "measured": result["measured_seconds"],
        "downtime": share(result["downtime_equivalent_seconds"]),
        "final": result["final"],
        "lower": result["lower_bound_percent_trunc4"],
        "upper": result["upper_bound_percent_trunc4"],
    }
    if result["final"]:
        figures |= {"outcome": result["verdict"] or "no data", "allowed": share(result["allowed_downtime_seconds"])}
        if "credit_percent" in result:
            figures["credit_shown"] = share(result["credit_percent"][subject])
    else:
        figures |= {"allowed": share(result["month_budget_seconds"]), "left": share(result["budget_left_seconds"])}
    return figures


PARTS = ("total", "excluded", "unknown", "degraded", "down", "up")


def period_json(year: Year, period: str) -> dict[str, Any]:
    """A quarter or a year by subject, as JSON."""
    found = json.loads(said(year, "report", period, "--json"))
    return {
        line["id"]: {
            **{part: line[f"{part}_seconds"] for part in PARTS},
            "percent": line["availability_percent_trunc4"],
            "outages": line["outages"],
            "credits": sum(Fraction(amount) for amount in line.get("credits", {}).values()),
        }
        for line in [*found["components"], *found["agreements"]]
    }


def period_csv(year: Year, period: str) -> dict[str, Any]:
    """A quarter or a year by subject, as CSV."""
    return {
        line["id"]: {
            **{part: int(line[f"{part}_seconds"]) for part in PARTS},
            "percent": line["availability_percent"] or None,
            "outages": int(line["outages"]),
            "credits": share(line["credit_amount"]) or 0,
        }
        for line in csv.DictReader(StringIO(said(year, "report", period, "--csv")))
    }


def cut_off(availability: Fraction | None) -> str | None:
    return None if availability is None else truncated(availability)


def of_sheet(line: dict[str, Any]) -> dict[str, Any]:
    """A line of a month's sheet; what is a floating point number there is compared to where it is exact."""
    stage, _, revision = line["Books"].partition(" ")
    figures: dict[str, Any] = {
        "percent": _percent(line["Availability"]),
        **{part: line[f"{title} s"] for part, title in zip(PARTS, _TITLES, strict=True)},
        "agreed": line["Agreed s"],
        "measured": line["Measured s"],
        "downtime": Fraction(str(line["Downtime s"])),
        "outages": line["Outages"],
        "stage": stage,
    }
    assert line["Adds up"] == "yes"
    if revision:
        figures["revision"] = int(revision)
    if stage == "running":
        return figures
    figures["outcome"] = line["Verdict"]
    if line["Target"] is not None:
        figures["allowed_down"] = line["Allowed s"]
    if line["Kind"] == "agreement" and isinstance(line["Amount"], int | float):
        figures |= {"credit_amount": Fraction(str(line["Amount"])), "currency": line["Currency"]}
    elif line["Kind"] == "agreement":
        figures["credit"] = line["Credit"]
    return figures


_TITLES = ("In scope", "Excluded", "Not measured", "Degraded", "Down", "Up")


def _percent(shown: object) -> str | None:
    return None if shown == "no data" else f"{Decimal(str(shown)) * 100:.4f}"
