"""The union is the one registry of kinds."""

import importlib
import pkgutil
import subprocess
import sys
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

import monitor.probes
from monitor.probes import KINDS, AnyCheck, Check
from tests.probes.conftest import made

MINIMAL: dict[str, dict[str, Any]] = {
    "http": {"url": "http://shop.test/"},
    "tcp": {"host": "shop.test", "port": 22},
    "tls": {"host": "shop.test"},
    "dns": {"name": "shop.test"},
    "postgres": {"dsn": "${DSN}"},
    "mysql": {"dsn": "${DSN}"},
    "redis": {"url": "redis://shop.test"},
    "sqlite": {"path": "/var/shop.db"},
    "heartbeat": {"period": "1h"},
}


def test_every_kind_file_is_in_the_union() -> None:
    found: set[type[Check]] = set()
    for module in pkgutil.iter_modules(monitor.probes.__path__, "monitor.probes."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Check) and thing.__module__ == module.name:
                found |= {thing} if get_args(thing.model_fields["kind"].annotation) else set()
    assert found == set(KINDS.values())


def test_a_kind_is_named_as_its_file_and_as_its_tag() -> None:
    for name, model in KINDS.items():
        assert get_args(model.model_fields["kind"].annotation) == (name,)
        assert model.__module__ == f"monitor.probes.{name}"


def test_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(ValidationError) as caught:
        made("htttp", url="http://shop.test")
    assert "kind must be one of " + ", ".join(KINDS) in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_reads_back_as_the_same_check(kind: str) -> None:
    check = made(kind, **MINIMAL[kind])
    again: Check = TypeAdapter(AnyCheck).validate_python(check.definition())
    assert again == check
    assert again.definition() == check.definition()


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_stand_only_in_fields_that_exist(kind: str) -> None:
    assert set(KINDS[kind].secret_fields) <= set(KINDS[kind].model_fields)


def test_a_check_gives_itself_a_third_of_its_slot_but_no_more_than_ten_seconds() -> None:
    brief = made("tcp", **MINIMAL["tcp"], every="6s").model_copy(update={"timeout": None, "retry": None})
    assert (brief.budget_of_attempt().total_seconds(), brief.pause_before_retry().total_seconds()) == (2, 1)
    long = made("tcp", **MINIMAL["tcp"], every="1h").model_copy(update={"timeout": None, "retry": None})
    assert (long.budget_of_attempt().total_seconds(), long.pause_before_retry().total_seconds()) == (10, 5)


def test_drivers_are_loaded_only_by_a_probe_that_needs_them() -> None:
    code = (
        "import sys, monitor.probes.run, monitor.probes.session;"
        "print(sorted({'dns', 'psycopg', 'aiomysql', 'pymysql', 'redis'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
