"""`make run`: the register with its demo, every part a process of its own on loopback; Ctrl-C ends all.

State and generated keys live in `var/` (or VAR) and are never overwritten. What the demo uses is always in that folder:
a DATABASE_URL of something real that happens to be set is left alone.
"""

import argparse
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from demo import files, loading, ports, vault
from demo.ports import PROVIDERS, Ports

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held_back() -> Iterator[None]:
    """Who ends the run meanwhile ends it a moment later: a process that has begun must first be in the list of those
    that are ended."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda asked, _: came.append(asked)) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


@dataclass
class Demo:
    """One run: its folder, its ports and its processes."""

    var: Path
    ports: Ports
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """What belongs to the demo alone: its people, its mailbox, its providers."""
        return self.var / "demo"

    @property
    def vault(self) -> Path:
        """What belongs to the vault alone."""
        return self.var / "vault"

    @property
    def vault_token(self) -> str:
        """With which the register asks the vault."""
        return files.values_in(self.var / "settings.env")["VAULT_TOKEN"]

    @property
    def address(self) -> str:
        """Where the register answers."""
        return f"http://localhost:{self.ports.web}"

    def environment(self) -> dict[str, str]:
        """The settings of this run; the keys come from `settings.env` in the folder."""
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "VAR": str(self.var),
            "DATABASE_URL": loading.address_of(self.var),
            "VAULT_URL": f"http://localhost:{self.ports.vault}",
            "PROVIDERS_FILE": f"{self.var}/providers.json",
            "BASE_URL": self.address,
            "SMTP_PORT": str(self.ports.mail),
            "DEMO": "1",
        }

    def start(self, name: str, *command: object, environment: dict[str, str] | None = None) -> None:
        """Start a process whose output goes to a log file of its own."""
        log = (self.var / "log" / f"{name}.log").open("ab")
        arguments = [str(part) for part in command]
        with log, held_back():
            self.processes[name] = subprocess.Popen(
                arguments,
                cwd=ROOT,
                env=environment or self.environment(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def manage(self, *arguments: object, quiet: bool = True) -> None:
        """Run a management command and wait; ends the run with its output when it fails."""
        command = [sys.executable, str(ROOT / "manage.py"), *(str(part) for part in arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, capture_output=quiet)
        if done.returncode:
            sys.exit((done.stderr or b"").decode()[-2000:] or f"{arguments[0]} failed")

    def stop(self) -> None:
        """End every process: ask, wait, then insist. Who presses Ctrl-C again does not cut this short."""
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def prepare(demo: Demo, teachers: int) -> None:
    """Everything that must exist before the first process starts; each step only when it is needed."""
    (demo.folder / "mail").mkdir(exist_ok=True)
    (demo.var / "log").mkdir(exist_ok=True)
    if (demo.var / "settings.env").exists():
        vault.set_apart(demo.var / "settings.env", demo.vault)
    files.generate_keys(demo.var / "settings.env")
    ports.write_providers(demo.var, demo.ports)
    own = [(name, f"http://localhost:{demo.ports.providers[slug]}") for slug, name, personal in PROVIDERS if personal]
    vault.prepare(demo.vault, demo.vault_token, own)
    static, stamp = [*ROOT.glob("src/**/static/**/*")], demo.folder / "static.stamp"
    if files.changed(stamp, static):
        say("Stijl en scripts klaarzetten")
        demo.manage("collectstatic", "--noinput", "--verbosity", "0")
        files.mark(stamp, static)
    migrations = [*ROOT.glob("src/**/migrations/*.py"), ROOT / "requirements" / "demo.txt"]
    stamp = demo.folder / "migrated.stamp"
    if loading.loaded(demo.var) is None:
        once = f"dit gebeurt één keer{loading.foretold(teachers)}"
        say(f"Gegevensbank klaarzetten en {teachers} verzonnen mensen laden; {once}")
        loading.load(demo.var, teachers, demo.environment())
    elif files.changed(stamp, migrations):
        say("Gegevensbank bijwerken")
        demo.manage("migrate", "--verbosity", "0")
    files.mark(stamp, migrations)
    vault.take_over(demo.var / "keys.sqlite3", demo.vault, demo.vault_token, demo.environment())


def say(sentence: str) -> None:
    """A line for whoever started this."""
    print(sentence, flush=True)


def alone(folder: Path) -> IO[bytes]:
    """Hold the folder of the demo for this run, as long as what is returned stays open; ends a second run."""
    folder.mkdir(parents=True, exist_ok=True)
    held = (folder / "lock").open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(
            f"Er draait al een make run in {folder.parent}. Stop die eerst (Ctrl-C).\n"
            f"Of begin ernaast, in een andere map: make run PORT=8100 VAR={folder.parent}-2"
        )
    return held


def answers(address: str, seconds: float) -> bool:
    """Whether the address answers with 200 within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, http.client.HTTPException):  # a port where nobody listens yet may answer itself
            time.sleep(0.05)
    return False


