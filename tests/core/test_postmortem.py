"""Post-mortems: what is missing is said, and each action has an owner and a date."""

from datetime import date

from monitor.core.postmortem import PreventiveAction, read

WHOLE = """\
# Slow pages

## Timeline
- 09:12 it began

## Root cause ##
A lock.

### Contributing factors
No limit.

## Preventive actions
- Move reports to the replica (owner: Budi, due: 2026-12-05)
- Limit what one report
  may read (owner: Sari W., due: 2026-12-12).

## Thanks
- everybody
"""


def test_actions_are_read_with_owner_and_date() -> None:
    found = read(WHOLE)
    assert found.wrong == ()
    assert found.actions == (
        PreventiveAction("Move reports to the replica", "Budi", date(2026, 12, 5)),
        PreventiveAction("Limit what one report may read", "Sari W.", date(2026, 12, 12)),
    )


def test_indonesian_headings_are_known() -> None:
    text = "## Kronologi\nx\n## Akar masalah\nx\n## Faktor pendukung\nx\n## Tindakan pencegahan\n"
    found = read(text + "- Pindahkan laporan (pemilik: Budi, tenggat: 2026-12-05)\n")
    assert (found.wrong, len(found.actions)) == ((), 1)


def test_every_section_that_is_missing_or_empty_is_said() -> None:
    assert read("## Timeline\nx\n## Root cause\n\n").wrong == (
        "the section Root cause is empty",
        "the section Contributing factors is missing",
        "the section Preventive actions is missing",
    )


def test_an_action_without_an_owner_or_with_a_day_that_is_none_is_said() -> None:
    begun = WHOLE[: WHOLE.index("- Move")]
    assert read(begun + "- Move reports\n").wrong == (
        "an action needs an owner and a date: - Move reports (owner: Budi, due: 2026-12-05)",
    )
    assert read(begun + "- Move (owner: Budi, due: 2026-02-30)\n").wrong == (
        "2026-02-30 is not in the calendar: - Move (owner: Budi, due: 2026-02-30)",
    )
    assert read(begun + "We will see.\n").wrong == (
        "no preventive action is listed; write one a line: - What is done (owner: Budi, due: 2026-12-05)",
    )
