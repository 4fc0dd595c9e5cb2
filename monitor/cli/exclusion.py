"""`janji exclusion`: time that is not to count against us because somebody else caused it, with four eyes."""

from monitor.cli.cases import group_of
from monitor.core.decision import RequestType

command = group_of(
    RequestType.EXCLUSION,
    """Request that time does not count, and decide on such requests.

    It counts as downtime until somebody other than the requester approves it, and then only where the agreement lists
    its kind and the component was seen down or degraded.
    """,
    'janji exclusion request --component api --kind third_party --start "2026-11-09 14:00" --for 40m \\\n'
    '--reason "The provider\'s network failed" --evidence https://provider.example/incidents/7',
)
