"""A form that is sent twice is done once: what she sees, what is kept, and what is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.permissions import Role
from lerarenregister.jobs.sendings import due
from lerarenregister.kernel import clock
from lerarenregister.register.models import ActivationCodeIssued, Confirmation, Dispute
from lerarenregister.sendings import actions
from lerarenregister.sendings.errors import AlreadyDone
from lerarenregister.sendings.models import Sending
from lerarenregister.web import once
from lerarenregister.web.once import AGAIN, FIELD, new_key
from tests.register import cast
from tests.register.cast import BOARD, csv_of
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db
NOTICE = "Dit had je al verstuurd. Het is één keer gedaan."
MOST_STATEMENTS = 4
"""A look whether it was done, the note that it is, and a savepoint around the action with its end."""


@pytest.fixture
def teacher() -> Client:
    """A teacher with an appointment to answer."""
    cast.institutions()
    cast.deliver(csv_of({}), at=clock.now())
    client = Client()
    cast.sign_in(client, at=clock.now())
    assert client.post("/activeren/", {"code": cast.code_for(at=clock.now())}).status_code == 302
    return client


@pytest.fixture
def manager() -> Client:
    """Somebody who may do everything for a board."""
    cast.institutions()
    cast.deliver(csv_of({}, {"personeelsnummer": "p2"}), at=clock.now())
    client = Client()
    account = cast.sign_in(client, at=clock.now(), person_bound=False, subject="manager")
    cast.give_role(account, Role.BOARD_MANAGER, BOARD, at=clock.now())
    return client


def confirmation(client: Client) -> dict[str, str]:
    """What the form by which she confirms holds, with its key."""
    page = client.get("/mijn-registratie/").content.decode()
    form = page[page.index('action="/mijn-registratie/bevestigen/"') :]
    names = ("versie", "persoon", FIELD)
    return {name: form.partition(f'name="{name}" value="')[2].partition('"')[0] for name in names}


def dispute(client: Client) -> str:
    """The address where she says what is wrong."""
    page = client.get("/mijn-registratie/").content.decode()
    return "/mijn-registratie/klopt-niet/" + page.partition("/mijn-registratie/klopt-niet/")[2].partition('"')[0]


def test_the_second_sending_gets_the_first_outcome_and_a_page_that_says_it_was_done_already(teacher: Client) -> None:
    form = confirmation(teacher)
    first = teacher.post("/mijn-registratie/bevestigen/", form)
    assert NOTICE not in teacher.get(first["Location"]).content.decode()
    again = teacher.post("/mijn-registratie/bevestigen/", form)
    assert (again.status_code, again["Location"]) == (first.status_code, f"{first['Location']}&{AGAIN}")
    page = teacher.get(again["Location"]).content.decode()
    assert NOTICE in page
    assert "Je hebt het bevestigd." in page
    assert Confirmation.objects.count() == 1


def test_the_same_key_with_something_else_in_it_is_refused_and_can_be_sent_knowing_that(teacher: Client) -> None:
    address, key = dispute(teacher), new_key()
    teacher.post(address, {FIELD: key, "words": "Het vak klopt niet"})
    other = teacher.post(address, {FIELD: key, "words": "En de <datum> ook niet"})
    page = other.content.decode()
    assert other.status_code == 422
    assert "Wil je dit ook versturen?" in page
    assert "<blockquote>En de &lt;datum&gt; ook niet</blockquote>" in page, "she sees what she would send"
    assert '<a href="/"' in page.partition("Niet versturen")[0][-120:]
    assert Dispute.objects.count() == 1
    fresh = page.rpartition(f'name="{FIELD}" value="')[2].partition('"')[0]
    assert fresh != key
    assert teacher.post(address, {FIELD: fresh, "words": "En de <datum> ook niet"}).status_code == 302
    assert Dispute.objects.count() == 2


def test_a_form_that_came_back_with_errors_or_did_nothing_can_be_sent_again_with_its_key(teacher: Client) -> None:
    address, key = dispute(teacher), new_key()
    assert teacher.post(address, {FIELD: key, "words": ""}).status_code == 400
    assert teacher.post(address, {FIELD: key, "words": "Toch niet"})["Location"].endswith("?antwoord=klopt-niet")
    form = confirmation(teacher)
    cast.deliver(csv_of({"einde": "2019-07-31"}), at=clock.now())
    assert teacher.post("/mijn-registratie/bevestigen/", form)["Location"].endswith("?antwoord=nieuwer")
    assert teacher.post("/mijn-registratie/bevestigen/", form)["Location"].endswith("?antwoord=nieuwer")
    assert Sending.objects.filter(leads_to__contains="nieuwer").count() == 0


@pytest.mark.parametrize("key", ["", "kort", "x" * 23, "é" * 22])
def test_a_form_without_a_key_is_not_done_and_comes_back_with_one(teacher: Client, key: str) -> None:
    refused = teacher.post("/mijn-registratie/bevestigen/", {**confirmation(teacher), FIELD: key})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "Er is niets veranderd" in page
    assert not Confirmation.objects.exists()
    names = ("versie", "persoon", FIELD)
    fields = {name: page.rpartition(f'name="{name}" value="')[2].partition('"')[0] for name in names}
    assert teacher.post("/mijn-registratie/bevestigen/", fields).status_code == 302
    assert Confirmation.objects.count() == 1


def test_the_key_of_somebody_else_is_worth_nothing(teacher: Client) -> None:
    form = confirmation(teacher)
    teacher.post("/mijn-registratie/bevestigen/", form)
    stranger = Client()
    cast.sign_in(stranger, at=clock.now(), subject="vera")
    refused = stranger.post("/mijn-registratie/bevestigen/", form)
    absent = stranger.post("/mijn-registratie/bevestigen/", {**form, FIELD: new_key()})
    assert (refused.status_code, absent.status_code) == (404, 404)
    assert Client().post("/mijn-registratie/bevestigen/", form)["Location"].startswith("/inloggen/")
    assert Sending.objects.filter(leads_to__contains="klopt").count() == 1


def test_an_act_whose_answer_was_lost_is_not_done_again(teacher: Client) -> None:
    form = confirmation(teacher)
    teacher.raise_request_exception = False
    with patch("lerarenregister.web.observing.count_request", side_effect=RuntimeError):
        assert teacher.post("/mijn-registratie/bevestigen/", form).status_code == 500
    assert Confirmation.objects.count() == 1
    again = teacher.post("/mijn-registratie/bevestigen/", form)
    assert again["Location"] == f"/mijn-registratie/?antwoord=klopt&{AGAIN}"


def test_an_act_that_broke_off_before_its_end_left_nothing_and_is_done_the_next_time(teacher: Client) -> None:
    form, before = confirmation(teacher), Sending.objects.count()
    teacher.raise_request_exception = False
    with patch("lerarenregister.web.once.actions.keep", side_effect=RuntimeError):
        assert teacher.post("/mijn-registratie/bevestigen/", form).status_code == 500
    assert (Confirmation.objects.count(), Sending.objects.count()) == (0, before)
    assert AGAIN not in teacher.post("/mijn-registratie/bevestigen/", form)["Location"]
    assert Confirmation.objects.count() == 1


def test_letters_that_are_asked_for_twice_have_one_code_and_the_page_can_make_them_anew(manager: Client) -> None:
    form: dict[str, Any] = {FIELD: new_key()}
    letters = f"/bestuur/{BOARD}/brieven/"
    cast.print_for("p2", at=clock.now())  # has a letter of its own, which stays as it is
    other = ActivationCodeIssued.objects.get()
    assert manager.post(letters, form)["Content-Type"] == "application/pdf"
    again = manager.post(letters, form, follow=True).content.decode()
    assert "De brieven zijn al gemaakt." in again
    live = ActivationCodeIssued.objects.filter(voided_at=None)
    assert (live.count(), ActivationCodeIssued.objects.count()) == (2, 2)
    button = again[again.index('name="gemaakt"') - 200 :]
    anew = {name: button.partition(f'name="{name}" value="')[2].partition('"')[0] for name in (FIELD, "gemaakt")}
    for key in (anew, {**anew, FIELD: new_key()}):  # the second time those of then are void: nobody is left
        answer = manager.post(letters, key)
    assert answer["Location"].endswith("?brieven=geen")
    assert ActivationCodeIssued.objects.count() == 3
    assert set(live.values_list("employee__staff_number", flat=True)) == {"p1", "p2"}
    assert other in live
    nobody = {FIELD: new_key()}
    for _ in range(2):
        assert manager.post(letters, nobody)["Location"].endswith("?brieven=geen")


@pytest.mark.parametrize("moment", ["", "x", "20180903T090000.000000Z", "<script>", "2018\x00"])
def test_the_page_takes_no_other_moment_for_one_at_which_letters_were_made(manager: Client, moment: str) -> None:
    page = manager.get(f"/bestuur/{BOARD}/", {"brieven": "eerder", "gemaakt": moment}).content.decode()
    assert "<script>" not in page
    assert ('name="gemaakt"' in page) is moment.startswith("20180903")
    assert manager.post(f"/bestuur/{BOARD}/brieven/", {"gemaakt": moment})["Location"].endswith("?brieven=geen")


def test_what_is_kept_says_nothing_of_who_what_and_with_what_in_it(teacher: Client) -> None:
    address = dispute(teacher)
    for _ in range(2):
        teacher.post(address, {FIELD: new_key(), "words": "Kanarie"})
    rows = list(Sending.objects.filter(leads_to="/mijn-registratie/?antwoord=klopt-niet").values())
    assert len(rows) == 2
    assert bytes(rows[0]["said"]) != bytes(rows[1]["said"]), "the same words look different"
    said = repr(rows)
    account = UUID(str(Dispute.objects.get().account))
    for secret in ("Kanarie", str(account), account.hex, address):
        assert secret not in said


def test_that_a_form_was_done_is_forgotten_after_its_term_and_not_before(teacher: Client) -> None:
    kept, at = Sending.objects.count(), clock.now()
    assert kept
    assert due.destroy(at + TERMS.sent_form - timedelta(minutes=5)) == ""
    assert Sending.objects.count() == kept
    assert due.destroy(at + TERMS.sent_form + timedelta(minutes=5)) == f"{kept} forms that were done forgotten"
    assert due.destroy(at + TERMS.sent_form + timedelta(minutes=5)) == ""
    assert not Sending.objects.exists()


def test_a_session_is_long_over_before_its_forms_are_forgotten() -> None:
    most_hours_of_a_session = 24  # the setting SESSION_HOURS takes no more; signing in again voids every older form
    assert TERMS.sent_form > timedelta(hours=most_hours_of_a_session)


def test_the_database_lets_one_of_two_through() -> None:
    row: dict[str, Any] = {"sending": UUID(int=7), "said": b"x", "status": 302, "leads_to": "/", "at": clock.now()}
    actions.keep(**row)
    with pytest.raises(AlreadyDone):
        actions.keep(**row)


def test_it_costs_a_few_statements_and_no_more(teacher: Client) -> None:
    def statements(view: Callable[..., Any] | None, form: dict[str, str]) -> int:
        with patch.object(once, "done_once", view or once.done_once), CaptureQueriesContext(connection) as asked:
            assert teacher.post(dispute_at, form).status_code == 302
        return len(asked)

    dispute_at = dispute(teacher)
    without = statements(lambda request, act: act(), {"words": "Een", FIELD: new_key()})
    form = {"words": "Twee", FIELD: new_key()}
    assert statements(None, form) <= without + MOST_STATEMENTS
    assert statements(None, form) < without, "a second sending asks less than the first"
