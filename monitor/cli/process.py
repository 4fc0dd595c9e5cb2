"""What a process that probes asks of the machine and of Python, once, before anything else."""

import ctypes
import resource
import sys

from monitor.probes.garbage import leave_alone

ENOUGH = 65_536
"""Files and connections open at once."""

_M_ARENA_MAX = -8  # of malloc.h

_SWITCH = 0.001
"""Seconds after which a thread that judges or renders lets the event loop go on: probes start on time."""


def prepare() -> None:
    """Threads that give way, descriptors enough, one heap, and full garbage collections at moments of ours."""
    sys.setswitchinterval(_SWITCH)
    _share_one_heap()
    leave_alone()
    _allow_many()


def _share_one_heap() -> None:
    """glibc keeps a heap for every thread, each with holes of its own; only one thread of Python's runs at a time."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, 1)


def _allow_many() -> None:
    """Takes what the machine grants: five thousand targets that hang hold five thousand connections, and most machines
    give a process 1,024 unless it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
