"""The key store: a key for its owner after a fresh sign-in, and for nobody else."""

import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from vault import (
    FreshProof,
    HeldKey,
    KeyMissing,
    KeyStore,
    KeyUnreadable,
    StaleProof,
    StoreUnusable,
    WrongWrappingKey,
    erase,
)

WRAPPING_KEY = b"w" * 32
AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
TEACHER, STRANGER = uuid4(), uuid4()


def proof(subject: str = "teacher", account: UUID = TEACHER, issuer: str = "https://eid.example.org") -> FreshProof:
    return FreshProof(issuer, subject, account, authenticated_at=AT - timedelta(seconds=5), at=AT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.sqlite3"


@pytest.fixture
def connect(path: Path) -> Callable[..., KeyStore]:
    def with_key(wrapping_key: bytes = WRAPPING_KEY) -> KeyStore:
        return KeyStore.connect(f"sqlite:///{path}", wrapping_key)

    return with_key


def test_the_same_person_gets_the_same_key_again_and_another_person_another(connect: Callable[..., KeyStore]) -> None:
    first = connect().open(proof())
    again = connect().open(proof())
    other = connect().open(proof("stranger", STRANGER))
    assert (again.key, again.owner) == (first.key, TEACHER)
    assert len(first.key) == 32
    assert other.key != first.key


def test_the_same_subject_at_another_provider_is_another_person(connect: Callable[..., KeyStore]) -> None:
    elsewhere = connect().open(proof(issuer="https://other.example.org"))
    assert elsewhere.key != connect().open(proof()).key


def test_no_two_splits_of_issuer_and_subject_are_the_same_person(connect: Callable[..., KeyStore]) -> None:
    assert connect().open(proof("bc", issuer="a")).key != connect().open(proof("c", issuer="ab")).key


def test_an_identity_that_was_moved_to_another_account_opens_nothing(connect: Callable[..., KeyStore]) -> None:
    connect().open(proof())
    with pytest.raises(KeyUnreadable):
        connect().open(proof(account=STRANGER))


def test_a_row_that_was_copied_to_another_person_opens_nothing(connect: Callable[..., KeyStore], path: Path) -> None:
    store = connect()
    store.open(proof())
    store.open(proof("stranger", STRANGER))
    with sqlite3.connect(path) as raw:
        envelopes = [row[0] for row in raw.execute("SELECT envelope FROM wrapped_key ORDER BY locator")]
        locators = [row[0] for row in raw.execute("SELECT locator FROM wrapped_key ORDER BY locator")]
        raw.execute("UPDATE wrapped_key SET envelope = ? WHERE locator = ?", (envelopes[0], locators[1]))
        raw.execute("UPDATE wrapped_key SET envelope = ? WHERE locator = ?", (envelopes[1], locators[0]))
    raw.close()
    with pytest.raises(KeyUnreadable):
        store.open(proof())
    with pytest.raises(KeyUnreadable):
        store.open(proof("stranger", STRANGER))


def test_two_first_sign_ins_at_once_get_one_key(connect: Callable[..., KeyStore]) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: connect().open(proof()).key, range(24)))
    assert len(keys) == 1


def test_a_key_is_only_made_when_the_caller_allows_it(connect: Callable[..., KeyStore]) -> None:
    with pytest.raises(KeyMissing):
        connect().open(proof(), may_make=False)
    made = connect().open(proof())
    assert connect().open(proof(), may_make=False).key == made.key


@pytest.mark.parametrize("age", [61, 3600, -6])
def test_a_sign_in_that_is_not_fresh_is_no_proof(age: int) -> None:
    with pytest.raises(StaleProof):
        FreshProof("issuer", "subject", TEACHER, authenticated_at=AT - timedelta(seconds=age), at=AT)


@pytest.mark.parametrize("age", [60, 0, -5])
def test_a_sign_in_of_the_last_minute_is_a_proof(age: int) -> None:
    FreshProof("issuer", "subject", TEACHER, authenticated_at=AT - timedelta(seconds=age), at=AT)


def test_a_proof_without_a_person_or_a_zone_is_no_proof() -> None:
    with pytest.raises(StaleProof):
        proof(subject="")
    with pytest.raises(StaleProof):
        FreshProof("issuer", "subject", TEACHER, authenticated_at=datetime(2018, 9, 3), at=AT)  # noqa: DTZ001


@pytest.mark.parametrize("wrong", [b"x" * 32, b"", b"w" * 31])
def test_a_wrong_or_missing_wrapping_key_is_refused_and_destroys_nothing(
    connect: Callable[..., KeyStore], path: Path, wrong: bytes
) -> None:
    key = connect().open(proof()).key
    before = path.read_bytes()
    with pytest.raises(WrongWrappingKey):
        connect(wrong)
    assert path.read_bytes() == before
    assert connect().open(proof()).key == key


