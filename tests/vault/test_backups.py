"""Copies of the store: whole, their owner's alone, apart from those of the register, and gone after their term."""

import hashlib
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lerarenregister.jobs.backups.folders import BackupRefused, refuse_beside_keys
from tests import vaults
from tests.rulebook import TERMS
from tests.vault.conftest import connected, on_disk
from tests.vault.signing import AT, Providers, first, opened
from vault.__main__ import BACKUP_DAYS
from vault.backups import back_up, check, expire, moment_of, restore
from vault.errors import RootMissing, StoreUnusable
from vault.rows import erase_ticket
from vault.service import Vault

NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
TERM = timedelta(days=14)
OF_NOTHING = hashlib.sha256().hexdigest()


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def path_of(vault: Vault) -> Path:
    return vault.store.path


def test_what_was_copied_comes_back_and_opens_with_the_root_keys(
    vault: Vault, folder: Path, empty: Path, to: Path, providers: Providers
) -> None:
    key = first(vault, "anna").key
    copy = back_up(path_of(vault), to, at=AT)
    late = first(vault, "late").key
    restore(copy, empty / "vault.sqlite3")
    with pytest.raises(RootMissing):
        connected(empty, providers)
    (empty / "roots").write_text((folder / "roots").read_text())
    again = connected(empty, providers)
    assert opened(again, "anna").key == key
    assert opened(vault, "late").key == late, "the store goes on"
    assert len(list(again.held())) == 1


def test_a_copy_holds_wrapped_keys_alone_and_names_nobody(vault: Vault, folder: Path, to: Path) -> None:
    anna = first(vault, "the-subject-of-anna")
    back_up(path_of(vault), to, at=AT)
    copied = on_disk(to)
    root = (folder / "roots").read_text().strip()
    for secret in (anna.key, anna.code.encode(), b"the-subject-of-anna", root.encode(), b"eid.example.org"):
        assert secret not in copied


def test_its_owner_alone_reads_a_copy_and_what_was_put_back(vault: Vault, empty: Path, to: Path) -> None:
    before = os.umask(0)
    try:
        copy = back_up(path_of(vault), to, at=AT)
        restore(copy, empty / "vault.sqlite3")
    finally:
        os.umask(before)
    assert stat.S_IMODE(to.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in (*to.iterdir(), *empty.iterdir())} == {0o600}


def test_two_copies_of_one_moment_do_not_overwrite_each_other(vault: Vault, to: Path) -> None:
    copy = back_up(path_of(vault), to, at=AT)
    before = copy.read_bytes()
    first(vault, "anna")
    with pytest.raises(StoreUnusable):
        back_up(path_of(vault), to, at=AT)
    assert [each.name for each in to.iterdir()] == [copy.name]
    assert copy.read_bytes() == before


def test_nothing_is_copied_from_nothing_and_no_damaged_store_passes_for_a_copy(
    vault: Vault, tmp_path: Path, to: Path
) -> None:
    with pytest.raises(StoreUnusable, match="a backup of nothing is none"):
        back_up(tmp_path / "none.sqlite3", to, at=AT)
    assert not (tmp_path / "none.sqlite3").exists()
    damaged = tmp_path / "damaged.sqlite3"
    good = bytearray(back_up(path_of(vault), to, at=AT).read_bytes())
    good[4096:8192] = os.urandom(4096)
    damaged.write_bytes(good)
    with pytest.raises(StoreUnusable):
        back_up(damaged, to, at=AT + timedelta(days=1))
    assert len(list(to.iterdir())) == 1


