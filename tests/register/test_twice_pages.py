"""The pages about who may be there twice: both sides beside each other, deciding by two, undoing."""

import re

import pytest
from django.test import Client

from lerarenregister.accounts.permissions import Role, SessionKind, Viewer
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.kernel import clock
from lerarenregister.register import queries
from lerarenregister.register.models import Merge
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests.register import twice_cast as cast
from tests.register.case_cast import SECOND_JUDGE
from tests.register.cast import JUDGE, TEACHER, give_role, institutions, sign_in

pytestmark = pytest.mark.django_db


def _officer(subject: str, who: ClaimedIdentity) -> Client:
    client = Client()
    account = sign_in(client, at=clock.now(), person_bound=False, who=who, subject=subject)
    give_role(account, Role.SUPPORT, "", at=clock.now())
    return client


def _teacher(subject: str, line: dict[str, str] | None = None) -> tuple[Client, Viewer]:
    client = Client()
    account = sign_in(client, at=clock.now(), who=TEACHER, subject=subject)
    viewer = Viewer(account=account, session=SessionKind.PERSON_BOUND)
    cast.activated(line, viewer=viewer, at=clock.now())
    cast.confirm(viewer, clock.now())
    return client, viewer


def test_two_officers_see_both_sides_decide_and_undo_it() -> None:
    institutions()
    (here, first), (there, second) = _teacher("bea"), _teacher("bea elsewhere", cast.ELSEWHERE)
    assert "met een ander account" in there.get("/mijn-registratie/").content.decode()
    assert "met een ander account" not in here.get("/mijn-registratie/").content.decode()

    officer, other = _officer("judge", JUDGE), _officer("second", SECOND_JUDGE)
    (case,) = cast.duplicates()
    page = officer.get(f"/ondersteuning/zaken/{case}/").content.decode()
    for word in ("De twee naast elkaar", "Achternaam gelijk", "Twee verschillende besturen", "Dezelfde persoon"):
        assert word in page
    assert page.count(">Anders<") == 2  # the board, and who has a number
    looked = AuditEvent.objects.filter(name="register.CasesConsulted").latest("id")
    subjects = set(EventSubject.objects.filter(event=looked).values_list("subject", flat=True))
    assert {first.account, second.account} <= subjects

    _decide(officer, other, case)
    number = queries.own_registration(first).number
    assert f"geldt als {number}" in there.get("/mijn-registratie/").content.decode()
    assert "Geldt ook als" in here.get("/mijn-registratie/").content.decode()
    assert there.post("/mijn-registratie/uit-het-register/")["Location"].endswith("ander")

    listed = officer.get("/ondersteuning/samengevoegd/", {"nummer": number.lower()}).content.decode()
    assert number in listed
    assert officer.get("/ondersteuning/samengevoegd/", {"nummer": "iets anders"}).status_code == 400
    merge = Merge.objects.get()
    undone = officer.post(f"/ondersteuning/samengevoegd/{merge.id}/uit-elkaar/", {"words": " "})
    assert undone["Location"].endswith("reden")
    undone = officer.post(f"/ondersteuning/samengevoegd/{merge.id}/uit-elkaar/", {"words": "Toch twee."})
    split = undone["Location"].split("/")[3]
    assert "Voorstel: Weer uit elkaar" in _page(other, split)
    _agree(other, split)
    assert queries.own_registration(second).number
    letter = there.get(f"/mijn-registratie/besluiten/{queries.own_registration(second).acts[0].id}/besluit.pdf")
    assert letter["Content-Type"] == "application/pdf"


def _page(client: Client, case: object) -> str:
    return client.get(f"/ondersteuning/zaken/{case}/").content.decode()


def _decide(officer: Client, other: Client, case: object) -> None:
    said = {"outcome": "granted", "words": "Alles klopt."}
    assert officer.post(f"/ondersteuning/zaken/{case}/voorstel/", said).status_code == 302
    assert "Voorstel: Dezelfde persoon" in _page(other, case)
    _agree(other, case)


def _agree(client: Client, case: object) -> None:
    found = re.search(r"/ondersteuning/voorstellen/([0-9a-f-]{36})/akkoord/", _page(client, case))
    assert found
    answer = client.post(f"/ondersteuning/voorstellen/{found[1]}/akkoord/")
    assert answer["Location"].endswith("besloten")