def test_the_file_is_readable_by_its_owner_alone_and_names_nobody(connect: Callable[..., KeyStore], path: Path) -> None:
    opened = connect().open(proof(subject="subject-of-the-teacher"))
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for secret in (b"subject-of-the-teacher", b"eid.example.org", opened.key, TEACHER.bytes, str(TEACHER).encode()):
        assert secret not in everything
    assert opened.key.hex() not in repr(opened)
    assert repr(opened.key) not in repr(opened)


def test_a_file_that_is_no_key_store_is_refused_and_left_alone(connect: Callable[..., KeyStore], path: Path) -> None:
    path.write_bytes(b"something else entirely, and long enough to be read as a header of a file" * 20)
    before = path.read_bytes()
    with pytest.raises(StoreUnusable):
        connect()
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_alone(connect: Callable[..., KeyStore], path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE other (one)")
    raw.commit()
    raw.close()
    with pytest.raises(StoreUnusable):
        connect()


@pytest.mark.parametrize("url", ["postgresql://somewhere/keys", "sqlite://", "keys.sqlite3"])
def test_an_address_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(StoreUnusable):
        KeyStore.connect(url, WRAPPING_KEY)


def test_what_a_killed_maker_left_beside_it_is_cleared_away(connect: Callable[..., KeyStore], path: Path) -> None:
    left = [path.with_name(f"{path.name}.0123456789abcdef{end}") for end in ("", "-wal", "-shm")]
    kept = [path.with_name(name) for name in (f"{path.name}.old", f"other-{path.name}.0123456789abcdef")]
    for again in range(2):
        for each in [*left, *kept]:
            each.write_bytes(b"")
        connect().open(proof())
        assert not any(each.exists() for each in left), again
        assert all(each.exists() for each in kept)


def test_an_erased_key_is_gone_from_the_file_and_another_persons_stays(
    connect: Callable[..., KeyStore], path: Path
) -> None:
    connect().open(proof())
    other = connect().open(proof("stranger", STRANGER))
    key = connect().held("https://eid.example.org", "teacher")
    assert key is not None
    with sqlite3.connect(path) as store:
        (envelope,) = store.execute("SELECT envelope FROM wrapped_key WHERE locator = ?", (key.locator,)).fetchone()
    store.close()
    assert erase(f"sqlite:///{path}", key) is True
    assert erase(f"sqlite:///{path}", key) is False
    files = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert envelope not in files
    assert connect().held("https://eid.example.org", "teacher") is None
    assert connect().open(proof("stranger", STRANGER)).key == other.key
    with pytest.raises(KeyMissing):
        connect().open(proof(), may_make=False)


def test_a_key_that_she_got_since_is_never_erased_for_an_older_one(
    connect: Callable[..., KeyStore], path: Path
) -> None:
    connect().open(proof())
    old = connect().held("https://eid.example.org", "teacher")
    assert old is not None
    erase(f"sqlite:///{path}", old)
    fresh = connect().open(proof(account=STRANGER))
    assert erase(f"sqlite:///{path}", old) is False
    assert connect().open(proof(account=STRANGER)).key == fresh.key


def test_erasing_where_there_is_no_store_makes_none(path: Path) -> None:
    with pytest.raises(StoreUnusable):
        erase(f"sqlite:///{path}", HeldKey(b"x" * 32, b"y" * 32))
    assert not path.exists()


def set_aside(path: Path) -> int:
    with sqlite3.connect(path) as raw:
        (rows,) = raw.execute("SELECT count(*) FROM set_aside").fetchone()
    raw.close()
    return int(rows)


def test_a_key_of_an_account_that_is_gone_makes_place_and_is_set_aside(
    connect: Callable[..., KeyStore], path: Path
) -> None:
    old = connect().open(proof())
    new = connect().open(proof(account=STRANGER), may_replace=True)
    assert new.key != old.key
    assert connect().open(proof(account=STRANGER)).key == new.key
    assert set_aside(path) == 1
    with pytest.raises(KeyUnreadable):
        connect().open(proof())


def test_a_key_that_opens_is_never_replaced(connect: Callable[..., KeyStore], path: Path) -> None:
    key = connect().open(proof()).key
    assert connect().open(proof(), may_replace=True).key == key
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'set_aside'").fetchone() == (0,)
    raw.close()


def test_two_sign_ins_at_once_replace_a_key_once(connect: Callable[..., KeyStore], path: Path) -> None:
    connect().open(proof())
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: connect().open(proof(account=STRANGER), may_replace=True).key, range(16)))
    assert len(keys) == 1
    assert set_aside(path) == 1


def test_who_closes_her_account_leaves_no_key_that_was_set_aside(connect: Callable[..., KeyStore], path: Path) -> None:
    connect().open(proof())
    connect().open(proof(account=STRANGER), may_replace=True)
    connect().open(proof("somebody", TEACHER))
    held = connect().held("https://eid.example.org", "teacher")
    assert held is not None
    assert erase(f"sqlite:///{path}", held)
    assert set_aside(path) == 0
    assert connect().open(proof("somebody", TEACHER), may_make=False)
