"""The copy of the site on disk while the hub runs: after every change, and once a minute otherwise."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from statuspage.copying import Copier
from statuspage.pages import Pages

logger = logging.getLogger(__name__)

EVERY = 60
"""Seconds after which a copy is made although nothing changed: figures and `checked at` go on."""


class Publishing:
    """Looks once a second whether a copy is due; a directory that cannot be written is said and tried again."""

    def __init__(
        self,
        pages: Pages,
        copier: Copier,
        directory: Callable[[], str | None],
        report: Callable[[str, str | None], None],
        executor: Executor,
    ) -> None:
        self._pages = pages
        self._copier = copier
        self._directory = directory
        self._report = report
        self._executor = executor
        self._done: tuple[str, int | None, int] = ("", None, 0)  # where, of which version, when

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(1)
            await self.step()

    async def step(self) -> bool:
        """Makes a copy if one is due; whether it did."""
        directory, view, version = self._directory(), self._pages.view, self._pages.version
        if directory is None or view is None:
            self._report("publish", None)
            return False
        where, of, at = self._done
        if (where, of) == (directory, version) and 0 <= view.now - at < EVERY:
            return False
        try:
            copying = lambda: self._copier.copy(view, Path(directory))  # noqa: E731 - what a thread is to do
            await asyncio.get_running_loop().run_in_executor(self._executor, copying)
        except OSError as error:
            logger.error("publish: the copy in %s could not be written: %s", directory, error.strerror)
            self._report("publish", f"The copy of the site in {directory} could not be written: {error.strerror}.")
        except Exception:
            logger.exception("publish: the copy could not be made")
            self._report("publish", "The copy of the site could not be made; see the log.")
        else:
            self._report("publish", None)
        self._done = (directory, version, view.now)
        return True
