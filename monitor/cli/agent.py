"""`janji agent`: probes at another place, and hands what it saw to its hub."""

import asyncio
import logging
import os
import random
import re
import signal
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import click

from monitor.agent import own as own_file
from monitor.agent.address import hub_addresses, trust
from monitor.agent.agent import Agent
from monitor.agent.checks import Known
from monitor.agent.link import open_link
from monitor.agent.own import Own
from monitor.agent.place import Place, own_folder
from monitor.agent.waiting import Waiting
from monitor.cli.context import lookup
from monitor.cli.process import prepare
from monitor.core.exchange import Shard
from monitor.probes.base import IDENTIFIER
from monitor.probes.lag import SystemClock
from monitor.settings.errors import SettingsError
from monitor.storage.spool import Spool

logger = logging.getLogger("janji")


@click.command("agent")
@click.option(
    "--hub",
    "hubs",
    multiple=True,
    help="The hub's admin address, such as https://hub.example.com. Once for each hub of one database.",
)
@click.option("--location", required=True, help="The name of this location in the hub's settings.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="The agent's own file: what it may do.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="Where its token stands. Default: $JANJI_AGENT_TOKEN."
)
@click.option("--shard", help="Probe one part of the location's checks only, such as 1/3.")
@click.option("--insecure-http", is_flag=True, help="Let the hub's address begin with http://.")
def command(
    hubs: tuple[str, ...],
    location: str,
    file: Path | None,
    token_file: Path | None,
    shard: str | None,
    insecure_http: bool,
) -> None:
    """Probe at another place, keep what was seen, and hand it to a hub.

    Needs no settings file: what is to be probed comes from the hub. Of several hubs it talks to the first, and to the
    next when that one is away. Exit code 0 after SIGTERM; SIGHUP rereads --file.

    \b
    Example:
      JANJI_AGENT_TOKEN=janji_… janji agent --hub https://hub.example.com --location singapore --file agent.yaml
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    prepare()
    given = _Given(file, _addresses(hubs, insecure_http), _part(shard), insecure_http)
    if re.fullmatch(IDENTIFIER, location) is None:
        raise click.UsageError("--location: write the location's name as the hub's settings do, such as singapore")
    token = _token(token_file)
    own = given.own()
    folder = own.folder or Path("var") / _folder_name(location, own.shard)
    with ExitStack() as stack:
        _enter(stack, folder)
        asyncio.run(_run(location, token, folder, own, given))


@dataclass(frozen=True, slots=True)
class _Given:
    """What the command line says, which goes before the agent's own file."""

    file: Path | None
    hubs: tuple[str, ...]
    shard: Shard | None
    insecure: bool

    def own(self) -> Own:
        """What the file says now, but for that. Raises SettingsError and UsageError."""
        own = Own() if self.file is None else own_file.load(self.file, insecure=self.insecure)
        if not (self.hubs or own.hubs):
            raise click.UsageError("name the hub with --hub https://hub.example.com, or under hubs in the file")
        return replace(own, hubs=self.hubs or own.hubs, shard=self.shard or own.shard)


async def _run(location: str, token: str, folder: Path, own: Own, given: _Given) -> None:
    clock = SystemClock()
    disk = ThreadPoolExecutor(1, thread_name_prefix="spool")
    async with open_link(own.hubs, token, _trust(own), clock.wall) as link:
        place = Place(
            location=location,
            link=link,
            waiting=Waiting(Spool(folder / "spool", most_size=own.size, most_age=own.age)),
            known=Known(folder / "checks.json"),
            clock=clock,
            secrets=lookup,
            chance=random.SystemRandom().random,
            disk=disk,
        )
        agent, stop = Agent(place, own), asyncio.Event()
        reread = _Reread(agent, place, given)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, reread.begin)
        hubs = f"hub is {own.hubs[0]}" if len(own.hubs) == 1 else f"hubs are {', '.join(own.hubs)}"
        click.echo(f"Agent of {location}; its {hubs}, its folder {folder}")
        await agent.run(stop)
    disk.shutdown()


class _Reread:
    """Takes the agent's own file over again; a wrong one changes nothing."""

    def __init__(self, agent: Agent, place: Place, given: _Given) -> None:
        self._agent, self._place, self._given = agent, place, given
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._reread())

    async def _reread(self) -> None:
        try:
            own = await self._place.on_disk(self._given.own)
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


def _addresses(hubs: Sequence[str], insecure: bool) -> tuple[str, ...]:
    try:
        return hub_addresses(hubs, insecure=insecure)
    except ValueError as error:
        raise click.UsageError(f"--hub: {error}") from None


def _part(shard: str | None) -> Shard | None:
    try:
        return None if shard is None else Shard.parse(shard)
    except ValueError as error:
        raise click.UsageError(f"--shard: {error}") from None


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
