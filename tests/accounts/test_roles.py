"""Roles: a giver, a scope, a begin and an end; and invitations."""

import re
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lerarenregister.accounts import actions, queries
from lerarenregister.accounts.errors import InvitationRefused, NotAllowed, SignInNeeded
from lerarenregister.accounts.permissions import COMMAND, NOBODY, Permission, Role, RoleHeld, SessionKind, Viewer
from lerarenregister.accounts.rules import TRIES_PER_HOUR
from lerarenregister.audit.models import AuditEvent
from lerarenregister.audit.queries import consultations_of, log_state
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ActivationCode
from tests.accounts.running import RunningProvider, sign_in
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db

OWN, OTHER = "12345", "54321"
DAY = timedelta(days=1)
MOMENTS = {"before": -DAY, "begin": timedelta(), "during": DAY, "end": 10 * DAY, "after": 11 * DAY}


def account(name: str, at: datetime) -> UUID:
    return actions.open_account(provider="eid", issuer="https://eid", subject=name, person_bound=True, at=at)


def give(name: str, role: Role, at: datetime, *, scope: str | None = None, days: int = 10) -> UUID:
    board = scope if scope is not None else (OWN if role.scoped else "")
    if role is Role.OFFICE and scope is None:
        board = actions.open_office(name="Kantoor", viewer=COMMAND, at=at)
    ends_at = at + days * DAY
    who = account(name, at)
    return actions.give_role(viewer=COMMAND, account=who, role=role, scope=board, known_as=name, ends_at=ends_at, at=at)


def viewer(name: str, at: datetime) -> Viewer:
    who = account(name, at)
    roles = queries.roles_in_force(who, at=at)
    return Viewer(who, SessionKind.PERSON_BOUND, roles, second_factor=True)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("board", [OWN, OTHER])
@pytest.mark.parametrize("role", [*Role, None])
def test_the_grid_of_roles_moments_and_boards(at: datetime, role: Role | None, board: str, moment: str) -> None:
    """Only a manager, only during her role, only for her own board, may invite, list and end."""
    if role:
        give("somebody", role, at)
    colleague = give("colleague", Role.BOARD_STAFF, at, scope=board, days=100)
    when = at + MOMENTS[moment]
    asking = viewer("somebody", when)
    allowed = role is Role.BOARD_MANAGER and board == OWN and moment in ("begin", "during")
    until = when + DAY
    for act in (
        lambda: queries.roles_of_board(asking, board=board, at=when),
        lambda: actions.create_invitation(
            viewer=asking,
            role=Role.BOARD_STAFF,
            scope=board,
            known_as="x",
            valid=TERMS.invitation,
            role_ends_at=until,
            at=when,
        ),
        lambda: actions.end_role(viewer=asking, grant=colleague, at=when),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_roles_but_a_command(at: datetime, role: Role) -> None:
    give("somebody", role, at)
    asking = viewer("somebody", at)
    for who in (asking, NOBODY):
        with pytest.raises(NotAllowed):
            actions.give_role(
                viewer=who,
                account=asking.account or uuid4(),
                role=Role.SUPPORT,
                scope="",
                known_as="",
                ends_at=at + DAY,
                at=at,
            )


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR])
@pytest.mark.parametrize("scope", ["", OWN])
def test_a_manager_invites_nobody_outside_her_board(at: datetime, role: Role, scope: str) -> None:
    give("manager", Role.BOARD_MANAGER, at)
    with pytest.raises((NotAllowed, Invalid)):
        actions.create_invitation(
            viewer=viewer("manager", at),
            role=role,
            scope=scope,
            known_as="x",
            valid=TERMS.invitation,
            role_ends_at=at + DAY,
            at=at,
        )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", ["", "1234", "12345 ", "abcde", "123456"])
def test_a_scope_that_does_not_fit_the_role_is_refused(at: datetime, role: Role, scope: str) -> None:
    if not role.scoped and scope == "":
        return
    with pytest.raises(Invalid):
        give("somebody", role, at, scope=scope)


def test_a_role_that_ends_before_it_begins_is_refused(at: datetime) -> None:
    for days in (0, -1):
        with pytest.raises(Invalid):
            give("somebody", Role.SUPPORT, at, days=days)


def test_a_role_for_an_unknown_account_is_refused(at: datetime) -> None:
    with pytest.raises(Absent):
        actions.give_role(
            viewer=COMMAND, account=uuid4(), role=Role.SUPPORT, scope="", known_as="", ends_at=at + DAY, at=at
        )


