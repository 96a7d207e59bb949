"""The vault with a national number of keys: unwraps a second on one core, erasing a key, and wrapping all
anew under another root.

The vault is a process as it is in use (`python -m vault serve`), held to one core; who asks is on the other, over HTTP,
eight at a time. Each unwrap has a challenge of the vault, an RS256 token for it, all checks, and a line in the log that
is durable before the answer. The tokens are signed beforehand: signing is the provider's work.
"""

import argparse
import base64
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import demo.vault
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from bench.measures import Measure, Progress, percentile, report
from bench.processes import free_ports
from vault import challenges
from vault.answers import Opened
from vault.client import TIMEOUT, Client
from vault.connecting import connected
from vault.rows import erase_ticket, insert_key
from vault.settings import Settings

TOKEN = "bench-" * 6
ASKED, AT_ONCE, BATCH = 5_000, 8, 5_000
_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.vault", description=__doc__)
    parser.add_argument("--teachers", type=int, default=250_000)
    teachers = parser.parse_args().teachers
    with tempfile.TemporaryDirectory(prefix="lr-vault-") as temporary, _Provider() as issuer:
        folder, (port,) = Path(temporary), free_ports(1)
        demo.vault.prepare(folder, TOKEN, [("eID", issuer)])
        told = demo.vault.environment(folder, TOKEN)
        _fill(told, issuer, teachers)
        serving = ["taskset", "--cpu-list", "0", *(str(part) for part in demo.vault.command(port))]
        process = subprocess.Popen(serving, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.sched_setaffinity(0, {1})
        try:
            seconds, each = _asked(Client(f"http://localhost:{port}", TOKEN), issuer, teachers)
        finally:
            process.terminate()
            process.wait(10)
        os.sched_setaffinity(0, {0, 1})
        erased = _erased(told)
        rotated = _rotated(folder, told)
    note = f"{ASKED / seconds:,.0f} a second with {AT_ONCE} at a time, of {teachers:,} keys"
    report(
        [
            Measure("vault", "an unwrap, with token and durable log", seconds / ASKED * 1e3, 2, "ms", note=note),
            Measure("vault", "an unwrap, p95 of who asks", percentile(each, 0.95) * 1e3, 100, "ms"),
            Measure("vault", f"erasing one of {teachers:,} keys", erased, TIMEOUT[1], "s", note="writes the file anew"),
            Measure("vault", f"a new root for {teachers:,} keys", rotated, 600, "s", note="two rows a key"),
        ]
    )


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        issuer = f"http://localhost:{self.server.server_port}"  # type: ignore[attr-defined]
        said = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}
        body = json.dumps(said if "well-known" in self.path else KeySet([_KEY]).as_dict(private=False)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Provider:
    """Publishes the signing key, as long as it lasts."""

    def __enter__(self) -> str:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://localhost:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()


def _fill(told: dict[str, str], issuer: str, teachers: int) -> None:
    """A key and a recovery code for each, in batches: not how they come, but what is there then."""
    vault, bar, at = connected(Settings.read(told)), Progress("making keys", teachers), datetime.now(UTC)
    for begin in range(0, teachers, BATCH):

        def act(connection: sqlite3.Connection, begin: int = begin) -> None:
            for number in range(begin, min(begin + BATCH, teachers)):
                opened = Opened(secrets.token_bytes(16), secrets.token_bytes(32))
                insert_key(connection, opened.id, opened.key)
                locator = vault.locator(issuer, str(number))
                vault.insert_holder(connection, opened, locator=locator, via="eID", at=at)
                vault.new_code(connection, opened.id, opened.key, at)

        vault.store.write(act)
        bar(min(begin + BATCH, teachers))


def _asked(client: Client, issuer: str, teachers: int) -> tuple[float, list[float]]:
    """The seconds that all took, and each by itself."""
    while not client.well():
        time.sleep(0.05)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        prepared = list(pool.map(lambda number: _signed(client, issuer, number % teachers), range(ASKED)))

        def one(asked: tuple[str, str]) -> float:
            begun = time.perf_counter()
            client.open(challenge=asked[0], id_token=asked[1], make=None)
            return time.perf_counter() - begun

        begun = time.perf_counter()
        each = list(pool.map(one, prepared))
        return time.perf_counter() - begun, each


def _signed(client: Client, issuer: str, number: int) -> tuple[str, str]:
    challenge, now = client.challenge(), int(time.time())
    claims = {"iss": issuer, "aud": "lerarenregister", "sub": str(number), "exp": now + 600, "iat": now}
    claims |= {"auth_time": now, "nonce": challenges.nonce_of(challenge)}
    return challenge, jwt.encode({"alg": "RS256", "kid": _KEY.kid}, claims, _KEY)


def _erased(told: dict[str, str]) -> float:
    """The seconds of erasing one key more: for so long who else writes waits, and the site waits for it itself."""
    vault, opened = connected(Settings.read(told)), Opened(secrets.token_bytes(16), secrets.token_bytes(32))
    vault.store.write(lambda connection: insert_key(connection, opened.id, opened.key))
    begun = time.perf_counter()
    if not vault.erase(ticket=erase_ticket(opened.key)):
        raise SystemExit("the key was not there")
    return time.perf_counter() - begun


def _rotated(folder: Path, told: dict[str, str]) -> float:
    roots = folder / "roots"
    roots.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n" + roots.read_text())
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "vault", "rotate"], env=told, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
