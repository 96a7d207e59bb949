"""A portfolio that is full: it says so, loses nothing, and everything that left comes back in one zip."""

import base64
import os
from collections.abc import Callable
from datetime import date
from typing import cast

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel import clock
from lerarenregister.kernel.envelopes import Sealer
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Entry, EntryVersion, Purge
from lerarenregister.portfolio.rules.entries import MOST_STORED, Content, EarlierVersion, KeptEntry, Kind
from lerarenregister.web.accounts import session
from lerarenregister.web.accounts.sealed_sessions import SessionStore
from lerarenregister.web.portfolio import keys
from lerarenregister.web.requests import DoorRequest
from tests.web.portfolio.conftest import Person
from tests.web.portfolio.test_order import keep
from tests.web.portfolio.test_taking import bring, zip_of

pytestmark = pytest.mark.django_db


def kept(text: str, *, deleted: bool = False, earlier: str = "") -> KeptEntry:
    at = clock.now()
    before = (EarlierVersion(Content(Kind.OTHER, date(2018, 9, 1), earlier), at),) if earlier else ()
    return KeptEntry(Content(Kind.OTHER, date(2018, 9, 1), text), at, at, before, deleted)


def opened(person: Person) -> tuple[Viewer, Sealer]:
    """Who asks, and her key, as a request of this browser has them."""
    request = cast(DoorRequest, RequestFactory().get("/"))
    request.COOKIES.update({name: morsel.value for name, morsel in person.client.cookies.items()})
    request.session = SessionStore(request.COOKIES[settings.SESSION_COOKIE_NAME])
    request.at = clock.now()
    request.viewer = session.viewer_of(request)
    return request.viewer, keys.sealer_of(request)


def noise(characters: int) -> str:
    """Text that no zip makes smaller than three quarters."""
    return base64.b64encode(os.urandom(characters)).decode()[:characters]


def test_when_it_is_full_her_text_comes_back_and_nothing_is_written(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = teacher.written("Intervisie")
    monkeypatch.setattr(actions, "MOST_STORED", 1_500)
    before = (Entry.objects.count(), EntryVersion.objects.count())
    answer = teacher.write("x" * 5_000)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Je portfolio is vol" in page
    assert "x" * 5_000 in page
    assert (Entry.objects.count(), EntryVersion.objects.count()) == before
    assert "Intervisie" in teacher.get(address)
    assert teacher.press(address, "verwijderen/").status_code in (302, 303), "deleting is always possible"


def test_an_import_that_does_not_fit_brings_in_nothing(teacher: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher.written("a" * 2_000)
    packed = zip_of(teacher)
    Entry.objects.all().delete()
    monkeypatch.setattr(actions, "MOST_STORED", 1_000)
    answer = bring(teacher, packed)
    assert answer.status_code == 400
    assert "Er is niets teruggezet" in answer.content.decode()
    assert not Entry.objects.exists()


def test_an_earlier_version_does_not_come_back_into_a_full_one(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = teacher.written("Lang genoeg")
    ticket = teacher.ticket(teacher.get(f"{address}bewerken/"))
    assert teacher.client.post("/portfolio/bewaren/", {**ticket, "tekst": "Kort"}).status_code == 303
    monkeypatch.setattr(actions, "MOST_STORED", 1)
    answer = teacher.client.post(f"{address}eerder/1/", {"versie": "2"})
    assert answer["Location"] == f"{address}?gedaan=vol"
    assert "vol" in teacher.get(answer["Location"])
    assert (Entry.objects.get().version, EntryVersion.objects.count()) == (2, 1)


def test_in_a_full_portfolio_a_goal_stays_as_it_stood(teacher: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = keep(teacher, "goal", "Beter feedback geven")
    before = Entry.objects.get().version
    monkeypatch.setattr(actions, "MOST_STORED", 1)
    answer = teacher.press(goal, "stand/", stand="reached")
    assert answer["Location"] == f"{goal}?gedaan=vol"
    page = teacher.get(answer["Location"])
    assert "Je portfolio is vol, dus dit kon niet. Er is niets veranderd." in page
    assert "<span>Mee bezig</span>" in page
    assert (Entry.objects.get().version, EntryVersion.objects.count()) == (before, 0)


def test_a_full_portfolio_leaves_in_one_zip_and_comes_back_in_one(teacher: Person) -> None:
    """At its real size, with texts that a zip can hardly shrink, each with an earlier version."""
    viewer, sealer = opened(teacher)
    size, most = 100_000, MOST_STORED
    count = most // 220_000
    texts = [noise(size) for _ in range(2 * count)]
    pairs = enumerate(zip(texts[:count], texts[count:], strict=True))
    everything = [kept(text, earlier=before, deleted=place % 10 == 0) for place, (text, before) in pairs]
    assert actions.import_entries(viewer=viewer, sealer=sealer, entries=everything, at=clock.now()).added == count
    assert 0.9 * most < queries.stored_bytes(viewer.person()) <= most
    packed = zip_of(teacher)
    hashes = [queries.content_hashes(viewer, sealer, deleted=deleted) for deleted in (False, True)]
    Entry.objects.all().delete()
    answer = bring(teacher, packed)
    assert answer.status_code == 200, answer.content
    assert [queries.content_hashes(viewer, sealer, deleted=deleted) for deleted in (False, True)] == hashes
    assert EntryVersion.objects.count() == count
    assert Purge.objects.count() == len(hashes[1])


def test_the_transaction_of_an_import_writes_and_opens_nothing_again(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, sealer = opened(teacher)
    actions.import_entries(viewer=viewer, sealer=sealer, entries=[kept("was er al")], at=clock.now())
    inside: list[str] = []
    seal, unseal = Sealer.seal, Sealer.open

    def noted(name: str, call: Callable[..., bytes]) -> Callable[..., bytes]:
        def act(self: Sealer, text: bytes, *, bound_to: bytes) -> bytes:
            if len(connection.savepoint_ids) > depth:
                inside.append(name)
            return call(self, text, bound_to=bound_to)

        return act

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(Sealer, "seal", noted("seal", seal))
    monkeypatch.setattr(Sealer, "open", noted("open", unseal))
    batch = [kept(f"nieuw {number}", earlier="eerst") for number in range(50)]
    with CaptureQueriesContext(connection) as statements:
        assert actions.import_entries(viewer=viewer, sealer=sealer, entries=batch, at=clock.now()).added == 50
    assert inside.count("seal") <= 1, "of the draft slot at most"
    assert inside.count("open") <= 1
    assert len(statements) <= 20
