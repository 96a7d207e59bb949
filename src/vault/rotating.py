"""Wrapping everything under the present root key anew, while the vault runs.

A row at a time is found under an earlier root and written back; a batch is one commit. Who stops it half way goes on
later: what is done is found no more. An earlier root may go from the file when nothing is left under it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vault.errors import RootMissing
from vault.roots import Wrapped
from vault.rows import place_of, place_of_secret
from vault.service import Vault

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many rows were wrapped anew, and how many stand under a root that is not in the file."""

    rows: int
    unreadable: int


def rotate(vault: Vault, said: Callable[[int], None] = lambda _: None) -> Rotated:
    """Wrap all under the present root; `said` hears after each batch how many are done."""
    done, after, unreadable = _secrets(vault), b"", 0
    while batch := vault.store.read(
        "SELECT locator, key, root, envelope FROM holder WHERE root != ? AND locator > ? ORDER BY locator LIMIT ?",
        vault.roots.present,
        after,
        BATCH,
    ):
        anew = []
        for locator, key, root, envelope in batch:
            bound_to = place_of(key, locator)
            try:
                secret = vault.roots.unwrap(Wrapped(root, envelope), bound_to)
            except RootMissing:
                unreadable += 1
                continue
            wrapped = vault.roots.wrap(secret, bound_to)
            anew.append((wrapped.root, wrapped.envelope, locator, envelope))
        vault.store.write_many("UPDATE holder SET root = ?, envelope = ? WHERE locator = ? AND envelope = ?", anew)
        done, after = done + len(anew), batch[-1][0]
        said(done)
    vault.store.write_anew()
    return Rotated(done, unreadable)


def _secrets(vault: Vault) -> int:
    rows = vault.store.read("SELECT name, root, envelope FROM secret WHERE root != ?", vault.roots.present)
    for name, root, envelope in rows:
        bound_to = place_of_secret(name)
        wrapped = vault.roots.wrap(vault.roots.unwrap(Wrapped(root, envelope), bound_to), bound_to)
        vault.store.write_many(
            "UPDATE secret SET root = ?, envelope = ? WHERE name = ?", [(wrapped.root, wrapped.envelope, name)]
        )
    return len(rows)