def test_an_ended_role_is_over_at_that_moment_and_ending_it_again_writes_nothing(at: datetime) -> None:
    grant = give("staff", Role.BOARD_STAFF, at)
    when = at + DAY
    actions.end_role(viewer=COMMAND, grant=grant, at=when)
    assert viewer("staff", when).roles == frozenset()
    assert viewer("staff", when - timedelta(seconds=1)).roles == {RoleHeld(Role.BOARD_STAFF, OWN)}
    before = log_state().unsealed
    actions.end_role(viewer=COMMAND, grant=grant, at=when + DAY)
    assert log_state().unsealed == before
    with pytest.raises(Absent):
        actions.end_role(viewer=COMMAND, grant=uuid4(), at=when)


def test_who_is_listed_can_see_that_the_manager_looked(at: datetime) -> None:
    give("manager", Role.BOARD_MANAGER, at)
    give("staff", Role.BOARD_STAFF, at)
    manager, staff = viewer("manager", at), viewer("staff", at)
    team = queries.roles_of_board(manager, board=OWN, at=at)
    assert [(row.known_as, row.own) for row in team.roles] == [("manager", True), ("staff", False)]
    assert staff.account
    assert manager.account
    [look] = consultations_of([staff.account], except_by=staff.account)
    assert (look.organisation, look.role, look.reason) == (OWN, "board-manager", "roles-are-managed")
    assert consultations_of([manager.account], except_by=staff.account) == []


# Invitations


def invite(
    at: datetime, *, role: Role = Role.BOARD_STAFF, by: Viewer = COMMAND, scope: str = OWN
) -> actions.NewInvitation:
    ends_at = at + 365 * DAY
    return actions.create_invitation(
        viewer=by, role=role, scope=scope, known_as="collega", valid=TERMS.invitation, role_ends_at=ends_at, at=at
    )


def test_a_code_gives_the_role_once(at: datetime) -> None:
    made = invite(at)
    colleague = viewer("colleague", at)
    actions.redeem_invitation(viewer=colleague, code=str(made.code).lower().replace("-", " "), at=at)
    assert viewer("colleague", at).roles == {RoleHeld(Role.BOARD_STAFF, OWN)}
    for again in ("colleague", "stranger"):
        with pytest.raises(InvitationRefused):
            actions.redeem_invitation(viewer=viewer(again, at), code=str(made.code), at=at)
    assert viewer("stranger", at).roles == frozenset()


def test_a_code_expires_after_fourteen_days(at: datetime) -> None:
    early, late = invite(at), invite(at)
    actions.redeem_invitation(
        viewer=viewer("early", at), code=str(early.code), at=at + TERMS.invitation - timedelta(seconds=1)
    )
    with pytest.raises(InvitationRefused):
        actions.redeem_invitation(viewer=viewer("late", at), code=str(late.code), at=at + TERMS.invitation)


def test_unknown_used_expired_and_withdrawn_codes_look_the_same(at: datetime) -> None:
    used, expired, withdrawn = invite(at), invite(at - TERMS.invitation), invite(at)
    actions.redeem_invitation(viewer=viewer("first", at), code=str(used.code), at=at)
    actions.withdraw_invitation(viewer=COMMAND, invitation=withdrawn.id, at=at)
    details = set()
    for code in (used.code, expired.code, withdrawn.code, ActivationCode.random()):
        with pytest.raises(InvitationRefused) as refused:
            actions.redeem_invitation(viewer=viewer("second", at), code=str(code), at=at)
        details.add(str(refused.value))
    assert len(details) == 1


def test_what_a_clock_that_is_ahead_withdrew_is_void_for_every_other_clock(at: datetime) -> None:
    made = invite(at)
    actions.withdraw_invitation(viewer=COMMAND, invitation=made.id, at=at + timedelta(minutes=5))
    with pytest.raises(InvitationRefused):
        actions.redeem_invitation(viewer=viewer("colleague", at), code=str(made.code), at=at + timedelta(minutes=1))
    give("manager", Role.BOARD_MANAGER, at)
    assert queries.roles_of_board(viewer("manager", at), board=OWN, at=at).invitations == []


