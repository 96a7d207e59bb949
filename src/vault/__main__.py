"""`python -m vault VERB`: make the store, serve, rotate, back up, share a root key, move from the first store."""

import argparse
import base64
import json
import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from granian import Granian
from granian.constants import Interfaces

from vault import backups, moving, rotating, shares
from vault.connecting import connected
from vault.errors import RootMissing, StoreUnusable, VaultError
from vault.roots import ROOT_BYTES, Roots, make_file
from vault.service import Vault
from vault.settings import Settings

BACKUP_DAYS = 14
"""How long a backup is kept when nothing else is said: the term of the rulebook."""


def main() -> int:
    """Do what is asked; the exit code is 1, with a sentence, when that is refused."""
    parser = argparse.ArgumentParser(prog="python -m vault", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("init", help="make the store and a first root key, where none is")
    serve = verbs.add_parser("serve", help="answer questions")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--threads", type=int, default=8)
    serve.add_argument("--certificate", type=Path, help="the chain, for those who ask from another machine")
    serve.add_argument("--key", type=Path, help="the key of the certificate")
    verbs.add_parser("rotate", help="wrap everything under the first root key of the file")
    verbs.add_parser("root", help="print a new root key")
    split = verbs.add_parser("split", help="the first root key of the file as shares of words")
    split.add_argument("--needed", type=int, required=True)
    split.add_argument("--holders", type=int, required=True)
    verbs.add_parser("combine", help="a root key from shares, one per line on standard input")
    backup = verbs.add_parser("backup", help="copy the store, and let copies go that have had their term")
    backup.add_argument("--to", type=Path, required=True)
    backup.add_argument("--days", type=int, default=BACKUP_DAYS)
    backup.add_argument("--after-pause", action="store_true")
    verify = verbs.add_parser("verify", help="look whether each backup in a folder is what was made")
    verify.add_argument("folder", type=Path)
    restore = verbs.add_parser("restore", help="put a backup where no store is")
    restore.add_argument("backup", type=Path)
    move = verbs.add_parser("move", help="move the keys of the first store, of the people on standard input")
    move.add_argument("--from", dest="first", type=Path, required=True)
    given = parser.parse_args()
    try:
        return _VERBS[given.verb](given)
    except (VaultError, ValueError, OSError) as error:
        sys.stderr.write(f"{given.verb}: {error}\n")
        return 1


def _init(_: argparse.Namespace) -> int:
    settings = Settings.read()
    if settings.store.exists() and not settings.roots.exists():
        raise RootMissing("there is a store and no file of root keys: put back the one that it was made with")
    settings.roots.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_file(settings.roots)
    Vault.make(settings.store, Roots(settings.roots))
    return 0


def _serve(given: argparse.Namespace) -> int:
    Granian(
        "vault.wsgi:application",
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        blocking_threads=given.threads,
        websockets=False,
        ssl_cert=given.certificate,
        ssl_key=given.key,
    ).serve()
    return 0


def _rotate(_: argparse.Namespace) -> int:
    done = rotating.rotate(connected(Settings.read()), said=lambda number: say(f"{number} rows"))
    say(f"{done.rows} rows were wrapped anew.")
    if done.unreadable:
        say(f"{done.unreadable} rows stand under a root key that is not in the file.")
        return 1
    say("An earlier root key may go from the file once no backup needs it any more.")
    return 0


def _root(_: argparse.Namespace) -> int:
    say(base64.b64encode(secrets.token_bytes(ROOT_BYTES)).decode())
    return 0


def _split(given: argparse.Namespace) -> int:
    lines = Settings.read().roots.read_text(encoding="ascii").split()
    if not lines:
        raise RootMissing("the file of root keys is empty: there is nothing to share")
    for number, share in enumerate(shares.split(lines[0], needed=given.needed, holders=given.holders), start=1):
        say(f"Share {number} of {given.holders}; {given.needed} are needed.\n{share}\n")
    return 0


def _combine(_: argparse.Namespace) -> int:
    say(shares.combined([line for line in sys.stdin.read().splitlines() if line.strip()]))
    return 0


def _backup(given: argparse.Namespace) -> int:
    at = datetime.now(UTC)
    say(backups.back_up(Settings.read().store, given.to, at=at))
    gone, left = backups.expire(given.to, at=at, term=timedelta(days=given.days), after_pause=given.after_pause)
    say(f"{gone} backups had their term and went; {left} are kept.")
    return 0


def _verify(given: argparse.Namespace) -> int:
    found, damaged = backups.backups_in(given.folder), 0
    if not found:
        raise StoreUnusable("there is no backup here")
    for _, path in found:
        try:
            backups.check(path)
        except StoreUnusable as refusal:
            say(refusal)
            damaged += 1
    say(f"{len(found) - damaged} of {len(found)} backups are what was made.")
    return 1 if damaged else 0


def _restore(given: argparse.Namespace) -> int:
    backups.restore(given.backup, Settings.read().store)
    return 0


def _move(given: argparse.Namespace) -> int:
    first = moving.FirstStore(given.first, os.environ.get("KEYSTORE_WRAPPING_KEY", ""))
    done = moving.move(connected(Settings.read()), first, _identities(), at=datetime.now(UTC))
    say(json.dumps({"moved": done.keys, "left": done.left}))
    return 0


def _identities() -> Iterator[moving.Identity]:
    for number, line in enumerate(sys.stdin, start=1):
        try:
            said = json.loads(line)
            key = bytes.fromhex(said["key"])
            who = moving.Identity(said["issuer"], said["subject"], UUID(said["account"]), key)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"line {number} on standard input names nobody") from error
        yield who


def say(what: object) -> None:
    """A line for whoever asked."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


_VERBS = {
    "init": _init,
    "serve": _serve,
    "rotate": _rotate,
    "root": _root,
    "split": _split,
    "combine": _combine,
    "backup": _backup,
    "verify": _verify,
    "restore": _restore,
    "move": _move,
}

if __name__ == "__main__":
    sys.exit(main())
