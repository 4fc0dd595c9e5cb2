"""The spool keeps what it was given: over kills, cut lines and full disks; and gives up answers before failures."""

import errno
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from monitor.core.model import Failure, FailureKind, Result, State
from monitor.storage.spool import Batch, Spool


def result(number: int, outcome: State = State.UP) -> Result:
    failure = Failure(FailureKind.TIMEOUT, "after 10 s") if outcome is State.DOWN else None
    slot = 60 * number
    return Result("api", "http", "jakarta", slot, slot * 1000 + 5, outcome, "d" * 64, failure=failure)


def answers(*numbers: int) -> list[Result]:
    return [result(number) for number in numbers]


def failures(*numbers: int) -> list[Result]:
    return [result(number, State.DOWN) for number in numbers]


def kept(spool: Spool) -> list[int]:
    """The numbers of the results that wait, in order of time."""
    found: list[Result] = []
    spool.drain(found.extend)
    return sorted(item.slot // 60 for item in found)


def test_what_was_kept_is_there_after_a_kill(tmp_path: Path) -> None:
    Spool(tmp_path / "spool").append([*answers(1, 2), *failures(3)])
    again = Spool(tmp_path / "spool")
    assert len(again) == 3
    found: list[Result] = []
    assert again.drain(found.extend) == 3
    assert sorted(found, key=lambda item: item.slot) == [*answers(1, 2), *failures(3)]
    assert not again
    assert not Spool(tmp_path / "spool")


def test_a_line_cut_off_by_a_crash_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    Spool(tmp_path / "spool").append(answers(1, 2))
    (segment,) = (tmp_path / "spool").iterdir()
    with segment.open("a") as file:
        file.write('{"component": "api", "che')
    again = Spool(tmp_path / "spool")
    again.append(answers(3))
    assert kept(again) == [1, 2, 3]


def test_the_single_file_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    line = {
        "component": "api",
        "check": "http",
        "location": "jakarta",
        "slot": 60,
        "started_ms": 60_005,
        "outcome": "down",
        "definition": "d" * 64,
        "phases": {"dns_ms": None, "connect_ms": None, "tls_ms": None, "first_byte_ms": None, "total_ms": None},
        "attempts": 1,
        "failure": {"kind": "timeout", "detail": "after 10 s"},
        "first_failure": None,
        "first_failure_ms": None,
        "certificate_expires": None,
    }
    (tmp_path / "spool.jsonl").write_text(json.dumps(line) + "\n")
    spool = Spool(tmp_path / "spool")
    assert spool.take().results == tuple(failures(1))
    assert not (tmp_path / "spool.jsonl").exists()


def test_a_segment_that_cannot_be_read_is_set_aside_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    spool.append(failures(2))
    broken = next(path for path in (tmp_path / "spool").iterdir() if "answers" in path.name)
    broken.write_text("not a result\n")
    assert kept(Spool(tmp_path / "spool")) == [2]
    assert (tmp_path / "spool" / f"damaged-{broken.name}").exists()
    assert broken.name in caplog.text


def test_taking_holds_on_to_results_until_they_are_done(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1, 2))
    batch = spool.take()
    spool.append(answers(3))
    assert [item.slot // 60 for item in batch.results] == [1, 2]
    assert len(Spool(tmp_path / "spool")) == 3
    spool.done(batch)
    assert kept(spool) == [3]


def test_the_newest_can_be_taken_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    spool.take()
    spool.append(answers(2))
    assert [item.slot // 60 for item in spool.take(1, newest=True).results] == [2]
    assert [item.slot // 60 for item in spool.take(1).results] == [1]


def test_an_empty_spool_gives_an_empty_batch(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.take() == Batch()
    spool.done(spool.take())


def test_what_nobody_accepts_stays(tmp_path: Path) -> None:
    def refuse(_results: Sequence[Result]) -> None:
        raise OSError("away")

    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    with pytest.raises(OSError, match="away"):
        spool.drain(refuse)
    assert kept(spool) == [1]


def test_a_full_segment_is_packed_and_reads_the_same(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(*range(2000)))
    (path,) = (tmp_path / "spool").iterdir()
    assert path.suffix == ".z"
    assert spool.size == path.stat().st_size < 50_000
    assert kept(Spool(tmp_path / "spool")) == list(range(2000))


def test_a_spool_without_room_gives_up_answers_first_and_counts_them(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", most_size=2000)
    for number in range(0, 20, 2):
        spool.append([*answers(number), *failures(number + 1)])
        spool.take()  # so that each append begins segments of its own
    left = kept(spool)
    assert left
    assert left == [number for number in range(20) if number % 2][-len(left) :]
    assert spool.dropped == 20 - len(left)
    assert Spool(tmp_path / "spool").dropped == spool.dropped


def test_what_is_given_up_is_counted_by_location_over_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", most_age=3600)
    spool.append([*answers(1, 2), replace(result(3), location="singapore"), *failures(4)])
    spool.expire(60 * 100)
    spool.give_up(answers(5))
    assert spool.lost == {"jakarta": 4, "singapore": 1}
    again = Spool(tmp_path / "spool")
    assert (again.lost, again.dropped, again.name) == (spool.lost, 5, spool.name)
    assert again.name != Spool(tmp_path / "other").name


def test_a_count_of_an_older_version_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool/dropped").write_text("12")
    spool = Spool(tmp_path / "spool", most_age=3600)
    spool.append(answers(1))
    spool.expire(60 * 100)
    assert (spool.dropped, spool.lost) == (13, {"jakarta": 1})
    assert Spool(tmp_path / "spool").dropped == 13


def test_what_is_too_old_is_given_up(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", most_age=3600)
    spool.append(answers(1))
    spool.take()
    spool.append(answers(100))
    spool.expire(60 * 100)
    assert kept(spool) == [100]
    assert spool.dropped == 1


def test_a_full_disk_takes_new_failures_in_place_of_old_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    spool.take()
    real, calls = os.fsync, []

    def full_once(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full_once)
    spool.append(failures(2))
    assert kept(spool) == [2]
    assert spool.dropped == 1


def test_a_full_disk_with_nothing_to_give_up_is_an_error_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    with monkeypatch.context() as full:

        def refuse(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="No space"):
            spool.append(answers(1))
    spool.append(answers(2))
    assert kept(Spool(tmp_path / "spool")) == [2]


@pytest.mark.parametrize("error", [errno.EIO, errno.EROFS, errno.EFBIG])
def test_a_disk_that_takes_nothing_for_another_reason_keeps_what_it_has(
    error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    spool.turn()
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda _: raising(error))
        with pytest.raises(OSError, match=os.strerror(error)):
            spool.append(failures(2))
    assert (kept(Spool(tmp_path / "spool")), spool.dropped) == ([1], 0)


def test_room_that_others_take_is_made_once_and_not_again_until_the_disk_takes_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    for number in range(10, 15):
        spool.append(answers(number))
        spool.turn()
    for _ in range(3):
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", lambda _: raising(errno.ENOSPC))
            with pytest.raises(OSError, match="No space"):
                spool.append(answers(15))
    assert spool.dropped == 1
    spool.append(answers(15))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: raising(errno.ENOSPC))
        with pytest.raises(OSError, match="No space"):
            spool.append(answers(16))
    assert (kept(spool), spool.dropped) == ([12, 13, 14, 15], 2)


def raising(error: int) -> None:
    raise OSError(error, os.strerror(error))


def test_any_course_of_appends_takes_and_kills_loses_nothing_and_drops_only_what_it_counts(tmp_path: Path) -> None:
    chance = Random(7)  # noqa: S311 - a course of events, no secret
    folder = tmp_path / "spool"
    spool, given, got = Spool(folder, most_size=20_000), 0, set()
    for _ in range(300):
        match chance.randrange(4):
            case 0 | 1:
                outcome = chance.choice([State.UP, State.DOWN])
                spool.append([result(number, outcome) for number in range(given, given + 5)])
                given += 5
            case 2:
                batch = spool.take(chance.randrange(1, 40), newest=chance.random() < 0.5)
                got |= {item.slot // 60 for item in batch.results}
                spool.done(batch)
            case _:
                spool = Spool(folder, most_size=20_000)
    got |= set(kept(spool))
    assert len(got) + spool.dropped == given


def test_the_earliest_slot_that_waits_is_known_after_a_restart_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.oldest is None
    spool.append(answers(7, 5, 6))
    spool.append(failures(4))
    spool.append(answers(3))
    assert spool.oldest == 180
    assert Spool(tmp_path / "spool").oldest == 180
    spool.drain(lambda results: None)
    assert spool.oldest is None


def test_after_a_turn_the_newest_can_be_taken_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1, 2))
    spool.turn()
    spool.append([*answers(3), *failures(4)])
    batch = spool.take(2, newest=True)
    assert sorted(item.slot // 60 for item in batch.results) == [3, 4]
    spool.done(batch)
    assert kept(spool) == [1, 2]


def test_results_with_different_marks_never_share_a_batch_and_keep_them_over_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1), "b00t_5")
    spool.append([*answers(2), *failures(3)], "b00t_9")
    spool.append(answers(4))
    for again in (spool, Spool(tmp_path / "spool")):
        found: list[tuple[str, list[int]]] = []
        while (batch := again.take()).results:
            found.append((batch.mark, sorted(item.slot // 60 for item in batch.results)))
            if again is spool:
                break
            again.done(batch)
        assert found[0] == ("b00t_5", [1])
    assert found == [("b00t_5", [1]), ("b00t_9", [2, 3]), ("", [4])]


def test_a_segment_that_rots_while_it_waits_is_set_aside_and_holds_up_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(answers(1))
    spool.turn()
    spool.append(answers(2))
    first = min((tmp_path / "spool").iterdir())
    first.write_bytes(b"[5]\n")
    assert kept(spool) == [2]
    assert (tmp_path / "spool" / f"damaged-{first.name}").read_bytes() == b"[5]\n"


@pytest.mark.parametrize("text", ["", "many", "{}", '{"spool": 1, "lost": 5}', "[3]"])
def test_a_count_of_what_was_dropped_that_cannot_be_read_stops_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool/dropped").write_text(text)
    assert Spool(tmp_path / "spool").dropped == 0
