"""What follows for a hub from what the database says of the lead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.model import Seconds
from monitor.hub.leading import Leading
from monitor.storage.store import NotLeading, StorageAway, Store
from tests.storage.builders import T0, World, component


class Said:
    """A lead whose answers are known beforehand: an epoch, None, or that the database is away."""

    def __init__(self, *answers: int | str | None) -> None:
        self._answers = list(answers)

    def step(self, now: Seconds, settings: str) -> int | None:
        answer = self._answers.pop(0)
        if isinstance(answer, str):
            raise StorageAway(answer)
        return answer


class Course:
    """A hub's looks at the lead, and what came of each."""

    def __init__(self, store: Store, *answers: int | str | None) -> None:
        self.happened: list[str] = []
        self.problems: dict[str, str | None] = {}
        self.failing = 0
        self.leading = Leading(
            Said(*answers), store, gained=self._gained, lost=self._lost, report=self.problems.__setitem__
        )

    async def _gained(self) -> None:
        if self.failing:
            self.failing -= 1
            raise StorageAway("in the middle")
        self.happened.append("gained")

    def _lost(self) -> None:
        self.happened.append("lost")

    async def look(self) -> str:
        await self.leading.step(T0, "settings")
        return self.leading.role


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    yield opened
    opened.close()


async def test_a_lead_that_goes_on_changes_nothing(store: Store) -> None:
    course = Course(store, 1, 1)
    assert [await course.look(), await course.look()] == ["leads", "leads"]
    assert course.happened == ["gained"]


async def test_a_hub_whose_database_is_away_goes_on_probing_and_decides_nothing(store: Store) -> None:
    course = Course(store, 0, "no answer", 0)
    await course.look()
    assert await course.look() == "waits for the database"
    assert course.happened == ["gained"]
    assert "no answer" in str(course.problems["leader"])
    with pytest.raises(NotLeading):
        World(store).adopt(component())
    assert await course.look() == "leads"
    World(store).adopt(component())
    assert (course.happened, course.problems["leader"]) == (["gained", "gained"], None)


async def test_a_hub_that_hears_of_another_leader_stops_probing(store: Store) -> None:
    course = Course(store, 1, "no answer", None)
    assert [await course.look() for _ in range(3)] == ["leads", "waits for the database", "follows"]
    assert course.happened == ["gained", "lost"]
    with pytest.raises(NotLeading):
        World(store).adopt(component())


async def test_a_lead_that_could_not_be_taken_up_is_taken_up_at_the_next_look(store: Store) -> None:
    course = Course(store, 1, 1)
    course.failing = 1
    with pytest.raises(StorageAway):
        await course.look()
    assert not course.leading.leads
    assert await course.look() == "leads"
