"""What settings say when little is written, and how what is written becomes values."""

from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.core.credit import Band, Bands, Slope, Step
from monitor.core.model import digest
from monitor.settings.hub import Address, Money
from tests.settings.loading import ONE_CHECK, loaded, mistakes


def test_only_components_have_no_default(tmp_path: Path) -> None:
    settings = loaded(tmp_path, ONE_CHECK).settings
    assert (settings.page.title, settings.page.url, settings.page.zone) == ("Status", None, "UTC")
    assert settings.page.languages == ("en",)
    assert settings.server.listen == Address("127.0.0.1", 8000)
    assert settings.server.admin == Address("127.0.0.1", 8001)
    assert settings.server.database == "sqlite:///var/janji.db"
    assert settings.server.trusted_proxies == ()
    assert [(item.name, item.agent, item.public) for item in settings.locations] == [("local", False, True)]
    assert (dict(settings.alerts.channels), settings.alerts.rules, settings.agreements) == ({}, (), ())


def test_a_component_has_a_name_and_a_bridge_and_no_objective_by_default(tmp_path: Path) -> None:
    (component,) = loaded(tmp_path, ONE_CHECK.replace("id: api", "id: web-shop")).settings.components
    assert (component.name, component.bridge, component.objective) == ("Web Shop", timedelta(minutes=10), None)
    assert (component.since, component.until, component.was) == (None, None, None)


def test_a_check_leaves_loading_with_every_default_written_out(tmp_path: Path) -> None:
    text = "locations: [{name: jakarta}]\n" + ONE_CHECK
    (check,) = loaded(tmp_path, text).settings.components[0].checks
    assert (check.id, check.locations, check.vote, check.critical) == ("http", ("jakarta",), "majority", True)
    assert (check.every, check.timeout, check.retry) == (
        timedelta(minutes=1),
        timedelta(seconds=10),
        timedelta(seconds=5),
    )


@pytest.mark.parametrize(
    ("every", "timeout_ms", "retry_ms"),
    [("1s", 333, 166), ("10s", 3333, 1666), ("30s", 10_000, 5000), ("1h", 10_000, 5000)],
)
def test_timeout_is_a_third_of_the_slot_and_retry_a_sixth_up_to_10_and_5_seconds(
    tmp_path: Path, every: str, timeout_ms: int, retry_ms: int
) -> None:
    text = ONE_CHECK + f"        every: {every}\n        critical: true\n"
    (check,) = loaded(tmp_path, text).settings.components[0].checks
    assert check.timeout == timedelta(milliseconds=timeout_ms)
    assert check.retry == timedelta(milliseconds=retry_ms)


def test_a_budget_that_fills_the_slot_fits(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ONE_CHECK + "        every: 10s\n        timeout: 4s\n        retry: 2s\n") == []
    assert mistakes(tmp_path, ONE_CHECK + "        every: 10s\n        timeout: 10s\n        retry: 0s\n") == []


@pytest.mark.parametrize(
    ("lines", "critical"),
    [
        ("      - {id: other, kind: tcp, host: a.example.com, port: 1, every: 5m}\n", True),
        ("      - {id: other, kind: tcp, host: a.example.com, port: 1, every: 6m}\n", False),
        ("      - {id: other, kind: tls, host: a.example.com}\n", False),
        ("      - {id: other, kind: tls, host: a.example.com, critical: true}\n", True),
    ],
)
def test_certificates_and_what_is_seldom_looked_at_are_not_critical(tmp_path: Path, lines: str, critical: bool) -> None:
    checks = loaded(tmp_path, ONE_CHECK + lines).settings.components[0].checks
    assert checks[1].critical is critical


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("99.9%", Fraction(999, 1000)),
        ("99.9", Fraction(999, 1000)),
        ('"99.9"', Fraction(999, 1000)),
        ("99.9999%", Fraction(999_999, 1_000_000)),
        ("100%", Fraction(1)),
        ("99", Fraction(99, 100)),
    ],
)
def test_a_target_is_exact(tmp_path: Path, written: str, value: Fraction) -> None:
    text = ONE_CHECK.replace("    checks:", f"    objective: {written}\n    checks:")
    assert loaded(tmp_path, text).settings.components[0].objective == value


def test_addresses_of_both_families_are_read(tmp_path: Path) -> None:
    server = loaded(tmp_path, 'server: {listen: "[::1]:0", admin: "localhost:81"}\n' + ONE_CHECK).settings.server
    assert (server.listen, server.admin) == (Address("::1", 0), Address("localhost", 81))
    assert (str(server.listen), str(server.admin)) == ("[::1]:0", "localhost:81")


AGREEMENT = """\
agreements:
  - id: acme
    customer: Acme
    components: [api]
    target: 99.5%
    fee: 1000.00 USD
    since: 2026-01-01
    credit: CREDIT
"""


