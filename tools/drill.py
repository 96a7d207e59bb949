"""The restore drill: people at work, backups, everything killed, restored into an empty place, looked at, and counted.

`make restore-drill`, or `python -m tools.drill [sqlite|postgresql]`. Ends with 1 when anything is lost that may not be:
what was acknowledged before the backup or the moment began, and with the WAL to its end, anything at all.
"""

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import tests.environment  # noqa: F401  (keys for the processes)
from tests import vaults
from tools.availability.running import free_ports

from demo import vault
from tools import postgres
from vault.client import Client

ROOT = Path(__file__).resolve().parents[1]
ARCHIVING = f"{postgres.DURABLE} -c wal_level=replica -c archive_mode=on -c archive_timeout=1"
INSTITUTIONS = "from tests.register.cast import institutions; institutions()"
WORKERS = 2
TOKEN = "drill-" * 6


@dataclass(frozen=True)
class Act:
    """Something that a person has been told is done."""

    kind: str
    key: str
    at: float


@dataclass(frozen=True)
class Result:
    """What a way of restoring brought: acts known before it began and after, those lost, portfolios opened, seconds."""

    name: str
    before: int
    lost_before: int
    after: int
    lost_after: int
    nothing_may_be_lost: bool
    opened: int
    seconds: float

    @property
    def well(self) -> bool:
        """Whether only that was lost which this way of restoring can not have."""
        return self.lost_before == 0 and self.opened > 0 and not (self.nothing_may_be_lost and self.lost_after)

    def __str__(self) -> str:
        return (
            f"{self.name}: {'well' if self.well else 'NOT WELL'}; of {self.before} acknowledged acts before it "
            f"{self.lost_before} lost, of {self.after} after it {self.lost_after} lost; "
            f"{self.opened} texts opened with the restored keys; {self.seconds:.1f} s"
        )


