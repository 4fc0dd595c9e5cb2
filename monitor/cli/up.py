"""`janji up`: the hub and the page in one process."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import uvicorn
from pydantic import TypeAdapter, ValidationError
from starlette.types import ASGIApp

from monitor import __version__
from monitor.cli.admin import Doors, work_of
from monitor.cli.connections import Bounded, watch
from monitor.cli.context import Context, actor, database_of, lookup
from monitor.cli.process import prepare
from monitor.cli.publishing import Publishing
from monitor.hub.hub import Hub
from monitor.notify.deliver import deliver
from monitor.probes.garbage import keep
from monitor.probes.lag import SystemClock
from monitor.settings.errors import SettingsError
from monitor.settings.hub import Address, Server
from monitor.settings.values import Listen
from monitor.storage.engine import StorageError, folder_lock
from monitor.storage.leading import hub_on, new_name
from monitor.storage.spool import Spool
from monitor.storage.store import StorageAway, Store
from statuspage.app import create_app
from statuspage.copying import Copier

logger = logging.getLogger("janji")

_NOT_STARTED = "Nothing is probed until Janji is started again; mend the database, or let a supervisor try again."


@click.command("up")
@click.option("--listen", metavar="HOST:PORT", help="Serve the page here instead of at server.listen.")
@click.option("--admin", "admin_at", metavar="HOST:PORT", help="Serve agents and the API here, not at server.admin.")
@click.pass_obj
def command(context: Context, listen: str | None, admin_at: str | None) -> None:
    """Probe, judge, alert and serve the page until stopped.

    Several hubs may work on one PostgreSQL with one settings file: one leads, the others serve pages, the API and
    agents, and take over. Where they share a machine, --listen and --admin tell them apart.

    \b
    Example:
      janji --config config/janji.yaml up
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # it warns of each batch that came twice
    prepare()
    loaded = context.load(with_channels=True)
    for warning in loaded.warnings:
        logger.warning("%s", warning)
    name = new_name()
    try:
        store, backup = Store.open(database_of(loaded.settings), name)
    except StorageError as error:
        raise StorageError(f"{error}\n{_NOT_STARTED}") from error
    if backup is not None:
        logger.info("the database was upgraded; a backup of it before is %s", backup)
    server = loaded.settings.server
    with contextlib.ExitStack() as stack:
        stack.callback(store.close)
        folder = _folder(server)
        leadership = stack.enter_context(hub_on(store.engine, name, __version__))
        stack.enter_context(folder_lock(folder))
        public = stack.enter_context(bound(_address(listen) or server.listen, "server.listen"))
        admin = stack.enter_context(bound(_address(admin_at) or server.admin, "server.admin"))
        reading = Store.open_read_only(database_of(loaded.settings))
        stack.callback(reading.close)
        clock = SystemClock()
        hub = Hub(
            store=store,
            reading=reading,
            settings=loaded.settings,
            clock=clock,
            secrets=lookup,
            deliver=deliver,
            spool=Spool(folder / "spool"),
            actor=actor(store, "settings"),
            name=name if store.engine.dialect.name == "postgresql" else "hub",
            leadership=leadership,
        )
        work = work_of(hub, reading=reading, writing=store, clock=clock)
        asyncio.run(_serve(hub, Doors(work, clock), context, public, admin))


async def _serve(hub: Hub, doors: Doors, context: Context, public: socket.socket, admin: socket.socket) -> None:
    stop = asyncio.Event()
    reload = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    page = create_app(hub.reader, readers=hub.threads.readers)
    servers = [
        _server(doors.public(page)),
        _server(doors.admin(create_app(hub.reader, admin=True, pages=page.pages))),
    ]
    serving = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, listener in zip(servers, (public, admin), strict=True)
    ]
    watching = asyncio.create_task(_watch(hub, context, reload))
    bounding = asyncio.create_task(watch(servers))
    copier = Copier(hub.reader)
    publishing = Publishing(page.pages, copier, lambda: hub.settings.publish, hub.reader.report, hub.threads.readers)
    copying = asyncio.create_task(publishing.run())
    try:
        await hub.run(page.pages, stop, ready=lambda: _ready(public))
    finally:
        watching.cancel()
        bounding.cancel()
        copying.cancel()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*serving, watching, bounding, copying, return_exceptions=True)


def _ready(listener: socket.socket) -> None:
    keep()
    _announce(listener)


def _announce(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Status page: http://{shown}:{port}/")


async def _watch(hub: Hub, context: Context, reload: asyncio.Event) -> None:
    """Loads the settings again on SIGHUP and whenever the file changes; a wrong file changes nothing."""
    path = context.path
    seen = _stamp(path)
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await reload.wait()
        stamp = _stamp(path)
        if not reload.is_set() and stamp == seen:
            continue
        reload.clear()
        seen = stamp
        await _reload(hub, context)


async def _reload(hub: Hub, context: Context) -> None:
    try:
        loaded = await asyncio.get_running_loop().run_in_executor(
            hub.threads.readers, lambda: context.load(with_channels=True)
        )
        for warning in loaded.warnings:
            logger.warning("%s", warning)
        await hub.reload(loaded.settings)
        gc.freeze()
    except SettingsError as error:
        logger.error("the settings were not taken over; the version before stays in force:\n%s", error)
        hub.reader.report("settings", f"The settings file is wrong; the version before is in force. {error}")
    except (StorageAway, StorageError, click.ClickException) as error:
        logger.error("the settings were not taken over; the version before stays in force: %s", error)
        hub.reader.report("settings", "The settings could not be taken over; the version before is in force.")
    else:
        logger.info("settings taken over (%s)", loaded.settings.digest[:12])
        hub.reader.report("settings", None)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from another, atomic replacement included; None while it is missing."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


class _Server(uvicorn.Server):
    """Leaves signals to the hub."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        http=Bounded,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        limit_concurrency=2000,
    )
    return _Server(config)


def _address(text: str | None) -> Address | None:
    """An address that was given with the command. Raises click's error with what to write."""
    try:
        return None if text is None else TypeAdapter[Address](Listen).validate_python(text)
    except ValidationError:
        raise click.UsageError(f"{text!r} is no address; write it as 127.0.0.1:8000") from None


@contextlib.contextmanager
def bound(address: Address, key: str) -> Iterator[socket.socket]:
    """A bound socket; a taken address ends the command with the remedy."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # With its protocol named, or asyncio leaves Nagle's algorithm on: 40 ms for every answer on a kept connection.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        raise click.ClickException(
            f"{key} {address.host}:{address.port} cannot be used ({error.strerror}); choose another port"
        ) from None
    with listener:
        yield listener


def _folder(server: Server) -> Path:
    """Where results wait while the database is away."""
    database = server.database
    return Path(database.removeprefix("sqlite:///")).parent if database.startswith("sqlite:///") else Path("var")
