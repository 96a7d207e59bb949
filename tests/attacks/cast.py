"""Everybody who may try an address, each in a browser of her own, and the things that belong to somebody."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts import queries as account_queries
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import COMMAND, NOBODY, Role, Viewer
from lerarenregister.accounts.queries import own_identities
from lerarenregister.kernel import clock
from lerarenregister.person.actions import contact
from lerarenregister.person.models import Contact
from lerarenregister.person.rules import Rhythm
from lerarenregister.register import queries
from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.web.accounts import signing_in
from lerarenregister.web.accounts.sealed_sessions import SessionStore
from lerarenregister.web.accounts.session import limits
from lerarenregister.web.requests import DoorRequest
from tests import vaults
from tests.attacks import cases
from tests.register import cast as register
from tests.register.cast import BOARD, OTHER_BOARD, csv_of
from tests.samples import jpeg

WITH_PORTFOLIO = apps.is_installed("lerarenregister.web.portfolio")
TEACHER = register.TEACHER
COLLEAGUE = ClaimedIdentity("Colijn", "Cor", date(1975, 5, 6))
NOBODY_KNOWN = ClaimedIdentity("Vreemd", "Vera", date(1990, 1, 2))


@dataclass
class Browser:
    """Somebody with a browser; `account` is None while nobody is signed in."""

    client: Client
    account: UUID | None = None


def sign_in(
    subject: str,
    *,
    person_bound: bool = True,
    who: ClaimedIdentity = NOBODY_KNOWN,
    client: Client | None = None,
    second_factor: bool = True,
) -> Browser:
    """Sign in through the sign-in's own last step: session, listeners, portfolio key, cookies."""
    client = client or Client()
    request = cast(DoorRequest, RequestFactory().get("/inloggen/eid/terug/"))
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(before.value if before else None)
    request.at, request.viewer = clock.now(), NOBODY
    proof = FreshSignIn(
        provider="eid" if person_bound else "school",
        person_bound=person_bound,
        issuer="https://eid.example.org" if person_bound else "https://school.example.org",
        subject=subject,
        auth_time=request.at - timedelta(seconds=1),
        family_name=who.family_name,
        given_name=who.given_name,
        birth_date=who.birth_date,
        second_factor=second_factor,
        **(vaults.proved(subject, at=request.at) if person_bound else {"id_token": ""}),
    )
    response = signing_in.signed_in(request, proof, "/")
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    for name, morsel in response.cookies.items():
        if morsel["max-age"] != 0:
            client.cookies[name] = morsel.value
    return Browser(client, request.viewer.account)


def with_role(
    subject: str,
    role: Role,
    scope: str = "",
    *,
    ended: bool = False,
    second_factor: bool = True,
    begins: timedelta = timedelta(hours=-1),
    lasts: timedelta = timedelta(days=365),
) -> Browser:
    """An employer's session with one role that begins so long from now; `ended`: it was ended while the session went
    on."""
    browser = sign_in(subject, person_bound=False, second_factor=second_factor)
    assert browser.account is not None
    at = clock.now()
    grant = accounts.give_role(
        viewer=COMMAND,
        account=browser.account,
        role=role,
        scope=scope,
        known_as=subject,
        ends_at=at + begins + lasts,
        at=at + begins,
    )
    if ended:
        accounts.end_role(viewer=COMMAND, grant=grant, at=at)
    return browser


def joined(subject: str, who: ClaimedIdentity, staff_number: str) -> Browser:
    """A teacher whose file at the board has joined her account."""
    browser = sign_in(subject, who=who)
    code = register.code_for(staff_number, at=clock.now())
    answer = browser.client.post("/activeren/", {"code": code})
    assert answer["Location"].endswith("?code=gekoppeld"), answer.content
    return browser


@dataclass
class World:
    """The browsers by role, the ids of what is somebody's, and the hidden part of a form that was made for the
    teacher to write in."""

    browsers: dict[str, Browser]
    ids: dict[str, str]
    ticket: dict[str, str]


