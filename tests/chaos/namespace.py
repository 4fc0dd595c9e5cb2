"""A place with a network of its own, where this machine grants one: two links lead out of it, and one can be cut.

Cut is as a pulled cable: no answer, no reset, connections that stay and say nothing. Where no network namespaces can
be had (they need root, or CAP_NET_ADMIN and CAP_SYS_ADMIN, and `ip`), whoever asks is told why, and cuts otherwise.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address


class NoNamespaces(Exception):
    """This machine grants none; the text says why."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """`hub` and `target` are our ends of the links: addresses that can be listened on here and reached from there."""

    name: str
    hub: str
    target: str
    _link: str

    @property
    def within(self) -> tuple[str, ...]:
        """The command that becomes another one, in there."""
        return ("nsenter", f"--net=/run/netns/{self.name}")

    def cut(self) -> None:
        """Nothing gets through to the hub; the target goes on being reached."""
        _run("ip", "link", "set", self._link, "down")

    def mend(self) -> None:
        _run("ip", "link", "set", self._link, "up")


@contextmanager
def namespace() -> Iterator[Namespace]:
    """One of this process, gone afterwards. Raises NoNamespaces."""
    pid = os.getpid()
    name = f"janji-{pid}"
    # The range for tests between networks (RFC 2544): eight addresses for each process, four for each link.
    base = IPv4Address("198.18.0.0") + pid % 2**14 * 8
    made = Namespace(name, str(base + 1), str(base + 5), f"jh{pid}")
    with ExitStack() as stack:
        _run("ip", "netns", "add", name)
        stack.callback(_run, "ip", "netns", "del", name)
        for here, ours in ((f"jh{pid}", base + 1), (f"jt{pid}", base + 5)):
            there = f"{here}n"
            _run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
            stack.callback(_run, "ip", "link", "del", here)
            _run("ip", "address", "add", f"{ours}/30", "dev", here)
            _run("ip", "link", "set", here, "up")
            _run("ip", "-n", name, "address", "add", f"{ours + 1}/30", "dev", there)
            _run("ip", "-n", name, "link", "set", there, "up")
        _run(*made.within, "true")
        yield made


def _run(*command: str) -> None:
    try:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        subprocess.run(command, check=True, capture_output=True, text=True, env={"PATH": path})
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise NoNamespaces(f"{' '.join(command)}: {said}") from None
