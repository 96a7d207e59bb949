"""She is known by another name or birth date when two people saw the proof, and she confirmed what they saw."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.register import actions, queries
from lerarenregister.register.models import Case, EndNotice, ProvenPerson
from lerarenregister.register.rules.acts import ActKind
from lerarenregister.register.rules.cases import Outcome, Turn
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register.case_cast import ONE, PROOF, SECOND_JUDGE, decide, propose
from tests.register.cast import AT, JUDGE, TEACHER, csv_of, deliver, joined, support, teacher
from tests.register.test_confirming import confirm
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]
WANTED: dict[str, Any] = {
    "given_name": "Bea",
    "prefix": "",
    "family_name": "Jansen-Vermeer",
    "birth_date": date(1980, 3, 5),
}
SEEN = WANTED | {"proof": "deed"}


def registered() -> Viewer:
    viewer = joined()
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT)
    return viewer


def ask(viewer: Viewer, **changed: Any) -> UUID:
    return actions.ask_name(wanted=WANTED | changed, words="Een akte.", identity=TEACHER, viewer=viewer, at=AT)


def shown(viewer: Viewer, case: UUID) -> queries.CaseShown:
    return queries.own_case(viewer, case, at=AT)


def granted(viewer: Viewer, **seen: Any) -> UUID:
    case = ask(viewer)
    decide(case, Outcome.GRANTED, values=SEEN | seen)
    return case


def known(viewer: Viewer) -> tuple[str, date]:
    found = queries.own_name(viewer)
    assert found is not None
    return found.name, found.birth_date


def test_two_people_see_her_proof_and_the_name_holds_when_she_confirms_it() -> None:
    viewer = registered()
    before = known(viewer)
    case = ask(viewer)
    assert ask(viewer, family_name="Anders") == case, "one at a time"
    assert shown(viewer, case).turn is Turn.DESK
    desk = queries.desk_case(case, claims=JUDGE, viewer=support(), at=AT)
    assert (desk.known and desk.known.name, desk.asked["family_name"]) == (before[0], "Jansen-Vermeer")
    assert shown(viewer, case).known is None
    decide(case, Outcome.GRANTED, values=SEEN)
    assert (shown(viewer, case).turn, known(viewer)) == (Turn.PERSON, before)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    assert known(viewer) == ("Bea Jansen-Vermeer", date(1980, 3, 5))
    act = queries.own_registration(viewer).acts[0]
    assert (act.kind, act.article) == (ActKind.RENAMED, "7.6")
    assert queries.own_registration(viewer).appointments[0].latest.name == before[0], "a board's data is its own"
    assert list(queries.broken_rules()) == []


def test_what_she_confirms_of_a_later_delivery_holds_above_it() -> None:
    viewer = registered()
    case = granted(viewer)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    deliver(csv_of({"achternaam": "Later"}), at=AT + ONE)
    assert known(viewer)[0] == "Bea Jansen-Vermeer"
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT + 2 * ONE)
    assert known(viewer)[0].endswith("Later")
    assert list(ProvenPerson.objects.values_list("superseded_at", flat=True)) == [AT + 2 * ONE]


def test_what_was_delivered_before_the_proof_does_not_hold_above_it() -> None:
    viewer = registered()
    deliver(csv_of({"achternaam": "Ertussen"}), at=AT)
    case = ask(viewer)
    decide(case, Outcome.GRANTED, values=SEEN)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT + ONE)
    confirm(queries.own_registration(viewer).appointments[0], viewer=viewer, at=AT + 2 * ONE)
    assert known(viewer)[0] == "Bea Jansen-Vermeer"


def test_what_she_does_not_confirm_and_what_is_rejected_change_nothing() -> None:
    viewer = registered()
    before = known(viewer)
    case = granted(viewer)
    assert actions.move_by_clock(AT + TERMS.case_person + ONE) == 1
    assert shown(viewer, case).outcome is Outcome.LAPSED
    again = ask(viewer)
    decide(again, Outcome.REJECTED)
    assert shown(viewer, again).may_object
    actions.reply(case=again, content=True, words="", viewer=viewer, at=AT)
    assert (shown(viewer, again).outcome, known(viewer)) == (Outcome.REJECTED, before)
    assert not ProvenPerson.objects.exists()


def test_who_is_not_in_the_register_has_no_name_in_it() -> None:
    with pytest.raises(Absent):
        ask(teacher())
    with pytest.raises(Absent):
        ask(joined())
    assert not Case.objects.exists()


def test_asking_for_what_holds_already_is_refused() -> None:
    viewer = registered()
    now = queries.own_name(viewer)
    assert now is not None
    with pytest.raises(Invalid, match="same"):
        ask(
            viewer,
            given_name=now.given_name,
            prefix=now.prefix,
            family_name=f"  {now.family_name} ",
            birth_date=now.birth_date,
        )


BAD = [
    ("family_name", " - "),
    ("family_name", "x" * 101),
    ("family_name", "Jan\x00sen"),
    ("family_name", "Jan\u202esen"),
    ("given_name", "y" * 101),
    ("prefix", "z" * 41),
    ("birth_date", None),
    ("birth_date", date(1899, 12, 31)),
    ("birth_date", date(2004, 1, 1)),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_can_be_no_name_or_birth_date_is_refused_by_name(name: str, value: object) -> None:
    viewer = registered()
    with pytest.raises(Invalid, match=name):
        ask(viewer, **{name: value})
    case = ask(viewer)
    with pytest.raises(Invalid, match=name):
        propose(case, Outcome.GRANTED, values=SEEN | {name: value})
    with pytest.raises(Invalid, match="proof"):
        propose(case, Outcome.GRANTED, values=SEEN | {"proof": "sticker"})
    assert shown(viewer, case).turn is Turn.DESK


def test_the_desk_is_told_that_somebody_else_is_registered_so() -> None:
    registered()
    other = teacher()
    someone = ClaimedIdentity("Smit", "Sanne", date(1966, 6, 6))
    case = actions.ask_registration(board="", words="Diploma", identity=someone, viewer=other, at=AT)
    decide(case, Outcome.GRANTED, values=PROOF)
    actions.reply(case=case, content=True, words="", viewer=other, at=AT)
    assert known(other) == ("Sanne Smit", date(1966, 6, 6))
    family, prefix = "Berg", "van den"
    case = ask(other, given_name="B.", prefix=prefix, family_name=family, birth_date=TEACHER.birth_date)
    assert queries.desk_case(case, claims=SECOND_JUDGE, viewer=support(), at=AT).alike == 1
    third = teacher()
    case = actions.ask_registration(board="", words="Diploma", identity=someone, viewer=third, at=AT)
    assert queries.desk_case(case, claims=SECOND_JUDGE, viewer=support(), at=AT).alike == 1, "who has no board"


def test_without_a_board_her_birth_date_is_known_and_so_is_her_pension_age() -> None:
    viewer = teacher()
    case = actions.ask_registration(board="", words="Diploma", identity=TEACHER, viewer=viewer, at=AT)
    decide(case, Outcome.GRANTED, values=PROOF)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    assert known(viewer)[1] == TEACHER.birth_date
    born = date(AT.year - TERMS.pension_age_years, AT.month, AT.day)
    old = ask(viewer, birth_date=born)
    decide(old, Outcome.GRANTED, values=SEEN | {"birth_date": born})
    actions.end_due(AT)
    assert not EndNotice.objects.exists()
    actions.reply(case=old, content=True, words="", viewer=viewer, at=AT)
    actions.end_due(AT)
    assert EndNotice.objects.get().ends_on == AT.date() + TERMS.end_notice


def test_a_proven_birth_date_goes_before_a_delivered_one_for_the_pension_age() -> None:
    viewer = registered()
    old = date(AT.year - TERMS.pension_age_years, AT.month, AT.day)
    case = ask(viewer, birth_date=old)
    decide(case, Outcome.GRANTED, values=SEEN | {"birth_date": old})
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    actions.end_due(AT)
    assert EndNotice.objects.filter(lifted_at=None).count() == 1
    young = ask(viewer, family_name="Weer Anders")
    decide(young, Outcome.GRANTED, values=SEEN | {"family_name": "Weer Anders"})
    actions.reply(case=young, content=True, words="", viewer=viewer, at=AT)
    actions.end_due(AT + timedelta(days=1))
    assert not EndNotice.objects.filter(lifted_at=None).exists()


def test_with_her_account_her_name_goes() -> None:
    viewer = registered()
    case = granted(viewer)
    actions.reply(case=case, content=True, words="", viewer=viewer, at=AT)
    actions.erase_person(account=viewer.person(), at=AT)
    assert not ProvenPerson.objects.exists()
    assert list(queries.broken_rules()) == []
