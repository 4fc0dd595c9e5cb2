"""Asks for an outside address every minute while all is well here: whoever listens there notices our own silence."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

from monitor.core.secret import Lookup, SecretMissing, resolve
from monitor.settings.hub import Settings

logger = logging.getLogger(__name__)

EVERY = 60.0
_FIRST, _PATIENCE = 5.0, 10.0


class Pinging:
    """One step asks once."""

    def __init__(self, settings: Settings, secrets: Lookup) -> None:
        self._settings = settings
        self._secrets = secrets

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings

    async def run(self, is_well: Callable[[], bool]) -> None:
        """A step a minute while all is well, until it is cancelled: results are taken in and judged, alerts owed.

        A ping that failed makes nobody unready: it is the other side's.
        """
        await asyncio.sleep(_FIRST)  # by then a whole beat was well, or is not
        while True:
            problem = await self.step() if is_well() else None
            if problem:
                logger.warning("the outside ping failed: %s", problem)
            await asyncio.sleep(EVERY)

    async def step(self) -> str | None:
        """What went wrong, or None; nothing is asked for without an address."""
        address = self._settings.alerts.ping
        if address is None:
            return None
        try:
            url = resolve(address, self._secrets)
            limit = aiohttp.ClientTimeout(total=_PATIENCE)
            async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
                return None if answer.status < 400 else f"it answered {answer.status}"
        except SecretMissing as error:
            return f"the secret {error} is not set"
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            # The text of such an error may hold the address, which is a secret.
            return type(error).__name__
