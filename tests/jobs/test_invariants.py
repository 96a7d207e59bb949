"""Whatever may never be is found when somebody makes it so, and a world that nobody harmed is clean."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from lerarenregister.audit import actions as audit
from lerarenregister.audit.keys import signing_key
from lerarenregister.jobs.invariants import INVARIANTS
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox.actions import queue_all
from lerarenregister.register import actions
from lerarenregister.register.models import Board
from tests import vaults
from tests.attacks import cast
from tests.register import cast as register

pytestmark = pytest.mark.django_db
ON_POSTGRESQL = connection.vendor == "postgresql"
NEW = "'" + (str(new_id()) if ON_POSTGRESQL else new_id().hex) + "'"
ONE_OF_THEM = "id = (SELECT id FROM register_registration ORDER BY id LIMIT 1)"
ANOTHER_ACCOUNT = f"UPDATE register_registration SET account = {NEW} WHERE {ONE_OF_THEM}"
LONG_AGO, FAR_AHEAD = "'2001-01-01 00:00:00+00'", "'2901-01-01 00:00:00+00'"
ONE = "(SELECT id FROM {} ORDER BY id LIMIT 1)"


@pytest.fixture(scope="module", autouse=True)
def vault() -> Iterator[vaults.Here]:
    """One for the world of this module."""
    with vaults.in_process() as here:
        yield here


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, vault: vaults.Here) -> Iterator[None]:
    """Two boards and everybody around them, confirmed, in the pre-register and disputed; gone after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast.world()
        at = clock.now()
        unqualified = {"personeelsnummer": "p5", "benoemingsgrondslag": "O03", "onderwijsterrein": "groep 5"}
        with_mail = {"personeelsnummer": "p6", "werkmail": "p6@example.org"}
        first = register.deliver(register.csv_of(unqualified, {"personeelsnummer": "p7"}, with_mail), at=at)
        assert first.counts["refused"] == 0, first.reasons
        register.deliver(register.csv_of({"personeelsnummer": "p7", "einde": "2019-08-01"}), at=at)
        for number in ("p5", "p7"):
            teacher = cast.joined(f"teacher {number}", cast.TEACHER, number)
            answer(teacher, at)
        with transaction.atomic():
            queue_all(template="test", references=[new_id()], at=at)
        audit.seal(key=signing_key(), origin="register.example.org/log", at=at)
        yield
        transaction.set_rollback(True)


def answer(teacher: cast.Browser, at: Any) -> None:
    """She confirms all she sees, and says that the first is wrong."""
    from lerarenregister.accounts.permissions import SessionKind, Viewer
    from lerarenregister.register import queries

    viewer = Viewer(account=teacher.account, session=SessionKind.PERSON_BOUND)
    for shown in queries.own_registration(viewer).appointments:
        version, person = shown.latest.id, shown.latest.person
        actions.confirm_appointment(version=version, person=person, viewer=viewer, at=at)
        actions.dispute_appointment(version=version, words="Niet zo.", viewer=viewer, at=at)


def found(only: str = "") -> list[str]:
    return [
        f"{part.name}: {each}"
        for part in INVARIANTS
        if part.name == (only or part.name)
        for each in part.broken(clock.now())
    ]


@contextmanager
def harmed(*statements: str) -> Iterator[None]:
    """What a direct statement changes, for as long as we look."""
    with transaction.atomic():
        connection.check_constraints()  # what waits until the commit would stand in the way of changing a table
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def without_rule(table: str, name: str) -> list[str]:
    """Take away what makes the database itself refuse: a constraint, an index or, on SQLite, the table's own text."""
    if ON_POSTGRESQL:
        return [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}", f"DROP INDEX IF EXISTS {name}"]
    return [
        f"DROP TRIGGER IF EXISTS {name}_insert",
        f"DROP TRIGGER IF EXISTS {name}_update",
        f"DROP INDEX IF EXISTS {name}",
    ]