def test_only_a_few_tries_an_hour_and_a_refusal_counts(at: datetime) -> None:
    made = invite(at)
    guesser = viewer("guesser", at)
    for number in range(TRIES_PER_HOUR):
        code = str(ActivationCode.random()) if number % 2 else "not a code"
        with pytest.raises(InvitationRefused if number % 2 else Invalid):
            actions.redeem_invitation(viewer=guesser, code=code, at=at + timedelta(minutes=number))
    with pytest.raises(InvitationRefused, match="tries"):
        actions.redeem_invitation(viewer=guesser, code=str(made.code), at=at + timedelta(minutes=10))
    actions.redeem_invitation(viewer=viewer("colleague", at), code=str(made.code), at=at)
    another = invite(at)
    actions.redeem_invitation(viewer=guesser, code=str(another.code), at=at + timedelta(minutes=61))


def test_a_form_that_is_sent_again_leaves_one_invitation_with_the_code_she_saw_last(at: datetime) -> None:
    give("manager", Role.BOARD_MANAGER, at)
    give("other", Role.BOARD_MANAGER, at)
    form, moments = uuid4(), (at, at, at + DAY)

    def invite(name: str, moment: datetime, sent: UUID | None) -> actions.NewInvitation:
        until = moment + 20 * DAY
        who = viewer(name, at)
        asked = {
            "role": Role.BOARD_STAFF,
            "scope": OWN,
            "known_as": "x",
            "valid": TERMS.invitation,
            "role_ends_at": until,
        }
        return actions.create_invitation(viewer=who, at=moment, form=sent, **asked)  # type: ignore[arg-type]

    mine = [invite("manager", moment, form) for moment in moments]
    others = [invite("other", at, form), invite("manager", at, uuid4()), invite("manager", at, None)]
    listed = queries.roles_of_board(viewer("manager", at), board=OWN, at=at + DAY).invitations
    assert {each.id for each in listed} == {mine[-1].id, *(each.id for each in others)}
    with pytest.raises(InvitationRefused):
        actions.redeem_invitation(viewer=viewer("colleague", at), code=str(mine[0].code), at=at + DAY)
    actions.redeem_invitation(viewer=viewer("colleague", at), code=str(mine[-1].code), at=at + DAY)


def test_what_a_manager_handed_out_ends_with_her_role_and_she_can_not_take_it_herself(at: datetime) -> None:
    grant = give("manager", Role.BOARD_MANAGER, at)
    give("other", Role.BOARD_MANAGER, at)
    manager = viewer("manager", at)
    asked = {
        "role": Role.BOARD_MANAGER,
        "scope": OWN,
        "known_as": "",
        "valid": TERMS.invitation,
        "role_ends_at": at + 300 * DAY,
    }
    made = actions.create_invitation(viewer=manager, at=at, **asked)  # type: ignore[arg-type]
    kept = actions.create_invitation(viewer=viewer("other", at), at=at, **asked)  # type: ignore[arg-type]
    used = actions.create_invitation(viewer=manager, at=at, **asked)  # type: ignore[arg-type]
    actions.redeem_invitation(viewer=viewer("colleague", at), code=str(used.code), at=at)
    actions.end_role(viewer=viewer("other", at), grant=grant, at=at + DAY)
    listed = queries.roles_of_board(viewer("other", at), board=OWN, at=at + DAY).invitations
    assert [each.id for each in listed] == [kept.id]
    for name in ("manager", "stranger"):
        with pytest.raises(InvitationRefused):
            actions.redeem_invitation(viewer=viewer(name, at), code=str(made.code), at=at + DAY)
    assert viewer("manager", at + DAY).roles == frozenset()
    assert viewer("colleague", at + DAY).roles == {RoleHeld(Role.BOARD_MANAGER, OWN)}
    actions.redeem_invitation(viewer=viewer("second", at), code=str(kept.code), at=at + DAY)
    withdrawn = AuditEvent.objects.filter(name="accounts.InvitationWithdrawn")
    assert [each.facts["invitation"] for each in withdrawn] == [str(made.id)]


def test_an_invitation_counts_for_nothing_when_the_role_of_who_gave_it_is_over(at: datetime) -> None:
    give("manager", Role.BOARD_MANAGER, at, days=3)
    asked = {
        "role": Role.BOARD_STAFF,
        "scope": OWN,
        "known_as": "",
        "valid": TERMS.invitation,
        "role_ends_at": at + 300 * DAY,
    }
    made = [actions.create_invitation(viewer=viewer("manager", at), at=at, **asked) for _ in range(2)]  # type: ignore[arg-type]
    just_before, over = at + 3 * DAY - timedelta(seconds=1), at + 3 * DAY
    actions.redeem_invitation(viewer=viewer("colleague", at), code=str(made[0].code), at=just_before)
    with pytest.raises(InvitationRefused):
        actions.redeem_invitation(viewer=viewer("late", at), code=str(made[1].code), at=over)
    assert not viewer("late", over).roles


