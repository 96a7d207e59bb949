"""Taking away an identity that opens a key. It takes two proofs, for who has one of hers may not be she.

The one is a fresh sign-in with an identity that stays. The other is the identity that goes, or a recovery code that is
some days old: who came in a moment ago made no such code. An identity that the register does not know can be taken away
by one that is older with nothing more: what a thief added came after her own, and can not take hers away.
"""

import sqlite3
from datetime import datetime, timedelta

from vault import recovery
from vault.errors import CodeRefused, CodeTooNew, Elder, KeyMissing, LastOne, ProofRefused, VaultError
from vault.rows import Act, Row, check_tries, note, row_of, row_with, spend
from vault.service import Vault

CODE_COUNTS_AFTER = timedelta(days=7)
"""A week. A new recovery code comes with one sign-in, so until then it proves nothing beside one: within a week she
signs in, and sees in her log that somebody made it."""


class Unlinking:
    """Taking away what opens the keys of a vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def unlink(
        self,
        *,
        proof: str,
        issuer: str,
        subject: str,
        challenge: str = "",
        id_token: str = "",
        code: str = "",
        at: datetime,
    ) -> None:
        """Let an identity open the key no more: proved by another identity of hers, and by the one that goes (a fresh
        token) or the recovery code. Raises as `Vault.link` and `Vault.recover`, and LastOne; CodeTooNew; KeyMissing
        when it is not of this key.
        """
        vault = self._vault
        going = vault.locator(issuer, subject)
        person = vault.signed_in(challenge, id_token, at=at) if id_token else None
        bare = recovery.read(code) if not id_token else ""

        def act(connection: sqlite3.Connection) -> VaultError | None:
            if person is not None:
                spend(connection, challenge, at)
            first = vault.proved(connection, proof, at)
            if going == first.locator:
                return LastOne()
            if person is not None and vault.locator(person.issuer, person.subject) != going:
                return ProofRefused("another")
            if person is None and (refusal := _wrong_code(connection, first, bare, at)) is not None:
                return refusal
            row = row_of(connection, going)
            if row is None:
                return None  # the answer to an earlier question was lost
            if row.key != first.key:
                return KeyMissing()
            _take_away(connection, row, vault.name_of(issuer), at)
            return None

        self._done(vault.store.write(act))

    def remove(self, *, proof: str, holder: bytes, code: str = "", at: datetime) -> None:
        """Let an identity of which nothing but its id is known open the key no more, proved by an older one; one that
        is younger needs the recovery code too. One that is not there changes nothing. Raises ProofRefused, LastOne,
        Elder, CodeRefused, TooManyTries, CodeTooNew.
        """
        bare = recovery.read(code) if code else ""

        def act(connection: sqlite3.Connection) -> VaultError | None:
            first = self._vault.proved(connection, proof, at)
            row = row_with(connection, holder, of=first.key)
            if row is None or row.kind != "identity":
                return None
            if row.locator == first.locator:
                return LastOne()
            if bare and (refusal := _wrong_code(connection, first, bare, at)) is not None:
                return refusal
            if not bare and not first.since < row.since:
                return Elder()
            (label,) = connection.execute("SELECT label FROM holder WHERE id = ?", (holder,)).fetchone()
            _take_away(connection, row, label, at)
            return None

        self._done(self._vault.store.write(act))

    def _done(self, refusal: VaultError | None) -> None:
        """Raised here, after the write: a proof that was refused is used up, and a wrong code counts."""
        if refusal is not None:
            raise refusal
        self._vault.store.write_anew()


def _take_away(connection: sqlite3.Connection, going: Row, via: str, at: datetime) -> None:
    """Also the recovery code that this identity used up: it works for nobody else."""
    query = "DELETE FROM holder WHERE locator = ? OR (key = ? AND kind = 'recovery' AND label = ?)"
    connection.execute(query, (going.locator, going.key, going.locator.hex()))
    note(connection, going.key, Act.UNLINKED, via, at)


def _wrong_code(connection: sqlite3.Connection, first: Row, bare: str, at: datetime) -> VaultError | None:
    """None when the code is the one of the key of `first`, and counts; a wrong one is a try of hers."""
    check_tries(connection, first.locator, at)
    row = row_of(connection, recovery.locator_of(bare))
    if row is not None and row.kind == "recovery" and row.key == first.key and not row.used_by:
        return CodeTooNew() if at - row.since < CODE_COUNTS_AFTER else None
    connection.execute("INSERT INTO wrong_code (locator, at) VALUES (?, ?)", (first.locator, at.isoformat()))
    return CodeRefused("unknown")
