"""Every address as every role: nobody gets what is not hers, and absence and refusal are the same page.

`TABLE` says who may open what; an address without a row fails, and so does a row without an address.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from lerarenregister.accounts.actions import give_role
from lerarenregister.accounts.permissions import COMMAND, Role, SessionKind, Viewer
from lerarenregister.kernel import clock
from lerarenregister.project.settings import installed
from lerarenregister.register import actions, queries
from tests.register import cast
from tests.register.cast import BOARD, OTHER_BOARD, sign_in

pytestmark = pytest.mark.django_db

EVERYONE = frozenset(
    {
        "anonymous",
        "stranger",
        "teacher",
        "colleague",
        "staff",
        "manager",
        "other-staff",
        "support",
        "auditor",
        "employer",
    }
)
PERSONS = frozenset({"stranger", "teacher", "colleague"})
SIGNED_IN = EVERYONE - {"anonymous"}
OF_BOARD = frozenset({"staff", "manager"})
NOBODY: frozenset[str] = frozenset()
POST_ONLY = NOBODY
KEY = "needs the key of a portfolio, which these sessions do not have: tests/web/portfolio"

# address: who may GET it (with ids of the teacher, the board, the delivery or the review of the fixture)
TABLE: dict[str, frozenset[str]] = {
    "": EVERYONE,
    "hulp/": EVERYONE,
    "privacy/": EVERYONE,
    "toegankelijkheid/": EVERYONE,
    "over/": EVERYONE,
    "cijfers/": EVERYONE,
    "taal/": POST_ONLY,
    "inloggen/": EVERYONE,
    "inloggen/<slug:slug>/": POST_ONLY,
    "inloggen/<slug:slug>/terug/": NOBODY,
    "uitloggen/": POST_ONLY,
    "sessies/": SIGNED_IN,
    "sessies/overal-uitloggen/": POST_ONLY,
    "sessies/<uuid:session_id>/beeindigen/": POST_ONLY,
    "uitnodiging/": SIGNED_IN,
    "bestuur/<str:number>/medewerkers/": frozenset({"manager"}),
    "bestuur/<str:number>/medewerkers/<uuid:grant>/beeindigen/": POST_ONLY,
    "bestuur/<str:number>/uitnodigingen/<uuid:invitation>/intrekken/": POST_ONLY,
    "wie-keek/": PERSONS,
    "logboek/": frozenset({"auditor"}),
    "activeren/": EVERYONE,
    "activeren/<str:code>/": EVERYONE,
    "mijn-registratie/": PERSONS,
    "mijn-registratie/bevestigen/": POST_ONLY,
    "mijn-registratie/klopt-niet/<uuid:version>/": frozenset({"teacher"}),
    "mijn-registratie/uittreksel/": PERSONS,
    "bestuur/<str:number>/": OF_BOARD,
    "bestuur/<str:number>/aanleveren/": OF_BOARD,
    "bestuur/<str:number>/aanleveringen/<uuid:delivery>/": OF_BOARD,
    "bestuur/<str:number>/aanleveringen/<uuid:delivery>/leveren/": POST_ONLY,
    "bestuur/<str:number>/aanleveringen/<uuid:delivery>/terugmelding.csv": OF_BOARD,
    "bestuur/<str:number>/brieven/": POST_ONLY,
    "ondersteuning/beoordelingen/": frozenset({"support"}),
    "ondersteuning/beoordelingen/<uuid:review>/": POST_ONLY,
    "portfolio/": NOBODY,
    "portfolio/bewaren/": POST_ONLY,
    "portfolio/concept/": POST_ONLY,
    "portfolio/concept/weggooien/": POST_ONLY,
    "portfolio/prullenbak/": NOBODY,
    "portfolio/meenemen/": NOBODY,
    "portfolio/meenemen/zip/": NOBODY,
    "portfolio/terugbrengen/": NOBODY,
    "portfolio/<uuid:entry_id>/": NOBODY,
    "portfolio/<uuid:entry_id>/bewerken/": NOBODY,
    "portfolio/<uuid:entry_id>/eerder/": NOBODY,
    "portfolio/<uuid:entry_id>/eerder/<int:version>/": POST_ONLY,
    "portfolio/<uuid:entry_id>/verwijderen/": POST_ONLY,
    "portfolio/<uuid:entry_id>/herstellen/": POST_ONLY,
}
# Who may send what, with the same ids. For everybody else a POST changes nothing, whatever is in it.
SENDERS: dict[str, frozenset[str]] = {
    "taal/": EVERYONE,
    "inloggen/<slug:slug>/": EVERYONE,
    "uitloggen/": EVERYONE,
    "sessies/overal-uitloggen/": SIGNED_IN,
    "uitnodiging/": SIGNED_IN,
    "activeren/": PERSONS,
    "activeren/<str:code>/": PERSONS,
    "mijn-registratie/bevestigen/": frozenset({"teacher"}),
    "mijn-registratie/klopt-niet/<uuid:version>/": frozenset({"teacher"}),
    "bestuur/<str:number>/medewerkers/": frozenset({"manager"}),
    "bestuur/<str:number>/medewerkers/<uuid:grant>/beeindigen/": frozenset({"manager"}),
    "bestuur/<str:number>/aanleveren/": OF_BOARD,
    "bestuur/<str:number>/aanleveringen/<uuid:delivery>/leveren/": OF_BOARD,
    "bestuur/<str:number>/brieven/": OF_BOARD,
    "ondersteuning/beoordelingen/<uuid:review>/": frozenset({"support"}),
}
ENOUGH_TO_DO_IT = {"versie": "", "besluit": "zelfde", "reden": "x", "woorden": "x", "rol": "board-staff", "naam": "x"}


def addresses() -> Iterator[str]:
    """Every address pattern of the project."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for each in patterns:
            here = before + str(each.pattern)
            yield from walk(each.url_patterns, here) if hasattr(each, "url_patterns") else [here]

    yield from walk(get_resolver().url_patterns, "")


