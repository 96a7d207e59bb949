"""`make run`: the register with its demo, every part a process of its own on loopback; Ctrl-C ends all.

State and generated keys live in `var/` (or VAR) and are never overwritten.
"""

import argparse
import base64
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PROVIDERS = (("eid", "Demo-eID", True), ("school", "Demo-schoolaccount", False))


@dataclass
class Demo:
    """One run: its folder, its ports and its processes. Ports follow each other: web, eID, school account, mail."""

    var: Path
    port: int
    teachers: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """What belongs to the demo alone: its people, its mailbox, its providers."""
        return self.var / "demo"

    @property
    def address(self) -> str:
        """Where the register answers."""
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """The settings of this run; the keys come from `settings.env` in the folder."""
        return {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "VAR": str(self.var),
            "BASE_URL": self.address,
            "SMTP_PORT": str(self.port + 3),
            "DEMO": "1",
        }

    def start(self, name: str, *command: object) -> None:
        """Start a process whose output goes to a log file of its own."""
        log = (self.var / "log" / f"{name}.log").open("ab")
        arguments = [str(part) for part in command]
        self.processes[name] = subprocess.Popen(
            arguments, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        log.close()

    def manage(self, *arguments: object, quiet: bool = True) -> None:
        """Run a management command and wait; ends the run with its output when it fails."""
        command = [sys.executable, str(ROOT / "manage.py"), *(str(part) for part in arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, capture_output=quiet)
        if done.returncode:
            sys.exit((done.stderr or b"").decode()[-2000:] or f"{arguments[0]} failed")

    def stop(self) -> None:
        """End every process: ask, wait, then insist."""
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


def prepare(demo: Demo) -> None:
    """Everything that must exist before the first process starts; each step only when it is needed."""
    for each in (demo.folder / "letters", demo.folder / "mail", demo.var / "log"):
        each.mkdir(parents=True, exist_ok=True)
    generate_keys(demo.var / "settings.env")
    write_providers(demo)
    if once(demo, "static", [*ROOT.glob("src/**/static/**/*")]):
        say("Stijl en scripts klaarzetten")
        demo.manage("collectstatic", "--noinput", "--verbosity", "0")
        mark(demo, "static", [*ROOT.glob("src/**/static/**/*")])
    migrations = [*ROOT.glob("src/**/migrations/*.py"), ROOT / "requirements" / "run.txt"]
    if once(demo, "migrated", migrations) or not (demo.var / "register.sqlite3").exists():
        say("Gegevensbank klaarzetten")
        demo.manage("migrate", "--verbosity", "0")
        mark(demo, "migrated", migrations)


def generate_keys(path: Path) -> None:
    """Random keys for this machine, written once and never again; only the owner can read them."""
    if path.exists():
        return
    key = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731  (one line, used below only)
    values = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CODE_HASH_KEY": secrets.token_urlsafe(32),
        "KEYSTORE_WRAPPING_KEY": key(),
        "AUDIT_SIGNING_KEY": key(),
    }
    lines = ["# Made by the first `make run` on this machine. Without these keys the data can not be read."]
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join([*lines, *(f"{name}={value}" for name, value in values.items())]) + "\n")


def write_providers(demo: Demo) -> None:
    """The configuration of the two providers and what the register knows of them; their secrets are kept."""
    known = demo.var / "providers.json"
    kept = {each["slug"]: each["client_secret"] for each in json.loads(known.read_text())} if known.exists() else {}
    register_side = []
    for offset, (slug, name, person_bound) in enumerate(PROVIDERS, start=1):
        issuer = f"http://localhost:{demo.port + offset}"
        secret = kept.get(slug) or secrets.token_urlsafe(32)
        client = {
            "client_id": "lerarenregister",
            "client_secret": secret,
            "redirect_uris": [f"{demo.address}/inloggen/{slug}/terug/"],
        }
        write_private(
            demo.folder / f"{slug}.json",
            {
                "issuer": issuer,
                "port": demo.port + offset,
                "kind": slug,
                "name": name,
                "clients": [client],
                "people": "people.json",
                "mailbox": ".",
                "key": f"{slug}-key.json",
            },
        )
        register_side.append(
            {
                "slug": slug,
                "name": name,
                "issuer": issuer,
                "client_id": "lerarenregister",
                "client_secret": secret,
                "person_bound": person_bound,
            }
        )
    write_private(known, register_side)


