"""Two at once: one code by two accounts, one delivery clicked twice, one review decided twice, two files confirmed, a
sign-in while the account is being closed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import InvitationRefused, SignInNeeded
from lerarenregister.accounts.models import Identity, Invitation, SignedInSession
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import COMMAND, Role, RoleHeld, SessionKind, Viewer
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions, queries
from lerarenregister.register.actions import delivering
from lerarenregister.register.errors import CodeRefused
from lerarenregister.register.models import AppointmentVersion, Employee, Registration, Review, WorkMail
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.faults.people import somebody
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, TEACHER, csv_of
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all begun at the same moment."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def institutions(transactional_db: None) -> None:
    cast.institutions()


def test_one_code_is_redeemed_by_one_of_two_accounts() -> None:
    cast.deliver(csv_of({}))
    code = cast.code_for()
    viewers = [cast.teacher(), cast.teacher()]
    results = at_once(
        *(lambda viewer=viewer: actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT) for viewer in viewers)  # type: ignore[misc]
    )
    assert sorted(type(each).__name__ for each in results) == [CodeRefused.__name__, actions.Redeemed.__name__]
    assert Employee.objects.get().account in {viewer.account for viewer in viewers}


def test_a_delivery_that_is_delivered_in_two_tabs_is_delivered_once() -> None:
    received = actions.receive(board=BOARD, chunks=[csv_of({})], viewer=cast.staff(), at=AT)

    def deliver() -> str:
        actions.deliver(delivery=received.delivery, viewer=cast.staff(), at=AT)
        return actions.continue_delivery(delivery=received.delivery, at=AT)

    assert at_once(deliver, deliver, deliver) == ["delivered"] * 3
    assert AppointmentVersion.objects.count() == 1


def test_a_review_is_decided_once() -> None:
    cast.deliver(csv_of({}))
    other = cast.teacher()
    assert not actions.redeem(code=cast.code_for(), identity=cast.replace_name("Dal"), viewer=other, at=AT).joined
    review = Review.objects.get().id

    def decide(accepted: bool) -> Callable[[], None]:
        return lambda: actions.decide_review(
            review=review, accepted=accepted, words="x", claims=cast.JUDGE, viewer=cast.support(), at=AT
        )

    results = at_once(decide(True), decide(False))
    assert sorted(type(each).__name__ for each in results) == [Absent.__name__, "NoneType"]


def test_two_files_of_hers_confirmed_at_once_make_one_registration() -> None:
    for _ in range(5):
        staff_number = new_id().hex[:12]
        mine = somebody(staff_number)  # each time somebody else: of two alike the second waits
        who = ClaimedIdentity(mine["achternaam"], "Bea", date.fromisoformat(mine["geboortedatum"]))
        cast.deliver(csv_of(mine))
        cast.deliver(csv_of(mine | {"bestuursnummer": OTHER_BOARD, "brin": "03EF"}), board=OTHER_BOARD)
        viewer = cast.teacher()
        for board in (BOARD, OTHER_BOARD):
            code = cast.code_for(staff_number, board=board)
            assert actions.redeem(code=code, identity=who, viewer=viewer, at=AT).joined
        seen = [each.latest for each in queries.own_registration(viewer).appointments]
        confirm = [
            lambda one=one, viewer=viewer: actions.confirm_appointment(
                version=one.id, person=one.person, viewer=viewer, at=AT
            )
            for one in seen
        ]
        assert at_once(*confirm) == [True, True]
        assert Registration.objects.filter(account=viewer.account).count() == 1


def test_who_signs_in_while_she_closes_her_account_begins_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = FreshSignIn(
        "eid", True, "https://eid.example.org", "vera", AT, "Vos", "Vera", date(1990, 1, 2), "", second_factor=False
    )
    first = accounts.sign_in(proof=proof, device="here", at=AT)
    emptied, found = threading.Event(), threading.Event()
    if connection.vendor == "sqlite":  # there a transaction that writes lets no other begin
        found.set()
    looked_up = accounts._identity

    def look_up(**asked: Any) -> Any:
        identity = looked_up(**asked)
        found.set()
        return identity

    monkeypatch.setattr(accounts, "_identity", look_up)

    def close() -> None:
        with transaction.atomic():
            accounts.take_turn(first.account)
            accounts.empty_account(account=first.account, at=AT)
            emptied.set()
            assert found.wait(20), "nobody signs in"

    def sign_in() -> accounts.OpenedSession:
        assert emptied.wait(20)
        return accounts.sign_in(proof=proof, device="elsewhere", at=AT)

    closed, session = at_once(close, sign_in)
    assert closed is None
    assert isinstance(session, accounts.OpenedSession), session
    assert session.account != first.account
    assert list(SignedInSession.objects.values_list("account_id", flat=True)) == [session.account]
    assert Identity.objects.get().account_id == session.account


def test_who_closes_her_account_while_she_signs_in_is_signed_in_nowhere() -> None:
    for number in range(5):
        proof = FreshSignIn(
            "eid", True, "https://eid.example.org", f"v{number}", AT, "Vos", "Vera", None, "", second_factor=False
        )
        account = accounts.sign_in(proof=proof, device="here", at=AT).account

        def close(account: UUID = account) -> None:
            with transaction.atomic():
                accounts.take_turn(account)
                accounts.empty_account(account=account, at=AT)

        results = at_once(close, lambda proof=proof: accounts.sign_in(proof=proof, device="elsewhere", at=AT))  # type: ignore[misc]
        assert not [each for each in results if isinstance(each, Exception)]
        assert not SignedInSession.objects.filter(account_id=account).exists()


def test_who_signs_in_with_a_passkey_while_she_closes_her_account_has_no_session() -> None:
    for number in range(5):
        proof = FreshSignIn(
            "eid", True, "https://eid.example.org", f"w{number}", AT, "Vos", "Vera", None, "", second_factor=False
        )
        account = accounts.sign_in(proof=proof, device="here", at=AT).account

        def close(account: UUID = account) -> None:
            with transaction.atomic():
                accounts.take_turn(account)
                accounts.empty_account(account=account, at=AT)

        def sign_in(account: UUID = account) -> accounts.OpenedSession:
            return accounts.sign_in_with_passkey(account=account, device="elsewhere", at=AT)

        closed, session = at_once(close, sign_in)
        assert closed is None
        assert isinstance(session, accounts.OpenedSession | SignInNeeded), session
        assert not SignedInSession.objects.filter(account_id=account).exists()


def test_who_signs_in_with_an_identity_that_is_unlinked_meanwhile_begins_a_new_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = FreshSignIn(
        "eid", True, "https://eid.example.org", "vera", AT, "Vos", "Vera", date(1990, 1, 2), "", second_factor=False
    )
    first = accounts.sign_in(proof=proof, device="here", at=AT)
    other = replace(proof, subject="vera's other login")
    with transaction.atomic():
        accounts.take_turn(first.account)
        accounts.link_identity(account=first.account, proof=other, recovered=False, at=AT)
    linked = Identity.objects.get(subject=other.subject)
    unlinked, found = threading.Event(), threading.Event()
    if connection.vendor == "sqlite":
        found.set()
    looked_up = accounts._identity

    def look_up(**asked: Any) -> Any:
        identity = looked_up(**asked)
        found.set()
        return identity

    monkeypatch.setattr(accounts, "_identity", look_up)
    viewer = Viewer(first.account, SessionKind.PERSON_BOUND, session_id=first.id)

    def unlink() -> None:
        with transaction.atomic():
            accounts.unlink_identity(viewer=viewer, identity=linked.id, at=AT)
            unlinked.set()
            assert found.wait(20), "nobody signs in"

    def sign_in() -> accounts.OpenedSession:
        assert unlinked.wait(20)
        return accounts.sign_in(proof=other, device="elsewhere", at=AT)

    done, session = at_once(unlink, sign_in)
    assert done is None
    assert isinstance(session, accounts.OpenedSession), session
    assert session.account != first.account
    assert SignedInSession.objects.filter(account=first.account).count() == 1


def test_an_invitation_that_is_redeemed_while_the_role_of_its_giver_ends_gives_a_role_before_that_or_none() -> None:
    """Whoever is first: what she handed out is not redeemed after it was made void, and nobody waits for ever."""
    for number in range(5):
        manager, taker = (
            accounts.open_account(
                provider="eid", issuer="https://eid", subject=f"{who}{number}", person_bound=True, at=AT
            )
            for who in ("manager", "taker")
        )
        asked = {"role": Role.BOARD_MANAGER, "scope": BOARD, "known_as": "x", "at": AT}
        until = AT + timedelta(days=9)
        grant = accounts.give_role(viewer=COMMAND, account=manager, ends_at=until, **asked)  # type: ignore[arg-type]
        may = Viewer(manager, SessionKind.PERSON_BOUND, frozenset({RoleHeld(Role.BOARD_MANAGER, BOARD)}), None, True)
        made = accounts.create_invitation(viewer=may, valid=TERMS.invitation, role_ends_at=until, **asked)  # type: ignore[arg-type]
        viewer = Viewer(taker, SessionKind.PERSON_BOUND)
        ended, taken = at_once(
            lambda grant=grant: accounts.end_role(viewer=COMMAND, grant=grant, at=AT),  # type: ignore[misc]
            lambda viewer=viewer, made=made: accounts.redeem_invitation(viewer=viewer, code=str(made.code), at=AT),  # type: ignore[misc]
        )
        assert ended is None
        assert isinstance(taken, UUID | InvitationRefused), taken
        void = Invitation.objects.get(pk=made.id).redeemed_at is None
        assert void == isinstance(taken, InvitationRefused)


def delivered_while_she_redeems(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, str], after: dict[str, str]
) -> tuple[Any, Viewer]:
    """A board delivers her anew; when what is known of her was read and nothing is written yet, she fills in her code.
    What redeeming came to, and who she is."""
    cast.deliver(csv_of(before))
    code, viewer = cast.code_for(), cast.teacher()
    staged = actions.receive(board=BOARD, chunks=[csv_of(after)], viewer=cast.staff(), at=AT).delivery
    actions.deliver(delivery=staged, viewer=cast.staff(), at=AT)
    read, redeemed, plainly = threading.Event(), threading.Event(), delivering.known_of

    def known_of(*given: Any) -> Any:
        found = plainly(*given)
        read.set()
        redeemed.wait(1)
        return found

    def redeem() -> Any:
        assert read.wait(10)
        try:
            return actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT)
        finally:
            redeemed.set()

    monkeypatch.setattr(delivering, "known_of", known_of)
    state, came = at_once(lambda: actions.continue_delivery(delivery=staged, at=AT), redeem)
    assert state == "delivered", state
    return came, viewer


def test_a_work_address_that_comes_while_she_redeems_her_code_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    came, _ = delivered_while_she_redeems(monkeypatch, {}, {"werkmail": "bea@example.org"})
    assert came.joined
    assert not WorkMail.objects.exclude(address="").exists()


def test_a_code_is_held_against_the_name_that_is_delivered_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    came, viewer = delivered_while_she_redeems(monkeypatch, {}, {"geboortedatum": "1991-01-01"})
    assert not came.joined, "the file joined by facts that were being replaced"
    assert Review.objects.filter(account=viewer.account, decided_at=None).count() == 1
