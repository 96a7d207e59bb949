"""Passkeys of hers: enrolling one with a fresh proof of an identity of hers, opening her key with it, removing it.

A passkey is a holder like an identity: it has the key wrapped for itself. It can never do more than open: what links,
unlinks, enrols or makes a code asks a proof that only an identity gets. Its locator is a keyed hash of its id and its
public key together, so that who writes in the store can not put a key of his own in its place.
"""

import sqlite3
from datetime import datetime

from vault.answers import Asked, Opened
from vault.challenges import nonce_of
from vault.errors import KeyMissing, Malformed, PasskeyRefused, Taken, TooManyPasskeys
from vault.passkeys import Credential, Used, made
from vault.roots import mark_of
from vault.rows import Act, note, row_of, spend
from vault.service import Vault
from vault.settings import Site

MOST_PASSKEYS = 10
MOST_LABEL = 1_000


class Passkeys:
    """The passkeys of a vault, at a site."""

    def __init__(self, vault: Vault, site: Site) -> None:
        self._vault, self._site = vault, site

    def ask(self, *, ticket: str = "", at: datetime) -> Asked:
        """A challenge for one passkey within ten minutes. With the ticket to the log of a key also what is needed to
        make one; raises KeyMissing when there is no such key."""
        secret = self._vault.challenge(at=at)
        if not ticket:
            return Asked(secret, nonce_of(secret), self._site.rp_id)
        found = self._vault.store.read("SELECT id FROM key WHERE log_check = ?", mark_of(ticket.encode()))
        if not found:
            raise KeyMissing
        key = found[0][0]
        query = "SELECT credential FROM passkey JOIN holder ON holder.id = passkey.holder WHERE key = ?"
        known = tuple(row[0] for row in self._vault.store.read(query, key))
        return Asked(secret, nonce_of(secret), self._site.rp_id, self._handle(key), known)

    def enrol(self, *, proof: str, challenge: str, answer: str, label: str, at: datetime) -> bytes:
        """Let a passkey that was made just now open the key of the proof; its id. `label` is kept as it is.

        Raises PasskeyRefused, ChallengeRefused, ProofRefused, Taken when it opens a key already, TooManyPasskeys.
        """
        self._vault.check_challenge(challenge, at=at)
        if len(label) > MOST_LABEL:
            raise Malformed
        passkey = made(answer, self._site, challenge=nonce_of(challenge))

        def act(connection: sqlite3.Connection) -> bytes:
            spend(connection, challenge, at)
            first = self._vault.proved(connection, proof, at)
            query = "SELECT count(*) FROM holder WHERE key = ? AND kind = 'passkey'"
            if connection.execute(query, (first.key,)).fetchone()[0] >= MOST_PASSKEYS:
                raise TooManyPasskeys
            opened = Opened(first.key, self._vault.opened(first))
            locator = self._locator(passkey)
            holder = self._vault.insert_holder(connection, opened, locator=locator, via=label, at=at, kind="passkey")
            values = (holder, passkey.id, passkey.public_key, passkey.counter, "")
            try:
                connection.execute("INSERT INTO passkey VALUES (?, ?, ?, ?, ?)", values)
            except sqlite3.IntegrityError as error:
                raise Taken from error
            note(connection, first.key, Act.ENROLLED, holder.hex(), at)
            return holder

        return self._vault.store.write(act)

    def open(self, *, challenge: str, answer: str, at: datetime) -> Opened:
        """The key that a passkey opens, which was used just now. Raises PasskeyRefused or ChallengeRefused.

        One that counts and does not go on from where it was may have been copied: it is refused, and her log says so.
        """
        self._vault.check_challenge(challenge, at=at)
        used = Used(answer)
        rows = self._vault.store.read("SELECT public_key, counter FROM passkey WHERE credential = ?", used.credential)
        if not rows:
            raise PasskeyRefused("unknown")
        known = Credential(used.credential, *rows[0])
        locator = self._locator(known)
        owner = self._vault.store.read("SELECT key FROM holder WHERE locator = ?", locator)
        if not owner:
            raise PasskeyRefused("unknown")
        handle = self._handle(owner[0][0])
        counter = used.checked(self._site, known, challenge=nonce_of(challenge), handle=handle)

        def act(connection: sqlite3.Connection) -> Opened | None:
            spend(connection, challenge, at)
            row = row_of(connection, locator)
            query = "SELECT holder, counter FROM passkey WHERE credential = ?"
            found = connection.execute(query, (known.id,)).fetchone()
            if row is None or found is None:
                raise PasskeyRefused("unknown")
            holder, last = found
            if (counter or last) and counter <= last:
                note(connection, row.key, Act.COPIED, holder.hex(), at)
                return None
            query = "UPDATE passkey SET counter = ?, used = ? WHERE holder = ?"
            connection.execute(query, (counter, at.isoformat(), holder))
            note(connection, row.key, Act.BY_PASSKEY, holder.hex(), at)
            return Opened(row.key, self._vault.opened(row))

        opened = self._vault.store.write(act)
        if opened is None:
            raise PasskeyRefused("counter")
        return opened

    def remove(self, *, proof: str, passkey: bytes, at: datetime) -> None:
        """Let a passkey open the key of the proof no more; one that is not there changes nothing. Raises
        ProofRefused."""

        def act(connection: sqlite3.Connection) -> None:
            first = self._vault.proved(connection, proof, at)
            query = "DELETE FROM holder WHERE id = ? AND key = ? AND kind = 'passkey'"
            if connection.execute(query, (passkey, first.key)).rowcount:
                note(connection, first.key, Act.REMOVED, passkey.hex(), at)

        self._vault.store.write(act)
        self._vault.store.write_anew()

    def _locator(self, passkey: Credential) -> bytes:
        return self._vault.locator_of(b"passkey", passkey.id, passkey.public_key)

    def _handle(self, key: bytes) -> bytes:
        """What a passkey keeps to say whose it is: the same for all of one key, and nothing to anybody else."""
        return self._vault.locator_of(b"handle", key, b"", b"")
