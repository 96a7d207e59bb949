"""Browser sessions: the table opens nothing and tells nothing without the cookie of the browser."""

import base64
from datetime import datetime

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.web.accounts.sealed_sessions import SessionStore, row_of
from tests.register.cast import TEACHER, sign_in

pytestmark = pytest.mark.django_db


def stored(**data: str) -> SessionStore:
    session = SessionStore()
    session.update(data)
    session.save()
    return session


def test_the_table_holds_neither_the_key_nor_the_data() -> None:
    session = stored(onward="/activeren/ABCD-EFGH-JKMN-PQRS5/")
    assert session.session_key is not None
    row = Session.objects.get()
    raw = base64.b64decode(row.session_data)
    assert session.session_key not in (row.session_key, row.session_data)
    assert b"ABCD-EFGH" not in raw
    assert SessionStore(session.session_key)["onward"] == "/activeren/ABCD-EFGH-JKMN-PQRS5/"


def test_what_stands_in_the_table_opens_no_session_of_hers(at: datetime) -> None:
    client, thief = Client(), Client()
    sign_in(client, at=at)
    row = Session.objects.get()
    for stolen in (row.session_key, row.session_key[:32]):
        thief.cookies[django_settings.SESSION_COOKIE_NAME] = stolen
        assert thief.get("/sessies/").headers["Location"].startswith("/inloggen/")
    assert TEACHER.family_name not in base64.b64decode(row.session_data).decode("latin-1")


def test_a_row_moved_under_another_key_or_changed_opens_empty() -> None:
    mine, other = stored(who="me"), stored(who="somebody else")
    assert mine.session_key is not None
    assert other.session_key is not None
    of_other = Session.objects.get(pk=row_of(other.session_key))
    Session.objects.filter(pk=row_of(mine.session_key)).update(session_data=of_other.session_data)
    assert SessionStore(mine.session_key).load() == {}
    Session.objects.filter(pk=row_of(other.session_key)).update(session_data="no base64 !")
    assert SessionStore(other.session_key).load() == {}


def test_another_secret_key_opens_nothing(settings: Settings) -> None:
    session = stored(who="me")
    settings.SECRET_KEY = "another secret, of at least fifty characters, for this test"
    assert SessionStore(session.session_key).load() == {}


def test_deleting_and_cycling_find_the_row() -> None:
    session = stored(who="me")
    before = session.session_key
    session.cycle_key()
    session.save()
    assert SessionStore(before).load() == {}
    assert SessionStore(session.session_key)["who"] == "me"
    session.flush()
    assert not Session.objects.exists()
