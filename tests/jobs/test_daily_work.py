"""The daily work: it does what is due, says what it did, may be repeated, and one failing part stops no other."""

import io
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from demo.mailsink import Sink
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from lerarenregister.accounts.actions import open_account
from lerarenregister.accounts.models import Identity, SignedInSession
from lerarenregister.jobs.accounts import due as accounts_due
from lerarenregister.jobs.outbox import sending
from lerarenregister.jobs.parts import PARTS, DuePart
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.outbox import actions as outbox
from lerarenregister.outbox.models import Message
from lerarenregister.register import actions as register
from lerarenregister.register.errors import CodeRefused
from lerarenregister.register.models import ActivationCodeIssued, WorkMail
from tests.register import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    """A real mail server that writes what it gets."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Sink(tmp_path), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port  # type: ignore[attr-defined]
    yield tmp_path / "mail"
    controller.stop()


def queue(at: datetime) -> Message:
    with transaction.atomic():
        return Message.objects.get(pk=outbox.queue(template="test", reference=new_id(), values={}, at=at))


def renderer(
    forgotten: list[datetime], to: str = "somebody@example.org", given_up: list[datetime] | None = None
) -> dict[str, object]:
    def mail(*_: object) -> sending.Mail:
        lost = (given_up if given_up is not None else []).append
        return sending.Mail(to, "Er is een bericht", "Log in om het te lezen.", forgotten.append, given_up=lost)

    return {"test": mail}


@contextmanager
def only(*parts: DuePart) -> Iterator[None]:
    """The daily work does these parts and no other."""
    before = list(PARTS)
    PARTS[:] = parts
    try:
        yield
    finally:
        PARTS[:] = before


def test_a_message_is_sent_once(at: datetime, mailbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[datetime] = []
    monkeypatch.setattr(sending, "RENDERERS", renderer(forgotten))
    queue(at)
    assert sending.send_due(at).startswith("1 sent")
    assert sending.send_due(at + timedelta(hours=1)) == ""
    assert len(list(mailbox.glob("*.eml"))) == 1
    assert forgotten == [at]


def test_a_mail_server_that_is_away_is_tried_again_and_at_last_given_up(
    at: datetime, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    forgotten: list[datetime] = []
    given_up: list[datetime] = []
    monkeypatch.setattr(sending, "RENDERERS", renderer(forgotten, given_up=given_up))
    message = queue(at)
    for hours in range(0, 120, 4):
        assert sending.send_due(at + timedelta(hours=hours)) == "0 sent, 0 given up, 1 will be tried again"
    assert sending.send_due(at + timedelta(days=5)) == "0 sent, 1 given up, 0 will be tried again"
    message.refresh_from_db()
    assert message.failed_at is not None
    assert (forgotten, given_up) == ([], [at + timedelta(days=5)])
    assert sending.send_due(at + timedelta(days=99)) == ""


def test_while_nobody_answers_a_round_tries_a_few_and_leaves_the_rest(
    at: datetime, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    monkeypatch.setattr(sending, "RENDERERS", renderer([]))
    for _ in range(60):
        queue(at)
    assert sending.send_due(at) == "0 sent, 0 given up, 3 will be tried again"
    assert Message.objects.filter(tries=0).count() == 10


def test_an_address_that_no_server_takes_keeps_no_other_mail_waiting(
    at: datetime, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[datetime] = []
    bad = queue(at).reference
    for _ in range(2):
        queue(at + timedelta(seconds=1))

    def mail(reference: object, _at: datetime) -> sending.Mail:
        to = f"x@{'a' * 64}.nl" if reference == bad else "somebody@example.org"
        return sending.Mail(to, "Er is een bericht", "Log in om het te lezen.", forgotten.append)

    monkeypatch.setattr(sending, "RENDERERS", {"test": mail})
    assert sending.send_due(at + timedelta(minutes=1)) == "2 sent, 1 given up, 0 will be tried again"
    assert len(list(mailbox.glob("*.eml"))) == 2
    assert len(forgotten) == 3


@pytest.mark.parametrize("again", [True, False])
def test_an_address_that_never_got_its_mail_is_mailed_when_it_is_delivered_again(at: datetime, again: bool) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org"}), at=at)
    employee = WorkMail.objects.get().employee_id
    register.forget_work_mail(employee=employee, at=at, again=again)
    Message.objects.all().delete()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org", "voorletters": "B.A."}), at=at + timedelta(days=1))
    assert Message.objects.count() == (1 if again else 0)


def test_the_activation_mail_says_all_in_two_languages_and_nothing_about_her(at: datetime) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org"}), at=at)
    assert sending.send_due(at).startswith("1 sent")
    (sent,) = mail.outbox
    assert sent.to == ["b@example.org"]
    assert sent.subject == "Kijk je gegevens na in het Lerarenregister / Check your data in the Lerarenregister"
    dutch, english = sent.body.split("\n---\n")
    links = re.findall(r"http://\S+/activeren/[0-9A-Z-]{20}/", sent.body)
    assert len(links) == 2
    assert links[0] == links[1]
    for part, sentences in {
        dutch: ("in English below", "Meedoen is vrijwillig.", "Doe je niets, dan gebeurt er niets.", "90 dagen en één"),
        english: ("Taking part is voluntary.", "If you do nothing, nothing happens.", "90 days, and only once."),
    }.items():
        for sentence in (*sentences, links[0]):
            assert sentence in part
    for hers in ("Berg", "1980-03", "p1", "De Eik", "{"):
        assert hers not in sent.subject + sent.body


def test_a_mail_that_does_not_leave_voids_no_letter_and_one_that_left_does(
    at: datetime, settings: pytest.FixtureRequest
) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org"}), at=at)
    letter = cast.code_for(at=at)
    backend = settings.EMAIL_BACKEND  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    assert sending.send_due(at) == "0 sent, 0 given up, 1 will be tried again"
    live = ActivationCodeIssued.objects.filter(voided_at=None)
    assert [row.channel for row in live] == ["letter"]
    settings.EMAIL_BACKEND = backend  # type: ignore[attr-defined]
    assert sending.send_due(at + timedelta(days=1)).startswith("1 sent")
    assert [row.channel for row in live.all()] == ["mail"]
    (mailed,) = {found[0] for found in re.findall(r"activeren/((\w{4}-?)+\w)/", mail.outbox[0].body)}
    viewer = cast.teacher()
    with pytest.raises(CodeRefused):
        register.redeem(code=letter, identity=cast.TEACHER, viewer=viewer, at=at + timedelta(days=1))
    assert register.redeem(code=mailed, identity=cast.TEACHER, viewer=viewer, at=at + timedelta(days=1)).joined


def test_what_is_cut_off_after_a_mail_left_keeps_neither_its_code_nor_the_note_and_goes_again(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org"}), at=at)

    def cut_off(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "forget_work_mail", cut_off)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(at)
    assert not ActivationCodeIssued.objects.exists()
    assert Message.objects.get().sent_at is None
    assert sending.send_due(at + timedelta(days=1)).startswith("1 sent")
    assert ActivationCodeIssued.objects.filter(voided_at=None).count() == 1
    assert not WorkMail.objects.exclude(address="").exists()


def test_letters_for_all_without_a_code_that_works_leave_a_mailed_code_alone(at: datetime) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({"werkmail": "b@example.org"}, {"personeelsnummer": "p2"}), at=at)
    sending.send_due(at)
    printed = register.print_letters(board=cast.BOARD, viewer=cast.staff(), at=at)
    assert [each.letter.staff_number for each in printed] == ["p2"]
    again = register.print_letters(board=cast.BOARD, viewer=cast.staff(), at=at, again=True)
    assert sorted(each.letter.staff_number for each in again) == ["p1", "p2"]


def test_old_sessions_go_and_fresh_ones_stay(at: datetime) -> None:
    account = open_account(provider="eid", issuer="https://eid.example.org", subject="anna", person_bound=True, at=at)
    identity = Identity.objects.get()
    for days in (1, 91):
        seen = at - timedelta(days=days)
        SignedInSession.objects.create(
            id=new_id(), account_id=account, identity=identity, person_bound=True, started_at=seen, last_seen_at=seen
        )
    assert accounts_due.destroy(at) == "1 old sessions destroyed"
    assert accounts_due.destroy(at) == ""
    assert SignedInSession.objects.count() == 1


def test_a_part_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[datetime] = []

    def fails(at: datetime) -> str:
        raise OSError("the disk is full")

    def works(at: datetime) -> str:
        done.append(at)
        return "done"

    out = io.StringIO()
    with only(DuePart("first", fails), DuePart("second", works)), pytest.raises(SystemExit):
        call_command("run_due", stdout=out)
    assert "second: done" in out.getvalue()
    assert [record.part for record in caplog.records if record.levelname == "ERROR"] == ["first"]
    assert len(done) == 1


def test_what_fails_to_resume_is_destroyed_all_the_same_by_the_moment_that_was_weighed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = clock.now()
    moments = iter([begun, *(begun + timedelta(days=40) for _ in range(20))])
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    done: list[datetime] = []

    def fails(at: datetime) -> str:
        raise OSError("the disk is full")

    def destroys(at: datetime) -> str:
        done.append(at)
        return "destroyed"

    with only(DuePart("first", fails, destroys)), pytest.raises(SystemExit):
        call_command("run_due", stdout=io.StringIO())
    assert done == [begun]


def test_the_whole_daily_work_may_be_repeated(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        call_command("run_due", stdout=io.StringIO())
    assert [record.getMessage() for record in caplog.records if record.levelname != "INFO"] == []


def test_a_database_that_goes_away_in_a_round_does_not_end_the_daily_work() -> None:
    def works(at: datetime) -> str:
        wrapper = connection.execute_wrapper(fails)
        wrapper.__enter__()  # from here on the database is away, until the round is over
        away.push(wrapper)
        return ""

    def fails(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    before = list(PARTS)
    PARTS[:] = [DuePart("first", works)]
    try:
        with ExitStack() as away, pytest.raises(SystemExit):
            call_command("run_due", stdout=io.StringIO())
    finally:
        PARTS[:] = before
