"""The image: what its Dockerfile promises, and its builder's steps carried out on this machine."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of one stage: `RUN`, `COPY`, … and the rest of its text."""

    stage: int
    word: str
    text: str


def steps(dockerfile: str) -> list[Step]:
    """The instructions in order; comments dropped, continued lines joined."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    found: list[Step] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, text = line.strip().partition(" ")
        if word:
            stage = sum(step.word == "FROM" for step in found) - (word != "FROM")
            found.append(Step(stage, word, " ".join(text.split())))
    return found


STEPS = steps((ROOT / "Dockerfile").read_text(encoding="utf-8"))
BUILDER = [step for step in STEPS if step.stage == 0]
RUNTIME = [step for step in STEPS if step.stage == 1]


def only(word: str) -> str:
    (text,) = [step.text for step in RUNTIME if step.word == word]
    return text


def copies() -> list[tuple[list[str], str]]:
    """What the builder copies out of the checkout: sources and target."""
    texts = [shlex.split(step.text) for step in BUILDER if step.word == "COPY"]
    return [(words[:-1], words[-1]) for words in texts]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for step in RUNTIME if step.word == "ENV" for pair in shlex.split(step.text))


def test_continued_lines_are_one_step_and_stages_are_counted() -> None:
    text = "FROM a AS b\n# why\nRUN one \\\n    && two\n\nFROM c\nUSER 1\n"
    assert steps(text) == [
        Step(0, "FROM", "a AS b"),
        Step(0, "RUN", "one && two"),
        Step(1, "FROM", "c"),
        Step(1, "USER", "1"),
    ]


def test_both_stages_are_of_the_same_python() -> None:
    first, second = [step.text for step in STEPS if step.word == "FROM"]
    assert first.removesuffix(" AS builder") == second


def test_the_container_does_not_run_as_root() -> None:
    assert only("USER") == "10001:10001"


def test_data_lives_on_the_volume_where_relative_paths_land() -> None:
    assert only("VOLUME") == only("WORKDIR") == "/data"


def test_the_container_runs_up_with_the_settings_it_is_given() -> None:
    assert json.loads(only("ENTRYPOINT")) == ["python", "-m", "monitor"]
    assert json.loads(only("CMD")) == ["up"]
    assert environment()["JANJI_CONFIG"] == "/config/janji.yaml"
    assert only("STOPSIGNAL") == "SIGTERM"


def test_health_is_asked_of_the_page_s_listener() -> None:
    health = only("HEALTHCHECK")
    command = json.loads(health[health.index("[") :])
    assert command[:2] == ["python", "-c"]
    assert "http://127.0.0.1:8000/healthz" in command[2]
    compile(command[2], "HEALTHCHECK", "exec")


def test_the_context_holds_what_the_image_copies_and_nothing_else() -> None:
    copied = {source for sources, _ in copies() for source in sources}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert [source for source in sorted(copied) if not (ROOT / source).exists()] == []


@pytest.mark.slow
def test_the_image_s_builder_makes_an_installation_that_runs(tmp_path: Path) -> None:
    def here(text: str) -> str:
        return re.sub(r"(?<![\w./])/(venv|app|build|data)\b", rf"{tmp_path}/\1", text)

    (tmp_path / "data").mkdir()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for step in BUILDER:
        match step.word:
            case "WORKDIR":
                Path(here(step.text)).mkdir(exist_ok=True)
            case "COPY":
                _copy(shlex.split(here(step.text)))
            case "RUN":
                subprocess.run(here(step.text), shell=True, check=True, env={**os.environ, "PATH": path})  # noqa: S602

    settings = {name: here(value).replace("$PATH", os.environ["PATH"]) for name, value in environment().items()}
    ran = subprocess.run(
        [tmp_path / "venv/bin/python", *json.loads(only("ENTRYPOINT"))[1:], "--help"],
        cwd=tmp_path / "data",
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"^\s+up\b", ran.stdout, re.MULTILINE)


def _copy(words: list[str]) -> None:
    *sources, target = words
    for source in sources:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, target)
