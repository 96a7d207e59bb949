"""A database that does not answer, as while a standby takes over: words and a way on, never a bare error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from psycopg.errors import AdminShutdown, ReadOnlySqlTransaction, UniqueViolation

from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.register.models import ActivationCodeIssued, Delivery
from lerarenregister.web import away
from lerarenregister.web.once import FIELD, new_key
from tests.attacks import cast
from tests.register.cast import BOARD, csv_of, deliver, institutions

LOST: list[Exception] = [OperationalError("server closed the connection"), InterfaceError("the connection is closed")]


@contextmanager
def database_away(error: Exception = LOST[0], *, after: int = 0) -> Iterator[None]:
    """Every statement fails, or every one after so many."""
    left = [after]

    def fails(execute: Callable[..., Any], *statement: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            return execute(*statement)
        raise error

    with connection.execute_wrapper(fails):
        yield


def visitor() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        *((each, True) for each in LOST),
        (caused(OperationalError(), AdminShutdown()), True),
        (caused(InternalError(), ReadOnlySqlTransaction()), True),
        (caused(DatabaseError(), UniqueViolation()), False),
        (InternalError(), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_away_is_what_makes_sense_to_send_again(error: Exception | None, expected: bool) -> None:
    assert away.is_away(error) is expected


@pytest.mark.parametrize("error", LOST)
@pytest.mark.django_db(transaction=True)
def test_a_page_says_so_and_asks_to_try_again(error: Exception) -> None:
    client = cast.sign_in("teacher", client=visitor()).client
    for path in ("/", "/mijn-registratie/", "/sessies/"):
        for after in range(4):
            with database_away(error, after=after):
                answer = client.get(path)
            assert answer.status_code in (200, 503), (path, after)
            if answer.status_code == 503:
                assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")
                assert "Het register is even niet bereikbaar" in answer.content.decode()
                assert f'href="{path}"' in answer.content.decode()
        with database_away(error):
            assert client.get(path).status_code == 503, "nothing is known of her without the database"
    assert client.get("/sessies/").status_code == 200, "she is still signed in"


@pytest.mark.django_db
def test_pages_that_need_no_database_stay_for_who_is_not_signed_in() -> None:
    with database_away():
        for path in ("/hulp/", "/privacy/", "/toegankelijkheid/", "/over/", "/inloggen/", "/health/live"):
            assert visitor().get(path).status_code == 200, path
        assert visitor().get("/cijfers/").status_code == 503


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_she_filled_in_comes_back_to_be_sent_again_and_only_with_her_token(after: int) -> None:
    client = cast.sign_in("teacher", client=visitor()).client
    client.get("/activeren/")
    sent = {"code": "ABCD <b>", "csrfmiddlewaretoken": client.cookies["csrf"].value}
    with database_away(after=after):
        answer = client.post("/activeren/", sent)
    with database_away(after=after):
        strange = client.post("/activeren/", {**sent, "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert 'name="code" value="ABCD &lt;b&gt;"' in page
    assert "Misschien kwam wat je stuurde toch nog aan" in page
    assert "Er is niets veranderd" not in page
    assert "ABCD" not in strange.content.decode()
    again = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post("/activeren/", {**sent, "csrfmiddlewaretoken": again}).status_code == 400, "a wrong code"


@pytest.mark.parametrize("after", range(0, 40, 3))
@pytest.mark.django_db(transaction=True)
def test_a_file_is_asked_for_again_and_its_delivery_is_whole_or_not_there(after: int) -> None:
    institutions()
    staff = cast.with_role("staff", cast.Role.BOARD_STAFF, BOARD).client
    staff.raise_request_exception = False
    file = SimpleUploadedFile("l.csv", csv_of({}), "text/csv")
    with database_away(after=after):
        answer = staff.post(f"/bestuur/{BOARD}/aanleveren/", {"bestand": file})
    if answer.status_code == 503:
        assert "kies je bestand" in answer.content.decode()
    else:
        assert answer.status_code == 302
    assert staff.get(f"/bestuur/{BOARD}/").status_code == 200


@pytest.fixture
def staff(transactional_db: None) -> Client:
    """Somebody who may print letters for a board and read its reports; a line of its file was refused."""
    institutions()
    deliver(csv_of({}, {"personeelsnummer": "p2", "brin": "99ZZ"}), at=clock.now())
    client = cast.with_role("staff", cast.Role.BOARD_STAFF, BOARD).client
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("after", range(0, 40, 3))
def test_letters_are_made_whole_or_not_and_the_same_form_says_which(staff: Client, after: int) -> None:
    form = {FIELD: new_key()}
    with database_away(after=after):
        answer = staff.post(f"/bestuur/{BOARD}/brieven/", form)
    made = ActivationCodeIssued.objects.count()
    if answer.status_code == 503:
        assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")
        assert "Misschien kwam wat je stuurde toch nog aan" in answer.content.decode()
        again = staff.post(f"/bestuur/{BOARD}/brieven/", form)
        assert again["Content-Type"] == "application/pdf" if not made else "brieven=eerder" in again["Location"]
    else:
        assert answer["Content-Type"] == "application/pdf"
    codes, events = ActivationCodeIssued.objects, AuditEvent.objects.filter(name="register.LettersPrinted")
    assert (codes.count(), codes.filter(voided_at=None).count(), events.count()) == (1, 1, 1)


@pytest.mark.parametrize("after", range(12))
def test_a_report_is_whole_or_a_page_says_so(staff: Client, after: int) -> None:
    page = f"/bestuur/{BOARD}/aanleveringen/{Delivery.objects.get().id}/"
    for path in (page, f"{page}terugmelding.csv"):
        whole, seen = body_of(staff.get(path)), consultations()
        with database_away(after=after):
            answer = staff.get(path)
            body = body_of(answer)
        assert answer.status_code in (200, 503)
        if answer.status_code == 503:
            assert f'href="{path}"' in body.decode()
        else:
            assert consultations() == seen + 1, "who looked is known before the first byte is sent"
        if answer.streaming:
            assert body == whole
            assert answer["Content-Length"] == str(len(body))
        assert body_of(staff.get(path)), "and it can be had when the database is back"


def consultations() -> int:
    """How often somebody looked at a report."""
    return AuditEvent.objects.filter(name="register.ReportConsulted").count()


def body_of(answer: Any) -> bytes:
    """All that was sent."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_can_not_be_stored_is_no_wrong_request() -> None:
    client = visitor()
    client.get("/inloggen/")
    token = client.cookies["csrf"].value
    with database_away():
        answer = client.post("/inloggen/eid/", {"csrfmiddlewaretoken": token})
    assert answer.status_code in (404, 503), "without that provider here it is absent"


@pytest.mark.django_db
def test_an_error_of_ours_is_none_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr("lerarenregister.web.site.views.render", broken)
    assert visitor().get("/over/").status_code == 500