def world() -> World:
    """Two boards and everybody around them."""
    at = clock.now()
    register.institutions()
    cor = {
        "personeelsnummer": "p2",
        "achternaam": COLLEAGUE.family_name,
        "voorvoegsel": "",
        "geboortedatum": str(COLLEAGUE.birth_date),
    }
    register.deliver(csv_of({}, cor, cor | {"personeelsnummer": "p3"}, {"personeelsnummer": "p4"}), at=at)
    checked = register.deliver(csv_of({"vak": "muziek"}, {"vak": "zang", "brin": "99ZZ"}), at=at, dry_run=True)
    browsers = {
        "anonymous": Browser(Client()),
        "stranger": sign_in("stranger"),
        "teacher": joined("teacher", TEACHER, "p1"),
        "colleague": joined("colleague", COLLEAGUE, "p2"),
        "staff": with_role("staff", Role.BOARD_STAFF, BOARD),
        "manager": with_role("manager", Role.BOARD_MANAGER, BOARD),
        "other staff": with_role("other staff", Role.BOARD_STAFF, OTHER_BOARD),
        "other manager": with_role("other manager", Role.BOARD_MANAGER, OTHER_BOARD),
        "staff without second factor": with_role("weak", Role.BOARD_STAFF, BOARD, second_factor=False),
        "former staff": with_role("former staff", Role.BOARD_STAFF, BOARD, ended=True),
        "expired staff": with_role("expired", Role.BOARD_STAFF, BOARD, lasts=timedelta(minutes=1)),
        "future staff": with_role("future", Role.BOARD_STAFF, BOARD, begins=timedelta(days=1)),
        "support": with_role("support", Role.SUPPORT),
        "auditor": with_role("auditor", Role.AUDITOR),
        "operator": with_role("operator", Role.OPERATOR),
        "office": with_role("office", Role.OFFICE, accounts.open_office(name="Kantoor", viewer=COMMAND, at=at)),
        "employer": sign_in("employer", person_bound=False),
    }
    objection = objected(browsers["teacher"], at=at)
    registered(browsers["teacher"], at=at)
    waiting = sign_in("somebody else", who=ClaimedIdentity("Anders", "Ans", date(1988, 5, 6)))
    waiting.client.post("/activeren/", {"code": register.code_for("p4", at=at)})
    ids = _ids(browsers) | {"delivery": str(checked.id)} | objection
    ids["contact_code"] = address_given(viewer_in(browsers["teacher"]), at=at)
    teacher, colleague = (viewer_in(browsers[role]) for role in ("teacher", "colleague"))
    askers = [viewer_in(sign_in(f"asks {number}", who=cases.WITHOUT_BOARD)) for number in range(2)]
    twice = [viewer_in(sign_in(f"is there twice {number}", who=cases.TWICE)) for number in range(2)]
    ids |= cases.case_ids(teacher=teacher, colleague=colleague, asking=askers, twice=twice, at=at)
    writing = ticket_in(browsers["teacher"].client.get("/").content.decode()) if WITH_PORTFOLIO else {}
    return World(browsers, ids, writing)


def registered(teacher: Browser, *, at: datetime) -> None:
    """The teacher confirms an appointment under a third number of hers: she is in the register."""
    register.deliver(csv_of({"personeelsnummer": "p9"}), at=at)
    teacher.client.post("/activeren/", {"code": register.code_for("p9", at=at)})
    seen = queries.own_registration(viewer_in(teacher)).appointments[-1].latest
    teacher.client.post("/mijn-registratie/bevestigen/", {"versie": str(seen.id), "persoon": str(seen.person)})


def address_given(viewer: Viewer, *, at: datetime) -> str:
    """The teacher gave a mail address: the code that came to it."""
    contact.give_contact(address="bea@example.org", rhythm=Rhythm.DAILY, viewer=viewer, at=at)
    mailed = contact.contact_code(Contact.objects.get(account=viewer.account).id)
    assert mailed is not None
    contact.issue_contact_code(mailed, at=at)
    return str(mailed.code)


