"""The register's pages, through the front door: staff, the teacher, support, a stranger, an employer's session."""

import os
import tempfile
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pypdf import PdfReader

from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.register import actions
from lerarenregister.register.models import Delivery, DeliveryLine, Employee
from tests.register import cast
from tests.register.cast import BOARD, OTHER_BOARD, code_for, csv_of, deliver

pytestmark = [pytest.mark.django_db(transaction=True)]
UPLOAD = f"/bestuur/{BOARD}/aanleveren/"


@pytest.fixture(autouse=True)
def institutions(transactional_db: None) -> None:
    cast.institutions()


def staff_client(board: str = BOARD) -> Client:
    client, at = Client(), clock.now()
    account = cast.sign_in(client, at=at, person_bound=False, subject=f"staff {board}")
    cast.give_role(account, Role.BOARD_STAFF, board, at=at)
    return client


def teacher_client(**kwargs: object) -> Client:
    client = Client()
    cast.sign_in(client, at=clock.now(), **kwargs)  # type: ignore[arg-type]
    return client


def file_of(data: bytes) -> dict[str, SimpleUploadedFile]:
    return {"bestand": SimpleUploadedFile("levering.csv", data, "text/csv")}


def test_a_file_of_which_the_delivery_was_stopped_is_not_said_to_be_at_work(tmp_path: Path) -> None:
    """The command read it in, and another file of the board was just being delivered; nobody goes on with this one."""
    busy = actions.receive(board=BOARD, chunks=[csv_of({"vak": "tekenen"})], viewer=COMMAND, at=clock.now()).delivery
    actions.deliver(delivery=busy, viewer=COMMAND, at=clock.now())
    file = tmp_path / "levering.csv"
    file.write_bytes(csv_of({}))
    with pytest.raises(CommandError, match="Another delivery of this board"):
        call_command("deliver", str(file), "--board", BOARD, stderr=StringIO())
    left = Delivery.objects.get(state="staged")
    page = staff_client().get(f"/bestuur/{BOARD}/aanleveringen/{left.pk}/").content.decode()
    assert "We zijn bezig met je bestand" not in page
    assert "data-waiting" not in page
    assert "Het is niet gecontroleerd en niet geleverd" in page
    assert f'href="{UPLOAD}"' in page


