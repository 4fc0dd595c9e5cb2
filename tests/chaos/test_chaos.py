"""Three agents and a hub while everything goes wrong: at the end the timeline is that of the target's own log.

`JANJI_CHAOS_SEED` repeats a run, `JANJI_CHAOS_SECONDS` makes a longer one.
In CI the course is always the same, as examples are: a change is judged by what it changed.
"""

from pathlib import Path

import pytest

from tests.chaos.course import LONG, course
from tests.chaos.party import gathered
from tests.chaos.proof import agree, at_the_end
from tests.chaos.turmoil import freeze_hub, kill_hub, repeat, turmoil

pytestmark = pytest.mark.slow


async def test_whatever_goes_wrong_the_timeline_is_that_of_the_targets_own_log(tmp_path: Path) -> None:
    rng = course()
    async with gathered(tmp_path, f"sqlite:///{tmp_path}/janji.db", rng) as party:
        await turmoil(party, rng, LONG, (kill_hub, freeze_hub), (repeat,))
        agree(party, await at_the_end(party))
