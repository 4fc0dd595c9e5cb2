"""`janji correction`: time in which our own measurement was wrong, with four eyes."""

from monitor.cli.cases import group_of
from monitor.core.decision import RequestType

command = group_of(
    RequestType.CORRECTION,
    """Request that a wrong measurement of ours becomes unknown, and decide on such requests.

    Corrected time is unknown everywhere: never up, never excluded. What was measured is kept.
    """,
    'janji correction request --component api --start "2026-11-09 14:00" --for 40m \\\n'
    '--reason "The probe used an expired password"',
)
