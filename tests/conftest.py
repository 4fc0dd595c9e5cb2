"""What every test run shares: zone rules from the locked package, and examples that do not vary in CI."""

import os
import zoneinfo

import hypothesis
import pytest

pytest_plugins = ["tests.services"]


def pytest_configure(config: pytest.Config) -> None:
    zoneinfo.reset_tzpath(())
    hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
    hypothesis.settings.register_profile("ci", max_examples=100, derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")
