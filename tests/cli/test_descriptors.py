import subprocess
import sys

from tests.running import ROOT

ASKED = """
import resource
from monitor.cli.descriptors import allow_many
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, min(hard, 4096)))
allow_many()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_a_process_that_probes_may_have_as_many_connections_as_the_machine_grants() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    soft, hard = done.stdout.split()
    assert soft == hard
