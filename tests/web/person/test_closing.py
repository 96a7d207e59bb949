"""She closes her account: what was hers is gone from everywhere, what is another's is whole, and the log is valid."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.models import Account, Identity, RoleGrant, SignedInSession
from lerarenregister.accounts.permissions import Role, SessionKind, Viewer
from lerarenregister.audit import actions as audit
from lerarenregister.audit import queries as audit_queries
from lerarenregister.audit.keys import signing_key
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.jobs.invariants import INVARIANTS
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import RegisterNumber
from lerarenregister.person import actions, parts
from lerarenregister.register import queries as register_queries
from lerarenregister.register.actions import destroy_due, registering
from lerarenregister.register.models import NumberEnded, Objection, Registration
from tests import vaults
from tests.attacks import cast
from tests.register import cast as register_cast
from tests.register.cast import BOARD, csv_of
from tests.web.person.planted import Planted, copy_of, plant

pytestmark = pytest.mark.django_db
CLOSE, CLOSED = "/mijn-gegevens/sluiten/", "/mijn-gegevens/gesloten/"
ORIGIN = "register.example.org/log"


@pytest.fixture
def planted() -> tuple[Planted, Planted]:
    """She, and a colleague of the same board who did the same."""
    register_cast.institutions()
    return plant("kanarie"), plant("musje", born=date(1969, 2, 3))


def close(her: Planted, capture: DjangoCaptureOnCommitCallbacks) -> Any:
    with capture(execute=True):
        return her.client.post(CLOSE)


def stored() -> str:
    """Every cell of every table, as text."""
    cells: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                cells += [
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell) for cell in row
                ]
    return "\n".join(cells)


def findings() -> list[str]:
    sealed()
    return [f"{part.name}: {each}" for part in INVARIANTS for each in part.broken(clock.now())]


def sealed() -> audit_queries.LogState:
    while audit.seal(key=signing_key(), origin=ORIGIN, at=clock.now()):
        pass
    return audit_queries.verify_log(key=signing_key().public_key(), origin=ORIGIN)


def test_nothing_of_hers_is_left_and_everything_of_another_is(
    planted: tuple[Planted, Planted],
    vault: vaults.Here,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her, colleague = planted
    before = copy_of(colleague.client)["gegevens.json"]
    keys, hers = envelopes(vault), her_envelopes(vault)
    register_number = Registration.objects.get(account=her.account).number
    sealed()
    assert all(word in stored() for word in her.words)
    response = close(her, django_capture_on_commit_callbacks)
    assert (response.status_code, response["Location"]) == (302, CLOSED)
    dump = stored()
    for word in (*her.words, register_number, "kanarieander", "1971-11-23"):
        assert word not in dump, word
    assert "kanarie" not in dump
    assert all(word in dump for word in colleague.words)
    assert [each for each in keys if each not in envelopes(vault)] == hers
    assert [each for each in hers if each in files(vault)] == []
    after = copy_of(colleague.client)["gegevens.json"]
    assert after.count(b"musje") == before.count(b"musje")
    assert findings() == []
    assert sealed().unsealed == 0


def envelopes(vault: vaults.Here) -> list[bytes]:
    """The wrapped keys: each person's for her sign-in and for her recovery code."""
    if not cast.WITH_PORTFOLIO:
        return []
    return [row[0] for row in vault().store.read("SELECT envelope FROM holder ORDER BY locator")]


def her_envelopes(vault: vaults.Here, subject: str = "kanarie-subject") -> list[bytes]:
    """Hers."""
    if not cast.WITH_PORTFOLIO:
        return []
    query = "SELECT envelope FROM holder WHERE key = (SELECT key FROM holder WHERE locator = ?) ORDER BY locator"
    return [row[0] for row in vault().store.read(query, vault().locator("https://eid.example.org", subject))]


