"""Passkeys of hers, through the pages: enrolled after a fresh sign-in, a session begun with one, removed; and those who
try without."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts.models import Account, SignedInSession
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.portfolio.models import PortfolioKey
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.portfolio import passkeys
from lerarenregister.web.portfolio.device import tag_of
from tests import vaults
from tests.passkeys import PRESENT, VERIFIED, Authenticator
from tests.web.portfolio.conftest import Person, come_back, sign_in
from tests.web.shared.conftest import collected, form_of
from vault.client import Client as VaultClient
from vault.client import VaultAway

pytestmark = pytest.mark.django_db
KEY, ENROL = "/portfolio/sleutel/", "/portfolio/sleutel/passkey/"
ASK_ENROL, ASK, SIGN_IN = f"{ENROL}vraag/", "/inloggen-met-passkey/vraag/", "/inloggen-met-passkey/"
TEXT = "Wat ik alleen weet"


@pytest.fixture(autouse=True)
def providers(settings: Settings) -> None:
    settings.OIDC_PROVIDERS = [
        {
            "slug": "eid",
            "name": "Proef-eID",
            "issuer": "https://other.example.org",
            "client_id": "lerarenregister",
            "client_secret": "s",
            "person_bound": True,
        }
    ]


@pytest.fixture
def colleague() -> Person:
    client = Client()
    return Person(client, sign_in(client, "colleague"))


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def prove(client: Client, subject: str = "teacher") -> None:
    come_back(client, subject, purpose=Purpose.PROVE)


def enrol(client: Client, device: Authenticator, *, name: str = "Telefoon", **said: Any) -> Any:
    """Add a passkey of this device, after `prove`."""
    asked = client.post(ASK_ENROL).json()
    handle = passkeys.base64.urlsafe_b64decode(asked["handle"] + "==")
    answer = device.made(asked["challenge"], handle=handle, **said)
    return client.post(ENROL, {"name": name, "vraag": asked["challenge"], "antwoord": answer})


def enrolled(teacher: Person, device: Authenticator, **fields: str) -> Any:
    prove(teacher.client)
    answer = enrol(teacher.client, device, **fields)
    assert answer["Location"] == f"{KEY}?passkey=gemaakt", answer.content
    return answer


def signed_in(client: Client, device: Authenticator, *, onward: str = "/portfolio/", **said: Any) -> Any:
    """Use the passkey of this device in this browser."""
    asked = client.post(ASK).json()
    answer = device.used(asked["challenge"], **said)
    return client.post(SIGN_IN, {"vraag": asked["challenge"], "antwoord": answer, "verder": onward})


def passkey_of(page: str) -> str:
    found = re.search(rf'"({ENROL}[0-9a-f-]{{36}}/)"', page)
    assert found, page
    return found[1]


def test_she_adds_a_passkey_and_her_portfolio_opens_with_it_in_another_browser(
    teacher: Person, device: Authenticator
) -> None:
    teacher.written(TEXT)
    enrolled(teacher, device, name="Telefoon van mij")
    page = teacher.get(KEY)
    assert "Telefoon van mij" in page
    assert "nog niet gebruikt" in page
    browser = Client()
    answer = signed_in(browser, device)
    assert (answer.status_code, answer["Location"]) == (302, "/portfolio/")
    later = Person(browser, teacher.account)
    assert TEXT in later.get("/portfolio/")
    assert later.write("Geschreven met een passkey").status_code == 303
    page = teacher.get(KEY)
    assert "laatst gebruikt op" in page
    assert "Je portfolio ging open met een passkey." in page
    assert "Geschreven met een passkey" in teacher.get("/portfolio/")


def test_its_session_is_hers_without_a_second_factor_and_the_list_and_the_log_say_how_it_began(
    teacher: Person, device: Authenticator
) -> None:
    enrolled(teacher, device)
    browser = Client()
    signed_in(browser, device)
    session = SignedInSession.objects.get(identity=None)
    assert (session.account_id, session.person_bound, session.second_factor) == (teacher.account, True, False)
    assert "<dd>Passkey</dd>" in browser.get("/sessies/").content.decode()
    told = AuditEvent.objects.filter(name="accounts.SignedIn").latest("at")
    assert told.facts["provider"] == "passkey"


def test_the_session_gets_a_new_key_and_one_that_was_open_ends(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    browser = Client()
    sign_in(browser, "stranger")
    before = browser.cookies["sessie"].value
    kept = Client()
    kept.cookies["sessie"] = before
    signed_in(browser, device)
    assert browser.cookies["sessie"].value != before
    assert kept.get("/sessies/").status_code == 302, "the session that was open is over"
    assert browser.get("/sessies/").status_code == 200


def test_a_session_of_a_passkey_enrols_links_and_makes_nothing_without_her_provider(
    teacher: Person, device: Authenticator
) -> None:
    enrolled(teacher, device)
    browser = Client()
    signed_in(browser, device)
    assert browser.get(ENROL)["Location"] == KEY
    assert browser.post(ASK_ENROL).status_code == 400
    asked = browser.post(ASK).json()
    other = Authenticator(handle=device.handle)
    answer = {"name": "x", "vraag": asked["challenge"], "antwoord": other.made(asked["challenge"])}
    assert browser.post(ENROL, answer).status_code == 400
    page = browser.get(KEY).content.decode()
    assert page.count('action="/inloggen/eid/"') == 3, "code, passkey and link each ask her provider"
    assert browser.post(passkey_of(page)).status_code == 400
    assert signed_in(Client(), other).status_code == 400
    assert signed_in(Client(), device).status_code == 302


def test_with_a_passkey_nobody_closes_the_account(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    browser = Client()
    signed_in(browser, device)
    page = browser.get("/mijn-gegevens/sluiten/")
    assert "Opnieuw inloggen met Proef-eID" in page.content.decode()
    browser.post("/mijn-gegevens/sluiten/")
    assert Account.objects.get(pk=teacher.account).closed_at is None


def test_what_is_held_of_her_says_that_a_session_began_with_a_passkey(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    browser = Client()
    signed_in(browser, device)
    form = browser.get("/mijn-gegevens/").content.decode()
    once = re.search(r'name="eenmalig" value="([^"]+)"', form)
    answer = browser.post("/mijn-gegevens/inzage/", {"eenmalig": once[1] if once else ""})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as held:
        document = json.loads(held.read("gegevens.json"))
        jsonschema.validate(document, json.loads(held.read("access-request.schema.json")))
    assert None in [each["identity_id"] for each in document["held"]["accounts.sessions"]]


def test_where_her_name_is_needed_a_passkey_is_not_enough(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    browser = Client()
    signed_in(browser, device)
    form = browser.get("/activeren/").content.decode()
    once = re.search(r'name="eenmalig" value="([^"]+)"', form)
    assert once
    answer = browser.post("/activeren/", {"code": "ABCD-EFGH-JKMN-PQRS5", "eenmalig": once[1]})
    if answer.status_code == 302:
        assert answer["Location"].startswith("/inloggen/")
        assert "ingelogd met een passkey" in browser.get(answer["Location"]).content.decode()
    else:
        assert answer.status_code == 400


def test_who_signed_in_with_a_passkey_shares_too(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    url, browser = collected(teacher), Client()
    signed_in(browser, device)
    _page, form = form_of(Person(browser, teacher.account), url)
    assert browser.post(f"{url}delen/nu/", form)["Location"].startswith("/portfolio/gedeeld/")


def test_the_name_of_a_passkey_is_read_by_her_alone(teacher: Person, device: Authenticator, vault: vaults.Here) -> None:
    enrolled(teacher, device, name="Een heel eigen naam")
    vault().store.wipe_log()
    assert b"eigen naam" not in vault().store.path.read_bytes()
    assert "Een heel eigen naam" in teacher.get(KEY)


def test_a_name_is_needed_and_the_proof_waits_for_it(teacher: Person, device: Authenticator) -> None:
    prove(teacher.client)
    answer = enrol(teacher.client, device, name=" ")
    assert answer.status_code == 400
    assert answer.content.decode().count("<title>Fout:") == 1
    assert enrol(teacher.client, Authenticator()).status_code == 302


# Removing


def test_a_removed_passkey_opens_nothing_and_what_it_began_ends(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    thief = Client()
    signed_in(thief, device)
    where = passkey_of(teacher.get(KEY))
    assert "Opnieuw inloggen" in teacher.get(where), "not without a fresh proof"
    prove(teacher.client)
    assert teacher.client.post(where)["Location"] == f"{KEY}?passkey=weg"
    assert thief.get("/portfolio/").status_code == 302, "the session that it began is over"
    refused = signed_in(Client(), device)
    assert refused.status_code == 400
    assert "Deze passkey opent hier niets (meer)" in refused.content.decode()
    assert "Er is een passkey verwijderd." in teacher.get(KEY)
    assert teacher.client.get(where).status_code == 404


def test_what_a_passkey_began_ends_also_when_the_answer_of_the_vault_is_lost(
    teacher: Person, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(teacher, device)
    thief = Client()
    signed_in(thief, device)
    address = passkey_of(teacher.get(KEY))
    prove(teacher.client)
    remove = VaultClient.remove_passkey

    def lost(*args: Any, **given: Any) -> None:
        remove(*args, **given)
        raise VaultAway("ReadTimeout")

    monkeypatch.setattr(VaultClient, "remove_passkey", lost)
    assert teacher.client.post(address).status_code == 503
    assert thief.get("/portfolio/").status_code == 302


def test_a_passkey_is_added_and_removed_once_however_often_it_is_sent(teacher: Person, device: Authenticator) -> None:
    prove(teacher.client)
    asked = teacher.client.post(ASK_ENROL).json()
    handle = passkeys.base64.urlsafe_b64decode(asked["handle"] + "==")
    form = {"name": "x", "vraag": asked["challenge"], "antwoord": device.made(asked["challenge"], handle=handle)}
    assert [teacher.client.post(ENROL, form).status_code for _ in range(2)] == [302, 400]
    page = teacher.get(KEY)
    assert page.count(">Verwijderen<") == 1
    where = passkey_of(page)
    prove(teacher.client)
    assert [teacher.client.post(where).status_code for _ in range(2)] == [302, 404]
    assert teacher.get(KEY).count("Er is een passkey verwijderd.") == 1


def test_an_unknown_passkey_gets_the_same_answer_as_a_removed_one(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    prove(teacher.client)
    teacher.client.post(passkey_of(teacher.get(KEY)))
    said = set()
    for each in (device, Authenticator(handle=device.handle)):
        answer = signed_in(Client(), each)
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        said.add((answer.status_code, page))
    assert len(said) == 1


def test_nobody_reaches_the_passkey_of_another(teacher: Person, colleague: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    where = passkey_of(teacher.get(KEY))
    prove(colleague.client, "colleague")
    assert colleague.client.get(where).status_code == 404
    assert colleague.client.post(where).status_code == 404
    assert signed_in(Client(), device).status_code == 302


# Attacks


def test_an_answer_counts_once_and_in_the_browser_that_asked_alone(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    hers, thief = Client(), Client()
    asked = hers.post(ASK).json()
    answer = {"vraag": asked["challenge"], "antwoord": device.used(asked["challenge"]), "verder": "/"}
    thief.post(ASK)
    assert thief.post(SIGN_IN, answer).status_code == 400, "caught on the way"
    assert hers.post(SIGN_IN, answer).status_code == 302
    assert hers.post(SIGN_IN, answer).status_code == 400, "replayed"
    assert Client().post(SIGN_IN, answer).status_code == 400
    assert SignedInSession.objects.filter(identity=None).count() == 1


@pytest.mark.parametrize(
    "said",
    [{"origin": "https://register.example.com"}, {"site": "example.com"}, {"flags": PRESENT}, {"flags": VERIFIED}],
)
def test_what_the_vault_refuses_begins_no_session(teacher: Person, device: Authenticator, said: dict[str, Any]) -> None:
    enrolled(teacher, device)
    browser = Client()
    assert signed_in(browser, device, **said).status_code == 400
    assert not SignedInSession.objects.filter(identity=None).exists()
    assert browser.get("/sessies/").status_code == 302


@pytest.mark.parametrize("answer", ["", "{", "\x00", "x" * 20_000, "é", "[[[[", '{"type": "public-key"}'])
def test_rubbish_is_answered_with_a_page(teacher: Person, answer: str) -> None:
    browser = Client()
    asked = browser.post(ASK).json()
    refused = browser.post(SIGN_IN, {"vraag": asked["challenge"], "antwoord": answer})
    assert refused.status_code == 400
    assert "Inloggen is niet gelukt" in refused.content.decode()
    prove(teacher.client)
    asked = teacher.client.post(ASK_ENROL).json()
    refused = teacher.client.post(ENROL, {"name": "x", "vraag": asked["challenge"], "antwoord": answer})
    assert refused.status_code == 400


def test_a_proof_enrols_one_passkey_in_five_minutes(
    teacher: Person, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(teacher.client)
    assert enrol(teacher.client, device).status_code == 302
    assert teacher.client.post(ASK_ENROL).status_code == 400
    prove(teacher.client)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=6))
    assert enrol(teacher.client, Authenticator()).status_code == 400


def test_the_proof_of_one_session_enrols_nothing_in_another(
    teacher: Person, colleague: Person, device: Authenticator
) -> None:
    prove(colleague.client, "colleague")
    assert teacher.client.post(ASK_ENROL).status_code == 400
    prove(teacher.client)
    assert enrol(teacher.client, device).status_code == 302
    signed = Client()
    signed_in(signed, device)
    assert str(SignedInSession.objects.get(identity=None).account_id) == str(teacher.account)


def test_the_same_passkey_twice_is_told_so(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    prove(teacher.client)
    answer = enrol(teacher.client, device)
    assert answer.status_code == 400
    assert "al bekend" in answer.content.decode()


def test_a_stolen_cookie_of_a_session_opens_no_portfolio_without_its_key(
    teacher: Person, device: Authenticator
) -> None:
    teacher.written(TEXT)
    enrolled(teacher, device)
    hers, thief = Client(), Client()
    signed_in(hers, device)
    thief.cookies["sessie"] = hers.cookies["sessie"].value
    answer = thief.get("/portfolio/")
    assert answer.status_code == 401
    assert TEXT not in answer.content.decode()
    assert thief.post(ENROL, {"name": "x"}).status_code == 401


def test_where_the_key_is_gone_from_the_browser_a_passkey_opens_in_place(
    teacher: Person, device: Authenticator
) -> None:
    teacher.written(TEXT)
    enrolled(teacher, device)
    del teacher.client.cookies["sleutel"]
    page = teacher.client.get("/portfolio/")
    assert f'action="{SIGN_IN}"' in page.content.decode()
    assert 'name="verder" value="/portfolio/"' in page.content.decode()
    assert signed_in(teacher.client, device)["Location"] == "/portfolio/"
    assert TEXT in teacher.get("/portfolio/")


def test_a_device_that_another_marked_is_wiped_at_a_sign_in_with_a_passkey(
    teacher: Person, device: Authenticator
) -> None:
    enrolled(teacher, device)
    browser = Client()
    browser.cookies["apparaat"] = tag_of(sign_in(Client(), "stranger"))
    answer = signed_in(browser, device)
    assert answer["Clear-Site-Data"] == '"storage"'
    browser.cookies["apparaat"] = tag_of(teacher.account)
    assert "Clear-Site-Data" not in signed_in(browser, device)


def test_it_leads_to_no_other_site(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    for onward in ("https://example.com/", "//example.com/", SIGN_IN):
        assert signed_in(Client(), device, onward=onward)["Location"] == "/"


def test_a_closed_account_opens_with_no_passkey(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    come_back(teacher.client, "teacher")
    teacher.client.post("/mijn-gegevens/sluiten/")
    assert Account.objects.get(pk=teacher.account).closed_at is not None
    refused = signed_in(Client(), device)
    assert refused.status_code == 400
    assert "opent hier niets (meer)" in refused.content.decode()
    assert not SignedInSession.objects.filter(account_id=teacher.account).exists()


def test_an_account_whose_key_is_not_noted_any_more_gets_no_session(teacher: Person, device: Authenticator) -> None:
    """Between closing and the erasing in the vault, for as long as that takes."""
    enrolled(teacher, device)
    PortfolioKey.objects.all().delete()
    assert signed_in(Client(), device).status_code == 400
    assert not SignedInSession.objects.filter(identity=None).exists()


def test_an_account_that_closes_at_that_moment_gets_no_session(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    Account.objects.filter(pk=teacher.account).update(closed_at=clock.now())
    refused = signed_in(Client(), device)
    assert refused.status_code == 400
    assert not SignedInSession.objects.filter(identity=None).exists()


def test_while_the_vault_is_away_it_says_so_and_nothing_changes(teacher: Person, device: Authenticator) -> None:
    enrolled(teacher, device)
    browser = Client()
    asked = browser.post(ASK).json()
    answer = {"vraag": asked["challenge"], "antwoord": device.used(asked["challenge"]), "verder": "/"}
    prove(teacher.client)
    question = teacher.client.post(ASK_ENROL).json()
    made = Authenticator().made(question["challenge"])
    where = passkey_of(teacher.get(KEY))
    with vaults.away():
        assert Client().post(ASK).status_code == 503
        assert "storing bij ons" in Client().post(ASK).json()["reason"]
        assert browser.post(SIGN_IN, answer).status_code == 503
        enrolling = {"name": "x", "vraag": question["challenge"], "antwoord": made}
        assert teacher.client.post(ENROL, enrolling).status_code == 503
        assert teacher.client.post(where).status_code == 503
        assert "Je passkeys kunnen we nu niet laten zien" in teacher.get(KEY)
    assert signed_in(browser, device).status_code == 302


def test_no_answer_of_a_passkey_is_kept_or_told_in_the_log(
    teacher: Person, device: Authenticator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    enrolled(teacher, device)
    signed_in(Client(), device)
    signed_in(Client(), device, flags=PRESENT)
    assert device.id.hex() not in caplog.text
    assert passkeys.base64.urlsafe_b64encode(device.id).decode().rstrip("=") not in caplog.text


def test_without_a_passkey_page_the_sign_in_page_still_says_what_is_needed() -> None:
    page = Client().get("/inloggen/?verder=/portfolio/").content.decode()
    form = page[page.index(f'action="{SIGN_IN}"') :]
    assert " hidden>" in form[: form.index(">") + 1]
    assert "Daarvoor is JavaScript nodig" in page
    assert 'name="verder" value="/portfolio/"' in form
