"""A board sees whom it may have delivered twice, out of what it delivered itself."""

import pytest

from lerarenregister.accounts.permissions import NotAllowed
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.register import actions, queries
from tests.register import cast as register
from tests.register import twice_cast as cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
AGAIN = {"personeelsnummer": "p2", "achternaam": "Bergh"}


def deliver(data: bytes) -> None:
    """Deliver it, and look through it."""
    register.deliver(data)
    actions.find_duplicates(AT)


def pairs(board: str = BOARD) -> list[tuple[str, str]]:
    found = queries.delivered_twice(board, viewer=staff(board), at=AT)
    return [(each.one.staff_number, each.other.staff_number) for each in found]


def test_two_numbers_that_may_be_one_person_are_shown_and_looking_is_recorded() -> None:
    deliver(csv_of({}))
    assert pairs() == []
    before = AuditEvent.objects.count()
    deliver(csv_of({}, AGAIN))
    assert pairs() == [("p1", "p2")]
    looked = AuditEvent.objects.filter(name="register.PeopleConsulted").latest("id")
    assert AuditEvent.objects.count() > before
    assert EventSubject.objects.filter(event=looked).count() == 2


def test_it_goes_when_a_mistake_is_withdrawn() -> None:
    deliver(csv_of({}, AGAIN))
    deliver(csv_of(AGAIN | {"vervallen": "ja"}))
    assert pairs() == []


def test_a_number_of_before_is_no_mistake() -> None:
    deliver(csv_of({"einde": "2018-01-31"}, AGAIN))
    assert pairs() == []


def test_it_goes_when_two_people_found_that_they_are_two_and_stays_when_one() -> None:
    deliver(csv_of({}, AGAIN))
    cast.decide(False)
    assert pairs() == []
    deliver(csv_of({}, AGAIN | {"voorletters": "B.A."}))
    cast.decide(True)
    assert pairs() == [("p1", "p2")]


def test_of_another_board_nothing_is_shown() -> None:
    cast.registered()
    cast.registered(cast.ELSEWHERE)
    assert cast.duplicates()
    assert (pairs(), pairs(OTHER_BOARD)) == ([], [])
    with pytest.raises(NotAllowed):
        queries.delivered_twice(BOARD, viewer=staff(OTHER_BOARD), at=AT)