def files(vault: vaults.Here) -> bytes:
    """Everything that the vault keeps on its disk."""
    return b"".join(each.read_bytes() for each in vault().store.path.parent.iterdir()) if cast.WITH_PORTFOLIO else b""


def test_the_log_keeps_what_others_did_and_of_her_own_acts_only_that_they_were(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    her = planted[0]
    ids = register_queries.subject_ids_of(her.account)
    events = AuditEvent.objects.filter(pk__in=EventSubject.objects.filter(subject__in=ids).values("event"))
    own = list(events.filter(actor_account=her.account).values_list("id", flat=True))
    others = list(events.exclude(actor_account=her.account).order_by("id").values())
    assert len(own) > 10
    assert len(others) > 10
    close(her, django_capture_on_commit_callbacks)
    for event in AuditEvent.objects.filter(pk__in=own):
        said = (event.facts, event.salt, event.actor_account, event.actor_role, event.organisation, event.reason)
        assert said == (None, None, None, "", "", ""), event.name
    assert not EventSubject.objects.filter(event__in=own).exists()
    kept = [each["id"] for each in others]
    assert list(AuditEvent.objects.filter(pk__in=kept).order_by("id").values()) == others
    names = AuditEvent.objects.order_by("id").values_list("name", flat=True)
    assert {"person.AccountClosed", "register.RegistrationEnded", "register.FactsErased"} <= set(names)
    ended = AuditEvent.objects.get(name="register.RegistrationEnded")
    assert (ended.facts, ended.actor_account) == ({"ground": "own-request"}, None)


def test_a_closed_account_opens_nothing_and_the_same_identity_begins_anew(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    her = planted[0]
    other = cast.sign_in("kanarie-subject", client=Client()).client
    kept = {name: morsel.value for name, morsel in her.client.cookies.items()}
    assert other.get("/mijn-registratie/").status_code == 200
    close(her, django_capture_on_commit_callbacks)
    for name, value in kept.items():
        her.client.cookies[name] = value
    for client in (her.client, other):
        for path in ("/mijn-registratie/", "/mijn-gegevens/", CLOSE, "/sessies/"):
            assert client.get(path)["Location"].startswith("/inloggen/"), path
        assert client.post(CLOSE)["Location"].startswith("/inloggen/")
    again = cast.sign_in("kanarie-subject")
    assert again.account not in (None, her.account)
    assert "Je staat nog niet in het register" in again.client.get("/mijn-registratie/").content.decode()
    if cast.WITH_PORTFOLIO:
        assert "kanarieportfolio" not in again.client.get("/portfolio/").content.decode()
        ticket = cast.ticket_in(again.client.get("/").content.decode())
        assert again.client.post("/portfolio/bewaren/", ticket | {"tekst": "Nieuw begin"}).status_code == 303
    assert findings() == []


def test_it_asks_for_a_sign_in_of_a_moment_ago_and_says_what_goes_and_what_stays(
    planted: tuple[Planted, Planted],
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her = planted[0]
    given = {"name": "eID", "issuer": "https://eid.example.org", "client_id": "x", "client_secret": "x"}
    settings.OIDC_PROVIDERS = [{"slug": "eid", **given, "person_bound": True}]
    page = her.client.get(CLOSE).content.decode()
    assert "Mijn account nu sluiten" in page
    for part in parts.PARTS:
        said = list(part.leaving(parts.Subject(her.account, ()), clock.now()))
        assert said
        assert any(not each.until for each in said), "a part that lets go of nothing"
        assert all(each.what in page for each in said)
    SignedInSession.objects.filter(account=her.account).update(started_at=clock.now() - timedelta(minutes=10))
    page = her.client.get(CLOSE).content.decode()
    assert "Mijn account nu sluiten" not in page
    assert f'name="verder" value="{CLOSE}"' in page
    before = stored()
    assert close(her, django_capture_on_commit_callbacks)["Location"] == CLOSE
    assert stored() == before


def test_the_page_says_which_account_it_is_in_words_that_she_knows(planted: tuple[Planted, Planted]) -> None:
    her, colleague = planted
    stranger = cast.sign_in("stranger")
    number = Registration.objects.get(account=her.account).number
    pages = [her.client.get(CLOSE).content.decode(), stranger.client.get(CLOSE).content.decode()]
    assert "kanarievoornaam kanarieachternaam" in pages[0]
    assert str(RegisterNumber.parse(number)) in pages[0]
    assert "Vera Vreemd" in pages[1]
    assert "Registernummer" not in pages[1]
    day = date_format(localtime(clock.now()), "j F Y")
    assert all(f"<dt>Account sinds</dt><dd>{day}</dd>" in page for page in pages)
    for page, account in zip(pages, (her.account, stranger.account), strict=True):
        assert str(account) not in page, "a number of ours tells her nothing"
        assert colleague.words[0] not in page


def test_closing_twice_and_at_once_closes_it_once(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    her = planted[0]
    viewer = viewer_of(her)
    close(her, django_capture_on_commit_callbacks)
    events = AuditEvent.objects.count()
    with pytest.raises(SignInNeeded):
        actions.close_account(viewer=viewer, at=clock.now())
    assert AuditEvent.objects.count() == events
    assert Account.objects.exclude(closed_at=None).count() == 1


def viewer_of(her: Planted) -> Viewer:
    """As a request that began before had it."""
    session = UUID(her.client.session["accounts.session"])
    return Viewer(account=her.account, session=SessionKind.PERSON_BOUND, session_id=session)


@pytest.mark.parametrize("place", range(len(parts.PARTS)))
def test_cut_short_in_any_part_nothing_has_happened(
    planted: tuple[Planted, Planted],
    place: int,
    vault: vaults.Here,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her = planted[0]
    before, keys = stored(), envelopes(vault)
    broken = parts.Part("broken", lambda _: iter(()), lambda _: iter(()), lambda _: 1 / 0)  # type: ignore[arg-type,return-value]
    her.client.raise_request_exception = False
    with patch("lerarenregister.person.actions.PARTS", [*parts.PARTS[: place + 1], broken]):
        assert close(her, django_capture_on_commit_callbacks).status_code == 500
    assert stored() == before
    assert envelopes(vault) == keys
    assert her.client.get("/mijn-registratie/").status_code == 200


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_killed_before_the_key_was_erased_the_daily_work_finishes_it(
    planted: tuple[Planted, Planted], vault: vaults.Here
) -> None:
    her = planted[0]
    first = her_envelopes(vault)
    assert len(first) == 2
    her.client.post(CLOSE)  # committed here for all that we can see, and nothing ran afterwards
    assert her_envelopes(vault) == first
    assert findings() == []
    call_command("run_due")
    assert not set(first) & set(envelopes(vault))
    assert not any(each in files(vault) for each in first)
    left = envelopes(vault)
    call_command("run_due")
    assert envelopes(vault) == left
    assert findings() == []


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_killed_before_the_key_was_erased_she_begins_anew_all_the_same_and_the_new_key_stays(
    planted: tuple[Planted, Planted], vault: vaults.Here
) -> None:
    from lerarenregister.portfolio import queries as portfolio
    from lerarenregister.web.portfolio import keys

    her = planted[0]
    first = her_envelopes(vault)
    her.client.post(CLOSE)
    waiting = portfolio.erasures_waiting()
    again = cast.sign_in("kanarie-subject").client
    ticket = cast.ticket_in(again.get("/").content.decode())
    assert again.post("/portfolio/bewaren/", ticket | {"tekst": "Nieuw begin"}).status_code == 303
    assert not set(first) & set(envelopes(vault))
    held = envelopes(vault)
    with patch.object(portfolio, "erasures_waiting", return_value=waiting):  # the first process wakes up late
        assert keys.erase_waiting() == len(waiting)
    assert envelopes(vault) == held
    assert "Nieuw begin" in again.get("/portfolio/").content.decode()


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_while_the_vault_is_away_an_account_closes_all_the_same_and_its_key_goes_later(
    planted: tuple[Planted, Planted],
    vault: vaults.Here,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    her = planted[0]
    first = her_envelopes(vault)
    with vaults.away():
        assert close(her, django_capture_on_commit_callbacks)["Location"] == CLOSED
        call_command("run_due")
    assert her_envelopes(vault) == first
    assert all(word not in stored() for word in her.words)
    call_command("run_due")
    assert not set(first) & set(envelopes(vault))
    assert findings() == []


@pytest.mark.skipif(not cast.WITH_PORTFOLIO, reason="the portfolio is taken away")
def test_what_was_saved_while_it_closed_is_found_and_erased_by_the_daily_work(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    from lerarenregister.portfolio.models import Draft

    her = planted[0]
    close(her, django_capture_on_commit_callbacks)
    Draft.objects.create(owner=her.account, version=1, envelope=b"x" * 600)
    assert any("an account that does not exist" in each for each in findings())
    call_command("run_due")
    assert findings() == []


def test_an_objection_outlives_the_account_for_its_term_and_says_nothing_of_her(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    close(planted[0], django_capture_on_commit_callbacks)
    objection = Objection.objects.get(account=None)
    assert (objection.file, objection.staff_number) == (None, "")
    line = {"personeelsnummer": "kanarie-weg", "achternaam": "kanarieachternaam", "voorvoegsel": ""}
    assert register_cast.deliver(csv_of(line), at=clock.now()).counts["refused"] == 1
    assert objection.kept_until is not None
    destroy_due(objection.kept_until - timedelta(seconds=1))
    assert Objection.objects.filter(pk=objection.pk).exists()
    assert destroy_due(objection.kept_until).objections == 1
    assert register_cast.deliver(csv_of(line | {"vak": "x"}), at=clock.now()).counts["accepted"] == 1


def test_her_register_number_is_never_given_again(
    planted: tuple[Planted, Planted], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    her = planted[0]
    number, other = Registration.objects.get(account=her.account).number, RegisterNumber.random()
    close(her, django_capture_on_commit_callbacks)
    assert NumberEnded.objects.count() == 1
    with patch.object(RegisterNumber, "random", side_effect=[RegisterNumber(number), other]):
        assert registering._free_number() == other.value


def test_the_only_manager_of_a_board_is_told_and_may_close_it_all_the_same(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    register_cast.institutions()
    browser = cast.sign_in("beheerder")
    assert browser.account is not None
    register_cast.give_role(browser.account, Role.BOARD_MANAGER, BOARD, at=clock.now() - timedelta(hours=1))
    assert "Je bent de enige beheerder" in browser.client.get(CLOSE).content.decode()
    second = cast.with_role("tweede", Role.BOARD_MANAGER, BOARD)
    assert "Je bent de enige beheerder" not in browser.client.get(CLOSE).content.decode()
    assert close(Planted(browser, [], "x"), django_capture_on_commit_callbacks)["Location"] == CLOSED
    held = RoleGrant.objects.get(account=browser.account)
    assert (held.known_as, held.ends_at <= clock.now()) == ("", True)
    team = second.client.get(f"/bestuur/{BOARD}/medewerkers/")
    assert team.status_code == 200
    assert not Identity.objects.filter(account=browser.account).exists()


def test_the_page_after_closing_says_nothing_of_anybody() -> None:
    assert "Je account is gesloten" in Client().get(CLOSED).content.decode()


def test_every_domain_brings_its_part() -> None:
    named = {part.name for part in parts.PARTS}
    domains = {"accounts", "register", "person", "messages", "log"} | ({"portfolio"} if cast.WITH_PORTFOLIO else set())
    assert named == domains