def test_staff_upload_see_the_check_and_deliver() -> None:
    client = staff_client()
    assert client.get(UPLOAD).status_code == 200
    answer = client.post(UPLOAD, file_of(csv_of({}, {"brin": "99ZZ", "personeelsnummer": "=p2"})), follow=True)
    page = answer.content.decode()
    assert "Gecontroleerd" in page
    assert "Dit BRIN kennen we niet" in page
    assert Employee.objects.count() == 0
    address = answer.redirect_chain[-1][0].partition("?")[0]
    for _ in range(2):
        answer = client.post(address + "leveren/", follow=True)
    assert "Geleverd" in answer.content.decode()
    assert Employee.objects.count() == 1
    refused = client.get(address + "?uitkomst=refused").content.decode()
    assert (">=p2</td>" in refused, ">p1</td>" in refused) == (True, False)
    report = b"".join(client.get(address + "terugmelding.csv").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "3;'=p2;Geweigerd;brin" in report
    assert "refused;brin-unknown" in report
    overview = client.get(f"/bestuur/{BOARD}/").content.decode()
    assert "B. van den Berg" in overview


def test_the_page_of_a_refused_file_says_why_and_nothing_of_its_values() -> None:
    from tests.register.test_reader import valid_bsns

    numbers = valid_bsns(25)
    answer = staff_client().post(UPLOAD, file_of(csv_of(*({"vak": each} for each in numbers))), follow=True)
    page = answer.content.decode()
    assert "We hebben niets bewaard" in page.replace("\n", " ")
    assert not any(number in page for number in numbers)
    assert DeliveryLine.objects.count() == 0


def test_an_upload_without_a_file_says_so_and_an_empty_one_is_refused() -> None:
    client = staff_client()
    assert client.post(UPLOAD, {}).status_code == 400
    assert Delivery.objects.count() == 0
    page = client.post(UPLOAD, file_of(b"\n"), follow=True).content.decode()
    assert "geen regels" in page


def test_an_upload_never_touches_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a temporary file was made")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    lines = ({"personeelsnummer": f"p{number}"} for number in range(40_000))
    data = csv_of(*lines)
    assert len(data) > 2_600_000
    before = set(os.listdir(tempfile.gettempdir()))
    answer = staff_client().post(UPLOAD, file_of(data))
    assert answer.status_code == 302
    assert Delivery.objects.get().lines == 40_000
    assert {name for name in set(os.listdir(tempfile.gettempdir())) - before if "upload" in name} == set()


def test_an_upload_with_a_wrong_token_leaves_nothing() -> None:
    client = staff_client()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(UPLOAD, file_of(csv_of({})))
    assert answer.status_code == 403
    assert (Delivery.objects.count(), DeliveryLine.objects.count()) == (0, 0)
    strict.get(UPLOAD)
    token = strict.cookies["csrf"].value
    assert strict.post(UPLOAD, {"csrfmiddlewaretoken": token, **file_of(csv_of({}))}).status_code == 302
    assert Delivery.objects.count() == 1


def test_who_is_not_signed_in_is_asked_to_for_what_is_there_and_for_what_is_not() -> None:
    report = deliver(csv_of({}))
    for path in ("/bestuur/00000/", f"/bestuur/{BOARD}/", f"/bestuur/{BOARD}/aanleveringen/{report.id}/"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/inloggen/?{urlencode({'verder': path})}")
    assert Client().post(UPLOAD, file_of(csv_of({})))["Location"] == "/inloggen/?" + urlencode({"verder": UPLOAD})
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("who", ["teacher", "other board"])
def test_a_stranger_sees_the_same_page_for_absent_and_refused(who: str) -> None:
    report = deliver(csv_of({}))
    client = {"teacher": teacher_client, "other board": lambda: staff_client(OTHER_BOARD)}[who]()
    absent = client.get("/bestuur/00000/")
    mine = f"/bestuur/{BOARD}/"
    for path in (
        mine,
        UPLOAD,
        f"{mine}aanleveringen/{report.id}/",
        f"{mine}aanleveringen/{report.id}/terugmelding.csv",
    ):
        answer = client.get(path)
        same_length = len(absent.content) - len("/bestuur/00000/") + len(path)
        assert (answer.status_code, len(answer.content)) == (404, same_length), path
    for path in (UPLOAD, f"{mine}aanleveringen/{report.id}/leveren/", f"{mine}brieven/"):
        assert client.post(path, file_of(csv_of({}))).status_code == 404
    assert client.get(f"/bestuur/{OTHER_BOARD}/aanleveringen/{report.id}/").status_code == 404
    assert Delivery.objects.count() == 1
    assert not AuditEvent.objects.filter(name="register.PeopleConsulted").exists()


def test_who_looks_at_the_people_of_a_board_is_recorded_once_for_all_who_are_shown() -> None:
    deliver(csv_of(*[{"personeelsnummer": f"p{number:02}"} for number in range(60)]))
    client, now = Client(), clock.now()
    account = cast.sign_in(client, at=now, person_bound=False, subject="looks")
    cast.give_role(account, Role.BOARD_STAFF, BOARD, at=now)
    for page, shown in (("", 50), ("?pagina=2", 10)):
        assert client.get(f"/bestuur/{BOARD}/{page}").status_code == 200
        looked = AuditEvent.objects.filter(name="register.PeopleConsulted").latest("id")
        assert (looked.actor_account, looked.actor_role, looked.organisation) == (account, "board-staff", BOARD)
        assert (looked.reason, looked.facts["board"]) == ("board-checks-own-delivery", BOARD)
        subjects = set(EventSubject.objects.filter(event=looked).values_list("subject", flat=True))
        rows = Employee.objects.order_by("staff_number").values_list("id", flat=True)
        assert subjects == set(rows[:50] if shown == 50 else rows[50:])
    assert AuditEvent.objects.filter(name="register.PeopleConsulted").count() == 2


def test_letters_are_printed_by_an_act_only() -> None:
    deliver(csv_of({}))
    client = staff_client()
    assert client.get(f"/bestuur/{BOARD}/brieven/").status_code == 405
    employee = str(Employee.objects.get().id)
    answer = client.post(f"/bestuur/{BOARD}/brieven/", {"persoon": [employee, "no id"]})
    assert len(PdfReader(BytesIO(answer.content)).pages) == 2
    assert "geen" in client.post(f"/bestuur/{BOARD}/brieven/")["Location"]


def test_a_teacher_enters_her_code_sees_every_field_and_confirms() -> None:
    deliver(csv_of({"vak": "muziek"}))
    code = code_for(at=clock.now())
    client = teacher_client()
    assert "Vul je code in" in client.get("/").content.decode()
    page = client.get(f"/activeren/{code}/").content.decode()
    assert code in page
    assert Employee.objects.get().account is None, "looking never redeems"
    answer = client.post("/activeren/", {"code": code.lower()}, follow=True)
    own = answer.content.decode()
    for words in (
        "B. van den Berg",
        "4 maart 1980",
        "p1",
        "De Eik",
        "B01",
        "muziek",
        "1 augustus 2018",
        "Stichting Voorbeeld",
    ):
        assert words in own, words
    assert "Er wacht iets op je" in client.get("/").content.decode()
    seen = {name: own.split(f'name="{name}" value="')[1].split('"')[0] for name in ("versie", "persoon")}
    confirmed = client.post("/mijn-registratie/bevestigen/", seen, follow=True).content.decode()
    assert "LR-" in confirmed
    assert "Er wacht iets op je" not in client.get("/").content.decode()
    extract = client.get("/mijn-registratie/uittreksel/").json()
    assert extract["benoemingen"][0]["vestiging"] == "01AB00"
    assert client.get("/cijfers/").status_code == 200


def test_she_says_what_is_wrong_and_it_is_shown_back_as_text() -> None:
    deliver(csv_of({}))
    client = teacher_client()
    own = client.post("/activeren/", {"code": code_for(at=clock.now())}, follow=True).content.decode()
    seen = {name: own.split(f'name="{name}" value="')[1].split('"')[0] for name in ("versie", "persoon")}
    version = seen["versie"]
    address = f"/mijn-registratie/klopt-niet/{version}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"words": " "}).status_code == 400
    page = client.post(address, {"words": "<b>Ik begon in mei</b>"}, follow=True).content.decode()
    assert "&lt;b&gt;Ik begon in mei&lt;/b&gt;" in page
    stranger = teacher_client(subject="vera")
    assert stranger.get(address).status_code == 404
    assert stranger.post("/mijn-registratie/bevestigen/", seen).status_code == 404
    for wrong in ({"versie": "x"}, {"persoon": "x"}, {"persoon": version}):
        assert client.post("/mijn-registratie/bevestigen/", seen | wrong).status_code == 404


def test_a_wrong_code_helps_and_after_five_it_waits() -> None:
    from lerarenregister.kernel.identifiers import ActivationCode

    client = teacher_client()
    assert client.post("/activeren/", {"code": ""}).status_code == 400
    for _ in range(5):
        answer = client.post("/activeren/", {"code": str(ActivationCode.random())})
        assert (answer.status_code, "nieuwe brief" in answer.content.decode()) == (400, True)
    assert "over een uur" in client.post("/activeren/", {"code": str(ActivationCode.random())}).content.decode()


def test_an_employers_session_and_nobody_are_pointed_to_sign_in() -> None:
    deliver(csv_of({}))
    code = code_for(at=clock.now())
    employer = teacher_client(person_bound=False)
    page = employer.get(f"/activeren/{code}/")
    assert (page.status_code, "inlogmiddel van jezelf" in page.content.decode()) == (200, True)
    employer.post("/activeren/", {"code": code})
    assert Employee.objects.get().account is None
    assert "LR-" not in employer.get("/mijn-registratie/").content.decode()
    nobody = Client()
    assert f"/inloggen/?verder=/activeren/{code}/" in nobody.get(f"/activeren/{code}/").content.decode()
    assert nobody.post("/activeren/", {"code": code}).status_code == 302
    assert nobody.get("/mijn-registratie/")["Location"].startswith("/inloggen/")


def test_support_decides_a_review_and_a_stranger_does_not_see_the_page() -> None:
    deliver(csv_of({}))
    someone = cast.replace_name("Dal")
    client = teacher_client(who=someone)
    answer = client.post("/activeren/", {"code": code_for(at=clock.now())}, follow=True)
    assert "medewerker" in answer.content.decode()
    assert client.get("/ondersteuning/beoordelingen/").status_code == 404
    support = Client()
    account = cast.sign_in(support, at=clock.now(), person_bound=False, subject="support", who=cast.JUDGE)
    cast.give_role(account, Role.SUPPORT, "", at=clock.now())
    page = support.get("/ondersteuning/beoordelingen/").content.decode()
    assert "Bea Dal" in page
    review = UUID(page.split("/ondersteuning/beoordelingen/")[-1].split("/")[0])
    address = f"/ondersteuning/beoordelingen/{review}/"
    assert support.post(address, {f"{review.hex}-decision": "accept"}).status_code == 400
    decided = {f"{review.hex}-decision": "accept", f"{review.hex}-words": "Akte gezien"}
    assert support.post(address, decided).status_code == 302
    assert "De Eik" in client.get("/mijn-registratie/").content.decode()


def test_every_page_is_there_in_english_too() -> None:
    client = teacher_client()
    client.cookies["taal"] = "en"
    assert client.get("/cijfers/").headers["Content-Language"] == "en"
    assert client.get("/mijn-registratie/").status_code == 200