@pytest.fixture
def house() -> dict[str, str]:
    """A board with a delivery, a teacher with an appointment, a review that waits: the ids that addresses name."""
    cast.institutions()
    report = cast.deliver(cast.csv_of({}, {"personeelsnummer": "p2", "achternaam": "Anders"}))
    at = clock.now()
    client = Client()
    account = sign_in(client, at=at)
    viewer = Viewer(account, SessionKind.PERSON_BOUND)
    assert actions.redeem(code=cast.code_for(at=at), identity=cast.TEACHER, viewer=viewer, at=at).joined
    version = queries.own_registration(viewer).appointments[0].latest.id
    other = Viewer(sign_in(Client(), at=at, subject="other"), SessionKind.PERSON_BOUND)
    assert not actions.redeem(code=cast.code_for("p2", at=at), identity=cast.TEACHER, viewer=other, at=at).joined
    review = queries.reviews_waiting(viewer=cast.support(), at=at)[0]
    grant = give(sign_in(Client(), at=at, person_bound=False, subject="lotte"), Role.BOARD_STAFF, BOARD)
    return {
        "number": BOARD,
        "delivery": str(report.id),
        "version": str(version),
        "review": str(review.id),
        "grant": str(grant),
        "code": "0000-0000-0000-00000",
        "slug": "eid",
    }


def give(account: UUID, role: Role, scope: str = "") -> UUID:
    at = clock.now()
    ends = at + timedelta(days=1)
    return give_role(viewer=COMMAND, account=account, role=role, scope=scope, known_as="x", ends_at=ends, at=at)


def somebody(role: str) -> Client:
    """A browser in which somebody of this role is signed in now."""
    client, at = Client(), clock.now()
    match role:
        case "anonymous":
            pass
        case "teacher":
            sign_in(client, at=at)
        case "stranger" | "colleague":
            sign_in(client, at=at, subject=role)
        case _:
            account = sign_in(client, at=at, person_bound=False, subject=role)
            given = {
                "staff": (Role.BOARD_STAFF, BOARD),
                "manager": (Role.BOARD_MANAGER, BOARD),
                "other-staff": (Role.BOARD_MANAGER, OTHER_BOARD),
                "support": (Role.SUPPORT, ""),
                "auditor": (Role.AUDITOR, ""),
            }.get(role)
            if given:
                give(account, *given)
    return client