def start_all(demo: Demo) -> None:
    """The web first, so that the page is there soon; then what works behind it."""
    python = sys.executable
    demo.start(
        "web",
        BIN / "granian",
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", demo.ports.web, "--workers", 1),
        *("--blocking-threads", 4, "--no-ws", "--log-level", "warning"),
        "lerarenregister.project.wsgi:application",
    )
    if not answers(f"{demo.address}/", 60):
        sys.exit(f"De website start niet. Kijk in {demo.var / 'log' / 'web.log'}")
    say(f"Het register staat open op {demo.address}")
    told = vault.environment(demo.vault, demo.vault_token, demo.address)
    demo.start("vault", *vault.command(demo.ports.vault), environment=told)
    for slug, _, _ in PROVIDERS:
        demo.start(f"provider-{slug}", python, "-m", "demo.provider", "--config", demo.folder / f"{slug}.json")
    demo.start("mail", python, "-m", "demo.mailsink", "--port", demo.ports.mail, "--mailbox", demo.folder)
    demo.start("worker", python, ROOT / "manage.py", "db_worker", "--interval", "0.5")
    demo.start("sealer", python, ROOT / "manage.py", "seal", "--every", "2")
    demo.start("due", python, ROOT / "manage.py", "run_due", "--every", "30")
    post = f"http://localhost:{demo.ports.providers['eid']}"
    say(f"Inloggen kan met Demo-eID. Daar staan ook de mensen, hun brieven en hun mail: {post}")
    say("Stoppen: Ctrl-C. Wat je deed, blijft bewaard.")


def main() -> int:
    """Prepare, start, watch; the exit code is 0 after Ctrl-C and 1 when a process ended by itself."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=at_least_one, default=8000)
    parser.add_argument(
        "--teachers", type=at_least_one, help="how many people the first run loads; 2000 when not given"
    )
    arguments = parser.parse_args()
    var = Path(os.environ.get("VAR", ROOT / "var")).resolve()
    for number in ENDINGS:
        signal.signal(number, signal.default_int_handler)
    try:
        with alone(var / "demo"):
            teachers = loading.agreed(var, arguments.teachers)
            demo = Demo(var, ports.choose(arguments.port, var / "demo"))
            try:
                prepare(demo, teachers)
                start_all(demo)
                return watch(demo)
            finally:
                demo.stop()
    except KeyboardInterrupt:
        say("\nAlles stopt.")
        return 0


def at_least_one(text: str) -> int:
    """A whole number from 1 on, as an argument."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is geen getal vanaf 1")
    return int(text)


def watch(demo: Demo) -> int:
    """Until one of the processes ends by itself; then the exit code is 1."""
    while True:
        for name, process in demo.processes.items():
            if process.poll() is not None:
                say(f"{name} is gestopt; alles stopt. Kijk in {demo.var / 'log' / (name + '.log')}")
                return 1
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