def write_private(path: Path, value: object) -> None:
    """A JSON file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=2)


def stamp_of(files: list[Path]) -> str:
    """A value that changes when one of the files changes."""
    digest = hashlib.sha256()
    for each in sorted(path for path in files if path.is_file()):
        status = each.stat()
        digest.update(f"{each}:{status.st_mtime_ns}:{status.st_size}\n".encode())
    return digest.hexdigest()


def once(demo: Demo, name: str, files: list[Path]) -> bool:
    """Whether a step must be done: never done, or its files changed since."""
    stamp = demo.folder / f"{name}.stamp"
    return not stamp.exists() or stamp.read_text() != stamp_of(files)


def mark(demo: Demo, name: str, files: list[Path]) -> None:
    """Remember that a step was done for these files."""
    (demo.folder / f"{name}.stamp").write_text(stamp_of(files))


def say(sentence: str) -> None:
    """A line for whoever started this."""
    print(sentence, flush=True)


def ports_are_free(demo: Demo) -> None:
    """Refuse to start, with what to do, when a port is taken."""
    for port in range(demo.port, demo.port + 4):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(f"Poort {port} is bezet. Kies een andere: make run PORT={demo.port + 100}")


def answers(address: str, seconds: float) -> bool:
    """Whether the address answers with 200 within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    return False


def load(demo: Demo) -> None:
    """Load the synthetic people, once."""
    command = [sys.executable, "-m", "demo.load", "--teachers", str(demo.teachers), "--folder", str(demo.folder)]
    if subprocess.run(command, cwd=ROOT, env=demo.environment(), check=False).returncode:
        sys.exit("De demo kon niet worden geladen.")


def start_all(demo: Demo) -> None:
    """The web first, so that the page is there soon; then what works behind it."""
    python = sys.executable
    demo.start(
        "web",
        BIN / "granian",
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", demo.port, "--workers", 1),
        *("--blocking-threads", 4, "--no-ws", "--log-level", "warning"),
        "lerarenregister.project.wsgi:application",
    )
    if not answers(f"{demo.address}/", 60):
        sys.exit(f"De website start niet. Kijk in {demo.var / 'log' / 'web.log'}")
    say(f"Het register staat open op {demo.address}")
    for slug, _, _ in PROVIDERS:
        demo.start(f"provider-{slug}", python, "-m", "demo.provider", "--config", demo.folder / f"{slug}.json")
    demo.start("mail", python, "-m", "demo.mailsink", "--port", demo.port + 3, "--mailbox", demo.folder)
    demo.start("worker", python, ROOT / "manage.py", "db_worker", "--interval", "0.5")
    demo.start("sealer", python, ROOT / "manage.py", "seal", "--every", "0.5")
    demo.start("due", python, ROOT / "manage.py", "run_due", "--every", "30")
    say("Inloggen kan met Demo-eID; daar staan de mensen, hun brieven en hun mail. Stoppen: Ctrl-C.")


def main() -> int:
    """Prepare, start, watch; the exit code is 0 after Ctrl-C and 1 when a process ended by itself."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--teachers", type=int, default=2000)
    arguments = parser.parse_args()
    demo = Demo(Path(os.environ.get("VAR", ROOT / "var")).resolve(), arguments.port, arguments.teachers)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        ports_are_free(demo)
        prepare(demo)
        if not (demo.folder / "loaded.stamp").exists():
            load(demo)
        start_all(demo)
        while True:
            for name, process in demo.processes.items():
                if process.poll() is not None:
                    say(f"{name} is gestopt; alles stopt. Kijk in {demo.var / 'log' / (name + '.log')}")
                    return 1
            time.sleep(0.3)
    except KeyboardInterrupt:
        say("\nAlles stopt.")
        return 0
    finally:
        demo.stop()


if __name__ == "__main__":
    sys.exit(main())