def test_what_a_manager_of_two_boards_or_with_a_second_role_handed_out_stays_where_she_may(at: datetime) -> None:
    grant, also = give("manager", Role.BOARD_MANAGER, at), give("manager", Role.BOARD_MANAGER, at, days=20)
    give("manager", Role.BOARD_MANAGER, at, scope=OTHER)
    manager = viewer("manager", at)
    own, elsewhere = (invite(at, by=manager, scope=scope) for scope in (OWN, OTHER))
    actions.end_role(viewer=COMMAND, grant=grant, at=at + DAY)
    assert actions.redeem_invitation(viewer=viewer("colleague", at), code=str(own.code), at=at + DAY)
    actions.end_role(viewer=COMMAND, grant=also, at=at + DAY)
    assert actions.redeem_invitation(viewer=viewer("colleague", at), code=str(elsewhere.code), at=at + DAY)


def test_who_closes_her_account_leaves_no_invitation_behind(at: datetime) -> None:
    give("manager", Role.BOARD_MANAGER, at)
    manager = viewer("manager", at)
    made = invite(at, by=manager)
    assert manager.account is not None
    actions.empty_account(account=manager.account, at=at)
    with pytest.raises(InvitationRefused):
        actions.redeem_invitation(viewer=viewer("colleague", at), code=str(made.code), at=at)
    assert AuditEvent.objects.filter(name="accounts.InvitationWithdrawn").count() == 1


def test_nobody_redeems(at: datetime) -> None:
    with pytest.raises(SignInNeeded):
        actions.redeem_invitation(viewer=NOBODY, code=str(invite(at).code), at=at)


def test_a_stranger_and_a_manager_of_another_board_cannot_withdraw(at: datetime) -> None:
    give("elsewhere", Role.BOARD_MANAGER, at, scope=OTHER)
    made = invite(at)
    for name in ("elsewhere", "stranger"):
        with pytest.raises(NotAllowed):
            actions.withdraw_invitation(viewer=viewer(name, at), invitation=made.id, at=at)
    actions.redeem_invitation(viewer=viewer("colleague", at), code=str(made.code), at=at)


def test_the_code_is_not_in_the_database(at: datetime) -> None:
    made = invite(at)
    give("manager", Role.BOARD_MANAGER, at)
    team = queries.roles_of_board(viewer("manager", at), board=OWN, at=at)
    assert [each.id for each in team.invitations] == [made.id]
    assert made.code.value not in repr(team)
    assert made.code.value not in repr(made)


# Commands and pages


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_from_the_first_invitation_by_command_to_a_colleague_and_back(eid: RunningProvider) -> None:
    manager, colleague, stranger = Client(), Client(), Client()
    for browser, person in ((manager, "bram"), (colleague, "anna"), (stranger, "casper")):
        sign_in(browser, eid, person)
    team = f"/bestuur/{OWN}/medewerkers/"
    assert manager.get(team).status_code == 404
    code = run("invite_manager", OWN, "--known-as", "Bram")
    assert manager.get(f"/uitnodiging/?code={code}").status_code == 200
    assert manager.get(team).status_code == 404
    assert manager.post("/uitnodiging/", {"code": code})["Location"] == "/"
    page = manager.get(team).content.decode()
    assert "Bram" in page
    assert "(jij)" in page

    made = manager.post(team, {"known_as": "Anna <b>", "role": "board-staff"})
    assert made.status_code == 200
    assert "Anna &lt;b&gt;" in made.content.decode()
    shown = re.search(r"<code>([0-9A-Z-]{20})</code>", made.content.decode())
    assert shown is not None
    assert shown[1] not in manager.get(team).content.decode()
    assert colleague.post("/uitnodiging/", {"code": shown[1]}).status_code == 302
    assert colleague.get(team).status_code == 404

    ends = re.findall(rf'action="({team}[0-9a-f-]+/beeindigen/)"', manager.get(team).content.decode())
    assert len(ends) == 2
    for each in ends:
        assert stranger.post(each).status_code == 404
        assert colleague.post(each).status_code == 404
    staff_role = next(each for each in ends if each not in ends[:1])
    assert manager.post(staff_role)["Location"] == f"{team}?gedaan=rol"
    assert manager.post(ends[0])["Location"] == "/"
    assert manager.get(team).status_code == 404


