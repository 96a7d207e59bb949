"""A backup is whole, apart from its keys, and for its owner alone; it comes back into an empty place or not at all."""

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lerarenregister.jobs.backups.folders import MANIFEST, REGISTER, Manifest, backups_in, write_backup
from tests import vaults
from tests.attacks import cast
from tests.databases import Fresh, fresh_database

ROOT = Path(__file__).resolve().parents[2]
WORLD = (
    "from django.test.utils import setup_test_environment as ready; ready(); "
    "from tests.forms import fill_in_keys; fill_in_keys(); "
    "from pathlib import Path; from tests.vaults import in_process; kept = in_process(Path('{vault}')); "
    "here = kept.__enter__(); from tests.attacks.cast import world; world(); kept.__exit__(None, None, None)"
)
TABLES = ("register_confirmation", "register_personversion", "accounts_account", "audit_auditevent", "outbox_message")
HER_WORDS = (b"Intervisie 0", b"Intervisie 1")
NOW = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)


def manage(database: Fresh, *arguments: str, code: int = 0, vault: str = "") -> str:
    """A command of the register; `vault` is the address at which it asks for keys: by default nobody listens."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            **database.environment,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "VAULT_URL": vault or "http://127.0.0.1:9",
            "VAULT_TOKEN": vaults.TOKEN,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def vault_of(folder: Path, *arguments: str, code: int = 0) -> str:
    """A command of the vault in this folder."""
    environment = vaults.settled(folder) if arguments[0] != "restore" else vaults.settings_in(folder)
    done = subprocess.run(
        [*vaults.COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """A register with people in it, its log sealed in part, and a backup of each kind below `backups` and `keys`."""
    if not cast.WITH_PORTFOLIO:
        pytest.skip("without the portfolio there are no keys")
    folder = tmp_path_factory.mktemp("house")
    with fresh_database(folder / "var") as database:
        (database.var / "static").symlink_to(settings.STATIC_ROOT)
        manage(database, "migrate", "-v0")
        (folder / "vault").mkdir()
        manage(database, "shell", "-v0", "-c", WORLD.format(vault=folder / "vault"))
        manage(database, "seal")
        manage(database, "invite_manager", cast.BOARD, "--known-as", "Iris")
        manage(database, "backup", "--to", str(folder / "backups"))
        vault_of(folder / "vault", "backup", "--to", str(folder / "keys"))
        yield database


def only(house: Fresh, kind: str) -> Path:
    (found,) = (house.var.parent / kind).iterdir()
    return found


def contents(database: Fresh) -> list[list[str]]:
    return [sorted(map(repr, database.rows(f"SELECT * FROM {table}"))) for table in TABLES]


def test_what_was_backed_up_comes_back_and_is_checked(house: Fresh, tmp_path: Path) -> None:
    back = tmp_path / "vault"
    back.mkdir()
    shutil.copy(house.var.parent / "vault" / "roots", back / "roots")  # kept apart from every backup
    vault_of(back, "restore", str(only(house, "keys")))
    with fresh_database(tmp_path / "again") as again, vaults.served(vaults.settled(back)) as url:
        said = manage(again, "restore", "--from", str(only(house, "backups")), vault=url)
        assert re.search(r"The log is whole: \d+ events under \d+ signed heads; 1 wait", said), said
        assert "Nothing that may never be (database, " in said
        assert contents(again) == contents(house)
        refused = manage(again, "restore", "--from", str(only(house, "backups")), code=1)
        assert "The database is not empty" in refused
        assert "a store is there" in vault_of(back, "restore", str(only(house, "keys")), code=1)
        assert contents(again) == contents(house)


def test_with_what_ends_all_shares_and_sessions_none_of_them_lives_in_what_comes_back(
    house: Fresh, tmp_path: Path
) -> None:
    counts = [
        "SELECT count(*) FROM accounts_signedinsession WHERE ended_at IS NULL",
        "SELECT count(*) FROM django_session",
        "SELECT count(*) FROM portfolio_sharing_copy",
    ]
    assert all(house.rows(each) > [(0,)] for each in counts)
    lines = house.rows("SELECT count(*) FROM portfolio_sharing_share")
    with fresh_database(tmp_path / "plain") as plain:
        manage(plain, "restore", "--from", str(only(house, "backups")), code=1)  # no vault answers here
        assert [plain.rows(each) for each in counts] == [house.rows(each) for each in counts]
    back = vaults.settled(house.var.parent / "vault")
    with fresh_database(tmp_path / "again") as again, vaults.served(back) as url:
        ends = ("--end-sessions", "--end-shares")
        said = manage(again, "restore", "--from", str(only(house, "backups")), *ends, vault=url)
        assert re.search(r"[1-9]\d* sessions ended", said), said
        assert re.search(r"[1-9]\d* shared copies ended", said), said
        assert "Nothing that may never be (database, " in said
        assert [again.rows(each) for each in counts] == [[(0,)]] * 3
        assert again.rows("SELECT count(*) FROM portfolio_sharing_share") == lines, "her own lines stay"
        assert "0 sessions ended" in manage(again, "end_sessions")
        assert "0 shared copies ended" in manage(again, "end_shares")


def test_without_its_keys_a_restored_database_is_not_called_right(house: Fresh, tmp_path: Path) -> None:
    with fresh_database(tmp_path / "again") as again:
        said = manage(again, "restore", "--from", str(only(house, "backups")), code=1)
        assert "the vault does not answer, so that nobody knows whether the keys are there" in said
    with fresh_database(tmp_path / "once") as once, vaults.served(vaults.settled(tmp_path / "empty")) as url:
        said = manage(once, "restore", "--from", str(only(house, "backups")), code=1, vault=url)
        assert "a portfolio has no key" in said


@pytest.mark.parametrize("harm", ["a byte", "the end", "the file", "the manifest", "another name"])
def test_a_damaged_backup_is_refused_before_a_row_is_written(house: Fresh, tmp_path: Path, harm: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(only(house, "backups"), copy)
    (file,) = (path for path in copy.iterdir() if path.name != MANIFEST)
    data = bytearray(file.read_bytes())
    match harm:
        case "a byte":
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        case "the end":
            file.write_bytes(data[:-1])
        case "the file":
            file.unlink()
        case "the manifest":
            (copy / MANIFEST).write_text("{}")
        case "another name":
            text = (copy / MANIFEST).read_text()
            (copy / MANIFEST).write_text(text.replace(file.name, f"../{file.name}"))
    with fresh_database(tmp_path / "again") as again:
        said = manage(again, "restore", "--from", str(copy), code=1)
        assert "SHA-256 differs" in said or "is missing" in said or "is no backup of ours" in said
        table = "sqlite_master" if again.url.startswith("sqlite") else "pg_tables WHERE schemaname = 'public'"
        assert again.rows(f"SELECT count(*) FROM {table}") == [(0,)] or not (again.var / "r.sqlite3").exists()


def test_a_backup_of_a_newer_version_is_refused(house: Fresh, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(only(house, "backups"), copy)
    text = (copy / MANIFEST).read_text().replace("register.0001_initial", "register.0999_later")
    (copy / MANIFEST).write_text(text)
    with fresh_database(tmp_path / "again") as again:
        assert "a newer version of the register" in manage(again, "restore", "--from", str(copy), code=1)


def test_its_owner_alone_reads_a_backup(house: Fresh) -> None:
    made, keys = only(house, "backups"), only(house, "keys")
    assert made.stat().st_mode & 0o777 == keys.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (*made.iterdir(), keys)} == {0o600}


def test_no_word_of_a_portfolio_and_no_key_stands_in_any_backup(house: Fresh) -> None:
    backup, keys = only(house, "backups"), only(house, "keys")
    searched = b"".join(path.read_bytes() for path in (*backup.iterdir(), keys))
    if (dump := backup / "register.dump").exists():  # compressed: searched as the statements that it holds
        searched += subprocess.run(["pg_restore", "--file=-", dump], capture_output=True, check=True).stdout
    assert b"Colijn" in searched, "what is plain in the database is plain in its backup: the search sees it"
    for word in HER_WORDS:
        assert word not in searched
        assert word.hex().encode() not in searched
    root = (house.var.parent / "vault" / "roots").read_text().strip()
    assert root.encode() not in searched
    assert base64.b64decode(root) not in searched
    for name in ("VAULT_TOKEN", "AUDIT_SIGNING_KEY", "SECRET_KEY"):
        assert os.environ[name].encode() not in searched


def test_keys_and_what_they_open_never_lie_together(house: Fresh) -> None:
    backups, keys = house.var.parent / "backups", house.var.parent / "keys"
    for wrong in (keys, keys / "below", house.var.parent):
        assert "never lie in one folder" in manage(house, "backup", "--to", str(wrong), code=1)
    for wrong in (backups, backups / "below", house.var.parent):
        said = vault_of(house.var.parent / "vault", "backup", "--to", str(wrong), code=1)
        assert "never lie in one folder" in said
    assert len(list(backups.iterdir())) == len(list(keys.iterdir())) == 1


def test_a_backup_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    def dies(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_backup(tmp_path, Manifest(kind=REGISTER, at=NOW.isoformat(), engine="sqlite"), dies)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_goes_with_the_next_one_and_one_that_is_being_made_stays(tmp_path: Path) -> None:
    dead, of_another_kind = tmp_path / ".register-20260501T000000.000000Z.00ff", tmp_path / ".another-x.00ff"
    for folder in (dead, of_another_kind):
        folder.mkdir()
        (folder / "register.sqlite3").write_bytes(b"half")
    beside: list[Path] = []

    def write(folder: Path) -> None:
        beside.append(folder)
        (folder / "register.sqlite3").write_bytes(b"whole")
        if len(beside) == 1:  # another one is made meanwhile
            write_backup(tmp_path, Manifest(REGISTER, (NOW - timedelta(days=1)).isoformat(), "sqlite"), write)

    write_backup(tmp_path, Manifest(REGISTER, NOW.isoformat(), "sqlite"), write)
    assert not dead.exists()
    assert of_another_kind.exists()
    assert len(backups_in(tmp_path, REGISTER)) == 2
