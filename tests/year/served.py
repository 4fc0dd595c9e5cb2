"""The year as it is served over HTTP: the page in both languages, its public API and evidence, and the admin API."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from html import unescape
from itertools import count
from typing import Any

from monitor.api.app import create_api
from monitor.api.work import Work
from monitor.reader.reader import Reader
from monitor.storage.store import Store
from statuspage.app import create_app
from tests.api.asking import Caller
from tests.statuspage.asking import ask
from tests.year.commands import MONTHS
from tests.year.history import NOW
from tests.year.reading import Readings, minutes_in, share
from tests.year.world import Year

_STAGES = {"ditutup": "closed", "sementara": "provisional", "berjalan": "running"}
_OUTCOMES = {
    "target met": "met",
    "target missed": "breached",
    "not proven": "indeterminate",
    "target tercapai": "met",
    "target tidak tercapai": "breached",
    "belum terbukti": "indeterminate",
}


async def page(year: Year, components: dict[str, list[str]]) -> tuple[dict[str, str], dict[tuple[str, str], Any]]:
    """The public site: texts by path, and each month's evidence of components with an objective."""
    store = Store.open_read_only(f"sqlite:///{year.folder}/janji.db")
    app = create_app(Reader(store, year.loaded, lambda: NOW))
    app.pages.refresh(NOW)
    texts = {path: (await ask(app, path)).text for path in ("/uptime/", "/id/uptime/", "/api/v1/summary")}
    proofs = {
        (component, month): json.loads((await ask(app, f"/uptime/{component}/{month}.json")).text)
        for month, ids in components.items()
        for component in ids
    }
    store.close()
    return texts, proofs


def uptime_view(html: str, language: str) -> Readings:
    """The rows of the Uptime view, and the arithmetic they open into."""
    readings = Readings()
    for component, month, body in re.findall(
        r'<tbody role="rowgroup" id="(\w+)-(2026-\d\d)">(.*?)</tbody>', html, re.S
    ):
        row, _, why = body.partition('<tr role="row" class="why">')
        cells = [_plain(cell) for cell in re.findall(r'<td role="cell".*?</td>', row, re.S)]
        books = _plain(re.findall(r'<span class="books">(.*?)</span>', row, re.S)[0])
        lines = [_number(_plain(line), language) for line in re.findall(r"<p>(.*?)</p>", why, re.S)]
        readings.put(component, month, **_row(cells, books, lines, language))
    return readings


def _row(cells: list[str], books: str, lines: list[str], language: str) -> dict[str, Any]:
    judged, _, shown = cells[0].rpartition(": ")
    percent = re.search(r"([\d.]+) %", _number(shown, language))
    stage, *more = books.split(", ")
    stage = _STAGES.get(stage, stage)
    figures: dict[str, Any] = {
        "percent": percent[1] if percent else None,
        "downtime_minutes": minutes_in(cells[1]),
        "excluded_minutes": minutes_in(cells[3]),
        "unknown_minutes": minutes_in(cells[4]),
        "stage": "revised" if re.search(r"\d", books) else stage,
    }
    if figures["stage"] == "revised":
        figures["revision"] = int(re.sub(r"\D", "", more[0]))
    if judged in _OUTCOMES:
        figures["outcome"] = _OUTCOMES[judged]
    *taken, measured = (int(each) for each in re.findall(r"(\d+) (?:s|dtk)\b", lines[0]))
    figures |= {"measured": measured, "excluded": taken[-2], "unknown": taken[-1]}
    down = re.match(r"(\d+) ", lines[1])
    formula = re.search(r"1 − (\S+) ÷ (\d+) = (\S+) %", lines[2])
    figures["down"] = int(down[1]) if down else None
    if formula:
        figures["downtime"] = Fraction(formula[1])
        assert (int(formula[2]), formula[3]) == (measured, figures["percent"])
    return figures


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def _number(text: str, language: str) -> str:
    """Numbers as a program reads them."""
    return text.replace(",", "") if language == "en" else text.replace(".", "").replace(",", ".")


def summary(text: str) -> Readings:
    """The running month in the public API."""
    readings = Readings()
    for component in json.loads(text)["components"]:
        month = component["month"]
        if month["measured_seconds"]:
            readings.put(
                component["id"],
                month["month"],
                percent=month["availability_percent"],
                availability=share(month["availability"]),
                target=share(month["target_percent"]),
                allowed=share(month["budget_seconds"]),
                **{name: month[f"{name}_seconds"] for name in ("down", "degraded", "unknown", "excluded", "measured")},
            )
    return readings


def own_path(subject: str, month: str, *, agreement: bool) -> str:
    """Where the admin API has a month of a subject."""
    return f"/agreements/{subject}/months/{month}" if agreement else f"/months/{month}/components/{subject}"


async def api(year: Year, subjects: dict[str, list[tuple[str, bool]]]) -> dict[str, Any]:
    """The admin API: documents by path below `/api/v1`."""
    url = f"sqlite:///{year.folder}/janji.db"
    reading, writing = Store.open_read_only(url), Store.open(url)[0]
    ticks = count(step=30_000)
    paths = ["/agreements", *(f"/months/{month}" for month in MONTHS)]
    for month, ids in subjects.items():
        for subject, agreement in ids:
            own = own_path(subject, month, agreement=agreement)
            paths += [own, f"{own}/explanation"]
            paths += [f"{own}/evidence"] if subject != "mail" else []
    with ThreadPoolExecutor(1) as readers, ThreadPoolExecutor(1) as writer:
        work = Work(reading, writing, lambda: year.loaded, lambda: NOW, readers, writer, lambda: NOW * 1000)
        caller = Caller(create_api(work, lambda: next(ticks)), {"reader": year.reader})
        found = {path: (await caller.get(path)).json for path in paths}
    reading.close()
    writing.close()
    return found


def run(work: Any) -> Any:
    return asyncio.run(work)
