"""Root keys: what is wrapped opens in its own place under its own root alone, and turning them stops nothing."""

import base64
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import vaults
from tests.vault.conftest import connected, on_disk
from tests.vault.signing import Providers, first, opened, sign_in
from vault import rotating
from vault.answers import Also
from vault.errors import RootMissing, StoreUnusable
from vault.roots import Roots, Wrapped, framed, make_file
from vault.rotating import Rotated, rotate
from vault.service import Vault

ONE, TWO, THREE = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


def roots(path: Path, *lines: str) -> Roots:
    path.write_text("".join(f"{line}\n" for line in lines))
    return Roots(path)


def test_what_is_wrapped_opens_in_its_place_alone(tmp_path: Path) -> None:
    root = roots(tmp_path / "roots", ONE)
    wrapped = root.wrap(b"secret", b"here")
    assert root.unwrap(wrapped, b"here") == b"secret"
    assert root.wrap(b"secret", b"here").envelope != wrapped.envelope
    changed = Wrapped(wrapped.root, wrapped.envelope[:-1] + bytes([wrapped.envelope[-1] ^ 1]))
    for each, place in ((wrapped, b"there"), (changed, b"here"), (Wrapped(wrapped.root, b""), b"here")):
        with pytest.raises(RootMissing, match="changed, or stands in the place"):
            root.unwrap(each, place)


def test_no_two_lists_of_parts_are_one_place() -> None:
    assert len({framed(b"a", b"bc"), framed(b"ab", b"c"), framed(b"abc"), framed(b"", b"abc"), framed()}) == 5


def test_the_first_wraps_and_the_earlier_ones_open(tmp_path: Path) -> None:
    old = roots(tmp_path / "roots", ONE).wrap(b"secret", b"here")
    both = roots(tmp_path / "roots", TWO, ONE)
    assert both.unwrap(old, b"here") == b"secret"
    new = both.wrap(b"secret", b"here")
    assert new.root == both.present != old.root
    with pytest.raises(RootMissing, match="not in the file"):
        roots(tmp_path / "roots", ONE).unwrap(new, b"here")


def test_the_mark_of_a_root_says_nothing_of_it(tmp_path: Path) -> None:
    assert roots(tmp_path / "roots", ONE).present not in base64.b64decode(ONE)
    assert "AESGCM" not in repr(roots(tmp_path / "roots", ONE)._roots[0])


def test_a_running_process_reads_the_file_again_when_it_changes(tmp_path: Path) -> None:
    running = roots(tmp_path / "roots", ONE)
    before = running.present
    other = tmp_path / "beside"
    other.write_text(f"{TWO}\n{ONE}\n")
    other.rename(tmp_path / "roots")
    assert running.present != before
    (tmp_path / "roots").write_text(f"{THREE}\n{TWO}\n{ONE}\n")
    assert len({before, running.present, roots(tmp_path / "again", TWO).present}) == 3


@pytest.mark.parametrize(
    "text", ["", "\n\n", "x", "no base64!", base64.b64encode(b"x" * 31).decode(), "é", f"{ONE}\nx"]
)
def test_a_file_that_is_none_opens_nothing_and_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "roots"
    path.write_text(text)
    with pytest.raises(RootMissing):
        Roots(path)
    running = roots(tmp_path / "other", ONE)
    wrapped = running.wrap(b"secret", b"here")
    (tmp_path / "other").write_text(text)
    with pytest.raises(RootMissing):
        running.unwrap(wrapped, b"here")
    (tmp_path / "other").write_text(ONE)
    assert running.unwrap(wrapped, b"here") == b"secret"
    assert path.read_text() == text


def test_a_file_that_is_gone_opens_nothing(tmp_path: Path) -> None:
    running = roots(tmp_path / "roots", ONE)
    (tmp_path / "roots").unlink()
    with pytest.raises(RootMissing):
        running.wrap(b"secret", b"here")


def test_a_new_file_is_its_owners_alone_and_one_that_is_there_stays(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_file(tmp_path / "roots")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "roots").stat().st_mode) == 0o600
    kept = (tmp_path / "roots").read_text()
    make_file(tmp_path / "roots")
    assert (tmp_path / "roots").read_text() == kept
    assert len(base64.b64decode(kept)) == 32


