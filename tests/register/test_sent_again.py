"""The answer never came, and the same form is sent again: it is answered as the first time, and done once."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from lerarenregister.accounts.permissions import Role
from lerarenregister.audit.models import AuditEvent
from lerarenregister.jobs.register import due
from lerarenregister.jobs.register.tasks import continue_delivery
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register import actions
from lerarenregister.register.errors import CodeRefused
from lerarenregister.register.models import ActivationTry, Delivery, DeliveryLine, Review
from tests.register import cast
from tests.register.cast import AT, BOARD, JUDGE, OTHER_BOARD, TEACHER, code_for, csv_of, deliver, support, teacher

pytestmark = [pytest.mark.django_db(transaction=True)]
UPLOAD = f"/bestuur/{BOARD}/aanleveren/"


@pytest.fixture(autouse=True)
def institutions(transactional_db: None) -> None:
    cast.institutions()


def events() -> int:
    return AuditEvent.objects.count()


def test_her_own_code_is_answered_as_the_first_time_and_is_no_try() -> None:
    deliver(csv_of({}))
    code, viewer, stranger = code_for(), teacher(), teacher()
    first = actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT)
    before = events()
    again = actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT + timedelta(days=400))
    assert again == first == actions.Redeemed(joined=True, board=BOARD)
    assert events() == before
    assert not ActivationTry.objects.exists()
    with pytest.raises(CodeRefused):
        actions.redeem(code=code, identity=TEACHER, viewer=stranger, at=AT)
    assert ActivationTry.objects.count() == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_a_code_of_which_a_review_waits_says_so_until_it_is_decided(accepted: bool) -> None:
    deliver(csv_of({}))
    code, viewer = code_for(), teacher()
    for _ in range(2):
        assert not actions.redeem(code=code, identity=cast.replace_name("Dal"), viewer=viewer, at=AT).joined
    review = Review.objects.get().pk
    actions.decide_review(review=review, accepted=accepted, words="x", claims=JUDGE, viewer=support(), at=AT)
    if accepted:
        assert actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT).joined
    else:
        with pytest.raises(CodeRefused):
            actions.redeem(code=code, identity=TEACHER, viewer=viewer, at=AT)


def test_the_same_decision_by_the_same_person_changes_nothing_and_another_is_refused() -> None:
    deliver(csv_of({}))
    actions.redeem(code=code_for(), identity=cast.replace_name("Dal"), viewer=teacher(), at=AT)
    review, judge = Review.objects.get().pk, support()
    actions.decide_review(review=review, accepted=True, words="gebeld", claims=JUDGE, viewer=judge, at=AT)
    before = events()
    actions.decide_review(review=review, accepted=True, words=" gebeld ", claims=JUDGE, viewer=judge, at=AT)
    assert events() == before
    for accepted, words, viewer in ((False, "gebeld", judge), (True, "anders", judge), (True, "gebeld", support())):
        with pytest.raises(Absent):
            actions.decide_review(review=review, accepted=accepted, words=words, claims=JUDGE, viewer=viewer, at=AT)


def staff_client(board: str = BOARD) -> Client:
    client, at = Client(), clock.now()
    account = cast.sign_in(client, at=at, person_bound=False, subject=f"staff {board}")
    cast.give_role(account, Role.BOARD_STAFF, board, at=at)
    return client


def sent(client: Client, address: str, *lines: dict[str, str]) -> str:
    answer = client.post(address, {"bestand": SimpleUploadedFile("levering.csv", csv_of(*lines), "text/csv")})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def address_of(client: Client) -> str:
    found = re.search(r'action="(\?formulier=[0-9a-f-]+)"', client.get(UPLOAD).content.decode())
    assert found
    return UPLOAD + found[1]


def test_a_form_that_is_sent_twice_gives_one_delivery_and_another_form_another() -> None:
    client = staff_client()
    address = address_of(client)
    assert sent(client, address, {}) == sent(client, address, {})
    assert Delivery.objects.count() == 1
    assert DeliveryLine.objects.count() == 1
    assert sent(client, address_of(client), {}) != sent(client, address, {})
    assert Delivery.objects.count() == 2


def test_a_form_that_is_sent_twice_at_once_gives_one_delivery() -> None:
    client, places = staff_client(), []
    address, gate = address_of(client), threading.Barrier(2)

    def send() -> None:
        other = Client()
        other.cookies = client.cookies
        gate.wait()
        try:
            places.append(sent(other, address, *[{"personeelsnummer": f"p{number}"} for number in range(200)]))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 2
    assert len(set(places)) == 1
    assert Delivery.objects.count() == 1
    assert DeliveryLine.objects.count() == 200


def test_the_form_of_another_board_is_no_way_to_its_delivery() -> None:
    client = staff_client()
    address = address_of(client)
    theirs = sent(client, address, {})
    other = staff_client(OTHER_BOARD)
    ours = sent(other, address.replace(BOARD, OTHER_BOARD), {"bestuursnummer": OTHER_BOARD, "brin": "03EF"})
    assert ours.startswith(f"/bestuur/{OTHER_BOARD}/")
    assert ours.split("/")[4] != theirs.split("/")[4]


def test_a_form_that_was_refused_can_be_sent_with_a_better_file() -> None:
    client = staff_client()
    address = address_of(client)
    client.post(address, {"bestand": SimpleUploadedFile("levering.csv", b"geen;kolommen\r\n1;2\r\n", "text/csv")})
    assert Delivery.objects.get().state == "refused"
    sent(client, address, {})
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["checked", "refused"]


def test_a_received_file_is_asked_to_be_checked_in_the_same_transaction() -> None:
    reception = actions.begin_reception(board=BOARD, viewer=cast.staff(), at=AT, form=new_id())
    reception.feed(csv_of({}))
    received = reception.finish(check=True)
    assert Delivery.objects.get().state == "checking"
    assert due.resume_unfinished(AT) == 1, "the daily work finds it when no task was made of it"
    assert Delivery.objects.get(pk=received.delivery).state == "checked"


def test_a_task_whose_worker_died_counts_no_longer_as_at_work_after_an_hour() -> None:
    now = clock.now()
    rows = [
        DBTaskResult.objects.create(
            status="RUNNING",
            started_at=now - timedelta(minutes=minutes),
            args_kwargs={"args": [], "kwargs": {}},
            task_path=continue_delivery.module_path,
            run_after=now,
            backend_name="default",
        )
        for minutes in (59, 61)
    ]
    assert "1 lost tasks ended" in due.resume(now)
    assert due.resume(now) == ""
    assert [DBTaskResult.objects.get(pk=row.pk).status for row in rows] == ["RUNNING", "FAILED"]
