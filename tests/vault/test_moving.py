"""Moving from the first key store: killed at any step nothing is lost, and no key ever opens in both."""

import base64
import hashlib
import hmac
import itertools
import json
import os
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests import vaults
from tests.vault.conftest import connected
from tests.vault.signing import AT, EID, Providers, first, opened
from vault import moving
from vault.errors import KeyMissing, RootMissing, StoreUnusable
from vault.moving import FirstStore, Identity, Moved, move
from vault.rows import log_ticket
from vault.service import Vault

WRAPPING_KEY = base64.b64encode(b"w" * 32).decode()
SUBJECTS = ("anna", "berta", "carla")


class OldStore:
    """A store as version 1 wrote it: wrapped keys under keyed hashes, and a canary."""

    def __init__(self, path: Path, wrapping_key: bytes = b"w" * 32) -> None:
        self.path = path
        self.wrapper = AESGCM(self._derived(wrapping_key, b"wrap"))
        self.locator_key = self._derived(wrapping_key, b"locate")
        self.do("PRAGMA journal_mode=WAL")
        self.do("CREATE TABLE canary (one INTEGER PRIMARY KEY CHECK (one = 1), envelope BLOB NOT NULL)")
        self.do("CREATE TABLE wrapped_key (locator BLOB PRIMARY KEY, envelope BLOB NOT NULL) WITHOUT ROWID")
        canary = b"the wrapping key of this store is the right one"
        self.do("INSERT INTO canary VALUES (1, ?)", self.wrapped(canary, b"canary"))

    @staticmethod
    def _derived(key: bytes, purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=b"lerarenregister vault 1 " + purpose).derive(key)

    @staticmethod
    def framed(*parts: bytes) -> bytes:
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

    def wrapped(self, secret: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self.wrapper.encrypt(nonce, secret, bound_to)

    def do(self, query: str, *values: object) -> list[Any]:
        raw = sqlite3.connect(self.path, isolation_level=None)
        try:
            return raw.execute(query, values).fetchall()
        finally:
            raw.close()

    def add(self, subject: str, account: UUID, issuer: str = EID.issuer) -> bytes:
        """A key as a sign-in made it."""
        key, person = AESGCM.generate_key(256), (issuer.encode(), subject.encode())
        locator = hmac.digest(self.locator_key, self.framed(*person), hashlib.sha256)
        envelope = self.wrapped(key, self.framed(*person, account.bytes))
        self.do("INSERT INTO wrapped_key VALUES (?, ?)", locator, envelope)
        return key


@pytest.fixture
def old(tmp_path: Path) -> OldStore:
    return OldStore(tmp_path / "keys.sqlite3")


@pytest.fixture
def people() -> list[Identity]:
    return [Identity(EID.issuer, subject, uuid4(), subject.encode().ljust(16, b".")) for subject in SUBJECTS]


@pytest.fixture
def keys(old: OldStore, people: list[Identity]) -> dict[str, bytes]:
    return {each.subject: old.add(each.subject, each.account) for each in people}


def before(old: OldStore) -> FirstStore:
    return FirstStore(old.path, WRAPPING_KEY)


def opens_here(vault: Vault, subject: str) -> bytes | None:
    try:
        return opened(vault, subject).key
    except KeyMissing:
        return None


def test_every_key_opens_here_and_no_longer_there(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    envelopes = [row[0] for row in old.do("SELECT envelope FROM wrapped_key")]
    assert move(vault, before(old), people, at=AT) == Moved(3, 0)
    assert {each.subject: opens_here(vault, each.subject) for each in people} == keys
    assert {UUID(bytes=each) for each in vault.held()} == {UUID(bytes=each.key) for each in people}
    assert [before(old).key(each) for each in people] == [None] * 3
    there = b"".join(each.read_bytes() for each in old.path.parent.glob("keys.sqlite3*"))
    assert not any(each in there for each in envelopes)
    assert [line.act for line in vault.lines(ticket=log_ticket(keys["anna"]))] == ["opened", "moved"]
    assert move(vault, before(old), people, at=AT) == Moved(0, 0)


def test_a_first_sign_in_here_makes_no_second_key_and_renews_a_code(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    """What was moved has no recovery code yet: she makes one when she likes."""
    move(vault, before(old), people, at=AT)
    again = opened(vault, "anna", make=b"x" * 16)
    assert (again.key, again.made) == (keys["anna"], False)


class Killed(BaseException):
    """The process ends here."""


STEPS = ["arrive", "erase", "counts"]


@pytest.mark.parametrize(("when", "step", "person"), list(itertools.product(("before", "after"), STEPS, range(3))))
def test_killed_at_any_step_no_key_is_lost_and_none_opens_in_both(
    vault: Vault,
    old: OldStore,
    people: list[Identity],
    keys: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    *,
    when: str,
    step: str,
    person: int,
) -> None:
    def killed(plainly: Callable[..., Any]) -> Callable[..., Any]:
        calls = iter(range(99))

        def perhaps(*given: Any, **named: Any) -> Any:
            strikes = next(calls) == person
            if strikes and when == "before":
                raise Killed
            result = plainly(*given, **named)
            if strikes:
                raise Killed
            return result

        return perhaps

    with monkeypatch.context() as patch:
        if step == "erase":
            patch.setattr(FirstStore, "erase", killed(FirstStore.erase))
        else:
            write, acts = vault.store.write, iter(STEPS[::2] * 9)
            struck = killed(write)
            patch.setattr(type(vault.store), "write", lambda _, act: (struck if next(acts) == step else write)(act))
        with pytest.raises(Killed):
            move(vault, before(old), people, at=AT)
    again = connected(vault.store.path.parent, Providers())
    for each in people:
        there, here = before(old).key(each), opens_here(again, each.subject)
        assert None in (there, here), "it opens in both"
        assert {there, here} <= {None, keys[each.subject]}
    done = move(again, before(old), people, at=AT)
    assert done.left == 0
    assert {each.subject: opens_here(again, each.subject) for each in people} == keys


def test_the_key_of_another_account_of_hers_stays_where_it_is(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    """Her identity was given to a new account: what the first one wrote may still come back, with its key."""
    others = [each._replace(account=uuid4()) if each.subject == "berta" else each for each in people]
    assert move(vault, before(old), others, at=AT) == Moved(2, 1)
    assert opens_here(vault, "berta") is None
    assert before(old).key(people[1]) == keys["berta"]


def test_who_is_not_named_stays_and_is_counted(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    assert move(vault, before(old), people[:2], at=AT) == Moved(2, 1)
    assert before(old).key(people[2]) == keys["carla"]


def test_somebody_without_a_key_brings_none(vault: Vault, old: OldStore) -> None:
    nobody = Identity(EID.issuer, "dora", uuid4(), b"d" * 16)
    assert move(vault, before(old), [nobody], at=AT) == Moved(0, 0)
    assert list(vault.held()) == []


def test_who_has_a_key_here_already_loses_neither(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    here = first(vault, "anna")
    with pytest.raises(StoreUnusable, match="another key here already"):
        move(vault, before(old), people, at=AT)
    assert before(old).key(people[0]) == keys["anna"]
    assert opened(vault, "anna").key == here.key


def test_two_keys_of_one_account_are_refused_before_the_second_is_erased(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    two = [people[0], people[1]._replace(key=people[0].key)]
    with pytest.raises(StoreUnusable):
        move(vault, before(old), two, at=AT)
    assert before(old).key(people[1]) == keys["berta"]
    assert opens_here(vault, "anna") == keys["anna"]


@pytest.mark.parametrize("wrong", [base64.b64encode(b"x" * 32).decode(), "", "c2hvcnQ=", "no base64!"])
def test_with_another_wrapping_key_nothing_is_touched(old: OldStore, keys: dict[str, bytes], wrong: str) -> None:
    rows = old.do("SELECT * FROM wrapped_key")
    with pytest.raises(RootMissing):
        FirstStore(old.path, wrong)
    assert old.do("SELECT * FROM wrapped_key") == rows


def test_what_is_no_first_store_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no first store"):
        FirstStore(tmp_path / "none.sqlite3", WRAPPING_KEY)
    (tmp_path / "other").write_bytes(b"something else, and long enough for a header" * 40)
    with pytest.raises(StoreUnusable, match="can not be read"):
        FirstStore(tmp_path / "other", WRAPPING_KEY)
    assert [each.name for each in tmp_path.glob("none*")] == []


def test_a_damaged_row_stays_and_stops_nobody(
    vault: Vault, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    locator = hmac.digest(old.locator_key, old.framed(EID.issuer.encode(), b"anna"), hashlib.sha256)
    old.do("UPDATE wrapped_key SET envelope = x'0102' WHERE locator = ?", locator)
    assert move(vault, before(old), people, at=AT) == Moved(2, 1)
    assert old.do("SELECT envelope FROM wrapped_key") == [(b"\x01\x02",)]


def test_the_command_says_what_it_moved_and_no_word_of_a_person(
    tmp_path: Path, old: OldStore, people: list[Identity], keys: dict[str, bytes]
) -> None:
    told = vaults.settled(tmp_path / "vault") | {"KEYSTORE_WRAPPING_KEY": WRAPPING_KEY}
    lines = [
        json.dumps({"issuer": i.issuer, "subject": i.subject, "account": str(i.account), "key": i.key.hex()})
        for i in people
    ]
    command = [*vaults.COMMAND, "move", "--from", str(old.path)]
    done = subprocess.run(command, env=told, input="\n".join(lines), capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"moved": 3, "left": 0}), done.stderr
    for wrong in ("no json", "{}", '{"issuer": "x"}', "[]"):
        refused = subprocess.run(command, env=told, input=wrong, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert refused.stderr.startswith("move: ")
        assert "Traceback" not in refused.stderr
    assert not any(word in done.stdout + done.stderr for word in SUBJECTS)


def test_the_place_of_a_first_key_is_the_one_of_version_one() -> None:
    """The framing is shared with this version: it may not change."""
    assert moving.framed(b"a", b"bc") == b"\0\0\0\1a\0\0\0\2bc"
