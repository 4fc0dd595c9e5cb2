"""Reads a spreadsheet back, as written and as LibreOffice recalculates it."""

import os
import re
import shutil
import subprocess
import zipfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from monitor.reports.month_sheet import HEAD_ROW

FORMULA = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")


@lru_cache(maxsize=4)
def read(content: bytes, *, values: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every sheet: a large file takes seconds to be read."""
    return {each.title: list(each.values) for each in load_workbook(BytesIO(content), data_only=values).worksheets}


def sheet(content: bytes, name: str, *, values: bool = True) -> list[dict[str, Any]]:
    """The lines of a sheet by column title."""
    cells = read(content, values=values)[name]
    head = cells[HEAD_ROW - 1]
    lines = [dict(zip(head, line, strict=True)) for line in cells[HEAD_ROW:]]
    return [line for line in lines if line.get("Id") or line.get("Agreement") or line.get("What")]


def recalculated(content: bytes, folder: Path) -> bytes:
    """What LibreOffice makes of the formulas alone: the values we cached are taken out first."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        reason = "LibreOffice (soffice) is not installed; nothing else here recalculates a spreadsheet"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    bare, out = folder / "bare.xlsx", folder / "out"
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, FORMULA.sub(r"\1", text.decode()).encode() if "worksheets/sheet" in name else text)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / "bare.xlsx").read_bytes()
