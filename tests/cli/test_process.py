import subprocess
import sys

from tests.running import ROOT

ASKED = """
import gc, resource
from monitor.cli.process import prepare
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, min(hard, 4096)))
prepare()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
full = gc.get_stats()[2]["collections"]
kept = [[number] for number in range(2_000_000)]
print(gc.get_stats()[2]["collections"] - full)
"""


def test_a_process_that_probes_has_connections_enough_and_full_collections_when_it_says() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    soft, hard, collections = done.stdout.split()
    assert soft == hard
    assert collections == "0"


def test_a_hub_without_postgresql_loads_nothing_of_it() -> None:
    asked = "import sys, monitor.cli.up; print([name for name in sys.modules if 'dialects.postgresql' in name])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