def test_an_agreement_takes_the_zone_of_the_page(tmp_path: Path) -> None:
    text = "page: {zone: Asia/Jakarta}\n" + ONE_CHECK + AGREEMENT.replace("CREDIT", "{per: 5%, below: 99.5%, cap: 25%}")
    (agreement,) = loaded(tmp_path, text).settings.agreements
    assert (agreement.zone, agreement.notice, agreement.excludes) == (
        "Asia/Jakarta",
        timedelta(days=7),
        ("maintenance",),
    )
    assert (agreement.fee, agreement.since) == (Money(Decimal("1000.00"), "USD"), date(2026, 1, 1))
    assert agreement.credit is not None
    assert agreement.credit.schedule() == Slope(Fraction(1, 20), Fraction(199, 200), Step.LINEAR, Fraction(1, 4))


def test_bands_touch_without_overlapping_in_any_order(tmp_path: Path) -> None:
    credit = "{bands: [[99.0%, 99.5%, 10%], [0%, 99.0%, 25%]], cap: 50%}"
    loading = loaded(tmp_path, ONE_CHECK + AGREEMENT.replace("CREDIT", credit))
    (agreement,) = loading.settings.agreements
    assert loading.warnings == ()
    assert agreement.credit is not None
    assert agreement.credit.schedule() == Bands(
        (
            Band(Fraction(99, 100), Fraction(199, 200), Fraction(1, 10)),
            Band(Fraction(0), Fraction(99, 100), Fraction(1, 4)),
        ),
        Fraction(1, 2),
    )


def test_equal_settings_have_equal_digests_however_they_are_written(tmp_path: Path) -> None:
    bare = loaded(tmp_path, ONE_CHECK).settings
    written_out = loaded(
        tmp_path,
        "# a comment\nserver: {listen: '127.0.0.1:8000'}\npage: {zone: UTC}\n"
        + ONE_CHECK
        + "        every: 60s\n        timeout: 10s\n        retry: 5000ms\n        vote: majority\n",
    ).settings
    changed = loaded(tmp_path, ONE_CHECK + "        retry: 4s\n").settings
    assert written_out.digest == bare.digest
    assert changed.digest != bare.digest


def test_the_document_is_json_with_references_in_place_of_secrets(tmp_path: Path) -> None:
    text = ONE_CHECK + '        headers: {Authorization: "Bearer ${TOKEN}"}\n        every: 90s\n'
    document = loaded(tmp_path, text).settings.document()
    check = document["components"][0]["checks"][0]
    assert check["headers"] == {"Authorization": "Bearer ${TOKEN}"}
    assert (check["every"], check["timeout"]) == ("90s", "10s")


def test_null_may_be_expected_in_json(tmp_path: Path) -> None:
    document = loaded(tmp_path, ONE_CHECK + "        expect: {json: {$.error: null}}\n").settings.document()
    assert document["components"][0]["checks"][0]["expect"]["json"] == {"$.error": None}


def test_reports_that_are_sent_take_the_pages_language_every_agreement_and_nine_o_clock(tmp_path: Path) -> None:
    text = "page: {languages: [id, en]}\n" + ONE_CHECK + AGREEMENT.replace("CREDIT", "{per: 5%, below: 99.5%}")
    text += "alerts: {channels: {support: [json://127.0.0.1:9/]}}\n"
    text += "reports: {review: {notify: [support]}, statements: {notify: [support]}}\n"
    reports = loaded(tmp_path, text).settings.reports
    assert reports.review is not None
    assert reports.statements is not None
    assert (reports.review.at, reports.review.language) == (time(9), "id")
    assert (reports.statements.agreements, reports.statements.language) == (("acme",), "id")


def test_without_reports_nothing_is_sent(tmp_path: Path) -> None:
    reports = loaded(tmp_path, ONE_CHECK).settings.reports
    assert (reports.review, reports.statements) == (None, None)


def test_a_reported_component_has_no_checks(tmp_path: Path) -> None:
    text = "components: [{id: powerbi, source: reported, since: 2026-01-01}]\n"
    [found] = loaded(tmp_path, text).settings.components
    assert (found.name, found.reported, found.checks) == ("Powerbi", True, ())
    assert loaded(tmp_path, text).warnings == ()


@pytest.mark.parametrize("rest", ["", "retention: {results: 100d}\n", "alerts: {rules: []}\nagreements: []\n"])
def test_the_digest_is_that_of_the_whole_document(tmp_path: Path, rest: str) -> None:
    settings = loaded(
        tmp_path, ONE_CHECK + "  - id: web\n    checks: [{kind: tcp, host: a.test, port: 1}]\n" + rest
    ).settings
    assert settings.digest == digest(settings.document())
