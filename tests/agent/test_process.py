"""The agent as a process: killed, stopped, told to reread; and how little it loads."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.core.model import Result, State
from monitor.core.record import decode
from tests.agent.hub import TOKEN, FakeHub, http_check, problem, serving
from tests.probes.servers import answers
from tests.probes.servers import serving as target_serving
from tests.running import ROOT, Janji

pytestmark = pytest.mark.slow

FOREIGN = ("sqlalchemy", "sqlmodel", "apprise", "starlette", "jinja2", "uvicorn", "alembic", "psycopg", "aiomysql")
FOREIGN += ("redis", "dns", "reportlab", "xlsxwriter", "babel")


def made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@asynccontextmanager
async def running(folder: Path, hub: FakeHub, *options: str, token: str = TOKEN) -> AsyncIterator[Janji]:
    """A started agent that is gone afterwards."""
    janji = Janji(made(folder), ("agent", "--hub", hub.url, "--location", "singapore", *options))
    try:
        await asyncio.to_thread(janji.start, folder / "none.yaml", {"JANJI_AGENT_TOKEN": token})
        yield janji
    finally:
        await asyncio.to_thread(janji.close)


async def until(condition: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what another process does can only be looked at
            await asyncio.sleep(0.05)


def spooled(folder: Path) -> set[Result]:
    """Every whole result that is on the disk."""
    lines = [
        line for file in folder.glob("var/*/spool/*.jsonl") for line in file.read_bytes().splitlines(keepends=True)
    ]
    return {decode(Result, json.loads(line)) for line in lines if line.endswith(b"\n")}


async def test_a_kill_loses_nothing_that_was_on_the_disk_and_probes_no_slot_twice(tmp_path: Path) -> None:
    async with target_serving(answers()) as port, serving(FakeHub()) as hub:
        hub.checks = [http_check(f"c{number}", f"http://127.0.0.1:{port}/") for number in range(4)]
        async with running(tmp_path / "a", hub) as janji:
            await hub.until(lambda: len(hub.taken) >= 4)
            hub.status = problem(503, **{"Retry-After": "1"})
            await until(lambda: len(spooled(tmp_path / "a")) >= 8, "spooled")
            janji.kill()
        kept = spooled(tmp_path / "a")
        assert len(kept) >= 8
        hub.status = None
        async with running(tmp_path / "a", hub) as janji:
            await hub.until(lambda: kept <= set(hub.taken))
            last = max(result.slot for result in kept)
            await hub.until(lambda: any(result.slot > last for result in hub.taken))
            await asyncio.to_thread(janji.stop)
    seen = {(result.check, result.slot): result for result in hub.taken}
    assert set(seen.values()) == set(hub.taken), "no slot was probed twice"
    assert {result.outcome for result in hub.taken} == {State.UP}
    assert TOKEN not in janji.output


async def test_an_agent_that_is_stopped_hands_over_what_it_saw_and_exits_0(tmp_path: Path) -> None:
    async with target_serving(answers()) as port, serving(FakeHub()) as hub:
        hub.checks = [http_check("c", f"http://127.0.0.1:{port}/")]
        async with running(tmp_path / "a", hub) as janji:
            await hub.until(lambda: len(hub.taken) >= 2)
            await asyncio.to_thread(janji.stop)
    assert "stopped; 0 results wait" in janji.output
    assert spooled(tmp_path / "a") == set()


async def test_a_hub_that_goes_and_comes_is_said_in_one_line_each(tmp_path: Path) -> None:
    async with target_serving(answers()) as port, serving(FakeHub()) as hub:
        hub.checks = [http_check("c", f"http://127.0.0.1:{port}/")]
        async with running(tmp_path / "a", hub) as janji:
            await hub.until(lambda: len(hub.taken) >= 1)
            hub.status = problem(503, "no database", **{"Retry-After": "1"})
            await until(lambda: len(spooled(tmp_path / "a")) >= 3, "spooled")
            hub.status = None
            await until(lambda: "the hub is back" in janji.output, "back")
            await asyncio.to_thread(janji.stop)
    lines = [line for line in janji.output.splitlines() if "the hub is" in line]
    assert [line.split(": ", 1)[1].split(";")[0] for line in lines] == [
        "the hub is away: 503 no database",
        "the hub is back",
    ]


async def test_the_log_says_which_of_several_hubs_it_talks_to(tmp_path: Path) -> None:
    async with target_serving(answers()) as port, serving(FakeHub()) as one, serving(FakeHub()) as two:
        one.checks = two.checks = [http_check("c", f"http://127.0.0.1:{port}/")]
        async with running(tmp_path / "a", one, "--hub", two.url) as janji:
            await one.until(lambda: len(one.taken) >= 1)
            one.status = problem(503, "no database")
            await two.until(lambda: len(two.taken) >= 1)
            await until(lambda: "talking to" in janji.output, "said")
            await asyncio.to_thread(janji.stop)
    lines = [line.split(": ", 1)[1].split(";")[0] for line in janji.output.splitlines() if "the hub" in line]
    assert lines == [f"the hub is away: {one.url}: 503 no database", f"talking to the hub {two.url} now"]
    taken = [(item.check, item.slot) for item in one.taken + two.taken]
    slots = sorted({slot for _, slot in taken})
    assert slots == list(range(slots[0], slots[-1] + 1)), "no slot was lost on the way from one to the other"


async def test_the_agents_file_is_read_again_on_sighup_and_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("allow: [10.0.0.0/8]\n")
    async with target_serving(answers()) as port, serving(FakeHub()) as hub:
        hub.checks = [http_check("c", f"http://127.0.0.1:{port}/")]
        async with running(tmp_path / "a", hub, "--file", str(file)) as janji:
            await hub.until(lambda: bool(hub.taken))
            assert {result.outcome for result in hub.taken} == {State.UNKNOWN}
            file.write_text("allow: [127.0.0.1]\nshard: 5\n")
            janji.process.send_signal(signal.SIGHUP)
            await until(lambda: "shard: write a part of a whole" in janji.output, "refused")
            file.write_text("allow: [127.0.0.1]\n")
            janji.process.send_signal(signal.SIGHUP)
            await hub.until(lambda: hub.taken[-1].outcome is State.UP)
            await asyncio.to_thread(janji.stop)


async def test_two_agents_do_not_share_a_folder(tmp_path: Path) -> None:
    async with serving(FakeHub()) as hub, running(tmp_path / "a", hub):
        second = [sys.executable, "-m", "monitor", "agent", "--hub", hub.url, "--location", "singapore"]
        done = await asyncio.to_thread(
            subprocess.run,
            second,
            cwd=tmp_path / "a",
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "JANJI_AGENT_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert "another agent works in var/agent-singapore; give this one a spool.folder of its own" in done.stderr


PROGRAM = """
import json, sys
from monitor.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print("MODULES " + json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


async def test_an_agent_that_works_has_loaded_no_database_no_web_server_and_no_notifier(tmp_path: Path) -> None:
    async with target_serving(answers()) as port, serving(FakeHub()) as hub:
        hub.checks = [http_check("c", f"http://127.0.0.1:{port}/")]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, "agent", "--hub", hub.url, "--location", "singapore"),
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "JANJI_AGENT_TOKEN": TOKEN},
            stdout=subprocess.PIPE,
        )
        await hub.until(lambda: bool(hub.taken))
        process.terminate()
        output, _ = await process.communicate()
    assert process.returncode == 0
    loaded = set(json.loads(output.decode().rpartition("MODULES ")[2]))
    assert loaded & set(FOREIGN) == set()
    assert "aiohttp" in loaded


@pytest.mark.parametrize("module", ["monitor.agent.agent", "monitor.cli.agent", "monitor.cli.main"])
def test_importing_the_agent_loads_no_database_no_web_server_and_no_notifier(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & set(FOREIGN) == set()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hub", "http://hub.example.com", "--location", "singapore"), "--hub: over plain HTTP"),
        (("--hub", "https://hub.example.com", "--location", "../x"), "--location: write the location's name"),
        (("--hub", "https://hub.example.com", "--location", "x", "--shard", "3/2"), "--shard: write a part of a whole"),
        (("--hub", "https://hub.example.com", "--location", "x"), "the agent has no token; make one at the hub"),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "agent", *options],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