KILLED = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from vault import backups
place = sys.argv[3]
plainly = getattr(os, place)
def last(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, place, last)
backups.back_up(Path(sys.argv[1]), Path(sys.argv[2]), at=datetime(2026, 5, 4, tzinfo=UTC))
"""


@pytest.mark.parametrize("place", ["fsync", "link", "close"])
def test_killed_it_leaves_nothing_that_passes_for_a_copy_and_the_next_one_clears_it(
    vault: Vault, to: Path, place: str
) -> None:
    first(vault, "anna")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(path_of(vault)), str(to), place],
        env={**os.environ, "PYTHONPATH": str(vaults.ROOT / "src")},
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert list(to.glob("keys-*.sqlite3")) == []
    with pytest.raises(StoreUnusable, match="there is no backup here"):
        expire(to, at=NOW, term=TERM)
    copy = back_up(path_of(vault), to, at=datetime(2026, 5, 4, tzinfo=UTC))
    assert list(to.iterdir()) == [copy]


def test_what_a_backup_of_another_moment_left_when_it_was_killed_goes_with_the_next_one(vault: Vault, to: Path) -> None:
    """It holds keys, and would outlive every term."""
    to.mkdir()
    left = to / ".keys-20260501T000000Z.sqlite3.part"
    left.write_bytes(b"half")
    back_up(path_of(vault), to, at=NOW)
    assert not left.exists()


def test_a_store_that_is_there_is_never_overwritten(vault: Vault, empty: Path, to: Path) -> None:
    copy = back_up(path_of(vault), to, at=AT)
    key = first(vault, "anna").key
    for end in ("", "-wal", "-shm"):
        place = empty / f"vault.sqlite3{end}"
        place.write_bytes(b"here")
        with pytest.raises(StoreUnusable, match="a store is there"):
            restore(copy, empty / "vault.sqlite3")
        assert place.read_bytes() == b"here"
        place.unlink()
    with pytest.raises(StoreUnusable, match="a store is there"):
        restore(copy, path_of(vault))
    assert opened(vault, "anna").key == key


@pytest.mark.parametrize("name", ["vault.sqlite3", "keys-20260504.sqlite3", "keys-20260504T030200Z.sqlite3.part"])
def test_what_is_no_copy_is_not_put_back(empty: Path, to: Path, name: str) -> None:
    to.mkdir()
    (to / name).write_bytes(b"x")
    for each in (to / name, to / "keys-20990101T000000Z.sqlite3"):
        with pytest.raises(StoreUnusable, match="no backup of a store"):
            restore(each, empty / "vault.sqlite3")
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("place", [100, 5_000, -1])
def test_a_copy_of_which_a_byte_changed_is_known_and_not_put_back(
    vault: Vault, empty: Path, to: Path, place: int
) -> None:
    first(vault, "anna")
    copy = back_up(path_of(vault), to, at=AT)
    check(copy)
    data = bytearray(copy.read_bytes())
    data[place] ^= 1
    copy.write_bytes(data)
    for refuses in (lambda: check(copy), lambda: restore(copy, empty / "vault.sqlite3")):
        with pytest.raises(StoreUnusable, match="is damaged"):
            refuses()
    assert list(empty.iterdir()) == []


def test_a_copy_of_before_its_name_had_a_hash_is_put_back_when_it_is_whole(
    vault: Vault, folder: Path, empty: Path, to: Path, providers: Providers
) -> None:
    key = first(vault, "anna").key
    copy = back_up(path_of(vault), to, at=AT)
    before = copy.rename(to / "keys-20180903T090000Z.sqlite3")
    restore(before, empty / "vault.sqlite3")
    (empty / "roots").write_text((folder / "roots").read_text())
    assert opened(connected(empty, providers), "anna").key == key
    before.write_bytes(before.read_bytes()[:-4096])
    with pytest.raises(StoreUnusable, match=r"is damaged|can not be read"):
        check(before)


def test_a_damaged_copy_is_not_put_back_in_part(empty: Path, to: Path) -> None:
    to.mkdir()
    copy = to / "keys-20260504T030200Z.sqlite3"
    copy.write_bytes(b"no database at all, and long enough for a header" * 50)
    with pytest.raises(StoreUnusable):
        restore(copy, empty / "vault.sqlite3")
    assert list(empty.iterdir()) == []


# Apart


def test_keys_and_what_they_open_never_lie_together(vault: Vault, to: Path, tmp_path: Path) -> None:
    register = tmp_path / "of the register" / "register-20260504T030200.000000Z"
    register.mkdir(parents=True)
    (register / "manifest.json").write_text("{}")
    for wrong in (register.parent, register.parent / "below", tmp_path):
        with pytest.raises(StoreUnusable, match="never lie in one folder"):
            back_up(path_of(vault), wrong, at=AT)
    assert list(tmp_path.rglob("keys-*")) == []
    register.rename(tmp_path.parent / f"{tmp_path.name}-register")
    back_up(path_of(vault), to, at=AT)


def test_a_backup_of_the_register_keeps_away_from_a_copy_as_the_vault_names_it(vault: Vault, to: Path) -> None:
    back_up(path_of(vault), to, at=AT)
    for wrong in (to, to / "below", to.parent):
        with pytest.raises(BackupRefused, match="never lie in one folder"):
            refuse_beside_keys(wrong)


# The term


def kept(folder: Path, days_ago: Iterable[float]) -> None:
    folder.mkdir(exist_ok=True)
    for days in days_ago:
        (folder / f"keys-{NOW - timedelta(days=days):%Y%m%dT%H%M%SZ}-{OF_NOTHING}.sqlite3").touch()


def left(folder: Path) -> list[int]:
    return sorted(((NOW - moment_of(each)).days for each in folder.glob("keys-*")), reverse=True)


def test_copies_go_after_their_term_and_the_newest_never(to: Path) -> None:
    kept(to, (30, 20, 14, 13, 1, 0))
    (to / "something-else").touch()
    (to / "keys-by-hand.sqlite3").touch()
    assert expire(to, at=NOW, term=TERM) == (3, 3)
    assert expire(to, at=NOW, term=TERM) == (0, 3)
    assert (to / "something-else").exists()
    (to / "keys-by-hand.sqlite3").unlink()
    assert left(to) == [13, 1, 0]


@pytest.mark.parametrize(
    ("days", "clock", "said"),
    [
        ((20, 10, 1), timedelta(days=400), "no backup is younger than the term"),
        ((20, 10, 1), timedelta(days=-5), "the clock went back"),
        ((420, 410, 0), timedelta(), "further apart than the term"),
        ((20,), timedelta(), "no backup is younger than the term"),
        ((), timedelta(), "there is no backup here"),
    ],
)
def test_a_wrong_clock_deletes_nothing(to: Path, days: tuple[int, ...], clock: timedelta, said: str) -> None:
    kept(to, days)
    with pytest.raises(StoreUnusable, match=said):
        expire(to, at=NOW + clock, term=TERM)
    assert left(to) == list(days)


def test_after_a_pause_that_the_operator_knows_of_old_copies_go(to: Path) -> None:
    kept(to, (423, 422, 421, 420, 0))
    assert expire(to, at=NOW, term=TERM, after_pause=True) == (2, 3)
    assert left(to) == [421, 420, 0]


def test_the_three_newest_stay_however_old_a_clock_says_they_are(to: Path) -> None:
    kept(to, (13.5, 13.4, 13, 12, 11, 0))
    assert expire(to, at=NOW + timedelta(days=5), term=TERM) == (3, 3)
    assert left(to) == [12, 11, 0]
    assert expire(to, at=NOW + timedelta(days=14), term=TERM) == (0, 3)


def test_no_copy_goes_while_one_of_those_that_stay_is_damaged(to: Path) -> None:
    kept(to, (30, 20, 2, 1, 0))
    damaged = max(to.iterdir())
    damaged.write_bytes(b"x")
    with pytest.raises(StoreUnusable, match="is damaged"):
        expire(to, at=NOW, term=TERM)
    assert left(to) == [30, 20, 2, 1, 0]


def test_an_erased_key_is_gone_for_good_when_its_last_copy_has_had_its_term(
    vault: Vault, folder: Path, to: Path
) -> None:
    anna = first(vault, "anna")
    envelopes = [row[0] for row in vault.store.read("SELECT envelope FROM holder")]
    day = timedelta(days=1)
    for number in range(5):
        back_up(path_of(vault), to, at=NOW + number * day)
    vault.erase(ticket=erase_ticket(anna.key))
    assert all(each in on_disk(to) for each in envelopes)
    for number in range(5, 20):
        back_up(path_of(vault), to, at=NOW + number * day)
        expire(to, at=NOW + number * day, term=TERM)
    assert any(each in on_disk(folder) + on_disk(to) for each in envelopes) is False


def test_the_command_copies_and_lets_go_by_the_term_of_the_rulebook(tmp_path: Path, to: Path) -> None:
    assert TERMS.key_backup.days == BACKUP_DAYS
    told = vaults.settled(tmp_path / "vault")
    to.mkdir()
    now = datetime.now(UTC)
    for days in (BACKUP_DAYS + 1, 2, 1):
        (to / f"keys-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}-{OF_NOTHING}.sqlite3").touch()
    command = [*vaults.COMMAND, "backup", "--to", str(to)]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"keys-\d{8}T\d{6}Z-[0-9a-f]{64}\.sqlite3\n1 backups had their term and went; 3 are kept\.\n$", done.stdout
    )
    copy = max(to.iterdir())
    back = vaults.settings_in(tmp_path / "again")
    assert subprocess.run([*vaults.COMMAND, "restore", str(copy)], env=back, check=False).returncode == 0
    raw = sqlite3.connect(tmp_path / "again" / "vault.sqlite3")
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    refused = subprocess.run(
        [*vaults.COMMAND, "restore", str(copy)], env=back, capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "a store is there" in refused.stderr) == (1, True)


def test_the_command_says_which_copies_are_not_what_was_made(vault: Vault, to: Path) -> None:
    def verified() -> tuple[int, str]:
        command = [*vaults.COMMAND, "verify", str(to)]
        environment = {**os.environ, "PYTHONPATH": str(vaults.ROOT / "src")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    to.mkdir()
    assert verified() == (1, "verify: there is no backup here\n")
    good, bad = (back_up(path_of(vault), to, at=NOW + timedelta(days=days)) for days in (0, 1))
    assert verified() == (0, "2 of 2 backups are what was made.\n")
    bad.write_bytes(bad.read_bytes() + b"x")
    code, said = verified()
    assert (code, bad.name in said, good.name in said) == (1, True, False)
    assert said.endswith("1 of 2 backups are what was made.\n")