def path_of(address: str, ids: dict[str, str]) -> str:
    """The address with these ids, and random ones where there are none."""
    path = "/" + address
    for kind in ("uuid", "str", "slug", "int"):
        while f"<{kind}:" in path:
            name = path.split(f"<{kind}:")[1].split(">")[0]
            value = ids.get(name) or ("1" if kind == "int" else str(uuid4()))
            path = path.replace(f"<{kind}:{name}>", value)
    return path


def rows() -> dict[str, list[str]]:
    """Every row that an act of a domain would touch; consultations and sessions are written by looking."""
    labels = [
        label
        for label in ("accounts", "register", "outbox", "portfolio")
        if apps.is_installed(f"lerarenregister.{label}")
    ]
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    skipped = {"accounts.SignedInSession", "accounts.InvitationTry"}
    return {
        model._meta.label: sorted(map(str, model._default_manager.values_list()))
        for model in models
        if model._meta.label not in skipped
    }


def page(response: HttpResponse) -> bytes:
    """What a page says, without the header that carries the token of its forms."""
    return bytes(response.content).split(b"<main")[-1].split(b"</main>")[0]


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    rows_of_table = {row for row in TABLE if installed("web.portfolio") or not row.startswith("portfolio/")}
    assert set(addresses()) == rows_of_table
    assert set(SENDERS) <= set(TABLE)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_role_opens_what_it_may_and_nothing_else(role: str, house: dict[str, str]) -> None:
    client = somebody(role)
    for address in addresses():
        path = path_of(address, house)
        response: Any = client.get(path)
        if role in TABLE[address]:
            assert response.status_code == 200, (role, path, response.status_code)
        else:
            assert response.status_code in (302, 400, 401, 403, 404, 405), (role, path, response.status_code)
            assert b"De Eik" not in b"".join(response), (role, path)
        assert "default-src 'none'" in response["Content-Security-Policy"], path
        assert response["X-Content-Type-Options"] == "nosniff", path
        if response.status_code == 302:
            assert response["Location"].startswith("/"), path


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_what_a_role_may_not_send_changes_nothing(role: str, house: dict[str, str]) -> None:
    client = somebody(role)
    before = rows()
    given = {**ENOUGH_TO_DO_IT, "versie": house["version"], "persoon": str(uuid4())}
    for address in addresses():
        if role in SENDERS.get(address, NOBODY):
            continue
        for send in (client.post, client.put, client.patch, client.delete):
            response = send(path_of(address, house), given if send == client.post else b"")
            assert response.status_code < 500, (role, address, response.status_code)
    assert rows() == before


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_what_is_refused_looks_as_what_is_not_there(role: str, house: dict[str, str]) -> None:
    client = somebody(role)
    elsewhere = {**house, "number": "77777", "delivery": str(uuid4()), "version": str(uuid4()), "review": str(uuid4())}
    for address in addresses():
        if "<uuid:" not in address and "<str:number>" not in address:
            continue
        if role in TABLE[address] or role in SENDERS.get(address, NOBODY):
            continue
        for send in (client.get, client.post):
            real, absent = send(path_of(address, house)), send(path_of(address, elsewhere))
            assert real.status_code == absent.status_code, (role, address)
            if real.status_code == 404:
                assert page(real) == page(absent), (role, address)


@pytest.mark.parametrize("role", sorted(SIGNED_IN))
def test_personal_pages_are_kept_by_no_cache(role: str, house: dict[str, str]) -> None:
    client = somebody(role)
    for address in addresses():
        response: Any = client.get(path_of(address, house))
        if response.status_code == 200 and address not in {
            row for row, who in TABLE.items() if who == EVERYONE and row
        }:
            assert "no-store" in response["Cache-Control"], (role, address)


@pytest.mark.parametrize("role", ["anonymous", "teacher", "staff"])
@pytest.mark.parametrize(
    "odd", ["%00", "%ed%a0%80", "%F0%9F%98%80", "..%2f..%2fetc", "a" * 3000, "%0d%0aSet-Cookie:x=1"]
)
def test_odd_ids_give_a_page_and_never_an_error_of_ours(role: str, odd: str, house: dict[str, str]) -> None:
    client = somebody(role)
    for path in (f"/bestuur/{odd}/", f"/activeren/{odd}/", f"/inloggen/{odd}/terug/", f"/portfolio/{odd}/", f"/{odd}"):
        response = client.get(path)
        assert response.status_code < 500, path
        assert "x=1" not in str(response.cookies)
