"""Keeps the keys of the portfolios, wrapped, and unwraps one against a fresh sign-in of its owner.

Stands without Django and without the register. Promise 2: only the teacher sees her portfolio.
"""

from vault.errors import KeyMissing, KeyUnreadable, StaleProof, StoreUnusable, VaultError, WrongWrappingKey
from vault.proof import FreshProof
from vault.store import HeldKey, KeyStore, OpenedKey, erase

__all__ = [
    "FreshProof",
    "HeldKey",
    "KeyMissing",
    "KeyStore",
    "KeyUnreadable",
    "OpenedKey",
    "StaleProof",
    "StoreUnusable",
    "VaultError",
    "WrongWrappingKey",
    "erase",
]