def objected(teacher: Browser, *, at: datetime) -> dict[str, str]:
    """The teacher objects to what the board delivers under another number of hers, and to the log: the ids of the
    objections, and of the file against which she did not."""
    register.deliver(csv_of({"personeelsnummer": "p8"}), at=at)
    code = register.code_for("p8", at=at)
    assert teacher.client.post("/activeren/", {"code": code})["Location"].endswith("?code=gekoppeld")
    page = teacher.client.get("/mijn-gegevens/").content.decode()
    files = re.findall(r"/mijn-gegevens/bezwaar/([0-9a-f-]{36})/\"", page)
    teacher.client.post(f"/mijn-gegevens/bezwaar/{files[1]}/")
    page = teacher.client.get("/mijn-gegevens/").content.decode()
    objection = _first(page, r"/bezwaar/([0-9a-f-]{36})/intrekken/")
    teacher.client.post("/mijn-gegevens/bezwaren/nieuw/", {"activity": "logboek", "words": "Niet in het logboek"})
    page = teacher.client.get("/mijn-gegevens/").content.decode()
    asked = _first(page, r"/bezwaren/([0-9a-f-]{36})/intrekken/")
    return {"file": files[0], "objection": objection, "asked": asked}


def _linked(teacher: Browser) -> str:
    """A second identity of the teacher."""
    viewer, at = viewer_in(teacher), clock.now()
    proof = FreshSignIn(
        provider="eid",
        person_bound=True,
        issuer=vaults.ISSUER,
        subject="teacher's other",
        auth_time=at,
        family_name="",
        given_name="",
        birth_date=None,
        id_token="",
    )
    accounts.link_identity(account=viewer.person(), proof=proof, recovered=False, at=at)
    return next(str(each.id) for each in own_identities(viewer) if not each.current)


def _passkey() -> str:
    """A passkey of the teacher."""
    from tests.passkeys import Authenticator
    from vault.answers import Also
    from vault.client import Client as VaultClient
    from vault.rows import log_ticket

    vault = VaultClient(settings.VAULT_URL, settings.VAULT_TOKEN)
    proved = vaults.proved("teacher", at=clock.now())
    opened = vault.open(challenge=proved["secret"], id_token=proved["id_token"], make=None, also=Also.PROOF)
    asked = vault.ask_passkey(ticket=log_ticket(opened.key))
    answer = Authenticator().made(asked.challenge, handle=asked.handle)
    made = vault.enrol_passkey(proof=opened.proof, challenge=asked.secret, answer=answer, label="van haar")
    return str(UUID(bytes=made))


def _ids(browsers: dict[str, Browser]) -> dict[str, str]:
    teacher, manager, support = (browsers[role].client for role in ("teacher", "manager", "support"))
    manager.post(f"/bestuur/{BOARD}/medewerkers/", {"known_as": "Iris", "role": Role.BOARD_STAFF.value})
    team = manager.get(f"/bestuur/{BOARD}/medewerkers/").content.decode()
    reviews = support.get("/ondersteuning/beoordelingen/").content.decode()
    viewer = viewer_in(browsers["teacher"])
    own = queries.own_registration(viewer)
    seen = own.appointments[0].latest
    ids = {
        "session": str(viewer.session_id),
        "account": str(browsers["colleague"].account),
        "version": str(seen.id),
        "act": str(own.acts[0].id),
        "person": str(seen.person),
        "grant": _first(team, r"/medewerkers/([0-9a-f-]{36})/beeindigen/"),
        "invitation": _first(team, r"/uitnodigingen/([0-9a-f-]{36})/intrekken/"),
        "review": _first(reviews, r"/beoordelingen/([0-9a-f-]{36})/"),
    }
    if WITH_PORTFOLIO:
        for number in range(2):
            page = teacher.get(f"/portfolio/{ids['entry']}/bewerken/" if number else "/").content.decode()
            photo = {"bestanden": SimpleUploadedFile("bord.jpg", jpeg())} if not number else {}
            fields = ticket_in(page) | {"tekst": f"Intervisie {number}", "einde": "1", **photo}
            saved = teacher.post("/portfolio/bewaren/", fields)
            assert saved.status_code == 303, saved.content
            ids["identity"] = _linked(browsers["teacher"])
            ids.setdefault("entry", saved["Location"].partition("bewaard=")[2])
        page = teacher.get(f"/portfolio/{ids['entry']}/eerder/").content.decode()
        ids["passkey"] = _passkey()
        ids["photo"] = _first(page, r"/bestanden/([0-9a-f-]{36})/")
        for form, extra in (("goal", {}), ("collection", {}), ("repeat", {"elke": "week"})):
            new = ticket_in(teacher.get("/").content.decode()) | {"vorm": form, "titel": f"Mijn {form}"}
            ids[form] = _first(teacher.post("/portfolio/bewaren/", new | extra)["Location"], r"([0-9a-f-]{36})")
        ids |= _shared(teacher, ids)
    return ids


