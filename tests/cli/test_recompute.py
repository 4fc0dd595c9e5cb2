"""`janji recompute` as a process of its own: no settings, no database."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.core.vectors import FOLDER

ROOT = Path(__file__).parents[2]
BUNDLE: dict[str, Any] = {
    "zone": "Asia/Jakarta",
    "month": "2026-04",
    "target": "99.9",
    "spans": [
        {"state": "up", "start": "2026-03-31T17:00:00Z", "end": "2026-04-10T00:00:00Z"},
        {"state": "down", "start": "2026-04-10T00:00:00Z", "end": "2026-04-10T00:20:00Z"},
        {"state": "up", "start": "2026-04-10T00:20:00Z", "end": "2026-04-30T17:00:00Z"},
    ],
}


def recompute(file: Path, *options: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "recompute", str(file), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "JANJI_CONFIG": "/nowhere.yaml"},
    )


def written(folder: Path, document: object, name: str = "april.json") -> Path:
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize("vectors", ["availability", "combined"])
def test_the_public_examples_come_out_as_they_expect(vectors: str, tmp_path: Path) -> None:
    file = FOLDER / f"{vectors}.json"
    done = recompute(file, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    wanted = json.loads(file.read_text())["vectors"]
    found = json.loads(done.stdout)
    assert list(found) == ["vectors"]
    assert found["vectors"] == [{"name": each["name"], "result": each["expected"]} for each in wanted]


def test_a_single_bundle_is_named_after_its_file(tmp_path: Path) -> None:
    done = recompute(written(tmp_path, BUNDLE), "--json")
    (vector,) = json.loads(done.stdout)["vectors"]
    assert (done.returncode, vector["name"], vector["result"]["down_seconds"]) == (0, "april", 1200)


def test_a_difference_from_what_is_expected_is_named_and_ends_with_one(tmp_path: Path) -> None:
    done = recompute(written(tmp_path, BUNDLE | {"expected": {"down_seconds": 1201, "met": True}}))
    assert done.returncode == 1
    assert done.stderr == "april: down_seconds is 1200, expected 1201\n"
    assert json.loads(done.stdout)["vectors"][0]["result"]["down_seconds"] == 1200


def test_further_keys_are_let_through(tmp_path: Path) -> None:
    notes = {"ledger_head": {"number": 7, "digest": "00"}, "engine": "janji 9", "resolution_seconds": 60}
    assert recompute(written(tmp_path, BUNDLE | notes)).stdout == recompute(written(tmp_path, BUNDLE)).stdout


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "april.json:1: this is not JSON"),
        ("[]", "april.json: must be a JSON object"),
        ('{"x": NaN}', "april.json: this is not JSON (NaN is not a JSON number)"),
        ("[" * 100_000, "april.json: this is nested too deeply"),
        ({}, "april.json: 'zone' is missing"),
        (BUNDLE | {"zone": "Asia/Jakata"}, "april.json: zone: 'Asia/Jakata' is not a time zone"),
        (BUNDLE | {"month": "2026-13"}, "april.json: month: '2026-13' is not a month; write 2026-11"),
        (
            BUNDLE | {"spans": [*BUNDLE["spans"], BUNDLE["spans"][0]]},
            "april.json: spans: spans overlap",
        ),
        (
            {"vectors": [BUNDLE, BUNDLE | {"target": "101"}]},
            "april.json: vectors[1].target: must lie between 0 and 100",
        ),
    ],
)
def test_a_file_that_cannot_be_computed_is_one_line_and_two(document: object, said: str, tmp_path: Path) -> None:
    done = recompute(written(tmp_path, document))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_file_is_one_line_and_two(tmp_path: Path) -> None:
    done = recompute(tmp_path / "none.json")
    assert (done.returncode, done.stderr) == (
        2,
        f"Error: {tmp_path / 'none.json'}: cannot be read (No such file or directory)\n",
    )


def test_nothing_of_settings_storage_or_network_is_imported() -> None:
    code = (
        "import sys, monitor.cli.main, monitor.cli.recompute\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}"
        " & {'aiohttp', 'asyncio', 'pydantic', 'sqlalchemy', 'sqlmodel', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"
