"""Who may be there twice is found and held, never joined or created silently."""

from datetime import date, timedelta

import pytest

from lerarenregister.register import actions, queries
from lerarenregister.register.models import Case, Duplicate, Employee, Registration
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register import twice_cast as cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
LATER = AT + timedelta(days=30)


def test_a_board_that_delivers_one_person_under_two_numbers_is_found_once() -> None:
    report = deliver(csv_of({}, {"personeelsnummer": "p2", "achternaam": "Bergh", "voorletters": "B.A."}))
    assert actions.find_in_delivery(report.id, at=AT) == 1
    assert actions.find_in_delivery(report.id, at=AT) == 0
    pair = Duplicate.objects.get()
    assert (pair.one, pair.other) == (cast.file_of("p1"), cast.file_of("p2"))
    assert pair.likeness == "same"
    assert "name-sound" in pair.found


def test_twins_and_people_of_two_boards_are_not_held_for_one() -> None:
    deliver(csv_of({}, {"personeelsnummer": "p2", "voorletters": "J."}))
    deliver(csv_of(cast.ELSEWHERE), board=OTHER_BOARD)
    assert actions.find_duplicates(AT) == 0
    assert actions.find_duplicates(AT) == 0


def test_a_second_registration_of_one_person_waits_and_says_so() -> None:
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    assert queries.own_registration(second).held
    cast.confirm(second)
    own = queries.own_registration(second)
    assert (own.number, own.held, own.waiting) == ("", True, 0)
    assert Registration.objects.count() == 1
    # The other hears nothing and nothing of hers changed.
    assert queries.own_cases(first, at=AT) == []
    assert cast.number_of(first)
    assert len(queries.own_cases(second, at=AT)) == 1
    assert list(queries.broken_rules()) == []


def test_another_file_of_her_own_account_is_nothing_to_look_into() -> None:
    first = cast.registered()
    cast.activated(cast.ELSEWHERE, viewer=first)
    cast.confirm(first)
    assert cast.duplicates() == []
    assert Registration.objects.count() == 1


def test_who_are_two_are_entered_and_not_asked_about_again() -> None:
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    cast.confirm(second)
    cast.decide(same=False)
    assert cast.number_of(second)
    assert cast.number_of(first) != cast.number_of(second)
    deliver(csv_of(cast.ELSEWHERE | {"einde": "2019-07-31"}), board=OTHER_BOARD, at=LATER)
    assert actions.find_duplicates(LATER) == 0
    # Another name is another question.
    changed = cast.ELSEWHERE | {"einde": "2019-07-31", "achternaam": "Berg-Bakker"}
    deliver(csv_of(changed), board=OTHER_BOARD, at=LATER)
    assert actions.find_duplicates(LATER) == 1
    assert cast.number_of(second)
    assert list(queries.broken_rules()) == []


def test_an_unlike_person_is_registered_at_once() -> None:
    cast.registered()
    who = ClaimedIdentity("Bakker", "Anna", date(1975, 5, 5))
    line = cast.ELSEWHERE | {
        "achternaam": "Bakker",
        "voorvoegsel": "",
        "geboortedatum": "1975-05-05",
        "voorletters": "A.",
    }
    assert cast.number_of(cast.registered(line, who=who))


def test_when_the_other_closes_her_account_what_waited_is_entered() -> None:
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    cast.confirm(second)
    assert first.account
    actions.erase_person(account=first.account, at=LATER)
    assert cast.number_of(second)
    assert (Case.objects.count(), Duplicate.objects.count()) == (0, 0)
    assert list(queries.broken_rules()) == []


def test_the_file_that_is_erased_takes_the_question_with_it() -> None:
    deliver(csv_of({}, {"personeelsnummer": "p2"}))
    assert actions.find_duplicates(AT) == 1
    actions.destroy_due(AT + timedelta(days=400))
    assert not Employee.objects.filter(board__number=BOARD).exists()
    assert Case.objects.count() == 0


def test_she_who_confirms_before_the_other_is_registered_and_the_other_waits() -> None:
    first, second = cast.activated(), cast.activated(cast.ELSEWHERE)
    assert not queries.own_registration(second).held
    cast.confirm(first)
    cast.confirm(second)
    assert cast.number_of(first)
    assert queries.own_registration(second).held
