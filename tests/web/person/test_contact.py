"""Her own mail address: given, verified, told on, taken away; and what comes back."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from io import BytesIO, TextIOWrapper
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import call_command

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.outbox import bounces, sending
from lerarenregister.jobs.person.due import by_term
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import ContactCode
from lerarenregister.outbox.models import Message
from lerarenregister.person import queries
from lerarenregister.person.actions import contact
from lerarenregister.person.errors import CodeWrong, TooManyCodes
from lerarenregister.person.models import CodeAsked, Contact
from lerarenregister.person.rules import MOST_TRIES, Rhythm
from lerarenregister.register import actions as register
from lerarenregister.register.models import BoardContact, Case
from lerarenregister.register.rules.cases import CaseKind
from lerarenregister.register.rules.mails import PLACES
from tests.attacks import cast
from tests.register import cast as lines
from tests.register.case_cast import SECOND_JUDGE, only_case
from tests.register.cast import AT, BOARD, JUDGE, staff, support
from tests.register.test_confirming import confirm

pytestmark = pytest.mark.django_db
HERS, OTHER = "bea@example.org", "bea@ander.example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def viewer(known_institutions: None) -> Viewer:
    return lines.joined()


@pytest.fixture
def known_institutions() -> None:
    lines.institutions()


def give(viewer: Viewer, address: str = HERS, rhythm: Rhythm = Rhythm.ONCE, at: datetime = AT) -> bool:
    return contact.give_contact(address=address, rhythm=rhythm, viewer=viewer, at=at)


def code_in(text: str) -> str:
    return re.findall(r"\b([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3})\b", text)[0]


def sent(at: datetime = AT) -> list[Any]:
    """What leaves now."""
    before = len(mail.outbox)
    sending.send_due(at)
    return mail.outbox[before:]


def verified(viewer: Viewer, rhythm: Rhythm = Rhythm.ONCE, at: datetime = AT) -> Contact:
    give(viewer, rhythm=rhythm, at=at)
    (mailed,) = [each for each in sent(at) if each.to == [HERS]]
    contact.verify_contact(code=code_in(mailed.body), viewer=viewer, at=at)
    return Contact.objects.get()


def test_an_address_holds_when_the_code_that_came_to_it_is_filled_in(viewer: Viewer) -> None:
    assert give(viewer)
    assert contact.contact_address_of(Contact.objects.get().id) is None
    (mailed,) = sent()
    assert mailed.to == [HERS]
    for secret in ("Bea", "Berg", "01AB"):
        assert secret not in mailed.body + mailed.subject
    contact.verify_contact(code=code_in(mailed.body).lower(), viewer=viewer, at=AT)
    assert contact.contact_address_of(Contact.objects.get().id) == HERS
    with pytest.raises(Absent):
        contact.verify_contact(code=code_in(mailed.body), viewer=viewer, at=AT)
    assert not give(viewer, "bea@EXAMPLE.org"), "the same address needs no code"


def test_a_code_of_another_or_an_old_one_or_one_that_was_tried_too_often_does_not_work(viewer: Viewer) -> None:
    give(viewer)
    first = code_in(sent()[0].body)
    give(viewer)
    second = code_in(sent()[0].body)
    with pytest.raises(CodeWrong):
        contact.verify_contact(code=first, viewer=viewer, at=AT)
    with pytest.raises(CodeWrong):
        contact.verify_contact(code=second, viewer=viewer, at=AT + 2 * DAY)
    with pytest.raises(Absent):
        contact.verify_contact(code=second, viewer=lines.teacher(), at=AT)
    for typed in ("", "x", "123", "12345678901234567890"):
        with pytest.raises(CodeWrong):
            contact.verify_contact(code=typed, viewer=viewer, at=AT)
    assert Contact.objects.get().tries == 2, "what can be no code is no try"
    for _ in range(MOST_TRIES):
        with pytest.raises(CodeWrong):
            contact.verify_contact(code=str(ContactCode.random()), viewer=viewer, at=AT)
    with pytest.raises(CodeWrong):
        contact.verify_contact(code=second, viewer=viewer, at=AT)


def test_another_address_takes_over_when_it_is_verified_and_the_first_is_told_once(viewer: Viewer) -> None:
    verified(viewer)
    give(viewer, OTHER, Rhythm.WEEKLY)
    assert queries.own_contact(viewer).address == HERS
    (mailed,) = sent()
    contact.verify_contact(code=code_in(mailed.body), viewer=viewer, at=AT)
    own = queries.own_contact(viewer)
    assert (own.address, own.rhythm, own.waiting) == (OTHER, Rhythm.WEEKLY, "")
    (told,) = sent()
    assert (told.to, OTHER in told.body) == ([HERS], False)
    assert Contact.objects.get().before == ""
    assert sent(AT + DAY) == []


def test_what_she_takes_away_is_erased_at_once(viewer: Viewer) -> None:
    verified(viewer)
    give(viewer, OTHER)
    assert contact.remove_contact(viewer=viewer, at=AT)
    assert not contact.remove_contact(viewer=viewer, at=AT)
    assert not Contact.objects.exists()
    assert not Message.objects.filter(template__startswith="person/").exists()
    assert sent() == []
    give(viewer)
    assert by_term(AT + 4 * DAY) == "1 unverified addresses erased"
    assert not CodeAsked.objects.exists()


def test_nobody_can_have_us_mail_a_stranger_again_and_again(viewer: Viewer) -> None:
    for _ in range(3):
        give(viewer, "slachtoffer@example.org")
        contact.remove_contact(viewer=viewer, at=AT)
    with pytest.raises(TooManyCodes):
        give(viewer, "iemand@example.org")
    with pytest.raises(TooManyCodes):
        give(lines.teacher(), "Slachtoffer@example.org")
    assert give(viewer, "slachtoffer@example.org", at=AT + DAY)


BAD = [
    "",
    "bea",
    "bea@",
    "bea@example",
    "bea@example.org\nBcc: allen@example.org",
    "bea@example.org, allen@example.org",
    "bea@exämple.org",
    "béa@example.org",
    f"{'b' * 250}@example.org",
    "bea@example.org\x00",
    "<script>@example.org",
]


@pytest.mark.parametrize("address", BAD)
def test_what_is_no_address_is_refused(viewer: Viewer, address: str) -> None:
    with pytest.raises(Invalid):
        give(viewer, address)
    assert not Message.objects.exists()


def ask(viewer: Viewer, at: datetime = AT) -> UUID:
    return register.ask_registration(board="", words="Diploma", identity=lines.TEACHER, viewer=viewer, at=at)


def rejected(case: UUID, at: datetime) -> None:
    officer = support()
    given = {"case": case, "outcome": "rejected", "words": "Geen bewijs.", "values": {}}
    from lerarenregister.register.models import CaseStep
    from lerarenregister.register.rules.cases import Outcome

    register.propose(**given | {"outcome": Outcome.REJECTED}, claims=JUDGE, viewer=officer, at=at)  # type: ignore[arg-type]
    proposal = CaseStep.objects.filter(case=case).latest("number").id
    register.agree(proposal=proposal, claims=SECOND_JUDGE, viewer=support(), at=at)


def test_she_is_told_that_there_is_something_and_not_what(viewer: Viewer) -> None:
    verified(viewer)
    case = ask(viewer)
    assert contact.tell_news(AT + HOUR) == 0, "what she did herself is no news"
    rejected(case, AT + 2 * HOUR)
    assert contact.tell_news(AT + 3 * HOUR) == 1
    assert contact.tell_news(AT + 4 * HOUR) == 0
    (told,) = sent(AT + 4 * HOUR)
    assert told.to == [HERS]
    assert told.extra_headers["Auto-Submitted"] == "auto-generated"
    for secret in ("egistratie", "bewijs", "afgewezen", str(case), "Bea"):
        assert secret not in (told.subject + told.body).replace("Lerarenregister", "")


def test_who_looked_meanwhile_or_wants_none_is_not_told(viewer: Viewer) -> None:
    row = verified(viewer)
    rejected(ask(viewer), AT + HOUR)
    Contact.objects.update(rhythm=Rhythm.NEVER)
    assert contact.tell_news(AT + 2 * HOUR) == 0
    Contact.objects.update(rhythm=Rhythm.ONCE, bounced_at=AT)
    assert contact.tell_news(AT + 2 * HOUR) == 0
    Contact.objects.update(bounced_at=None, verified_at=None)
    assert contact.tell_news(AT + 2 * HOUR) == 0
    Contact.objects.update(verified_at=AT)
    assert contact.tell_news(AT + 2 * HOUR) == 1
    assert row.account == viewer.person()


def test_a_turn_of_hers_that_runs_out_is_told_once_more(viewer: Viewer) -> None:
    verified(viewer, Rhythm.WEEKLY)
    rejected(ask(viewer), AT + HOUR)
    due = only_case(viewer).due_on
    assert due is not None
    morning = AT + 7 * DAY
    assert contact.tell_news(morning) == 1
    days = [AT + number * DAY for number in range(8, (due - AT.date()).days + 1)]
    assert sum(contact.tell_news(day) for day in days) == 1


def test_a_report_of_her_death_is_told(viewer: Viewer) -> None:
    verified(viewer)
    confirm(register_own(viewer), viewer=viewer, at=AT)
    register.report_death(board=BOARD, staff_number="p1", on=AT.date(), viewer=staff(), at=AT + HOUR)
    assert Case.objects.filter(kind=CaseKind.DEATH).exists()
    assert contact.tell_news(AT + 2 * HOUR) == 1


def register_own(viewer: Viewer) -> Any:
    from lerarenregister.register.queries import own_registration

    return own_registration(viewer).appointments[0]


def notification(message: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """As a mail server sends one back (RFC 3464)."""
    return (
        'From: MAILER-DAEMON@example.org\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="x"'
        "\r\nMIME-Version: 1.0\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n--x\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; nobody@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--x\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message}\r\nSubject: x\r\n\r\n--x--\r\n"
    ).encode()


def test_mail_that_comes_back_for_good_is_the_last_one(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(viewer)
    rejected(ask(viewer), AT + HOUR)
    contact.tell_news(AT + HOUR)
    (told,) = sent(AT + HOUR)
    number = told.extra_headers["Message-ID"]

    def hand_over(raw: bytes) -> None:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
        call_command("bounced", verbosity=0)

    for left_alone in (
        b"",
        b"\xff\xfe\x00" * 1000,
        EmailMessage().as_bytes(),
        notification(number, action="delayed", status="4.2.2"),
        notification(number, status="4.4.1"),
        notification("<00000000-0000-7000-8000-000000000000@localhost>"),
        notification(number.replace("@localhost", "@elders.example.org")),
        notification("<onzin@localhost>"),
        notification(number).replace(b"multipart/report", b"multipart/mixed"),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 5_000,
        notification(number) + b"x" * bounces.MOST_BYTES,
    ):
        hand_over(left_alone)
        assert not queries.own_contact(viewer).bounced
    hand_over(notification(number))
    hand_over(notification(number))
    assert queries.own_contact(viewer).bounced
    assert AuditEvent.objects.filter(name="person.ContactChanged", facts__what="bounced").count() == 1
    assert contact.contact_address_of(Contact.objects.get().id) is None
    assert give(viewer, at=AT + DAY), "she can say that it works again, with a code"


def test_a_server_that_refuses_the_address_is_heard_too(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(viewer)
    rejected(ask(viewer), AT + HOUR)
    contact.tell_news(AT + HOUR)
    monkeypatch.setattr(sending, "_tried", lambda *_: sending.Answer.NEVER)
    sending.send_due(AT + HOUR)
    assert queries.own_contact(viewer).bounced


def test_mail_to_a_board_that_comes_back_is_the_last_one_and_its_manager_sees_it() -> None:
    lines.institutions()
    manager = cast.with_role("manager", cast.Role.BOARD_MANAGER, BOARD)
    lines.deliver(lines.csv_of({}), at=clock.now())
    address = f"/bestuur/{BOARD}/kalender/"
    manager.client.post(address, {"doe": "adres", "adres": "bestuur@example.org"})
    row = BoardContact.objects.get()
    assert register.board_mail_came_back(contact=row.id, at=clock.now())
    assert not register.board_mail_came_back(contact=row.id, at=clock.now())
    assert "Mail naar dit adres komt terug" in manager.client.get(address).content.decode()
    manager.client.post(address, {"doe": "adres", "adres": "bestuur@example.org"})
    assert BoardContact.objects.get().bounced_at is None


def test_on_her_page_she_gives_an_address_verifies_it_and_takes_it_away() -> None:
    browser = cast.sign_in("bea", who=lines.TEACHER)
    client, page = browser.client, "/mijn-gegevens/berichten/"
    assert client.post(page, {"address": "bea", "rhythm": "daily"}).status_code == 400
    assert client.post(page, {"address": HERS, "rhythm": "soms"}).status_code == 400
    assert client.post(page, {"address": HERS, "rhythm": "daily"})["Location"].endswith("?gedaan=code")
    waiting = client.get(page).content.decode()
    assert "Vul de code in" in waiting
    (mailed,) = sent(clock.now())
    wrong = client.post(f"{page}code/", {"code": str(ContactCode.random())})
    assert (wrong.status_code, "Deze code werkt niet" in wrong.content.decode()) == (400, True)
    assert client.post(f"{page}code/", {"code": code_in(mailed.body)})["Location"].endswith("?gedaan=klaar")
    assert f"Je krijgt je berichten op {HERS}." in client.get(page).content.decode()
    assert client.post(page, {"address": HERS, "rhythm": "never"})["Location"].endswith("?gedaan=ritme")
    assert client.post(f"{page}weg/")["Location"].endswith("?gedaan=weg")
    assert HERS not in client.get(page).content.decode()


def test_every_mail_can_be_read_by_everybody_as_it_is_sent(viewer: Viewer) -> None:
    from django.test import Client

    page = Client().get("/reglement/mails/").content.decode()
    give(viewer)
    (mailed,) = sent()
    assert mailed.subject in page
    for line in mailed.body.splitlines():
        if line and "VOORBEELD" not in line and code_in(mailed.body) not in line and "{" not in line:
            assert line.partition("http")[0].strip()[:60] in page.replace("&#x27;", "'").replace("&quot;", '"')
    assert set(sending.RENDERERS) == set(PLACES)
    assert page.count("<pre") == len(sending.RENDERERS) + 1, "and the letter"