def _shared(teacher: Client, ids: dict[str, str]) -> dict[str, str]:
    """The teacher shares her collection by name, with herself; somebody read it and wrote back."""
    collection = f"/portfolio/{ids['collection']}/"
    photo = {"bestanden": SimpleUploadedFile("bord.jpg", jpeg()), "einde": "1", "tekst": "Met een foto"}
    saved = teacher.post("/portfolio/bewaren/", ticket_in(teacher.get("/").content.decode()) | photo)
    entry = saved["Location"].partition("bewaard=")[2]
    teacher.post(f"{collection}kiezen/", {"versie": "1", "stuk": [entry]})
    form = teacher.post(f"{collection}delen/", {"wie": "colleague"}).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(wie|nieuw|gezien)" value="([^"]*)"', form))
    until = _first(form, r'name="tot" value="([0-9-]+)"')
    received = teacher.get("/portfolio/met-mij-gedeeld/").content.decode()
    told = {"waarvoor": "Om te bespreken", "naam": "Anouk", "hoe": "name", "reactie": "on"}
    address = {"adres": _first(received, r'id="ontvangstadres">([^<]+)<'), "tot": until}
    made = teacher.post(f"{collection}delen/nu/", hidden | told | address)
    share = _first(made["Location"], r"([0-9a-f-]{36})")
    teacher.post(f"/portfolio/met-mij-gedeeld/{share}/openen/")
    secret, reader = str(teacher.cookies.pop("gedeeld").value), Client()
    reader.cookies["gedeeld"] = secret
    page = reader.get("/gedeeld/lezen/").content.decode()
    reader.post("/gedeeld/schrijven/", {"tekst": "Mooi", "nieuw": _first(page, r'name="nieuw" value="([^"]+)"')})
    note = _first(teacher.get(f"/portfolio/gedeeld/{share}/").content.decode(), r"/overnemen/([0-9a-f-]{36})/")
    file = _first(page, r"/gedeeld/bestand/([0-9a-f-]{36})/")
    return {"share": share, "note": note, "shared file": file, "secret": secret, "seen": hidden["gezien"]}


def copied(cookies: SimpleCookie) -> SimpleCookie:
    """The same cookies, apart."""
    return SimpleCookie(dict(cookies))


def viewer_in(browser: Browser) -> Viewer:
    """Who asks in this browser now."""
    session = UUID(browser.client.session["accounts.session"])
    return account_queries.viewer_of(session, limits=limits(), at=clock.now()).viewer


def ticket_in(page: str) -> dict[str, str]:
    """The hidden part of the writing form on a page."""
    form = page[page.index('action="/portfolio/bewaren/"') :]
    return {
        name: _first(form, f'name="{name}" value="([^"]*)"') for name in ("formulier", "versie", "concept", "eigenaar")
    }


def _first(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found[1]


def everything_stored(*, but: str = "accounts_signedinsession") -> str:
    """A fingerprint of all that is stored, but for sessions and when they were last used, or for another table."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("django_", "accounts_signedinsession", "sqlite_", but)):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows: list[Any] = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
            digest.update(repr((table, rows)).encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