def copied(table: str, columns: dict[str, str], where: str = "true") -> str:
    """A statement that inserts a row again, with some columns changed."""
    with connection.cursor() as cursor:
        names = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(columns.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE {where} LIMIT 1"


A_BOARD = ONE.format("register_board")
PART = "(SELECT appointment_id FROM register_registrationpart LIMIT 1)"
BREAKS: dict[str, list[str]] = {
    "a delivery has a state that does not exist": [
        "UPDATE register_delivery SET state = 'lost' WHERE state = 'delivered'"
    ],
    "a delivery is delivered while lines of it are not": ["UPDATE register_deliveryline SET passed = 1"],
    "a delivery is checked while lines of it are not": ["UPDATE register_deliveryline SET passed = 0"],
    "a refused delivery has staged lines": ["UPDATE register_delivery SET state = 'refused'"],
    "a delivery came to an end at no moment": ["UPDATE register_delivery SET finished_at = NULL"],
    "a delivery has other lines than were received": ["UPDATE register_delivery SET lines = lines + 1"],
    "a delivery lost all its lines": ["DELETE FROM register_deliveryline"],
    "a board has two deliveries under way": [
        f"UPDATE register_delivery SET state = 'delivering', board_id = {A_BOARD}",
    ],
    "what was recorded comes from a line that was not delivered": ["UPDATE register_appointmentversion SET line = 99"],
    "an employee has no current version": [f"UPDATE register_personversion SET superseded_at = {FAR_AHEAD}"],
    "an appointment has no current version": [
        *without_rule("register_appointmentversion", "register_appointmentversion_non_overlap"),
        "UPDATE register_appointmentversion SET superseded_at = recorded_at",
    ],
    "a version says another series or begin than its appointment": [
        "UPDATE register_appointmentversion SET begin = '2001-01-01'"
    ],
    "a version was superseded by nothing": [f"UPDATE register_personversion SET superseded_at = {FAR_AHEAD}"],
    "a version ended before it was recorded": [
        *without_rule("register_personversion", "register_personversion_non_overlap"),
        f"UPDATE register_personversion SET superseded_at = {LONG_AGO}" if not ON_POSTGRESQL else "SELECT 1",
    ],
    "an employee has an account and no moment of joining, or the reverse": [
        "UPDATE register_employee SET joined_at = NULL"
    ],
    "somebody confirmed a version of another's": [f"UPDATE register_confirmation SET account = {NEW}"],
    "somebody disputed a version of another's": [f"UPDATE register_dispute SET account = {NEW}"],
    "a confirmation holds personal facts of another file": [
        f"UPDATE register_confirmation SET person_version_id = {ONE.format('register_personversion')}"
    ],
    "a confirmed appointment had no effect": ["DELETE FROM register_preregisterassignment"],
    "a registration has no part": ["DELETE FROM register_registrationpart"],
    "a RegistrationPart was confirmed by nobody": [
        f"UPDATE register_registration SET account = {NEW} WHERE {ONE_OF_THEM}"
    ],
    "a RegistrationPart is of another account": [
        f"UPDATE register_registration SET account = {NEW} WHERE {ONE_OF_THEM}"
    ],
    "a PreRegisterAssignment was confirmed by nobody": ["DELETE FROM register_confirmation"],
    "a PreRegisterAssignment is of another account": [f"UPDATE register_preregisterassignment SET account = {NEW}"],
    "an appointment is in register and pre-register": [
        f"UPDATE register_preregisterassignment SET appointment_id = {PART}"
    ],
    "a register number is none": [f"UPDATE register_registration SET number = 'ABC' WHERE {ONE_OF_THEM}"],
    "a code of a joined employee still works": [
        *without_rule("register_activationcodeissued", "register_code_one_live"),
        "UPDATE register_activationcodeissued SET voided_at = NULL, redeemed_at = NULL, redeemed_by = NULL",
    ],
    "an employee has two codes that work": [
        *without_rule("register_activationcodeissued", "register_code_one_live"),
        "UPDATE register_activationcodeissued SET voided_at = NULL, redeemed_at = NULL",
    ],
    "a code was redeemed by nobody, or at no moment": ["UPDATE register_activationcodeissued SET redeemed_by = NULL"],
    "a file joined an account that redeemed no code": [f"UPDATE register_activationcodeissued SET redeemed_by = {NEW}"],
    "the work address of a joined employee is kept": [
        f"UPDATE register_employee SET account = {NEW}, joined_at = {LONG_AGO}"
    ],
    "an employee has two open reviews": [
        *without_rule("register_review", "register_review_one_open"),
        "@copy register_review",
    ],
    "a review was decided halfway": [f"UPDATE register_review SET decided_at = {LONG_AGO}"],
    "two rows of one BoardName hold on one day": [
        *without_rule("register_boardname", "register_boardname_non_overlap"),
        "@copy register_boardname",
    ],
    "an employee has two current versions": [
        *without_rule("register_personversion", "register_personversion_non_overlap"),
        "@copy register_personversion",
    ],
    "an appointment has two current versions": [
        *without_rule("register_appointmentversion", "register_appointmentversion_non_overlap"),
        *without_rule("register_appointmentversion", "register_appointment_current"),
        "@copy register_appointmentversion",
    ],
    "two appointments of one series hold on one day": [
        *without_rule("register_appointmentversion", "register_appointmentversion_non_overlap"),
        *without_rule("register_appointmentversion", "register_appointment_current"),
        "@copy register_appointmentversion",
    ],
    "an objection was answered halfway": [f"UPDATE person_objection SET answered_at = {LONG_AGO}"],
    "an objection was answered and taken back": [
        f"UPDATE person_objection SET answered_at = {LONG_AGO}, withdrawn_at = {LONG_AGO}"
    ],
    "there is something of an account that does not exist": [f"UPDATE register_review SET account = {NEW}"],
    "a message is about an employee that does not exist": [f"UPDATE outbox_message SET reference = {NEW}"],
    "an event that concerns somebody names nobody": ["DELETE FROM audit_eventsubject"],
    "there are not as many acts as events that tell of them": ["DELETE FROM register_dispute"],
    "a message is neither sent, failed nor due": [f"UPDATE outbox_message SET due_at = {FAR_AHEAD}"],
    "the log does not verify": ["UPDATE audit_auditevent SET actor_role = 'other'"],
    "an event waits too long for its place in the log": [
        f"UPDATE audit_auditevent SET leaf_index = NULL, at = {LONG_AGO}"
    ],
}


@pytest.mark.usefixtures("world")
def test_a_world_that_nobody_harmed_is_clean() -> None:
    assert found() == []
    said = io.StringIO()
    call_command("check_invariants", stdout=said)
    assert said.getvalue().startswith("Nothing that may never be (database, ")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("rule", BREAKS)
def test_what_may_never_be_is_found(rule: str) -> None:
    statements = [copy_of(each) for each in BREAKS[rule]]
    if ON_POSTGRESQL and rule == "a version ended before it was recorded":
        pytest.skip("the type tstzrange refuses a range that ends before it begins, also without the constraint")
    with harmed(*statements):
        assert any(f": {rule}: " in each for each in found()), found()


def copy_of(statement: str) -> str:
    """`@copy table` is a row of that table again, under another id."""
    if not statement.startswith("@copy "):
        return statement
    table = statement.removeprefix("@copy ")
    where = "superseded_at IS NULL" if table != "register_review" else "true"
    return copied(table, {"id": NEW}, where)


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(ON_POSTGRESQL, reason="PostgreSQL enforces its foreign keys")
def test_a_row_that_points_at_nothing_is_found() -> None:
    assert Board.objects.exists()
    with harmed(f"UPDATE register_employee SET board_id = {NEW}"):
        assert any("points at none of register_board" in each for each in found("database"))


@pytest.mark.usefixtures("world")
def test_two_registrations_of_one_account_or_number_are_found() -> None:
    with harmed(*rebuilt("register_registration"), copied("register_registration", {"id": NEW})):
        said = found("register")
        assert any("an account has two registrations" in each for each in said)
        assert sum("a register number was given twice" in each for each in said) == 2


def rebuilt(table: str) -> list[str]:
    """The table without what makes its rows unique."""
    with connection.cursor() as cursor:
        if ON_POSTGRESQL:
            known = connection.introspection.get_constraints(cursor, table)
            unique = [name for name, each in known.items() if each["unique"] and not each["primary_key"]]
            return [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for name in unique]
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        made = cursor.fetchone()[0].replace(f'"{table}"', "again").replace(" UNIQUE", "")
    copy = f"INSERT INTO again SELECT * FROM {table}"
    return [made, copy, f"DROP TABLE {table}", f"ALTER TABLE again RENAME TO {table}"]


@pytest.mark.usefixtures("world")
def test_with_a_finding_the_command_ends_with_one_and_says_no_word_of_a_person() -> None:
    said = io.StringIO()
    with harmed("UPDATE register_deliveryline SET passed = 1"), pytest.raises(SystemExit) as ended:
        call_command("check_invariants", stdout=said)
    assert ended.value.code == 1
    assert "findings." in said.getvalue()
    assert not any(word in said.getvalue() for word in ("Berg", "Colijn", "1980", "p1", "Niet zo"))


@pytest.mark.usefixtures("world")
def test_what_waits_within_its_time_is_no_finding(at: Any) -> None:
    assert at + timedelta(hours=1) < clock.now()
    with harmed():
        queue_all(template="test", references=[new_id()], at=clock.now())
        assert found("mail") == []


PORTFOLIO: dict[str, list[str]] = {
    "an entry has no version": ["UPDATE portfolio_entry SET version = 0"],
    "an earlier version is not before the present one": ["UPDATE portfolio_entryversion SET version = 99"],
    "an earlier version has no number": ["UPDATE portfolio_entryversion SET version = 0"],
    "a draft has no version": [f"INSERT INTO portfolio_draft VALUES ({NEW}, 0, {{empty}})"],
    "an index is of nobody who has anything": [
        f"INSERT INTO portfolio_indexsegment VALUES ({NEW}, {NEW}, 0, {{empty}})"
    ],
    "an envelope is too short to be one": ["UPDATE portfolio_entry SET body = {empty}"],
    "there is something of an account that does not exist": [f"UPDATE portfolio_entry SET owner = {NEW}"],
}


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is not installed")
@pytest.mark.parametrize("rule", PORTFOLIO)
def test_what_may_never_be_in_a_portfolio_is_found_without_opening_it(rule: str) -> None:
    empty = "''::bytea" if ON_POSTGRESQL else "x''"
    with harmed(*(each.replace("{empty}", empty) for each in PORTFOLIO[rule])):
        assert any(f": {rule}: " in each for each in found("portfolio")), found()


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is not installed")
def test_a_portfolio_without_a_key_and_a_key_of_nobody_are_found(vault: vaults.Here) -> None:
    nobodys = new_id()
    held = vault().store.read("SELECT id FROM key")
    vault().store.write_many("UPDATE key SET state = 'arriving' WHERE id = ?", held)
    vault().store.write_many("INSERT INTO key VALUES (?, x'00', x'01', 'held')", [(nobodys.bytes,)])
    try:
        said = found("keys")
    finally:
        vault().store.write_many("DELETE FROM key WHERE id = ?", [(nobodys.bytes,)])
        vault().store.write_many("UPDATE key SET state = 'held' WHERE id = ?", held)
    assert len([each for each in said if each.startswith("keys: a portfolio has no key: ")]) == 1
    assert f"keys: a key is of nobody who has an account: {nobodys}" in said
    assert found("keys") == []


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is not installed")
def test_a_key_that_waits_to_be_erased_is_no_finding_and_one_of_an_absent_account_is(vault: vaults.Here) -> None:
    from lerarenregister.portfolio.models import KeyErasure, PortfolioKey

    closed, lost = new_id(), new_id()
    vault().store.write_many("INSERT INTO key VALUES (?, x'00', x'01', 'held')", [(closed.bytes,)])
    try:
        with harmed():
            KeyErasure.objects.create(key=closed, ticket="t" * 64)
            assert found("keys") == []
            PortfolioKey.objects.create(owner=lost, key=new_id(), ticket="")
            assert found("keys") == [f"keys: there is something of an account that does not exist: {lost}"]
    finally:
        vault().store.write_many("DELETE FROM key WHERE id = ?", [(closed.bytes,)])


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is not installed")
def test_a_vault_that_does_not_answer_is_a_finding_and_accuses_nobody() -> None:
    with vaults.away():
        (said,) = found("keys")
    assert said.startswith("keys: the vault does not answer, so that nobody knows whether the keys are there")


@pytest.mark.usefixtures("world")
@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is not installed")
def test_a_vault_that_was_lost_is_missed(vault: vaults.Here) -> None:
    with vaults.in_process():
        said = found("keys")
    assert [each.partition(": ")[2].partition(":")[0] for each in said] == ["a portfolio has no key"]
    assert UUID(said[0].rpartition(": ")[2])