@pytest.mark.parametrize("step", ["fsync", "fdopen"])
def test_one_that_is_made_stands_whole_or_not_at_all(empty: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(os, step, killed)
        with pytest.raises(Killed):
            make_file(empty / "roots")
    assert not (empty / "roots").exists()
    make_file(empty / "roots")
    assert Roots(empty / "roots").present
    assert [each.name for each in empty.iterdir()] == ["roots"]


# In a store


def test_with_other_root_keys_a_store_is_refused_and_left_as_it_is(
    vault: Vault, folder: Path, providers: Providers
) -> None:
    key = first(vault, "anna").key
    mine = (folder / "roots").read_text()
    before = (folder / "vault.sqlite3").read_bytes()
    for wrong in (ONE, "", "x"):
        (folder / "roots").write_text(wrong)
        with pytest.raises(RootMissing):
            connected(folder, providers)
    assert (folder / "vault.sqlite3").read_bytes() == before
    (folder / "roots").write_text(mine)
    assert opened(connected(folder, providers), "anna").key == key


def in_file(folder: Path, query: str, *values: object) -> None:
    raw = sqlite3.connect(folder / "vault.sqlite3")
    with raw:
        raw.execute(query, values)
    raw.close()


def test_a_row_that_stands_in_the_place_of_another_opens_nothing(vault: Vault, folder: Path) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    theirs = {
        row[0]: row[1:] for row in vault.store.read("SELECT key, root, envelope FROM holder WHERE kind = 'identity'")
    }
    in_file(folder, "UPDATE holder SET envelope = ? WHERE key = ? AND kind = 'identity'", theirs[berta.id][1], anna.id)
    with pytest.raises(RootMissing):
        opened(vault, "anna")
    in_file(folder, "UPDATE holder SET envelope = ? WHERE key = ? AND kind = 'identity'", theirs[anna.id][1], anna.id)
    assert opened(vault, "anna").key == anna.key


def test_a_row_whose_person_or_key_was_changed_in_the_file_opens_nothing(vault: Vault, folder: Path) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    hers, theirs = (vault.locator("https://eid.example.org", subject) for subject in ("anna", "berta"))
    in_file(folder, "DELETE FROM holder WHERE locator = ?", theirs)
    in_file(folder, "UPDATE holder SET locator = ? WHERE locator = ?", theirs, hers)
    with pytest.raises(RootMissing):  # who can write the file gives nobody the key of another
        opened(vault, "berta")
    in_file(folder, "UPDATE holder SET locator = ? WHERE locator = ?", hers, theirs)
    in_file(folder, "UPDATE holder SET key = ? WHERE locator = ?", berta.id, hers)
    with pytest.raises(RootMissing):
        opened(vault, "anna")
    in_file(folder, "UPDATE holder SET key = ? WHERE locator = ?", anna.id, hers)
    assert opened(vault, "anna").key == anna.key


def test_a_secret_of_the_store_that_is_missing_or_changed_is_refused(
    vault: Vault, folder: Path, providers: Providers
) -> None:
    (kept,) = vault.store.read("SELECT * FROM secret WHERE name = 'locator'")
    in_file(folder, "UPDATE secret SET envelope = x'00' WHERE name = 'locator'")
    with pytest.raises(RootMissing):
        connected(folder, providers)
    in_file(folder, "DELETE FROM secret WHERE name = 'locator'")
    with pytest.raises(StoreUnusable, match="a secret of its own is missing"):
        connected(folder, providers)
    in_file(folder, "INSERT INTO secret VALUES (?, ?, ?)", *kept)
    connected(folder, providers)


# Rotating


@pytest.fixture
def many(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Keys of thirty people, rotated three rows at a time."""
    monkeypatch.setattr(rotating, "BATCH", 3)
    return {f"p{number}": first(vault, f"p{number}").key for number in range(30)}


def on_top(folder: Path, line: str) -> str:
    """Put a new root key on top of the file; the file as it was."""
    before = (folder / "roots").read_text()
    (folder / "roots").write_text(f"{line}\n{before}")
    return before


def test_after_rotating_the_earlier_root_may_go_and_everything_opens(
    vault: Vault, folder: Path, providers: Providers, many: dict[str, bytes]
) -> None:
    codes = first(vault, "with a code")
    before = on_top(folder, ONE)
    envelopes = [row[0] for row in vault.store.read("SELECT envelope FROM holder")]
    said: list[int] = []
    assert rotate(vault, said.append) == Rotated(2 + 2 * 31, 0)
    assert said == sorted(said)
    assert len(said) > 10
    assert rotate(vault) == Rotated(0, 0)
    (folder / "roots").write_text(ONE)
    again = connected(folder, providers)
    assert {name: opened(again, name).key for name in many} == many
    assert again.recover(code=codes.code, **sign_in(again, "new"), replace=False).key == codes.key
    assert not any(each in on_disk(folder) for each in envelopes)
    assert before.strip().encode() not in on_disk(folder)
    assert opened(vault, "p3").key == many["p3"], "the running process goes on"


def test_who_is_stopped_goes_on_where_it_was(vault: Vault, folder: Path, many: dict[str, bytes]) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int) -> None:
        if done > 20:
            raise Stopped

    on_top(folder, ONE)
    with pytest.raises(Stopped):
        rotate(vault, stop)
    assert {name: opened(vault, name).key for name in many} == many
    assert 0 < rotate(vault).rows < 45
    assert vault.store.read("SELECT count(*) FROM holder WHERE root != ?", vault.roots.present) == [(0,)]
    assert {name: opened(vault, name).key for name in many} == many


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.vault.conftest import connected
from tests.vault.signing import Providers
from vault import rotating
rotating.BATCH = 3
vault, most = connected(Path(sys.argv[1]), Providers()), int(sys.argv[2])
rotating.rotate(vault, lambda done: done >= most and os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.mark.parametrize("most", [0, 3, 40])
def test_killed_half_way_everything_opens_and_the_next_one_ends_it(
    vault: Vault, folder: Path, providers: Providers, many: dict[str, bytes], most: int
) -> None:
    on_top(folder, ONE)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(most)],
        cwd=vaults.ROOT,
        env={**os.environ, "PYTHONPATH": "src:."},
        check=False,
        timeout=60,
    )
    assert killed.returncode == -9
    again = connected(folder, providers)
    assert {name: opened(again, name).key for name in many} == many
    rotate(again)
    (folder / "roots").write_text(ONE)
    assert {name: opened(connected(folder, providers), name).key for name in many} == many


def test_sign_ins_go_on_while_it_rotates_and_nothing_of_theirs_is_lost(
    vault: Vault, folder: Path, providers: Providers, many: dict[str, bytes]
) -> None:
    on_top(folder, ONE)
    with ThreadPoolExecutor(4) as threads:
        work = threads.submit(rotate, connected(folder, providers))
        new = dict(threads.map(lambda number: (f"n{number}", first(vault, f"n{number}").key), range(12)))
        work.result()
    rotate(vault)
    (folder / "roots").write_text(ONE)
    again = connected(folder, providers)
    assert {name: opened(again, name).key for name in many | new} == many | new


def test_a_row_that_was_written_meanwhile_is_not_overwritten(
    vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She renews her code just between the reading and the writing of its row."""
    first(vault, "anna")
    on_top(folder, ONE)
    plainly: Callable[..., None] = vault.store.write_many
    renewed: list[str] = []

    def late(query: str, rows: list[tuple[object, ...]]) -> None:
        if not renewed and "holder" in query:
            renewed.append(opened(vault, "anna", also=Also.CODE).code)
        plainly(query, rows)

    monkeypatch.setattr(type(vault.store), "write_many", lambda _, query, rows: late(query, rows))
    rotate(vault)
    (folder / "roots").write_text(ONE)
    assert vault.recover(code=renewed[0], **sign_in(vault, "new"), replace=False)


def test_rows_under_a_root_that_is_gone_are_counted_and_stop_nothing(
    vault: Vault, folder: Path, many: dict[str, bytes]
) -> None:
    before = on_top(folder, ONE)
    lost = vault.locator("https://eid.example.org", "p7")
    in_file(folder, "UPDATE holder SET root = x'0102030405060708' WHERE locator = ?", lost)
    assert rotate(vault) == Rotated(2 + 59, 1)
    with pytest.raises(RootMissing):
        opened(vault, "p7")
    assert opened(vault, "p8").key == many["p8"]
    assert before


def test_two_that_rotate_at_once_do_no_harm(
    vault: Vault, folder: Path, providers: Providers, many: dict[str, bytes]
) -> None:
    on_top(folder, ONE)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: rotate(connected(folder, providers)), range(2)))
    (folder / "roots").write_text(ONE)
    assert {name: opened(connected(folder, providers), name).key for name in many} == many
