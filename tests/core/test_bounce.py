import pytest

from monitor.core.bounce import Bounce, Bounced, after, ends, of_recipient, of_webhook, status_of

T0 = 1_795_496_400
DAY = 86_400


@pytest.mark.parametrize(
    "answer",
    ["5.1.1 <siti@example.org>: Recipient address rejected: User unknown", "5.1.1 It does not exist.\n5.1.1 See",
     "5.1.2 no such domain", "5.1.3 bad address", "5.1.6 it has moved", "5.1.10 null MX",
     "sorry, no mailbox here by that name. (#5.1.1)", "unknown, see 5.1.1."],
)  # fmt: skip
def test_an_answer_that_says_the_address_is_not_there_is_a_bounce(answer: str) -> None:
    assert of_recipient(550, answer) is Bounce.ABSENT


@pytest.mark.parametrize(
    ("code", "answer"),
    [(550, "relay not permitted"), (550, "no such mailbox"), (550, "5.7.1 our list holds 192.0.2.1, see 5.1.1"),
     (554, "5.7.1 relay access denied"), (550, "5.1.8 bad sender"), (550, "5.1.7 bad sender"),
     (552, "5.2.2 mailbox full"), (550, "5.2.1 too fast"), (550, "5.4.4 no route"), (450, "4.1.1 greylisted"),
     (450, "5.1.1 confused"), (550, "192.5.1.1 is blocked"), (550, "5.1.1.9 is blocked"), (550, ""), (535, "5.7.8 no")],
)  # fmt: skip
def test_an_answer_that_may_be_about_us_is_none(code: int, answer: str) -> None:
    assert of_recipient(code, answer) is None


@pytest.mark.parametrize(
    ("code", "expected"), [(499, None), (500, Bounce.ABSENT), (599, Bounce.ABSENT), (600, None), (650, None)]
)
def test_only_a_lasting_refusal_is_one(code: int, expected: Bounce | None) -> None:
    assert of_recipient(code, "5.1.1 no such user") is expected


def test_the_status_is_read_out_of_an_answer_and_nothing_else_is() -> None:
    assert status_of("5.1.1 <siti@example.org> unknown") == "5.1.1"
    assert status_of("siti@example.org unknown") == ""


def test_a_webhook_bounces_when_it_is_gone_or_not_there() -> None:
    assert [of_webhook(status) for status in (410, 404, 403, 400, 500)] == [
        Bounce.GONE,
        Bounce.ABSENT,
        None,
        None,
        None,
    ]


def test_what_is_gone_ends_at_once() -> None:
    assert ends(after(Bounced(), T0), Bounce.GONE, T0)


def test_what_is_absent_ends_with_the_third_message_that_bounced_over_three_days() -> None:
    first = after(Bounced(), T0)
    assert first == Bounced(1, T0)
    second = after(first, T0 + 3 * DAY)
    assert not ends(second, Bounce.ABSENT, T0 + 3 * DAY)
    third = after(second, T0 + 3 * DAY)
    assert third == Bounced(3, T0)
    assert not ends(third, Bounce.ABSENT, T0 + 3 * DAY - 1)
    assert ends(third, Bounce.ABSENT, T0 + 3 * DAY)
    assert ends(after(third, T0 + 9 * DAY), Bounce.ABSENT, T0 + 9 * DAY)
    assert ends(Bounced(3, 60), Bounce.ABSENT, 60 + 4 * DAY)
    assert not ends(Bounced(300, T0), Bounce.ABSENT, T0 + DAY)
