"""What a location probes is made of the settings' own checks, and of what is stored where they changed."""

from pathlib import Path

from monitor.hub.assigning import assignments, plan_of
from monitor.hub.wanted import wanted_components
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.store import Store

NOW = 1_767_225_590

TEXT = """
components:
  - id: api
    checks:
      - {id: health, kind: http, url: 'http://127.0.0.1/health', every: 60s, timeout: 5s}
"""


def settings_of(path: Path, text: str) -> Settings:
    path.write_text(text)
    return load(path, secrets=lambda _: True).settings


def test_a_check_is_that_of_the_settings_and_the_one_before_it_what_is_stored(tmp_path: Path) -> None:
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    before = settings_of(tmp_path / "a.yaml", TEXT)
    after = settings_of(tmp_path / "b.yaml", TEXT.replace("/health'", "/ready'"))
    for settings, now in ((before, NOW - 600), (after, NOW)):
        store.adopt(settings.digest, settings.document, wanted_components(settings), now=now, actor="test")
    plan = plan_of(after, store, NOW)
    old, new = assignments(plan, "local")
    assert assignments(plan, "elsewhere") == []
    store.close()
    assert (old.timing.start, old.timing.end, new.timing.start) == (NOW - 590, NOW + 10, NOW + 10)
    assert new.check is after.components[0].checks[0]
    assert old.check == before.components[0].checks[0]
    assert (old.timing.key, old.timing.timeout_ms, old.timing.retry_ms) == ("api/health", 5_000, 5_000)
