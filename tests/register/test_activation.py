"""Codes: issued, voided, guessed, used twice, expired; and what happens when names differ."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from lerarenregister.accounts.errors import NotAllowed, PersonBoundNeeded, SignInNeeded
from lerarenregister.accounts.permissions import NOBODY
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.register import actions, printing, queries
from lerarenregister.register.errors import CodeRefused, TooManyTries
from lerarenregister.register.models import ActivationCodeIssued, Employee, Review, WorkMail
from lerarenregister.register.rules.identity import ClaimedIdentity, same_person
from tests.register.cast import (
    AT,
    BOARD,
    JUDGE,
    OTHER_BOARD,
    TEACHER,
    code_for,
    csv_of,
    deliver,
    staff,
    support,
    teacher,
)
from tests.rulebook import TERMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_institutions")]


@pytest.fixture
def code() -> str:
    deliver(csv_of({}))
    return code_for()


def test_a_right_code_joins_her_file_once(code: str) -> None:
    viewer = teacher()
    assert actions.redeem(code=code.lower().replace("-", " "), identity=TEACHER, viewer=viewer, at=AT).joined
    assert Employee.objects.get().account == viewer.account
    with pytest.raises(CodeRefused):
        actions.redeem(code=code, identity=TEACHER, viewer=teacher(), at=AT)
    assert queries.subject_ids_of(viewer.person()) == [viewer.account, Employee.objects.get().id]


@pytest.mark.parametrize("reviewed", [False, True])
def test_when_her_file_joins_her_account_the_work_address_is_erased(reviewed: bool) -> None:
    deliver(
        csv_of(
            {"werkmail": "bea@school.example.org"},
            {"personeelsnummer": "p2", "achternaam": "Dal", "werkmail": "dal@school.example.org"},
        )
    )
    identity = replace(TEACHER, family_name="Heelanders") if reviewed else TEACHER
    joined = actions.redeem(code=code_for(), identity=identity, viewer=teacher(), at=AT).joined
    assert joined is not reviewed
    if reviewed:
        assert WorkMail.objects.get(employee__staff_number="p1").address == "bea@school.example.org"
        (review,) = queries.reviews_waiting(claims=JUDGE, viewer=support(), at=AT)
        actions.decide_review(review=review.id, accepted=True, words="x", claims=JUDGE, viewer=support(), at=AT)
    assert WorkMail.objects.get(employee__staff_number="p1").address == ""
    assert WorkMail.objects.get(employee__staff_number="p2").address == "dal@school.example.org"


def test_an_employers_session_and_nobody_can_not_redeem(code: str) -> None:
    with pytest.raises(PersonBoundNeeded):
        actions.redeem(code=code, identity=TEACHER, viewer=staff(), at=AT)
    with pytest.raises(SignInNeeded):
        actions.redeem(code=code, identity=TEACHER, viewer=NOBODY, at=AT)


def test_a_new_letter_voids_the_older_code_and_an_expired_one_does_not_work(code: str) -> None:
    newer = code_for()
    with pytest.raises(CodeRefused):
        actions.redeem(code=code, identity=TEACHER, viewer=teacher(), at=AT)
    with pytest.raises(CodeRefused):
        actions.redeem(code=newer, identity=TEACHER, viewer=teacher(), at=AT + timedelta(days=90))
    last = AT + timedelta(days=90) - timedelta(microseconds=1)
    assert actions.redeem(code=newer, identity=TEACHER, viewer=teacher(), at=last).joined


def test_guessing_is_limited_per_account_and_hour(code: str) -> None:
    viewer = teacher()
    for _ in range(5):
        with pytest.raises(CodeRefused):
            actions.redeem(code=str(ActivationCode.random()), identity=TEACHER, viewer=viewer, at=AT)
    with pytest.raises(TooManyTries):
        actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT + timedelta(minutes=59))
    assert actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT + timedelta(minutes=61)).joined


def test_only_a_keyed_hash_is_stored_and_no_event_has_the_code(code: str) -> None:
    row = ActivationCodeIssued.objects.get()
    assert code.replace("-", "").encode() not in bytes(row.code_hash)
    assert code not in repr(list(AuditEvent.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(
    ("claimed", "right"),
    [
        (TEACHER, True),
        (replace(TEACHER, family_name="BERG"), True),
        (replace(TEACHER, family_name="vd Berg"), False),
        (replace(TEACHER, family_name="Bérg"), True),
        (replace(TEACHER, family_name="Berg-Dal"), False),
        (replace(TEACHER, family_name=""), False),
        (replace(TEACHER, birth_date=date(1980, 3, 5)), False),
        (replace(TEACHER, birth_date=None), False),
    ],
)
def test_name_and_birth_date_must_be_equal(claimed: ClaimedIdentity, right: bool) -> None:
    assert same_person(claimed, "Berg", "van den", date(1980, 3, 4)) is right


def test_a_difference_waits_for_a_review_that_support_decides_with_a_reason(code: str) -> None:
    viewer, judge = teacher(), support()
    other = replace(TEACHER, family_name="Dal")
    assert not actions.redeem(code=code, identity=other, viewer=viewer, at=AT).joined
    assert queries.own_registration(viewer).appointments == ()
    (waits,) = queries.own_registration(viewer).reviews
    assert (waits.board, waits.decide_by) == (BOARD, AT + TERMS.review)
    (review,) = queries.reviews_waiting(claims=JUDGE, viewer=judge, at=AT)
    assert (review.delivered_name, review.claimed_name) == ("B. van den Berg", "Bea Dal")
    looked = AuditEvent.objects.get(name="register.ReviewsConsulted")
    assert EventSubject.objects.filter(event=looked, subject=viewer.account).exists()
    with pytest.raises(Invalid):
        actions.decide_review(review=review.id, accepted=True, words=" ", claims=JUDGE, viewer=judge, at=AT)
    actions.decide_review(
        review=review.id, accepted=True, words="Getrouwd, akte gezien", claims=JUDGE, viewer=judge, at=AT
    )
    assert len(queries.own_registration(viewer).appointments) == 1
    with pytest.raises(Absent):
        actions.decide_review(review=review.id, accepted=False, words="nee", claims=JUDGE, viewer=judge, at=AT)


@pytest.mark.parametrize(
    ("decider", "hers"),
    [
        (ClaimedIdentity("Rechter", "Joke", date(1970, 1, 1)), False),
        (ClaimedIdentity("Rechter", "Joke", None), False),
        (ClaimedIdentity("Rechter", "Bea", date(1980, 3, 4)), True),
        (ClaimedIdentity("van den BERG", "Bea", None), True),
        (ClaimedIdentity("Dal", "Bea", None), True),
        (ClaimedIdentity("Berg", "Bob", date(1970, 1, 1)), False),
        (ClaimedIdentity("", "", None), True),
    ],
)
def test_nobody_decides_a_review_of_her_own_through_another_account(
    code: str, decider: ClaimedIdentity, hers: bool
) -> None:
    actions.redeem(code=code, identity=replace(TEACHER, family_name="Dal"), viewer=teacher(), at=AT)
    assert len(queries.reviews_waiting(claims=decider, viewer=support(), at=AT)) == (0 if hers else 1)
    review = Review.objects.get().id
    ask = {"review": review, "accepted": True, "words": "ja", "claims": decider, "viewer": support(), "at": AT}
    if hers:
        with pytest.raises(Absent):
            actions.decide_review(**ask)
        assert Review.objects.get().decided_at is None
    else:
        actions.decide_review(**ask)
        assert Review.objects.get().accepted


def test_a_code_of_a_file_for_which_somebody_else_waits_is_told_so_and_stays_as_it_is() -> None:
    deliver(csv_of({}))
    first, second = teacher(), teacher()
    actions.redeem(code=code_for(), identity=replace(TEACHER, family_name="Dal"), viewer=first, at=AT)
    code = code_for(at=AT + timedelta(hours=1))
    for viewer, later in ((second, True), (first, False)):
        found = actions.redeem(
            code=code, identity=replace(TEACHER, family_name="Bos"), viewer=viewer, at=AT + timedelta(hours=2)
        )
        assert (found.joined, found.later) == (False, later)
    assert Review.objects.count() == 1
    assert ActivationCodeIssued.objects.filter(voided_at=None, redeemed_at=None).count() == 1


def test_a_review_that_waits_longer_than_the_rulebook_wants_is_marked_late(code: str) -> None:
    actions.redeem(code=code, identity=replace(TEACHER, family_name="Dal"), viewer=teacher(), at=AT)
    for moment, late in ((AT + TERMS.review - timedelta(seconds=1), False), (AT + TERMS.review, True)):
        (review,) = queries.reviews_waiting(claims=JUDGE, viewer=support(), at=moment)
        assert (review.decide_by, review.late) == (AT + TERMS.review, late)


def test_a_refused_review_joins_nothing_and_a_stranger_can_not_decide(code: str) -> None:
    viewer = teacher()
    actions.redeem(code=code, identity=replace(TEACHER, family_name="Dal"), viewer=viewer, at=AT)
    for stranger in (teacher(), staff()):
        with pytest.raises(NotAllowed):
            queries.reviews_waiting(claims=JUDGE, viewer=stranger, at=AT)
    (review,) = queries.reviews_waiting(claims=JUDGE, viewer=support(), at=AT)
    with pytest.raises(NotAllowed):
        actions.decide_review(review=review.id, accepted=True, words="ja", claims=JUDGE, viewer=viewer, at=AT)
    actions.decide_review(
        review=review.id, accepted=False, words="Iemand anders", claims=JUDGE, viewer=support(), at=AT
    )
    assert queries.own_registration(viewer).appointments == ()


def test_letters_are_one_tagged_pdf_and_say_what_they_must(settings: object) -> None:
    deliver(csv_of({}, {"personeelsnummer": "p2", "achternaam": "#strong[Dal] & Zn"}))
    printed = actions.print_letters(board=BOARD, viewer=staff(), at=AT)
    pdf = PdfReader(BytesIO(printing.pdf_of(printed)))
    assert len(pdf.pages) == 4
    text = " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)
    for each in printed:
        assert str(each.code) in text
    for words in (
        "Meedoen is vrijwillig",
        "doet niets zolang jij het niet zelf hebt",
        "bewijst niet",
        "De Eik, Utrecht",
        "#strong[Dal] & Zn",
    ):
        assert words in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    looked = AuditEvent.objects.get(name="register.LettersPrinted")
    assert (looked.reason, EventSubject.objects.filter(event=looked).count()) == ("letter-is-printed", 2)
    assert actions.print_letters(board=BOARD, viewer=staff(), at=AT) == []


def test_a_stranger_and_another_board_print_nothing(code: str) -> None:
    for viewer in (teacher(), staff(OTHER_BOARD), support()):
        with pytest.raises(NotAllowed):
            actions.print_letters(board=BOARD, viewer=viewer, at=AT)
    mine = Employee.objects.get().id
    assert actions.print_letters(board=OTHER_BOARD, viewer=staff(OTHER_BOARD), at=AT, employees=[mine]) == []


def test_a_robot_that_previews_the_link_redeems_nothing(client: Client) -> None:
    deliver(csv_of({}))
    code = code_for()
    for method in (client.get, client.head, client.options):
        method(f"/activeren/{code}/", HTTP_USER_AGENT="LinkPreview/1.0")
    assert actions.redeem(code=code, identity=TEACHER, viewer=teacher(), at=AT).joined