def test_a_stranger_sees_the_same_page_for_a_board_that_exists_and_one_that_does_not(eid: RunningProvider) -> None:
    run("invite_manager", OWN)
    stranger = Client()
    sign_in(stranger, eid, "casper")
    for method in (stranger.get, stranger.post):
        pages = [method(f"/bestuur/{board}/medewerkers/") for board in (OWN, "99999", "x")]
        assert [page.status_code for page in pages] == [404, 404, 404]
        assert len({re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}) == 1


def test_an_invitation_can_be_withdrawn_in_the_page(eid: RunningProvider) -> None:
    manager, colleague = Client(), Client()
    sign_in(manager, eid, "bram")
    sign_in(colleague, eid, "anna")
    run("give_role", "board-manager", "--identity", "eid:eid-bram", "--board", OWN)
    made = manager.post(f"/bestuur/{OWN}/medewerkers/", {"known_as": "Anna", "role": "board-staff"}).content.decode()
    withdraw = re.search(r'action="([^"]+/intrekken/)"', made)
    shown = re.search(r"<code>([0-9A-Z-]{20})</code>", made)
    assert withdraw is not None
    assert shown is not None
    assert colleague.post(withdraw[1]).status_code == 404
    assert manager.post(withdraw[1]).status_code == 302
    refused = colleague.post("/uitnodiging/", {"code": shown[1]})
    assert refused.status_code == 400
    assert "Deze code werkt niet" in refused.content.decode()


@pytest.mark.parametrize("form", [{}, {"known_as": "", "role": "board-staff"}, {"known_as": "x", "role": "support"}])
def test_a_wrong_invitation_form_says_what_is_wrong(eid: RunningProvider, form: dict[str, str]) -> None:
    manager = Client()
    sign_in(manager, eid, "bram")
    run("give_role", "board-manager", "--identity", "eid:eid-bram", "--board", OWN)
    refused = manager.post(f"/bestuur/{OWN}/medewerkers/", form)
    assert refused.status_code == 400
    assert "Dit klopt nog niet" in refused.content.decode()


@pytest.mark.parametrize("code", ["", "x", "<script>", "0" * 61, "0000-0000-0000-00001"])
def test_a_mistyped_code_says_what_to_do_and_is_never_repeated_as_markup(eid: RunningProvider, code: str) -> None:
    browser = Client()
    sign_in(browser, eid, "anna")
    refused = browser.post("/uitnodiging/", {"code": code})
    assert refused.status_code == 400
    assert "<script>" not in refused.content.decode()


def test_an_invitation_asks_to_sign_in_first() -> None:
    assert Client().get("/uitnodiging/")["Location"] == "/inloggen/?verder=%2Fuitnodiging%2F"
    assert Client().post("/uitnodiging/", {"code": "x"}).status_code == 302


def test_an_employers_session_may_have_a_board_role(school: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, school, "bram", second_factor=True)
    run("give_role", "board-manager", "--identity", "school:school-bram", "--board", OWN)
    assert browser.get(f"/bestuur/{OWN}/medewerkers/").status_code == 200
    assert f"/bestuur/{OWN}/medewerkers/" in browser.get("/").content.decode()


def test_a_role_is_given_and_ended_by_command(eid: RunningProvider, at: datetime) -> None:
    who = account("auditor", at)
    grant = run("give_role", "auditor", "--account", str(who), "--days", "30")
    now = datetime.now(at.tzinfo)
    assert queries.roles_in_force(who, at=now + 29 * DAY) == {RoleHeld(Role.AUDITOR)}
    assert queries.roles_in_force(who, at=now + 31 * DAY) == frozenset()
    assert Viewer(who, roles=queries.roles_in_force(who, at=now + DAY)).may(Permission.AUDIT_LOG_VERIFY)
    run("end_role", grant)
    assert queries.roles_in_force(who, at=now + DAY) == frozenset()


@pytest.mark.parametrize(
    "arguments",
    [
        ("give_role", "auditor", "--account", str(uuid4())),
        ("give_role", "auditor", "--account", str(uuid4()), "--board", OWN),
        ("give_role", "auditor", "--identity", "nowhere:x"),
        ("give_role", "auditor", "--identity", "eid:"),
        ("give_role", "board-staff", "--identity", "eid:x"),
        ("give_role", "auditor", "--identity", "eid:x", "--days", "0"),
        ("end_role", str(uuid4())),
        ("invite_manager", "1"),
    ],
)
def test_a_wrong_command_is_refused_with_a_sentence(eid: RunningProvider, arguments: tuple[str, ...]) -> None:
    before = log_state().unsealed
    with pytest.raises(CommandError, match="refused"):
        run(*arguments)
    assert log_state().unsealed == before
