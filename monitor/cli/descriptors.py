"""How many files and connections a process that probes may have open."""

import resource

ENOUGH = 65_536


def allow_many() -> None:
    """Takes what the machine grants: five thousand targets that hang hold five thousand connections, and most machines
    give a process 1,024 unless it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
