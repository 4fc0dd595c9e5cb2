"""`janji report --review` and `--send`: one review on every way out, and files that really arrive."""

import base64
import email
import email.policy
from pathlib import Path

import pytest

from tests.cli.figures import Run
from tests.notify.receivers import mailbox, receiver, silent
from tests.reports.world import YAML, build


def sending(folder: Path, *urls: str) -> Path:
    listed = ", ".join(f'"{url}"' for url in urls)
    return build(folder, YAML + f"alerts: {{channels: {{finance: [{listed}]}}}}\n")


def test_the_terminal_the_pdf_and_json_tell_the_same_totals(run: Run, tmp_path: Path) -> None:
    said = run("report", "2026-01", "--review")
    assert said.startswith("Monthly review: January 2026\n1 Jan 2026 00:00 to 1 Feb 2026 00:00, Asia/Jakarta\n")
    assert "Downtime: 1 h 20 min (at least one component down)" in said
    assert "5,400 s added up − 600 s counted more than once = 4,800 s" in said
    assert "Komponen dan target" in run("report", "2026-01", "--review", "--language", "id")
    assert '"union_seconds": 4800' in run("report", "2026-01", "--review", "--json")
    for name in ("one.pdf", "two.pdf"):
        assert run("report", "2026-01", "--review", "--pdf", str(tmp_path / name)) == ""
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")


def test_a_review_is_of_one_month_that_was(run: Run) -> None:
    assert run.refused("report", "2026-Q1", "--review") == (
        "Error: '2026-Q1' is not a month; write one such as 2026-02"
    )
    assert run.refused("report", "2025-01", "--review") == "Error: nothing was in service in 2025-01"


def test_what_is_sent_is_the_file_that_pdf_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox() as box, receiver() as web:
        run = Run(sending(tmp_path, box.url, web.url), capsys, monkeypatch)
        said = run("report", "2026-01", "--send", "finance", "--agreement", "acme", "--pdf", str(tmp_path / "a.pdf"))
        run("report", "2026-01", "--send", "finance", "--journal")
        review = run("report", "2026-01", "--send", "finance", "--review")
    assert said == review
    assert said.splitlines()[1] == f"sent to json://127.0.0.1:{web.port}/…"
    mail = email.message_from_string(box.mails[0], policy=email.policy.default)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("acme-2026-01.pdf", (tmp_path / "a.pdf").read_bytes())
    names = [message["attachments"][0]["filename"] for message in web.messages]
    assert names == ["acme-2026-01.pdf", "journal-2026-01.csv", "review-2026-01.pdf"]
    journal = base64.b64decode(web.messages[1]["attachments"][0]["base64"]).decode()
    assert journal == run("report", "2026-01", "--journal")


def test_one_address_that_fails_is_exit_code_1_and_no_secret_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent() as port:
        pass
    with receiver() as web:
        run = Run(sending(tmp_path, f"json://127.0.0.1:{port}/key", web.url, "${NOT_SET}"), capsys, monkeypatch)
        code, out, _ = run.ended("report", "2026-01", "--send", "finance", "--review")
    assert code == 1
    assert out.splitlines() == [
        f"NOT sent to json://127.0.0.1:{port}/…: JSON: it could not be reached, or did not answer in time",
        f"sent to json://127.0.0.1:{web.port}/…",
        "NOT sent to ${NOT_SET}: the secret NOT_SET is not set",
    ]
    assert len(web.messages) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--review", "--csv"], "--review is all of a month; it goes with --pdf, --json, --language and --send"),
        (["--review", "--agreement", "acme"], "--review is all of a month; it goes with --pdf, --json"),
        (["--send", "finance"], "say what to send: --agreement ID, --review, --journal, --csv or --xlsx FILE"),
        (["--send", "finance", "--review", "--json", "--csv"], "--review is all of a month"),
        (["--send", "nobody", "--review"], "there is no channel nobody; none is known here"),
        (["--agreement", "acme"], "--agreement belongs to --pdf and --send"),
    ],
)
def test_options_that_do_not_go_together_are_refused(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run.ended("report", "2026-01", *arguments)
    assert (code, out) == (2, "")
    assert said in err
