"""Delivering one person by hand: a file of one line, through the door of every file."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from lerarenregister.accounts.errors import NotAllowed
from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent
from lerarenregister.register import actions, queries
from lerarenregister.register.models import AppointmentVersion, Delivery, Employee
from tests.register import cast
from tests.register.cast import AT, BOARD, OTHER_BOARD, csv_of, deliver, staff
from tests.register.test_reader import valid_bsns

pytestmark = [pytest.mark.django_db(transaction=True)]
ADDRESS = f"/bestuur/{BOARD}/persoon/"
BEA = {
    "personeelsnummer": "p1",
    "achternaam": "Berg",
    "voorvoegsel": "van den",
    "voorletters": "B.",
    "geboortedatum": "04-03-1980",
    "locatie": "01AB00",
    "benoemingsgrondslag": "B01",
    "begin": "2018-08-01",
}


@pytest.fixture(autouse=True)
def institutions(transactional_db: None) -> None:
    cast.institutions()


def client_of(board: str = BOARD, *, ended: bool = False) -> Client:
    client, at = Client(), clock.now()
    account = cast.sign_in(client, at=at, person_bound=False, subject=f"staff {board} {ended}")
    when = at - timedelta(days=366) if ended else at
    cast.give_role(account, Role.BOARD_STAFF, board, at=when)
    return client


def form_of(client: Client, address: str = ADDRESS) -> dict[str, str]:
    page = client.get(address).content.decode()
    return {"formulier": re.findall(r'name="formulier" value="([^"]+)"', page)[0]}


def send(client: Client, said: dict[str, str], address: str = ADDRESS) -> str:
    """Fill in and deliver to the end; the page of the check."""
    answer = client.post(address, form_of(client, address) | said, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain, page
    client.post(answer.redirect_chain[-1][0].partition("?")[0] + "leveren/")
    return page


def test_somebody_new_is_checked_and_delivered_and_gets_an_end_and_loses_it_again() -> None:
    client = client_of()
    assert "Gecontroleerd" in send(client, BEA)
    found = client.post(ADDRESS, {"doe": "zoeken", "nummer": "p1"})
    page = client.get(found["Location"]).content.decode()
    assert ("B. van den Berg" in page, "De Eik" in page) == (True, True)
    change = found["Location"] + "&" + re.findall(r"aanstelling=[0-9a-f-]{36}", page)[0]
    for said, until in (("2019-07-31", "2019-08-01"), ("", "2019-08-01"), ("geen", "None")):
        send(client, BEA | {"einde": said}, change)
        assert str(AppointmentVersion.objects.get(superseded_at=None).until) == until
    send(client, BEA | {"vervallen": "ja"}, change)
    assert AppointmentVersion.objects.get(superseded_at=None).withdrawn
    assert Employee.objects.count() == 1


def test_the_number_and_the_place_of_a_change_are_not_those_of_the_form() -> None:
    deliver(csv_of({}, {"personeelsnummer": "p2"}), at=clock.now())
    client = client_of()
    found = client.post(ADDRESS, {"doe": "zoeken", "nummer": "p1"})["Location"]
    change = found + "&" + re.findall(r"aanstelling=[0-9a-f-]{36}", client.get(found).content.decode())[0]
    send(
        client,
        BEA | {"personeelsnummer": "p2", "locatie": "02CD00", "begin": "2011-01-01", "einde": "2019-07-31"},
        change,
    )
    ended = AppointmentVersion.objects.get(superseded_at=None, until__isnull=False)
    assert (ended.appointment.employee.staff_number, ended.appointment.location_code) == ("p1", "01AB00")


def test_what_is_wrong_comes_back_and_a_double_click_gives_one_delivery() -> None:
    client = client_of()
    wrong = client.post(ADDRESS, form_of(client) | BEA | {"geboortedatum": "31-02-1980", "achternaam": ""})
    page = wrong.content.decode()
    assert (wrong.status_code, "Dit is geen datum die bestaat" in page, 'value="van den"' in page) == (400, True, True)
    sent = form_of(client) | BEA
    first, second = (client.post(ADDRESS, sent) for _ in range(2))
    assert first["Location"].partition("?")[0] == second["Location"].partition("?")[0]
    assert Delivery.objects.count() == 1


def test_a_citizen_service_number_is_kept_nowhere() -> None:
    number = valid_bsns(1)[0]
    page = send(client_of(), BEA | {"vak": number})
    assert ("burgerservicenummer" in page, number in page) == (True, False)
    assert not Employee.objects.exists()


def test_a_school_of_another_board_is_not_offered_and_refused_when_it_is_sent_all_the_same() -> None:
    client = client_of()
    assert "03EF00" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, form_of(client) | BEA | {"locatie": "03EF00"}).status_code == 400
    assert not Delivery.objects.exists()


def test_another_board_a_former_colleague_and_a_stranger_see_and_deliver_nobody() -> None:
    deliver(csv_of({}), at=clock.now())
    employee = Employee.objects.get().id
    stranger = Client()
    cast.sign_in(stranger, at=clock.now())
    for client in (client_of(OTHER_BOARD), client_of(ended=True), stranger):
        assert client.get(f"{ADDRESS}?wie={employee}").status_code == 404
        assert client.post(ADDRESS, BEA | {"formulier": str(employee)}).status_code == 404
    theirs = client_of(OTHER_BOARD)
    elsewhere = ADDRESS.replace(BOARD, OTHER_BOARD)
    assert theirs.get(f"{elsewhere}?wie={employee}").status_code == 404
    assert theirs.post(elsewhere, {"doe": "zoeken", "nummer": "p1"}).status_code == 400
    assert Delivery.objects.count() == 1
    with pytest.raises(NotAllowed):
        queries.person_delivered(BOARD, viewer=staff(OTHER_BOARD), at=AT, staff_number="p1")


def test_looking_is_recorded_and_who_objects_or_was_delivered_long_ago_is_not_shown() -> None:
    her = cast.joined()
    queries.person_delivered(BOARD, viewer=staff(), at=AT, staff_number="p1")
    event = AuditEvent.objects.filter(name="register.PeopleConsulted").latest("at")
    assert [each.subject for each in EventSubject.objects.filter(event=event)] == [Employee.objects.get().id]
    with pytest.raises(Absent):
        queries.person_delivered(BOARD, viewer=staff(), at=AT + timedelta(days=366), staff_number="p1")
    actions.object_to_delivery(file=Employee.objects.get().id, viewer=her, at=AT)
    with pytest.raises(Absent):
        queries.person_delivered(BOARD, viewer=staff(), at=AT, staff_number="p1")