@dataclass(frozen=True)
class Place:
    """A database and a folder, and what runs on it."""

    var: Path
    url: str
    keys_port: int = field(default_factory=lambda: free_ports(1)[0])

    @property
    def environment(self) -> dict[str, str]:
        """For its processes."""
        named = {"VAR": str(self.var), "DATABASE_URL": self.url, "VAULT_TOKEN": TOKEN}
        named["VAULT_URL"] = f"http://localhost:{self.keys_port}"
        told = vault.environment(self.var / "vault", TOKEN)
        return {**os.environ, **told, **named, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    def run(self, *command: str) -> str:
        """A command to its end; raises when it fails, with what it said."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout[-2_000:]}{done.stderr[-2_000:]}")
        return done.stdout

    def start(self, stack: ExitStack, *command: str, said: Path | None = None) -> subprocess.Popen[bytes]:
        """A process of its own, killed at the end whatever happens."""
        output = stack.enter_context((said or self.var / "said").open("ab"))
        errors = stack.enter_context((self.var / "errors").open("ab"))
        environment = self.environment
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=errors,
            start_new_session=True,  # with what it starts itself
        )
        stack.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """Without a moment to say goodbye."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def acts_said(folder: Path) -> list[Act]:
    """What was acknowledged until now; half a line is none."""
    acts = []
    for path in folder.glob("acts-*"):
        for line in path.read_text().split("\n")[:-1]:
            kind, key, at = line.split()
            acts.append(Act(kind, key, float(at)))
    return acts


class Work:
    """People at work in a place, and the sealer: `stack` ends them."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        self._place = place
        place.var.mkdir(exist_ok=True)
        place.run("manage.py", "migrate", "-v0")
        place.run("manage.py", "shell", "-v0", "-c", INSTITUTIONS)
        vault.prepare(place.var / "vault", TOKEN, [("eID", vaults.ISSUER)])
        self._processes = [place.start(stack, "manage.py", "seal", "--every", "0.5")]
        for number in range(WORKERS):
            said = place.var / f"acts-{number}"
            self._processes.append(place.start(stack, "-m", "tools.drill_acts", "work", str(number), said=said))

    def goes_on(self, acts: int) -> None:
        """Wait until so many more acts were acknowledged by each."""
        files = [self._place.var / f"acts-{number}" for number in range(WORKERS)]
        wanted = [path.read_bytes().count(b"\n") + acts for path in files]
        deadline = time.monotonic() + 60
        while any(path.read_bytes().count(b"\n") < want for path, want in zip(files, wanted, strict=True)):
            if time.monotonic() > deadline or any(process.poll() is not None for process in self._processes):
                raise RuntimeError("nobody works any more: " + (self._place.var / "errors").read_text()[-2_000:])
            time.sleep(0.02)

    def killed(self) -> list[Act]:
        """Kill them all; what they had acknowledged."""
        for process in self._processes:
            kill(process)
        return acts_said(self._place.var)


def examined(name: str, place: Place, acts: list[Act], *, until: float, all_of_it: bool, begun: float) -> Result:
    """Look at a restored place: the rules, the log, every act, and her texts by her own key."""
    place.run("manage.py", "verify_audit")
    place.run("manage.py", "check_invariants")
    seconds = time.monotonic() - begun
    texts = {
        line
        for number in range(WORKERS)
        for line in place.run("-m", "tools.drill_acts", "open", str(number)).splitlines()
    }
    there = {
        "delivery": keys_in(place, "SELECT id FROM register_delivery WHERE state = 'delivered'"),
        "confirmation": keys_in(place, "SELECT version_id FROM register_confirmation"),
        "entry": {text.removeprefix("Bewaard ").replace("-", "") for text in texts},
    }
    lost = [act for act in acts if act.key.replace("-", "") not in there[act.kind]]
    before = sum(act.at < until for act in acts)
    lost_before = sum(act.at < until for act in lost)
    after, lost_after = len(acts) - before, len(lost) - lost_before
    return Result(name, before, lost_before, after, lost_after, all_of_it, len(texts), seconds)


def keys_in(place: Place, statement: str) -> set[str]:
    """The ids that a statement gives, without hyphens."""
    if place.url.startswith("postgresql"):
        with psycopg.connect(place.url) as connected:
            return {row[0].hex for row in connected.execute(statement.encode())}
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as opened:
        return {row[0] for row in opened.execute(statement)}


def newest(folder: Path) -> str:
    """The last backup in a folder."""
    return str(max(folder.iterdir()))


def restored_plainly(work: Place, again: Place, acts: list[Act], until: float) -> Result:
    """The plain backup, the keys first, into an empty place."""
    begun = time.monotonic()
    with vault_back(again, work.var):
        again.run("manage.py", "restore", "--from", newest(work.var / "backups"))
        return examined("plain backup", again, acts, until=until, all_of_it=False, begun=begun)


@contextmanager
def vault_back(again: Place, work: Path) -> Iterator[None]:
    """The newest backup of the vault in an empty place, with its root keys from the safe where they are kept; it
    answers meanwhile."""
    keys = again.var / "vault"
    keys.mkdir(parents=True)
    for kept in ("roots", "issuers.json"):
        shutil.copy(work / "vault" / kept, keys / kept)
    again.run("-m", "vault", "restore", newest(work / "keys"))
    with ExitStack() as stack:
        again.start(stack, *(str(part) for part in vault.command(again.keys_port)[1:]))
        deadline = time.monotonic() + 20
        while not Client(f"http://localhost:{again.keys_port}", TOKEN).well():
            if time.monotonic() > deadline:
                raise RuntimeError("the restored vault does not answer")
            time.sleep(0.05)
        yield


def backed_up(place: Place) -> float:
    """Make both backups while they work; the moment before the first."""
    moment = time.time()
    place.run("manage.py", "backup", "--to", str(place.var / "backups"))
    place.run("-m", "vault", "backup", "--to", str(place.var / "keys"))
    return moment


def drill_sqlite(folder: Path, acts: int) -> list[Result]:
    """On the embedded database."""
    place = Place(folder / "house", f"sqlite:///{folder}/house/register.sqlite3")
    with ExitStack() as stack:
        work = Work(place, stack)
        work.goes_on(acts)
        until = backed_up(place)
        work.goes_on(acts)
        said = work.killed()
    again = Place(folder / "again", f"sqlite:///{folder}/again/register.sqlite3")
    return [restored_plainly(place, again, said, until)]


def drill_postgresql(folder: Path, acts: int) -> list[Result]:
    """On PostgreSQL with its WAL archived: the plain backup, a moment, and the end of the WAL."""
    with postgres.server(ARCHIVING) as url:
        home = Path(parse_qs(urlsplit(url).query)["host"][0])
        archive, base, whole = home / "archive", folder / "base", folder / "whole"
        archive.mkdir()
        postgres.hand_over(archive)
        place = Place(folder / "house", url)
        with ExitStack() as stack:
            with psycopg.connect(url, autocommit=True) as connected:
                there, beside = f"{archive}/%f", f"{archive}/.%f"
                copy = f"test ! -f {there} && cp %p {beside} && sync {beside} && mv {beside} {there}"
                connected.execute(f"ALTER SYSTEM SET archive_command = '{copy}'".encode())
                connected.execute(b"SELECT pg_reload_conf()")
            work = Work(place, stack)
            work.goes_on(acts)
            tool = [str((postgres.binaries() or Path()) / "pg_basebackup"), "-d", url, "-D", str(base), "-c", "fast"]
            subprocess.run(tool, check=True, capture_output=True)
            until = backed_up(place)
            work.goes_on(acts)
            moment = time.time()
            work.goes_on(acts)
            wait_until_archived(archive, moment)
            os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            said = work.killed()
        shutil.copytree(archive, whole)
        archived = folder / "archived"
        shutil.copytree(archive, archived)
        for segment in (home / "data" / "pg_wal").glob("0*"):  # what the dead server had not archived yet
            shutil.copy(segment, whole)
    results = []
    with postgres.server(postgres.DURABLE) as empty:
        results.append(restored_plainly(place, Place(folder / "again", empty), said, until))
    target = datetime.fromtimestamp(moment, UTC).isoformat()
    results.append(recovered("a moment", folder, archived, said, until=moment, target=target))
    results.append(recovered("the end of the WAL", folder, whole, said, until=moment, target=""))
    return results


def wait_until_archived(archive: Path, moment: float) -> None:
    """Until a segment was archived that was ended after this moment, as `archive_timeout` sees to."""
    deadline = time.monotonic() + 30
    while sum(path.stat().st_mtime > moment + 1 for path in archive.glob("0*")) < 2:
        if time.monotonic() > deadline:
            raise RuntimeError("the WAL is not archived")
        time.sleep(0.1)


def recovered(name: str, folder: Path, wal: Path, acts: list[Act], *, until: float, target: str) -> Result:
    """The base backup with the WAL on top, to a moment or to its end."""
    begun = time.monotonic()
    data, again = folder / f"data to {name}".replace(" ", "-"), folder / f"again to {name}".replace(" ", "-")
    shutil.copytree(folder / "base", data)
    postgres.hand_over(wal)
    for above in (wal, *wal.parents):
        if above.is_relative_to(tempfile.gettempdir()) and above != Path(tempfile.gettempdir()):
            above.chmod(above.stat().st_mode | 0o055)
    settings = [f"restore_command = 'cp {wal}/%f %p'", "archive_mode = off", "recovery_target_action = 'promote'"]
    settings += [f"recovery_target_time = '{target}'"] if target else []
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write("\n".join(settings) + "\n")
    (data / "recovery.signal").touch()
    with postgres.server(postgres.DURABLE, base=data) as url:
        deadline = time.monotonic() + 60
        with psycopg.connect(url, autocommit=True) as connected:
            while connected.execute(b"SELECT pg_is_in_recovery()").fetchone() != (False,):
                if time.monotonic() > deadline:
                    raise RuntimeError("the recovery does not end")
                time.sleep(0.05)
        place = Place(again, url)
        with vault_back(place, folder / "house"):
            return examined(f"to {name}", place, acts, until=until, all_of_it=not target, begun=begun)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for one drill, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lr-drill-") as folder:
        yield Path(folder)


DRILLS = {"sqlite": drill_sqlite, "postgresql": drill_postgresql}


def main() -> int:
    """Drill, say what came of it, and end with 1 when something was lost that may not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", choices=[*DRILLS])
    parser.add_argument("--acts", type=int, default=60, help="acts of each person between two steps")
    given = parser.parse_args()
    well = True
    for name, drill in DRILLS.items():
        if given.only not in (None, name):
            continue
        with workshop() as folder:
            for result in drill(folder, given.acts):
                print(f"{name}, {result}", flush=True)
                well &= result.well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
