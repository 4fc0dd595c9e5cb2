import pytest

from monitor.core.renaming import Renaming, current_ids, wanted_renamings


def renamed(*pairs: tuple[str, str]) -> dict[str, str]:
    return current_ids(Renaming(was, id_, 0, "test") for was, id_ in pairs)


def test_an_id_leads_to_what_its_component_is_called_after_every_renaming() -> None:
    assert renamed(("api", "gateway"), ("web", "site"), ("gateway", "edge")) == {
        "api": "edge",
        "gateway": "edge",
        "web": "site",
    }


def test_a_component_that_gets_its_first_id_back_is_called_that() -> None:
    assert renamed(("api", "gateway"), ("gateway", "api")) == {"gateway": "api"}


@pytest.mark.parametrize(
    ("known", "names", "news", "wrong"),
    [
        ({"api"}, {}, {"api": "gateway"}, ()),
        (set(), {}, {}, ()),  # on a new database there is nothing to carry over
        ({"gateway"}, {"api": "gateway"}, {}, ()),  # carried out before
        ({"gateway"}, {}, {}, ()),
        (
            {"api", "gateway"},
            {},
            {},
            ("gateway and api both have a history, and two cannot be joined; remove was: api",),
        ),
    ],
)
def test_a_history_goes_along_once(
    known: set[str], names: dict[str, str], news: dict[str, str], wrong: tuple[str, ...]
) -> None:
    assert wanted_renamings({"gateway": "api", "web": None}, known, names) == (news, wrong)


def test_an_id_that_was_given_up_is_not_given_to_another_component() -> None:
    wanted = {"gateway": None, "api": None}
    assert wanted_renamings(wanted, {"gateway"}, {"api": "gateway"}) == (
        {},
        (
            "api is what gateway was called before, and all that was said of api is gateway's; "
            "give the new component another id",
        ),
    )


def test_a_component_may_get_an_earlier_id_of_its_own_back() -> None:
    assert wanted_renamings({"api": "gateway"}, {"gateway"}, {"api": "gateway"}) == ({"gateway": "api"}, ())
