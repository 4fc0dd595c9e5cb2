"""The settings in `config/` run as they stand, explain every key, and have a schema that is current."""

import json
import re
from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel

from monitor.probes import KINDS
from monitor.probes.assignment import read_check
from monitor.settings.alerts import (
    Alerts,
    BreachSettings,
    Channel,
    ChannelWords,
    EscalationSettings,
    QuietSettings,
    RateSettings,
    Rule,
)
from monitor.settings.hub import (
    AgreementSettings,
    ComponentSettings,
    Location,
    Page,
    ReviewSending,
    Server,
    StatementSending,
)
from monitor.settings.incidents import Incidents, SeveritySettings, TemplateSettings, WorkingSettings
from monitor.settings.loader import load
from monitor.settings.maintenance import Maintenance
from monitor.settings.schema import json_schema
from monitor.settings.wording import keys_of
from tests.settings.loading import loaded

CONFIG = Path(__file__).resolve().parent.parent.parent / "config"
EXAMPLE = (CONFIG / "janji.yaml").read_text(encoding="utf-8")


def test_the_example_watches_itself_every_ten_seconds() -> None:
    loading = load(CONFIG / "janji.yaml", secrets=lambda _name: False)
    settings = loading.settings
    assert loading.warnings == ()
    assert (settings.page.title, settings.page.zone) == ("Janji", "Asia/Jakarta")
    assert [item.objective for item in settings.components] == [
        Fraction(999, 1000),
        Fraction(995, 1000),
        Fraction(999, 1000),
    ]
    assert {check.every.total_seconds() for item in settings.components for check in item.checks} == {10}
    assert [check.kind for item in settings.components for check in item.checks] == ["http", "http", "sqlite"]


def test_the_full_example_needs_its_three_secrets_and_nothing_else() -> None:
    loading = load(CONFIG / "pwbi.yaml", secrets=lambda _name: False)
    assert loading.unset == ("PROBE_POSTGRES_DSN", "ENGINEERING_URL", "SUPPORT_URL")
    assert len(loading.warnings) == 3
    assert load(CONFIG / "pwbi.yaml", secrets=lambda _name: True).warnings == ()


def test_the_schema_is_current() -> None:
    written = (CONFIG / "janji.schema.json").read_text(encoding="utf-8")
    assert written == json_schema(), "run: python -m monitor.settings.schema > config/janji.schema.json"


def test_the_schema_knows_every_kind_by_its_name() -> None:
    definitions = json.loads(json_schema())["$defs"]
    for kind, model in KINDS.items():
        assert definitions[model.__name__]["properties"]["kind"]["const"] == kind
        assert "kind" in definitions[model.__name__]["required"]


def test_every_example_names_its_schema() -> None:
    for path in CONFIG.glob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=janji.schema.json"


def test_the_example_explains_every_key() -> None:
    # These wait for what they are for.
    later = {"agent", "trusted_proxies"}
    models: list[type[BaseModel]] = [
        Page,
        Server,
        Location,
        ComponentSettings,
        Alerts,
        BreachSettings,
        Channel,
        EscalationSettings,
        QuietSettings,
        RateSettings,
        ChannelWords,
        Rule,
        AgreementSettings,
        ReviewSending,
        StatementSending,
        Incidents,
        SeveritySettings,
        WorkingSettings,
        TemplateSettings,
        Maintenance,
        *KINDS.values(),
    ]
    expects = [type(kind.model_fields["expect"].default) for kind in KINDS.values()]
    keys = {key for model in (*models, *expects) for key in keys_of(model)}
    assert sorted(key for key in keys - later if not re.search(rf"\b{key}:", EXAMPLE)) == []


def test_the_commented_checks_can_be_used(tmp_path: Path) -> None:
    lines = re.findall(r"^# ?(    .*)$", EXAMPLE, re.MULTILINE)
    checks = lines[next(number for number, line in enumerate(lines) if "kind: tcp" in line) :]
    text = "components:\n  - id: all\n    checks:\n" + "\n".join(checks[: _end(checks)]) + "\n"
    settings = loaded(tmp_path, text.replace("\n\n", "\n")).settings
    # The hub probes by the checks of its settings, an agent by what is read from their definitions.
    assert all(read_check(check.definition()) == check for check in settings.components[0].checks)
    kinds = [check.kind for check in settings.components[0].checks]
    assert kinds == ["tcp", "tls", "dns", "postgres", "mysql", "redis", "heartbeat", "heartbeat"]


def _end(lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines) if "engineering:" in line), len(lines))


def test_the_commented_reported_component_can_be_used(tmp_path: Path) -> None:
    found = re.search(r"^#   - id: powerbi\n(?:#     .*\n)+", EXAMPLE, re.MULTILINE)
    assert found is not None
    settings = loaded(tmp_path, "components:\n" + re.sub("^#", "", found[0], flags=re.MULTILINE)).settings
    assert settings.components[0].reported


def test_the_commented_alerts_and_agreements_can_be_used(tmp_path: Path) -> None:
    tail = EXAMPLE[EXAMPLE.index("# alerts:\n") :]
    titles = "Agreements|Retention|Reports|Subscriptions|Incidents|Maintenance"
    tail = re.sub(rf"^# ({titles}):", r"# # \1:", tail, flags=re.MULTILINE)
    with_url = EXAMPLE.replace("  # url:", "  url:")
    loading = loaded(tmp_path, with_url + re.sub(r"^# ?", "", tail, flags=re.MULTILINE))
    reports = loading.settings.reports
    assert (reports.review is not None, reports.statements is not None) == (True, True)
    assert loading.settings.incidents.severities == Incidents().severities
    assert [template.id for template in loading.settings.incidents.templates] == ["sync-late"]
    assert [rule.on for rule in loading.settings.alerts.rules] == [
        "down",
        "unknown",
        "uptime",
        "burn",
        "certificate",
        "hub",
    ]
    assert loading.settings.subscriptions.offered
    assert [item.id for item in loading.settings.agreements] == ["acme"]
    assert loading.warnings == ()
