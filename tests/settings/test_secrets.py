"""Secrets are references: what passes, what is refused, and what is said when one is not set."""

from pathlib import Path

import pytest

from monitor.settings.errors import SettingsError
from tests.settings.loading import ONE_CHECK, loaded, mistakes

CHANNEL = ONE_CHECK + "alerts: {channels: {engineering: ['URL']}}\n"


def check(*lines: str) -> str:
    return "components:\n  - id: api\n    checks:\n      - " + "\n        ".join(lines) + "\n"


@pytest.mark.parametrize(
    "lines",
    [
        ("kind: http", "url: 'https://me:${PASSWORD}@a.example.com/'"),
        ("kind: http", "url: 'https://${TOKEN}@a.example.com/?token=${TOKEN}'"),
        ("kind: http", "url: https://a.example.com/@home?sort=key"),
        ("kind: http", "url: ${URL}"),
        ("kind: http", "url: https://a.example.com/", "headers: {Authorization: 'Bearer ${TOKEN}', Accept: text/html}"),
        ("kind: http", "url: https://a.example.com/", "headers: {X-Api-Key: 'file:/run/secrets/key'}"),
        ("kind: http", "url: https://a.example.com/", "auth: {bearer: 'file:/run/secrets/token'}"),
        ("kind: http", "url: https://a.example.com/", "auth: {basic: {username: me, password: '${PASSWORD}'}}"),
        ("kind: http", "url: https://a.example.com/", 'body: \'{"password": "${PASSWORD}"}\''),
        ("kind: http", "url: https://a.example.com/", "expect: {contains: 'password=${x}', headers: {X-Token: a}}"),
        ("kind: postgres", "dsn: postgresql://me@db.example.com/shop"),
        ("kind: postgres", "dsn: host=db.example.com password=${PASSWORD}"),
        ("kind: postgres", "dsn: 'postgresql://me:${PASSWORD}@db.example.com/shop?application_name=a@b'"),
        ("kind: mysql", "dsn: 'mysql://me:${PASSWORD}@db.example.com/shop'"),
        ("kind: redis", "url: 'redis://:${PASSWORD}@cache.example.com:6379/0'"),
        ("kind: tcp", "host: a.example.com", "port: 6379", 'send: "AUTH ${PASSWORD}\\r\\nPING\\r\\n"'),
        ("kind: tcp", "host: a.example.com", "port: 25", 'send: "EHLO janji\\r\\n"'),
    ],
)
def test_references_and_what_is_no_secret_pass(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert mistakes(tmp_path, check(*lines)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("kind: http", "url: https://hunter2@a.example.com/"),
        ("kind: http", "url: 'https://${USER}:hunter2@a.example.com/'"),
        ("kind: http", "url: https://a.example.com/?a=1&api_key=hunter2"),
        ("kind: http", "url: https://a.example.com/", "headers: {Cookie: session=hunter2}"),
        ("kind: http", "url: https://a.example.com/", "headers: {X-Auth-Token: hunter2}"),
        ("kind: http", "url: https://a.example.com/", "auth: {bearer: hunter2}"),
        ("kind: http", "url: https://a.example.com/", "auth: {basic: {username: me, password: 12345678}}"),
        ("kind: http", "url: https://a.example.com/", "auth: {basic: {username: me, password: 'hunter2${X}'}}"),
        ("kind: http", "url: https://a.example.com/", "body: grant=x&password=hunter2"),
        ("kind: postgres", "dsn: postgresql://me:hunter2/@db.example.com/shop"),
        ("kind: postgres", "dsn: host=db.example.com password='hunter2 x'"),
        ("kind: mysql", "dsn: mysql://me:hunter2@db.example.com/shop"),
        ("kind: redis", "url: redis://:hunter2@cache.example.com:6379/0"),
        ("kind: tcp", "host: a.example.com", "port: 6379", 'send: "PING\\r\\nAUTH me hunter2\\r\\n"'),
    ],
)
def test_a_secret_in_clear_is_refused_and_not_repeated(tmp_path: Path, lines: tuple[str, ...]) -> None:
    found = mistakes(tmp_path, check(*lines))
    assert [text for text in found if "in clear; write ${NAME} in its place" in text] == found
    assert len(found) == 1
    assert "hunter2" not in found[0]
    assert "12345678" not in found[0]


@pytest.mark.parametrize(
    "url",
    [
        "${ENGINEERING_URL}",
        "file:/run/secrets/url",
        "slack://${TOKEN}/#ops",
        "json://127.0.0.1:9000/hook",
        "json://me:hunter2@localhost/",
        "jsons://hooks.example.com/ops",
        "mailto://mail.example.com?from=a@example.com&to=b@example.com",
        "mailtos://me:${PASSWORD}@smtp-relay-eu-west1.example.com",
    ],
)
def test_a_channel_by_reference_or_to_this_machine_passes(tmp_path: Path, url: str) -> None:
    assert mistakes(tmp_path, CHANNEL.replace("URL", url)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T1/B1/hunter2",
        "tgram://hunter2/123",
        "tgram://hunter2hunter2hunter2/${CHAT}",
        "jsons://me:hunter2@hooks.example.com/",
        "mailtos://mail.example.com?user=me&pass=hunter2",
    ],
)
def test_a_channel_in_clear_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    (found,) = mistakes(tmp_path, CHANNEL.replace("URL", url))
    assert "in clear" in found
    assert "hunter2" not in found


def test_a_channel_s_address_is_asked_about_only_when_it_is_complete(tmp_path: Path) -> None:
    asked: list[str] = []
    urls = "['json://127.0.0.1/', '${URL}', 'slack://${TOKEN}']"
    text = ONE_CHECK + f"alerts: {{channels: {{engineering: {urls}}}}}\n"
    assert mistakes(tmp_path, text, check_channel=lambda url: asked.append(url)) == []
    assert asked == ["json://127.0.0.1/"]


@pytest.mark.parametrize("password", ["*hunter2", "!hunter2", "&hunter2", "0123450", "1_2345", "@hunter2", "%hunter2"])
def test_a_password_that_is_no_yaml_is_not_repeated(tmp_path: Path, password: str) -> None:
    url = "url: https://a.example.com/"
    text = check("kind: http", url, "auth:", "  basic:", "    username: me", f"    password: {password}")
    found = "\n".join(mistakes(tmp_path, text))
    assert found
    assert password[1:] not in found


UNSET = check("kind: postgres", "dsn: ${DSN}") + "alerts: {channels: {ops: ['file:/nowhere', '${SET}']}}\n"


def test_an_unset_secret_is_a_warning(tmp_path: Path) -> None:
    loading = loaded(tmp_path, UNSET, secrets=lambda name: name == "SET")
    assert [(item.line, item.path, item.message) for item in loading.warnings] == [
        (5, "components[0].checks[0].dsn", "${DSN} is not set; export it before starting"),
        (6, "alerts.channels.ops[0]", "file:/nowhere is not set; write that file"),
    ]
    assert loading.unset == ("DSN", "file:/nowhere")


def test_an_unset_secret_is_a_mistake_when_strict(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(tmp_path, UNSET, secrets=lambda name: name == "SET", strict=True)
    assert [item.line for item in raised.value.mistakes] == [5, 6]
