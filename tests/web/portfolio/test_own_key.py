"""The page about her key: the recovery code, what opens her portfolio and its log; linking, unlinking, recovering."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts.models import Account, Identity
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.queries import account_with
from lerarenregister.audit.models import AuditEvent
from lerarenregister.kernel import clock
from lerarenregister.kernel.loglines import JsonLines
from lerarenregister.person import actions as person
from lerarenregister.person import queries as queries_of_person
from lerarenregister.portfolio.models import Entry, PortfolioKey, Release
from lerarenregister.register import actions as register
from lerarenregister.register.models import Review
from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.portfolio import keys, own_key
from tests import vaults
from tests.register import cast
from tests.web.person.planted import copy_of
from tests.web.portfolio.conftest import Person, come_back, sign_in
from vault.answers import Also, Line
from vault.client import Client as VaultClient
from vault.client import VaultRefused
from vault.service import Vault
from vault.unlinking import CODE_COUNTS_AFTER

pytestmark = pytest.mark.django_db
KEY, RECOVER, KEPT = "/portfolio/sleutel/", "/portfolio/sleutel/terughalen/", "/portfolio/sleutel/bewaard/"


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


def code_in(person: Person) -> str:
    found = re.search(r"<code>([0-9A-Z-]{34})</code>", person.get(KEY))
    return found[1] if found else ""


def kept_code(person: Person) -> str:
    """Her code, of which she says that she kept it."""
    code = code_in(person)
    assert person.client.post(KEPT).status_code == 302
    return code


def works(code: str, signed_in: Callable[..., Person]) -> bool:
    """Whether it still gives her portfolio to somebody new."""
    new = signed_in(f"who tries {code}")
    new.client.post(RECOVER, {"code": code})
    return come_back(new.client, f"who tries {code}", purpose=Purpose.RECOVER)[1].status_code == 302


def account_of(subject: str) -> object:
    return account_with(issuer=vaults.ISSUER, subject=subject)


def linked(teacher: Person, subject: str) -> int:
    """She proves herself and shows the other; the status of the answer."""
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    _, response = come_back(teacher.client, subject, purpose=Purpose.SECOND)
    return response.status_code


def test_the_code_of_a_new_key_is_shown_until_she_says_that_she_has_it(teacher: Person) -> None:
    assert "Naar je herstelcode" in teacher.get("/")
    code = code_in(teacher)
    assert code == code_in(teacher) != ""
    assert teacher.client.post("/portfolio/sleutel/bewaard/").status_code == 302
    assert code_in(teacher) == ""
    assert "Naar je herstelcode" not in teacher.get("/")
    sign_in(teacher.client, "teacher")
    assert code_in(teacher) == "", "it is told once and kept nowhere"


def test_until_she_says_that_she_kept_it_each_sign_in_gives_a_new_code(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    first = code_in(teacher)
    sign_in(teacher.client, "teacher")
    assert "Naar je herstelcode" in teacher.get("/")
    second = kept_code(teacher)
    assert second not in ("", first)
    sign_in(teacher.client, "teacher")
    assert code_in(teacher) == ""
    assert "Naar je herstelcode" not in teacher.get("/")
    assert not works(first, signed_in)
    assert works(second, signed_in)


def test_a_code_of_another_session_that_works_no_more_is_not_shown_and_not_kept(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    phone = signed_in("teacher")
    stale = phone.client.session
    assert code_in(phone) != ""
    assert code_in(teacher) == "", "the phone has the one that works"
    assert "Je zei nog niet" in teacher.get(KEY)
    assert stale.session_key != teacher.client.session.session_key
    laptop = signed_in("teacher")
    answer = phone.client.post(KEPT)
    assert answer["Location"] == f"{KEY}?nieuwer=1"
    assert "werkt niet meer" in phone.get(f"{KEY}?nieuwer=1")
    code = code_in(laptop)
    assert code != "", "what the phone said it kept was not this one"
    kept_code(laptop)
    assert laptop.client.post(KEPT)["Location"] == "/", "a second click"
    assert works(code, signed_in)


def test_who_gets_her_portfolio_back_is_asked_to_keep_the_new_code_until_she_did(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    code = kept_code(teacher)
    new = signed_in("new eid")
    new.client.post(RECOVER, {"code": code})
    come_back(new.client, "new eid", purpose=Purpose.RECOVER)
    lost = code_in(new)
    sign_in(new.client, "new eid")
    again = kept_code(new)
    assert again not in ("", lost, code)
    sign_in(new.client, "new eid")
    assert code_in(new) == ""


def test_a_code_whose_answer_was_lost_is_made_anew_and_one_that_was_refused_leaves_hers_as_it_is(
    teacher: Person, signed_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, opened = kept_code(teacher), VaultClient.open

    def refused(*args: Any, **given: Any) -> Any:
        raise VaultRefused("token", "nonce")

    def lost(*args: Any, **given: Any) -> Any:
        opened(*args, **given)
        raise keys.VaultAway("ReadTimeout")

    for answer in (refused, lost):
        with monkeypatch.context() as patch:
            patch.setattr(VaultClient, "open", answer)
            come_back(teacher.client, "teacher", purpose=Purpose.RECOVERY_CODE)
        sign_in(teacher.client, "teacher")
        assert (code_in(teacher) != "") == (answer is lost)
    assert not works(code, signed_in)


def test_a_proof_gives_no_code_and_she_is_still_asked(teacher: Person) -> None:
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    assert code_in(teacher) == ""
    assert "Naar je herstelcode" in teacher.get("/")
    assert "Je zei nog niet" in teacher.get(KEY)
    sign_in(teacher.client, "teacher")
    assert code_in(teacher) != ""


def test_a_thief_whom_only_the_vault_knows_makes_no_code_of_hers(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    code = kept_code(teacher)
    linked_in_the_vault_alone("thief")
    thief = signed_in("thief")
    for purpose in (Purpose.RECOVERY_CODE, Purpose.PROVE, Purpose.SIGN_IN):
        come_back(thief.client, "thief", purpose=purpose)
    assert works(code, signed_in)


def test_a_new_code_comes_with_a_fresh_sign_in_and_voids_the_old_one(teacher: Person, stranger: Person) -> None:
    old = code_in(teacher)
    come_back(teacher.client, "teacher", purpose=Purpose.RECOVERY_CODE)
    new = code_in(teacher)
    assert new not in ("", old)
    stranger.client.post(RECOVER, {"code": old})
    _, response = come_back(stranger.client, "stranger", purpose=Purpose.RECOVER)
    assert response.status_code == 400
    assert "hoort bij geen enkel portfolio" in response.content.decode()


def test_her_page_says_what_opens_her_portfolio_and_when_it_was_opened(teacher: Person) -> None:
    kept_code(teacher)
    sign_in(teacher.client, "teacher")
    page = teacher.get(KEY)
    assert "Proef-eID" in page
    assert "De sleutel is gemaakt." in page
    assert "Je portfolio ging open." in page
    assert KEY in teacher.get("/wie-keek/")


def test_while_the_vault_is_away_the_page_says_so_and_signing_in_works_on(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.written("Van mij")
    monkeypatch.setattr(VaultClient, "_session", staticmethod(lambda: __import__("requests").Session()))
    monkeypatch.setattr(keys.settings, "VAULT_URL", "http://127.0.0.1:9")
    assert "Dat kunnen we nu niet laten zien" in teacher.get(KEY)
    assert "Van mij" in teacher.get("/portfolio/"), "the key in her session is asked of nobody"
    monkeypatch.setattr(vaults, "proved", lambda subject, at: {"secret": "", "id_token": ""})
    sign_in(teacher.client, "teacher")
    assert teacher.client.get("/portfolio/").status_code == 401
    assert "Mijn sessies" in teacher.get("/sessies/")


def test_a_second_identity_opens_the_same_portfolio_and_account(teacher: Person) -> None:
    teacher.written("Van mij")
    assert linked(teacher, "teacher elsewhere") == 302
    assert account_of("teacher elsewhere") == teacher.account
    other = Person(Client(), sign_in(Client(), "teacher elsewhere"))
    sign_in(other.client, "teacher elsewhere")
    assert "Van mij" in other.get("/portfolio/")
    assert AuditEvent.objects.filter(name="accounts.IdentityLinked").count() == 1


def test_an_identity_that_only_looked_around_is_linked_and_its_account_is_closed(
    teacher: Person, signed_in: Callable[..., Person], vault: Callable[[], Vault]
) -> None:
    looked = signed_in("teacher elsewhere")
    assert linked(teacher, "teacher elsewhere") == 302
    assert account_of("teacher elsewhere") == teacher.account
    assert Account.objects.get(pk=looked.account).closed_at is not None
    assert looked.client.get("/sessies/").status_code == 302, "its session has ended"
    assert len(list(vault().held())) == PortfolioKey.objects.count() == 1


def test_an_identity_with_a_portfolio_of_its_own_is_not_linked_and_loses_nothing(
    teacher: Person, stranger: Person
) -> None:
    stranger.written("Van een ander")
    assert linked(teacher, "stranger") == 400
    assert account_of("stranger") == stranger.account
    assert "Van een ander" in stranger.get("/portfolio/")
    sign_in(stranger.client, "stranger")
    assert "Van een ander" in stranger.get("/portfolio/")


def test_without_a_proof_of_a_moment_ago_nothing_is_linked(teacher: Person) -> None:
    _, response = come_back(teacher.client, "elsewhere", purpose=Purpose.SECOND)
    assert response.status_code == 400
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    assert come_back(teacher.client, "one", purpose=Purpose.SECOND)[1].status_code == 302
    assert come_back(teacher.client, "two", purpose=Purpose.SECOND)[1].status_code == 400, "a proof counts once"
    assert Identity.objects.filter(account_id=teacher.account).count() == 2


def test_when_the_vault_refuses_the_accounts_are_as_before(
    teacher: Person, signed_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = signed_in("elsewhere")
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    monkeypatch.setattr(VaultClient, "link", lambda *args, **given: (_ for _ in ()).throw(keys.VaultAway("test")))
    assert come_back(teacher.client, "elsewhere", purpose=Purpose.SECOND)[1].status_code == 400
    assert account_of("elsewhere") == looked.account
    assert looked.client.get("/sessies/").status_code == 200


def test_her_code_gives_her_portfolio_back_to_a_new_identity_and_works_once(
    teacher: Person, signed_in: Callable[..., Person]
) -> None:
    teacher.written("Van mij")
    code = code_in(teacher)
    new = signed_in("new eid")
    assert new.client.post(RECOVER, {"code": code.lower().replace("-", " ")}).status_code == 200
    _, response = come_back(new.client, "new eid", purpose=Purpose.RECOVER)
    assert response.status_code == 302
    assert account_of("new eid") == teacher.account
    assert "Van mij" in new.get("/portfolio/")
    again = code_in(new)
    assert again not in ("", code)
    thief = signed_in("thief")
    thief.client.post(RECOVER, {"code": code})
    assert come_back(thief.client, "thief", purpose=Purpose.RECOVER)[1].status_code == 400
    assert Entry.objects.get().owner == teacher.account


def test_her_page_shows_the_last_twenty_openings_and_all_that_changed() -> None:
    opened = [Line(f"2018-09-01T09:{minute:02}:00+00:00", "opened", "eid") for minute in range(30)]
    linked = Line("2018-09-01T08:00:00+00:00", "linked", "eid")
    assert own_key.shown_of([*opened, linked]) == [*opened[:20], linked]


def test_when_the_answer_of_the_vault_is_lost_she_gets_her_portfolio_back_with_the_same_code(
    teacher: Person, signed_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.written("Van mij")
    code, recover = code_in(teacher), VaultClient.recover

    def lost(*args: Any, **given: Any) -> Any:
        recover(*args, **given)
        raise keys.VaultAway("ReadTimeout")

    new = signed_in("new eid")
    new.client.post(RECOVER, {"code": code})
    with monkeypatch.context() as patch:
        patch.setattr(VaultClient, "recover", lost)
        _, response = come_back(new.client, "new eid", purpose=Purpose.RECOVER)
    assert response.status_code == 400
    assert "op dezelfde manier" in response.content.decode()
    assert account_of("new eid") == new.account
    sign_in(new.client, "new eid")
    new.client.post(RECOVER, {"code": code})
    _, response = come_back(new.client, "new eid", purpose=Purpose.RECOVER)
    assert response.status_code == 302, response.content.decode()
    assert account_of("new eid") == teacher.account
    assert "Van mij" in new.get("/portfolio/")
    assert code_in(new) not in ("", code)


def test_a_wrong_code_is_told_by_its_form_and_six_well_formed_ones_within_an_hour_are_too_many(
    teacher: Person, stranger: Person
) -> None:
    from vault.recovery import new_code

    code = code_in(teacher)
    answer = stranger.client.post(RECOVER, {"code": code[:-1] + ("0" if code[-1] != "0" else "1")})
    assert answer.status_code == 400
    assert "Dit is geen herstelcode" in answer.content.decode()
    said = []
    for _ in range(6):
        stranger.client.post(RECOVER, {"code": new_code()})
        said.append(come_back(stranger.client, "stranger", purpose=Purpose.RECOVER)[1].content.decode())
    assert "hoort bij geen enkel portfolio" in said[4]
    assert "te vaak" in said[5]
    stranger.client.post(RECOVER, {"code": code})
    assert "te vaak" in come_back(stranger.client, "stranger", purpose=Purpose.RECOVER)[1].content.decode()


def test_who_has_a_portfolio_of_her_own_does_not_take_over_another_with_a_code(
    teacher: Person, stranger: Person
) -> None:
    code = code_in(teacher)
    stranger.written("Van een ander")
    stranger.client.post(RECOVER, {"code": code})
    assert come_back(stranger.client, "stranger", purpose=Purpose.RECOVER)[1].status_code == 400
    assert "Van een ander" in stranger.get("/portfolio/")
    assert account_of("stranger") == stranger.account


@pytest.mark.parametrize("what", ["role", "file"])
def test_who_had_a_role_or_a_file_does_not_take_over_a_portfolio_and_uses_up_no_code(
    what: str, teacher: Person, stranger: Person, signed_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.written("Van mij")
    code = code_in(teacher)
    name = {"role": "ever_had_a_role", "file": "subject_ids_of"}[what]
    given = {"role": lambda account: account == stranger.account, "file": lambda account: [account, account]}[what]
    stranger.client.post(RECOVER, {"code": code})
    with monkeypatch.context() as patch:
        patch.setattr(queries_of_person, name, given)
        _, response = come_back(stranger.client, "stranger", purpose=Purpose.RECOVER)
    assert response.status_code == 400
    assert "is al iets gedaan" in response.content.decode()
    assert account_of("stranger") == stranger.account
    new = signed_in("new eid")
    new.client.post(RECOVER, {"code": code})
    assert come_back(new.client, "new eid", purpose=Purpose.RECOVER)[1].status_code == 302
    assert "Van mij" in new.get("/portfolio/")


def a_review_waits(account: UUID) -> None:
    cast.institutions()
    cast.deliver(cast.csv_of({}))
    register.redeem(
        code=cast.code_for(),
        identity=ClaimedIdentity("Ander", "Iemand", None),
        viewer=Viewer(account, SessionKind.PERSON_BOUND),
        at=cast.AT,
    )
    assert Review.objects.get().decided_at is None


def objects(account: UUID) -> None:
    person.make_objection(
        viewer=Viewer(account, SessionKind.PERSON_BOUND), activity="", words="Dit wil ik niet.", at=clock.now()
    )


def released(account: UUID) -> None:
    today = clock.dutch_date(clock.now())
    Release.objects.create(
        id=uuid4(), owner=account, purpose="ontwikkeling", released_on=today, until=today + timedelta(3), values=b"x"
    )


USES: dict[str, Callable[[Person], object]] = {
    "a review waits": lambda of: a_review_waits(of.account),
    "an objection": lambda of: objects(of.account),
    "released": lambda of: released(of.account),
    "a device of hers": lambda of: of.client.post("/portfolio/eigen-apparaat/", {}),
    "others may have her address": lambda of: of.get("/portfolio/met-mij-gedeeld/"),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("purpose", [Purpose.SECOND, Purpose.RECOVER])
def test_an_account_of_which_something_would_be_lost_is_not_closed_by_linking_or_recovering(
    use: str, purpose: Purpose, teacher: Person, signed_in: Callable[..., Person]
) -> None:
    code, other = code_in(teacher), signed_in("elsewhere")
    USES[use](other)
    if purpose is Purpose.SECOND:
        come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
        _, response = come_back(teacher.client, "elsewhere", purpose=purpose)
    else:
        other.client.post(RECOVER, {"code": code})
        _, response = come_back(other.client, "elsewhere", purpose=purpose)
    assert response.status_code == 400
    assert "is al iets gedaan" in response.content.decode()
    assert account_of("elsewhere") == other.account
    assert Account.objects.get(pk=other.account).closed_at is None
    new = signed_in("new eid")
    new.client.post(RECOVER, {"code": code})
    assert come_back(new.client, "new eid", purpose=Purpose.RECOVER)[1].status_code == 302, "the code was not used up"


def a_week_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now() + CODE_COUNTS_AFTER
    monkeypatch.setattr(clock, "now", lambda: now)


def test_an_identity_is_unlinked_with_her_code_and_opens_nothing_of_hers_any_more(
    teacher: Person, signed_in: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = kept_code(teacher)
    teacher.written("Van mij")
    linked(teacher, "elsewhere")
    going = Identity.objects.get(subject="elsewhere")
    address = f"/portfolio/sleutel/ontkoppelen/{going.pk}/"
    a_week_later(monkeypatch)
    sign_in(teacher.client, "teacher")
    assert "Opnieuw inloggen" in teacher.get(address)
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    answer = teacher.client.post(address, {"code": code})
    assert answer["Location"] == f"{KEY}?ontkoppeld=1"
    assert account_of("elsewhere") is None
    other = signed_in("elsewhere")
    assert other.account != teacher.account
    assert "Van mij" not in other.get("/portfolio/")
    assert AuditEvent.objects.filter(name="accounts.IdentityUnlinked").count() == 1


def test_who_has_one_sign_in_of_hers_does_not_shut_her_out_with_a_code_that_it_made(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(teacher, "elsewhere")
    a_week_later(monkeypatch)
    come_back(teacher.client, "elsewhere", purpose=Purpose.RECOVERY_CODE)
    code = code_in(teacher)
    address = f"/portfolio/sleutel/ontkoppelen/{Identity.objects.get(subject='teacher').pk}/"
    come_back(teacher.client, "elsewhere", purpose=Purpose.PROVE)
    page = teacher.get(address)
    assert "Je herstelcode is nog te nieuw" in page
    assert 'name="code"' not in page
    answer = teacher.client.post(address, {"code": code})
    assert answer.status_code == 400
    assert "nog te nieuw om iets mee te ontkoppelen" in answer.content.decode()
    assert account_of("teacher") == teacher.account
    sign_in(teacher.client, "teacher")
    assert teacher.client.get("/portfolio/").status_code == 200


def linked_in_the_vault_alone(subject: str) -> None:
    """As a web process in other hands can: at a sign-in of hers it asks a proof, and shows a token of its own."""
    client = keys.vault()

    def shown(who: str) -> dict[str, str]:
        challenge = client.challenge()
        return {"challenge": challenge, "id_token": vaults.id_token(who, challenge, at=clock.now())}

    proof = client.open(**shown("teacher"), make=None, also=Also.PROOF).proof
    client.link(**shown(subject), proof=proof, replace=False)


def test_an_identity_that_only_the_vault_knows_stands_in_her_list_and_she_takes_it_away(
    teacher: Person, vault: Callable[[], Vault], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.written("Van mij")
    assert "Niet bij je account" not in teacher.get(KEY)
    linked_in_the_vault_alone("thief")
    page = teacher.get(KEY)
    assert page.count("Niet bij je account") == 1
    (address,) = re.findall(r'"(/portfolio/sleutel/ontkoppelen/[0-9a-f-]{36}/)"', page)
    assert "Opnieuw inloggen" in teacher.get(address)
    assert teacher.client.post(address).status_code == 200, "without a proof nothing is asked of the vault"
    assert page.count("Niet bij je account") == teacher.get(KEY).count("Niet bij je account")
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    assert 'name="code"' not in teacher.get(address)
    assert teacher.client.post(address)["Location"] == f"{KEY}?ontkoppeld=1"
    assert "Niet bij je account" not in teacher.get(KEY)
    identities = vault().store.read("SELECT count(*) FROM holder WHERE kind = 'identity'")
    assert identities == [(1,)]
    assert "Van mij" in teacher.get("/portfolio/")
    assert teacher.client.get(address).status_code == 404


def test_a_thief_whom_only_the_vault_knows_and_a_stranger_take_nothing_away(
    teacher: Person, stranger: Person, signed_in: Callable[..., Person], vault: Callable[[], Vault]
) -> None:
    linked_in_the_vault_alone("thief")
    (address,) = re.findall(r'"(/portfolio/sleutel/ontkoppelen/[0-9a-f-]{36}/)"', teacher.get(KEY))
    come_back(stranger.client, "stranger", purpose=Purpose.PROVE)
    assert stranger.client.post(address).status_code == 404
    thief = signed_in("thief")
    assert thief.account != teacher.account
    for path in (KEY, address):
        assert thief.client.get(path).status_code == 401, "her key is not the one of his account"
    assert vault().store.read("SELECT count(*) FROM holder WHERE kind = 'identity'") == [(3,)]


def test_the_identity_of_this_session_and_those_of_others_are_not_unlinked(teacher: Person, stranger: Person) -> None:
    for subject in ("teacher", "stranger"):
        address = f"/portfolio/sleutel/ontkoppelen/{Identity.objects.get(subject=subject).pk}/"
        assert teacher.client.get(address).status_code == 404
        assert teacher.client.post(address, {"code": code_in(teacher)}).status_code == 404
    assert Identity.objects.count() == 2


def test_an_employers_account_is_not_linked_this_way(teacher: Person) -> None:
    come_back(teacher.client, "teacher", purpose=Purpose.PROVE)
    _, response = come_back(teacher.client, "at work", person_bound=False, purpose=Purpose.SECOND)
    assert response.status_code == 400
    assert Identity.objects.filter(account_id=teacher.account).count() == 1


def test_why_the_vault_refused_stands_in_the_log_of_this_process(
    teacher: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """As the operator reads it: without the reason nobody can tell a wrong clock from a wrong provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vaults, "CLIENT", "another")
        come_back(teacher.client, "teacher")
    told = [json.loads(JsonLines().format(each)) for each in caplog.records]
    assert [each["check"] for each in told if each["event"] == "the vault did not open a portfolio"] == ["token aud"]


def test_what_is_noted_of_her_key_comes_along_in_her_copy(teacher: Person) -> None:
    def noted() -> object:
        return json.loads(copy_of(teacher.client)["gegevens.json"])["held"]["portfolio.key"]

    assert noted() == [{"recovery_code_kept": False, "may_wait_elsewhere": False}]
    kept_code(teacher)
    teacher.get("/portfolio/met-mij-gedeeld/")
    assert noted() == [{"recovery_code_kept": True, "may_wait_elsewhere": True}]
