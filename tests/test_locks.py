"""The locks hold what pyproject asks for, with digests and without an address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUN = (ROOT / "requirements.lock").read_text(encoding="utf-8")
DEV = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
MUTANTS = (ROOT / "tests" / "mutants" / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIGEST = "--hash=sha256:" + 64 * "0"


def entries(lock: str) -> list[str]:
    """One text for each requirement, its continued lines joined."""
    return [line.strip() for line in lock.replace("\\\n", " ").splitlines() if line.strip()]


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version of every requirement; a universal lock may hold one name twice."""
    requirements = [Requirement(entry.split(" --hash")[0].strip()) for entry in entries(lock)]
    return {(canonicalize_name(one.name), re.sub("^==", "", str(one.specifier))) for one in requirements}


def unmet(wanted: list[str], lock: str) -> list[str]:
    """The wanted requirements that the lock does not hold, or holds at a version that does not satisfy."""
    locked = pins(lock)
    missing = []
    for text in wanted:
        one = Requirement(text)
        versions = [version for name, version in locked if name == canonicalize_name(one.name)]
        if not versions or not all(one.specifier.contains(version) for version in versions):
            missing.append(text)
    return missing


def without_digest(lock: str) -> list[str]:
    good = re.compile(r"\S+==\S+( ; .+?)?(\s+--hash=sha256:[0-9a-f]{64})+")
    return [entry for entry in entries(lock) if not good.fullmatch(entry)]


def test_the_lock_holds_every_dependency_at_a_version_that_satisfies() -> None:
    assert unmet(PROJECT["dependencies"], RUN) == []


def test_the_dev_lock_holds_the_dependencies_of_the_tests_too() -> None:
    assert unmet(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"], DEV) == []


def test_mutants_meet_the_versions_that_the_tests_run_with() -> None:
    assert unmet((ROOT / "tests" / "mutants" / "requirements.in").read_text(encoding="utf-8").split(), MUTANTS) == []
    versions = dict(pins(DEV))
    assert {pin for pin in pins(MUTANTS) if pin[0] in versions} <= pins(DEV)


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    assert pins(RUN) - pins(DEV) == set()


@pytest.mark.parametrize("lock", [RUN, DEV, MUTANTS], ids=["run", "dev", "mutants"])
def test_every_locked_requirement_is_pinned_with_a_digest(lock: str) -> None:
    assert len(entries(lock)) > 20
    assert without_digest(lock) == []


@pytest.mark.parametrize("lock", [RUN, DEV, MUTANTS], ids=["run", "dev", "mutants"])
def test_no_lock_holds_an_address(lock: str) -> None:
    assert "://" not in lock


def test_a_missing_or_too_old_requirement_is_noticed() -> None:
    lock = f"Some_Name==1.5 ; python_version < '3.13' \\\n    {DIGEST}\nother==3 \\\n    {DIGEST}\n"
    assert unmet(["some-name>=1.5", "other[extra]>=2"], lock) == []
    assert unmet(["some-name>=1.6", "third"], lock) == ["some-name>=1.6", "third"]


def test_a_requirement_without_pin_or_digest_is_noticed() -> None:
    assert without_digest(f"one==1 ; sys_platform == 'win32' \\\n    {DIGEST} \\\n    {DIGEST}\n") == []
    assert without_digest("one==1\n") == ["one==1"]
    assert without_digest(f"one>=1 {DIGEST}\n") == [f"one>=1 {DIGEST}"]
