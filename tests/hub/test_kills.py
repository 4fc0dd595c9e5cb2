"""A kill at each step from a judgement to the booking of its message: told at least once, and never lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import PATIENCE, ROOT

PROGRAM = """
import asyncio, os, signal, sys
from concurrent.futures import ThreadPoolExecutor
from monitor.core.alert import Channel, On, Plan, Rule
from monitor.hub.notifier import Notifier
from monitor.notify.deliver import Delivery
from monitor.storage import telling
from monitor.storage.outbox import OutboxRows
from monitor.storage.store import Store
from monitor.storage.telling import Tellings
from tests.storage.builders import DOWN, T0, UP, World, component, slots
from tests.storage.telling import tell

database, received, step = sys.argv[1:]

def die(*_arguments, **_values):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def done(*arguments, **values):
        function(*arguments, **values)
        die()
    return done

async def deliver(url, message):
    with open(received, "a") as file:
        file.write(message.title + "\\n")
        file.flush()
        os.fsync(file.fileno())
    if step == "sending":
        die()
    return Delivery(delivered=True)

if step == "deciding":  # everything of the judgement is written, and not committed
    from monitor.storage import inbox
    inbox.done = die
if step == "decided":  # it is committed, and nothing is owed yet
    Store.judge = after(Store.judge)
if step == "storing":  # the message is written, and not committed
    telling.episodes.settle = die
if step == "stored":
    Tellings.tell = after(Tellings.tell)
if step == "marking":
    OutboxRows.sent = die

plan = Plan((Rule(On.DOWN, channels=("ops",)),), {"ops": Channel(("a",))}, wait=0)
store, _ = Store.open(database)
world = World(store, plan)
world.adopt(component())
states = [UP, DOWN, DOWN, UP] if step == "nothing" else [UP, DOWN]
for result in slots(*states):
    world.accept(result)
    world.step(result.slot - T0 + 60)
    tell(store, plan, result.slot + 60)
    with ThreadPoolExecutor(1) as writer:
        async def send():
            notifier = Notifier(store, deliver=deliver, secrets=str, writer=writer)
            await notifier.step(result.slot + 60)
            await notifier.finish()
        asyncio.run(send())
"""


def run(folder: Path, step: str) -> int:
    arguments = [f"sqlite:///{folder}/janji.db", str(folder / "received"), step]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("step", ["deciding", "decided", "storing", "stored", "sending", "marking"])
def test_a_kill_at_any_step_loses_no_alert(tmp_path: Path, step: str) -> None:
    assert run(tmp_path, step) == -9
    assert run(tmp_path, "nothing") == 0
    received = (tmp_path / "received").read_text().splitlines()
    again = 2 if step in ("sending", "marking") else 1
    assert received == ["api is down"] * again + ["api has recovered"]
