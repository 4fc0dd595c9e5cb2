"""`janji agent`: probes at another place, and hands what it saw to its hub."""

import asyncio
import logging
import os
import random
import re
import signal
import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click
from yarl import URL

from monitor.agent import own as own_file
from monitor.agent.agent import Agent
from monitor.agent.checks import Known
from monitor.agent.link import hub_address, open_link, trust
from monitor.agent.own import Own
from monitor.agent.place import Place, own_folder
from monitor.agent.waiting import Waiting
from monitor.cli.context import lookup
from monitor.cli.descriptors import allow_many
from monitor.core.exchange import Shard
from monitor.probes.base import IDENTIFIER
from monitor.probes.lag import SystemClock
from monitor.settings.errors import SettingsError
from monitor.storage.spool import Spool

logger = logging.getLogger("janji")

_SWITCH = 0.001  # as in `janji up`: threads let the event loop go on


@click.command("agent")
@click.option("--hub", required=True, help="The hub's admin address, such as https://hub.example.com.")
@click.option("--location", required=True, help="The name of this location in the hub's settings.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="The agent's own file: what it may do.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="Where its token stands. Default: $JANJI_AGENT_TOKEN."
)
@click.option("--shard", help="Probe one part of the location's checks only, such as 1/3.")
@click.option("--insecure-http", is_flag=True, help="Let the hub's address begin with http://.")
def command(
    hub: str, location: str, file: Path | None, token_file: Path | None, shard: str | None, insecure_http: bool
) -> None:
    """Probe at another place, keep what was seen, and hand it to a hub.

    Needs no settings file: what is to be probed comes from the hub. Exit code 0 after SIGTERM; SIGHUP rereads --file.

    \b
    Example:
      JANJI_AGENT_TOKEN=janji_… janji agent --hub https://hub.example.com --location singapore --file agent.yaml
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(_SWITCH)
    allow_many()
    url, part = _address(hub, insecure_http), _part(shard)
    if re.fullmatch(IDENTIFIER, location) is None:
        raise click.UsageError("--location: write the location's name as the hub's settings do, such as singapore")
    token = _token(token_file)
    own = _own(file, part)
    folder = own.folder or Path("var") / _folder_name(location, own.shard)
    with ExitStack() as stack:
        _enter(stack, folder)
        asyncio.run(_run(url, location, token, folder, own, file, part))


async def _run(
    hub: URL, location: str, token: str, folder: Path, own: Own, file: Path | None, shard: Shard | None
) -> None:
    clock = SystemClock()
    disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
    async with open_link(hub, token, _trust(own), clock.wall) as link:
        place = Place(
            location=location,
            link=link,
            waiting=Waiting(Spool(folder / "spool", most_size=own.size, most_age=own.age)),
            known=Known(folder / "checks.json", str(hub)),
            clock=clock,
            secrets=lookup,
            chance=random.SystemRandom().random,
            disk=disk,
        )
        agent, stop = Agent(place, own), asyncio.Event()
        reread = _Reread(agent, place, file, shard)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, reread.begin)
        click.echo(f"Agent of {location}; its hub is {hub}, its folder {folder}")
        await agent.run(stop)
    disk.shutdown()


class _Reread:
    """Takes the agent's own file over again; a wrong one changes nothing."""

    def __init__(self, agent: Agent, place: Place, file: Path | None, shard: Shard | None) -> None:
        self._agent, self._place, self._file, self._shard = agent, place, file, shard
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._reread())

    async def _reread(self) -> None:
        try:
            own = await self._place.on_disk(lambda: _own(self._file, self._shard))
            self._place.link.tls = _trust(own)
        except (SettingsError, click.ClickException) as error:
            logger.error("the agent's file was not taken over; the version before stays in force:\n%s", error)
            return
        await self._agent.adopt(own)
        logger.info("the agent's file was read again")


def _enter(stack: ExitStack, folder: Path) -> None:
    try:
        stack.enter_context(own_folder(folder))
    except BlockingIOError:
        raise click.ClickException(
            f"another agent works in {folder}; give this one a spool.folder of its own"
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{folder} cannot be used ({error.strerror}); name another as spool.folder"
        ) from None


def _address(hub: str, insecure: bool) -> URL:
    try:
        return hub_address(hub, insecure=insecure)
    except ValueError as error:
        raise click.UsageError(f"--hub: {error}") from None


def _part(shard: str | None) -> Shard | None:
    try:
        return None if shard is None else Shard.parse(shard)
    except ValueError as error:
        raise click.UsageError(f"--shard: {error}") from None


def _own(file: Path | None, shard: Shard | None) -> Own:
    own = Own() if file is None else own_file.load(file)
    return own if shard is None else replace(own, shard=shard)


def _token(file: Path | None) -> str:
    """The token; taken out of the environment, so that nothing started from here has it."""
    token = os.environ.pop(own_file.TOKEN, "")
    if file is not None:
        try:
            token = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise click.UsageError(f"--token-file {file} cannot be read: {error}") from None
    token = token.strip()
    if not token:
        raise click.UsageError(
            f"the agent has no token; make one at the hub with `janji token create NAME --scope location:NAME`, and "
            f"set ${own_file.TOKEN} or name a file with --token-file"
        )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise click.UsageError("the token holds letters that no token has; copy it again")
    return token


def _folder_name(location: str, shard: Shard | None) -> str:
    return f"agent-{location}" if shard is None else f"agent-{location}-{shard.number}-of-{shard.of}"


def _trust(own: Own) -> ssl.SSLContext:
    try:
        return trust(own.ca)
    except OSError as error:
        raise click.ClickException(f"ca: {own.ca} holds no certificate in PEM form ({error})") from None
