"""Three agents and two hubs on a PostgreSQL of their own, while all of them are killed and frozen: the timelines are
those of the target's own log, nothing accepted is lost, and in each epoch one hub judged.

Seeds and lengths as in `test_chaos`. How long it took until another hub led is printed.
"""

from pathlib import Path

import pytest

from tests.chaos.course import LONG, course
from tests.chaos.fence import watch, watched
from tests.chaos.party import gathered
from tests.chaos.proof import agree, at_the_end
from tests.chaos.turmoil import repeat, turmoil
from tests.chaos.upheaval import DATABASE, HUBS
from tests.hubs import TAKEOVER
from tests.services import OwnPostgres

pytestmark = pytest.mark.slow


async def test_whatever_goes_wrong_with_two_hubs_the_timeline_is_that_of_the_targets_own_log(
    tmp_path: Path, own_postgres: OwnPostgres
) -> None:
    rng = course()
    async with gathered(tmp_path, own_postgres.url, rng, own_postgres) as party:
        watch(own_postgres.url)
        await turmoil(party, rng, LONG, HUBS, DATABASE, (repeat,))
        agree(party, await at_the_end(party))
        watched(own_postgres.url).agrees()
        assert max(took for _, took in party.takeovers) < TAKEOVER
