"""What Prometheus is told: states, alerts, messages; in the text that its own parser reads."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.api.metrics import exposed
from monitor.api.operation import Desk
from monitor.core.contact import Contact, Waiting
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.api.test_acknowledging import PLAN, SETTINGS
from tests.storage.builders import DOWN, T0, UP, World, component, slots
from tests.storage.telling import tell


@pytest.fixture
def samples(tmp_path: Path) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    world = World(store, PLAN)
    world.adopt(component())
    world.live(slots(UP, DOWN))
    tell(store, PLAN, T0 + 120)
    text, media_type = exposed(Desk(Settings.model_validate(SETTINGS), store, T0 + 130))
    store.close()
    assert media_type.startswith("text/plain")
    families = text_string_to_metric_families(text.decode())
    return {(item.name, *item.labels.values()): item.value for family in families for item in family.samples}


def test_states_alerts_and_messages_are_told(samples: dict[tuple[str, ...], float]) -> None:
    assert samples["janji_component_state", "api", "down"] == 1
    assert samples["janji_component_state", "api", "up"] == 0
    assert samples["janji_component_settled_timestamp_seconds", "api"] == T0 + 120
    assert samples["janji_alerts_firing", "down", "page"] == 1
    assert samples["janji_alerts_firing", "certificate", "ticket"] == 0
    assert samples["janji_alerts_unacknowledged",] == 1
    assert [samples["janji_messages", state] for state in ("waiting", "sent", "given_up")] == [1, 0, 0]


def test_what_a_location_lost_is_told_whoever_gave_it_up(tmp_path: Path) -> None:
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    store.losses.note("a", {"jakarta": 40}, T0)
    store.contacts.note(Contact("singapore", T0, 2, "1.0", Waiting(0, 7, 3, None)))
    places = [{"name": "jakarta"}, {"name": "singapore", "agent": True}, {"name": "surabaya"}]
    text, _ = exposed(Desk(Settings.model_validate({**SETTINGS, "locations": places}), store, T0 + 130))
    store.close()
    lines = text.decode().splitlines()
    assert [line for line in lines if line.startswith(("janji_dropped", "janji_agent_backlog"))] == [
        'janji_agent_backlog{location="singapore"} 7.0',
        'janji_dropped_results{location="jakarta"} 40.0',
        'janji_dropped_results{location="singapore"} 3.0',
        'janji_dropped_results{location="surabaya"} 0.0',
    ]
