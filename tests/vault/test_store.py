"""The store: all or nothing, durable before anybody hears of it, together when many come, and it names nobody."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import vaults
from tests.vault.conftest import connected, on_disk
from tests.vault.signing import EDUID, EID, Providers, first, opened, sign_in
from vault import store as stores
from vault.answers import Also
from vault.errors import KeyMissing, StoreUnusable
from vault.roots import Roots, make_file
from vault.rows import erase_ticket, log_ticket
from vault.service import Vault
from vault.store import Store

SPENT = "INSERT INTO spent VALUES (?, ?)"


def write(store: Store, nonce: bytes) -> None:
    store.write(lambda connection: connection.execute(SPENT, (nonce, "then")) and None)


def spent(store: Store) -> set[bytes]:
    return {row[0] for row in store.read("SELECT nonce FROM spent")}


class Held:
    """A store whose next write waits until `go`, so that what comes meanwhile waits behind it."""

    def __init__(self, store: Store) -> None:
        self.store, self.begun, self.go = store, threading.Event(), threading.Event()
        self.first = threading.Thread(target=store.write, args=(self._hold,))
        self.first.start()
        assert self.begun.wait(10)

    def _hold(self, _: sqlite3.Connection) -> None:
        self.begun.set()
        assert self.go.wait(10)

    def until(self, waiting: int) -> None:
        while len(self.store._queue) < waiting:
            assert self.first.is_alive()


def test_writes_that_come_together_are_committed_together(vault: Vault) -> None:
    said: list[str] = []
    vault.store._connected().set_trace_callback(said.append)
    held = Held(vault.store)
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(write, vault.store, bytes([number])) for number in range(8)]
        held.until(8)
        held.go.set()
        assert [each.result() for each in done] == [None] * 8
    assert spent(vault.store) == {bytes([number]) for number in range(8)}
    assert said.count("COMMIT") == 2


def test_a_refused_act_undoes_its_own_and_nothing_of_the_others(vault: Vault) -> None:
    def refused(connection: sqlite3.Connection) -> None:
        connection.execute(SPENT, (b"refused", "then"))
        raise KeyMissing

    def twice(connection: sqlite3.Connection) -> None:
        connection.execute(SPENT, (b"twice", "then"))
        connection.execute(SPENT, (b"twice", "then"))

    held = Held(vault.store)
    with ThreadPoolExecutor(8) as threads:
        good = [threads.submit(write, vault.store, bytes([number])) for number in range(3)]
        held.until(3)
        bad = [threads.submit(vault.store.write, each) for each in (refused, twice)]
        held.until(5)
        good += [threads.submit(write, vault.store, bytes([number])) for number in range(3, 6)]
        held.until(8)
        held.go.set()
        assert [each.result() for each in good] == [None] * 6
        assert isinstance(bad[0].exception(), KeyMissing)
        assert isinstance(bad[1].exception(), sqlite3.IntegrityError)
    assert spent(vault.store) == {bytes([number]) for number in range(6)}


def test_an_unforeseen_error_tells_nobody_that_something_was_written(vault: Vault) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute(SPENT, (b"broken", "then"))
        raise ZeroDivisionError

    held = Held(vault.store)
    with ThreadPoolExecutor(8) as threads:
        before = threads.submit(write, vault.store, b"before")
        held.until(1)
        wrong = threads.submit(vault.store.write, broken)
        held.until(2)
        after = threads.submit(write, vault.store, b"after")
        held.until(3)
        held.go.set()
        assert {type(each.exception()) for each in (before, wrong, after)} == {StoreUnusable}
    assert spent(vault.store) == set()
    write(vault.store, b"again")
    assert spent(vault.store) == {b"again"}


def fill(vault: Vault) -> None:
    """From here on the store can not grow."""
    writer = vault.store._connected()
    writer.execute("VACUUM")
    writer.execute(f"PRAGMA max_page_count = {writer.execute('PRAGMA page_count').fetchone()[0]}")


def test_on_a_full_disk_no_key_is_given_out_and_nothing_stands_half(vault: Vault, folder: Path) -> None:
    anna = first(vault, "anna")
    fill(vault)
    refused = []
    for number in range(40):
        try:
            opened(vault, f"somebody {number}", make=number.to_bytes(16, "big"))
        except StoreUnusable:
            refused.append(number)
    assert refused
    for number in refused:
        with pytest.raises(KeyMissing):  # the room that is left may do for one challenge
            opened(vault_again(vault), f"somebody {number}")
    held = {row[0] for row in vault.store.read("SELECT id FROM key")}
    assert held == {row[0] for row in vault.store.read("SELECT DISTINCT key FROM holder")}
    assert held == {row[0] for row in vault.store.read("SELECT DISTINCT key FROM line")}
    assert opened(vault, "anna").key == anna.key


def vault_again(vault: Vault) -> Vault:
    """The same one, when there is room again."""
    vault.store._forget_writer()
    return vault


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    """No file of this process may become longer than the write-ahead log is: what is written next does not fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((folder / "vault.sqlite3-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_it_does_not_call_itself_well(vault: Vault, folder: Path) -> None:
    anna = first(vault, "anna")
    with no_room(folder):
        with pytest.raises(StoreUnusable):
            vault.check()
        with pytest.raises(StoreUnusable):
            opened(vault, "anna")
    vault.check()
    assert opened(vault, "anna").key == anna.key


KILLED = """
import sys
from pathlib import Path
from tests.vault.conftest import connected
from tests.vault.signing import Providers, first
vault = connected(Path(sys.argv[1]), Providers())
for number in range(int(sys.argv[2]), 1_000_000):
    sys.stdout.write(f"{number} {first(vault, f'p{number}').key.hex()}\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("after", [1, 7, 30])
def test_killed_while_it_writes_what_was_given_out_is_there_with_its_line(
    vault: Vault, folder: Path, providers: Providers, after: int
) -> None:
    vault.store._forget_writer()
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=vaults.ROOT,
        env={**os.environ, "PYTHONPATH": "src:."},
    )
    assert process.stdout
    told = [process.stdout.readline().split() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    told += [line.split() for line in process.stdout.read().splitlines() if len(line.split()) == 2]
    process.wait()
    again = connected(folder, providers)
    assert again.store.read("PRAGMA integrity_check") == [("ok",)]
    for number, key in told:
        found = opened(again, f"p{number}")
        assert found.key.hex() == key
        acts = [line.act for line in again.lines(ticket=log_ticket(found.key))]
        assert acts == ["opened", "made"]
    left = again.store.read("SELECT count(*) FROM key")[0][0]
    assert left == again.store.read("SELECT count(DISTINCT key) FROM holder")[0][0]
    assert len(told) <= left <= len(told) + 1


def test_its_files_are_readable_by_their_owner_alone(empty: Path, providers: Providers) -> None:
    before = os.umask(0)
    try:
        make_file(empty / "roots")
        Vault.make(empty / "vault.sqlite3", Roots(empty / "roots"))
        first(connected(empty, providers), "anna")
        assert {stat.S_IMODE(each.stat().st_mode) for each in empty.iterdir()} == {0o600}
    finally:
        os.umask(before)


def test_the_files_alone_name_nobody_and_hold_no_key_no_code_and_nothing_that_proves(
    vault: Vault, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = sign_in(vault, "the-subject-of-anna")
    made = vault.open(**said, make=b"a" * 16, also=Also.NOTHING)
    proof = opened(vault, "the-subject-of-anna", also=Also.PROOF).proof
    linked = sign_in(vault, "her-other-subject", of=EDUID)
    vault.link(proof=proof, **linked, replace=False)
    everything = on_disk(folder)
    for secret in (
        b"the-subject-of-anna",
        b"her-other-subject",
        EID.issuer.encode(),
        EDUID.issuer.encode(),
        made.key,
        made.key.hex().encode(),
        made.code.encode(),
        made.code.replace("-", "").encode(),
        said["challenge"].encode(),
        said["id_token"].encode(),
        proof.encode(),
        log_ticket(made.key).encode(),
        erase_ticket(made.key).encode(),
    ):
        assert secret not in everything
    for secret in (made.key.hex(), repr(made.key), made.code, proof):
        assert secret not in repr(made)
    assert caplog.text == ""


def test_a_store_that_is_there_stays_and_two_makers_at_once_make_one(empty: Path, providers: Providers) -> None:
    make_file(empty / "roots")
    roots = Roots(empty / "roots")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: Vault.make(empty / "vault.sqlite3", roots), range(16)))
    key = first(connected(empty, providers), "anna").key
    Vault.make(empty / "vault.sqlite3", roots)
    assert opened(connected(empty, providers), "anna").key == key
    assert not [each for each in empty.iterdir() if each.name.startswith("vault.sqlite3.")]


def test_what_a_killed_maker_left_beside_it_is_cleared_away(empty: Path) -> None:
    make_file(empty / "roots")
    left = [empty / f"vault.sqlite3.0123456789abcdef{end}" for end in ("", "-wal", "-shm")]
    kept = [empty / "vault.sqlite3.old", empty / "other-vault.sqlite3.0123456789abcdef"]
    for each in (*left, *kept):
        each.write_bytes(b"")
    Vault.make(empty / "vault.sqlite3", Roots(empty / "roots"))
    assert not any(each.exists() for each in left)
    assert all(each.exists() for each in kept)


def test_no_store_is_made_by_who_only_opens(empty: Path) -> None:
    with pytest.raises(StoreUnusable, match="no store"):
        stores.opened(empty / "vault.sqlite3")
    assert list(empty.iterdir()) == []


def test_a_file_that_is_no_store_is_refused_and_left_alone(empty: Path) -> None:
    path = empty / "vault.sqlite3"
    path.write_bytes(b"something else entirely, and long enough to be read as a header of a file" * 20)
    before = path.read_bytes()
    with pytest.raises(StoreUnusable):
        stores.opened(path)
    assert path.read_bytes() == before


def test_a_database_of_something_else_and_of_another_version_are_refused(folder: Path, vault: Vault) -> None:
    raw = sqlite3.connect(folder / "other.sqlite3")
    raw.execute("CREATE TABLE other (one)")
    raw.close()
    with pytest.raises(StoreUnusable, match="no store of this version"):
        stores.opened(folder / "other.sqlite3")
    vault.store._connected().execute("PRAGMA user_version = 4")
    with pytest.raises(StoreUnusable, match="no store of this version"):
        stores.opened(folder / "vault.sqlite3")
