"""What the vault does. Each verb takes what proves it, checks all of it, and answers after its own log line is durable.

There is no verb that opens a key by an account or a name, and none for staff. Moments are aware and come from outside.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault import challenges, recovery, store
from vault.answers import Also, Holder, Line, Opened
from vault.errors import (
    CodeRefused,
    KeyMissing,
    ProofRefused,
    RootMissing,
    StoreUnusable,
    Taken,
)
from vault.roots import Roots, Wrapped, framed, mark_of
from vault.rows import (
    LINES,
    Act,
    Row,
    check_tries,
    erase,
    forget_lines,
    forget_used_up,
    insert_key,
    note,
    place_of,
    place_of_secret,
    row_of,
    spend,
    touch,
    use_up,
)
from vault.store import Store
from vault.tokens import Issuers, Person

PROOF_VALID = timedelta(minutes=5)
SPENT_KEPT = timedelta(days=1)
USED_KEPT = timedelta(days=30)
LINES_KEPT = timedelta(days=365)
"""How long the log of a key goes back: the term of the rulebook."""

ID_BYTES = 16
_LINES_BESIDE = 400
_SECRETS = ("locator", "challenge")


_OPENING = {Also.NOTHING: Act.OPENED, Also.CODE: Act.CODE_MADE, Also.PROOF: Act.PROVED}


class Vault:
    """The vault over its store, its root keys and the providers that it believes."""

    def __init__(self, at: Path, roots: Roots, issuers: Issuers) -> None:
        """Raises StoreUnusable or RootMissing; nothing is written to a store that does not open."""
        self._roots, self._issuers = roots, issuers
        if not at.exists():
            raise StoreUnusable("there is no store")
        self._store: Store = store.opened(at)
        self._secrets = {name: self._secret(name) for name in _SECRETS}

    @staticmethod
    def make(at: Path, roots: Roots) -> None:
        """Make a store where none is."""

        def fill(connection: sqlite3.Connection) -> None:
            for name in _SECRETS:
                wrapped = roots.wrap(secrets.token_bytes(32), place_of_secret(name))
                connection.execute("INSERT INTO secret VALUES (?, ?, ?)", (name, wrapped.root, wrapped.envelope))

        store.make(at, fill)

    @property
    def store(self) -> Store:
        """For what moves and rotates."""
        return self._store

    @property
    def roots(self) -> Roots:
        """For what moves and rotates."""
        return self._roots

    def name_of(self, issuer: str) -> str:
        """How she knows a provider; the address when it is not one of ours."""
        return self._issuers.name_of(issuer)

    def challenge(self, *, at: datetime) -> str:
        """A challenge for one sign-in within ten minutes; see `challenges`."""
        return challenges.made(self._secrets["challenge"], at)

    def open(
        self,
        *,
        challenge: str,
        id_token: str,
        make: bytes | None,
        also: Also,
        at: datetime,
        of: bytes | None = None,
    ) -> Opened:
        """The key of who has just signed in, and what she asked for beside it: of the key with the id `of` alone, when
        that is given.

        With `make`, the id for a new key, one is made when she has none, with a recovery code. Raises TokenRefused,
        ChallengeRefused or KeyMissing.
        """
        person = self.signed_in(challenge, id_token, at=at)
        locator = self.locator(person.issuer, person.subject)

        def act(connection: sqlite3.Connection) -> Opened | None:
            spend(connection, challenge, at)
            row = row_of(connection, locator)
            if row is None:
                return self._made(connection, make, locator, person.via, at) if make else None
            key, code, proof = self.opened(row), "", ""
            given = also if of in (None, row.key) else Also.NOTHING
            note(connection, row.key, _OPENING[given], person.via, at)
            if given is Also.CODE:
                code = self.new_code(connection, row.key, key, at)
            if given is Also.PROOF:
                proof = secrets.token_urlsafe(32)
                values = (mark_of(proof.encode()), row.key, locator, at.isoformat())
                connection.execute("INSERT INTO proof VALUES (?, ?, ?, ?)", values)
            return Opened(row.key, key, code=code, proof=proof)

        opened = self._store.write(act)
        if opened is None:
            raise KeyMissing
        return opened

    def link(self, *, proof: str, challenge: str, id_token: str, replace: bool, at: datetime) -> Opened:
        """Let a second identity open the key of the proof. With `replace` a key of its own, that holds nothing, goes.

        Raises TokenRefused, ChallengeRefused, ProofRefused, or Taken when it opens another key.
        """
        person = self.signed_in(challenge, id_token, at=at)
        locator = self.locator(person.issuer, person.subject)

        def act(connection: sqlite3.Connection) -> Opened:
            spend(connection, challenge, at)
            first = self.proved(connection, proof, at)
            key = self.opened(first)
            self._hold(connection, Opened(first.key, key), locator=locator, via=person.via, at=at, replace=replace)
            note(connection, first.key, Act.LINKED, person.via, at)
            return Opened(first.key, key)

        return self._store.write(act)

    def recover(self, *, code: str, challenge: str, id_token: str, replace: bool, at: datetime) -> Opened:
        """Let a new identity open the key of a recovery code, which is used up: another comes in its place.

        Asked again with that code by that identity, within thirty days, it makes yet another: who never got the answer
        would otherwise have no code at all. Raises TokenRefused, ChallengeRefused, CodeRefused, TooManyTries, or Taken
        when it opens another key.
        """
        person = self.signed_in(challenge, id_token, at=at)
        locator = self.locator(person.issuer, person.subject)
        bare = recovery.read(code)

        def act(connection: sqlite3.Connection) -> Opened | None:
            spend(connection, challenge, at)
            check_tries(connection, locator, at)
            row = row_of(connection, recovery.locator_of(bare))
            if row is None or row.kind != "recovery" or row.used_by not in ("", locator.hex()):
                connection.execute("INSERT INTO wrong_code (locator, at) VALUES (?, ?)", (locator, at.isoformat()))
                return None
            key = self._by_code(row, bare)
            self._hold(connection, Opened(row.key, key), locator=locator, via=person.via, at=at, replace=replace)
            note(connection, row.key, Act.RECOVERED, person.via, at)
            code = self.new_code(connection, row.key, key, at, beside=row.locator)
            use_up(connection, row, locator, at)
            return Opened(row.key, key, code=code)

        opened = self._store.write(act)
        if opened is None:
            raise CodeRefused("unknown")
        return opened

    def erase(self, *, ticket: str) -> bool:
        """Erase a key, all that opens it, and its log; whether it was there. Once erased it stays so. Only who has, or
        had, the key can make the ticket (`erase_ticket`)."""

        def act(connection: sqlite3.Connection) -> bool:
            check = mark_of(ticket.encode())
            row = connection.execute("SELECT id FROM key WHERE erase_check = ?", (check,)).fetchone()
            if row is not None:
                erase(connection, row[0])
            return row is not None

        found = self._store.write(act)
        if found:
            self._store.write_anew()
        return found

    def lines(self, *, ticket: str, most: int = 100) -> list[Line]:
        """The log of a key, newest first: the last openings, as many as `most`, and all else that was done with it, up
        to 400 lines more. Only who has the key can make the ticket (`log_ticket`)."""
        rows = self._store.read(LINES, mark_of(ticket.encode()), most, most + _LINES_BESIDE)
        return [Line(*row) for row in rows]

    def holders(self, *, ticket: str, identities: Sequence[tuple[str, str]] = ()) -> list[Holder]:
        """What opens a key, oldest first; by the same ticket as its log. Of an identity that is among these (issuer and
        subject) the answer says which: the file itself names nobody."""
        rows = self._store.read(
            "SELECT locator, id, kind, label, since, coalesce(used, '')"
            " FROM holder LEFT JOIN passkey ON passkey.holder = id"
            " WHERE key = (SELECT id FROM key WHERE log_check = ?) AND (kind <> 'recovery' OR label = '')"
            " ORDER BY since",
            mark_of(ticket.encode()),
        )
        asked = {self.locator(*each): place for place, each in enumerate(identities)}
        return [
            Holder(id_, kind, label, since, used, which=asked.get(locator, -1))
            for locator, id_, kind, label, since, used in rows
        ]

    def held(self, *among: bytes) -> Iterator[bytes]:
        """The ids of the keys that are held, all or `among` these: to compare with who has a portfolio, and with what
        was erased. They say and open nothing."""
        which = f" AND id IN ({', '.join('?' * len(among))})" if among else ""
        for (key,) in self._store.read(f"SELECT id FROM key WHERE state = 'held'{which} ORDER BY id", *among):
            yield key

    def forget(self, *, at: datetime) -> None:
        """Remove what has had its time: spent challenges after a day, proofs, wrong codes, recovery codes used up, and
        lines of the log."""
        before, used_before = (at - SPENT_KEPT).isoformat(), (at - USED_KEPT).isoformat()

        def act(connection: sqlite3.Connection) -> None:
            for table in ("spent", "proof", "wrong_code"):
                connection.execute(f"DELETE FROM {table} WHERE at < ?", (before,))
            forget_used_up(connection, used_before)
            forget_lines(connection, at - LINES_KEPT, at)

        self._store.write(act)

    def check(self) -> None:
        """Raises StoreUnusable or RootMissing when nothing could be opened and logged now."""
        self._roots.read()
        self._store.write(touch)

    def locator(self, issuer: str, subject: str) -> bytes:
        """The keyed hash under which the row of this person is: the file names nobody."""
        return self.locator_of(issuer.encode(), subject.encode())

    def locator_of(self, *parts: bytes) -> bytes:
        """The keyed hash of these parts: another for every other list of parts."""
        return hmac.digest(self._secrets["locator"], framed(*parts), hashlib.sha256)

    def check_challenge(self, challenge: str, *, at: datetime) -> None:
        """Raises ChallengeRefused when it is none of ours, or over ten minutes old."""
        challenges.check(challenge, self._secrets["challenge"], at)

    def signed_in(self, challenge: str, id_token: str, *, at: datetime) -> Person:
        """Who has just signed in for this challenge; raises ChallengeRefused or TokenRefused."""
        self.check_challenge(challenge, at=at)
        return self._issuers.person(id_token, nonce=challenges.nonce_of(challenge), at=at)

    def _made(self, connection: sqlite3.Connection, key_id: bytes, locator: bytes, via: str, at: datetime) -> Opened:
        key = AESGCM.generate_key(256)
        if connection.execute("SELECT 1 FROM key WHERE id = ?", (key_id,)).fetchone():
            raise Taken
        insert_key(connection, key_id, key)
        self.insert_holder(connection, Opened(key_id, key), locator=locator, via=via, at=at)
        note(connection, key_id, Act.MADE, via, at)
        return Opened(key_id, key, made=True, code=self.new_code(connection, key_id, key, at))

    def insert_holder(
        self,
        connection: sqlite3.Connection,
        opened: Opened,
        *,
        locator: bytes,
        via: str,
        at: datetime,
        kind: str = "identity",
    ) -> bytes:
        """Let an identity, or a passkey, open a key; the id of the row. Raises Taken when it opens one already, even
        one that is still arriving."""
        holder = secrets.token_bytes(ID_BYTES)
        wrapped = self._roots.wrap(opened.key, place_of(opened.id, locator))
        values = (locator, holder, opened.id, kind, via, at.isoformat())
        try:
            connection.execute(
                "INSERT INTO holder VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, wrapped.root, wrapped.envelope)
            )
        except sqlite3.IntegrityError as error:
            raise Taken from error
        return holder

    def _hold(
        self,
        connection: sqlite3.Connection,
        opened: Opened,
        *,
        locator: bytes,
        via: str,
        at: datetime,
        replace: bool,
    ) -> None:
        """Let an identity open a key, and no other; raises Taken when it opens another and that may not go."""
        there = row_of(connection, locator)
        if there is not None and there.key == opened.id:
            return  # the answer to an earlier question was lost
        if there is not None:
            others = connection.execute(
                "SELECT count(*) FROM holder WHERE key = ? AND kind = 'identity'", (there.key,)
            ).fetchone()
            if not replace or others[0] != 1:
                raise Taken
            erase(connection, there.key)
        self.insert_holder(connection, opened, locator=locator, via=via, at=at)

    def new_code(
        self, connection: sqlite3.Connection, key_id: bytes, key: bytes, at: datetime, *, beside: bytes = b""
    ) -> str:
        """A new recovery code in the place of the earlier ones: the key under the code, and that under the root. The
        row under the locator `beside` stays."""
        code = recovery.new_code()
        bare = recovery.read(code)
        locator = recovery.locator_of(bare)
        inner = recovery.wrapped(key, bare, bound_to=key_id)
        wrapped = self._roots.wrap(inner, place_of(key_id, locator))
        values = (locator, secrets.token_bytes(ID_BYTES), key_id, "recovery", "", at.isoformat())
        query = "DELETE FROM holder WHERE key = ? AND kind = 'recovery' AND locator <> ?"
        connection.execute(query, (key_id, beside))
        connection.execute(
            "INSERT INTO holder VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, wrapped.root, wrapped.envelope)
        )
        return code

    def proved(self, connection: sqlite3.Connection, proof: str, at: datetime) -> Row:
        """The row of who proved herself; the proof is used up. Raises ProofRefused."""
        mark = mark_of(proof.encode())
        found = connection.execute("SELECT locator, at FROM proof WHERE mark = ?", (mark,)).fetchone()
        if found is None:
            raise ProofRefused("unknown")
        connection.execute("DELETE FROM proof WHERE mark = ?", (mark,))
        if not -challenges.CLOCK_SKEW <= at - datetime.fromisoformat(found[1]) <= PROOF_VALID:
            raise ProofRefused("expired")
        row = row_of(connection, found[0])
        if row is None:
            raise ProofRefused("gone")
        return row

    def opened(self, row: Row) -> bytes:
        """The key of a row."""
        return self._roots.unwrap(row.wrapped, place_of(row.key, row.locator))

    def _by_code(self, row: Row, bare: str) -> bytes:
        return recovery.unwrapped(self.opened(row), bare, bound_to=row.key)

    def _secret(self, name: str) -> bytes:
        rows = self._store.read("SELECT root, envelope FROM secret WHERE name = ?", name)
        if not rows:
            raise StoreUnusable("the store is damaged: a secret of its own is missing")
        try:
            return self._roots.unwrap(Wrapped(*rows[0]), place_of_secret(name))
        except RootMissing as error:
            raise RootMissing("the root keys are not those that this store was made with") from error
