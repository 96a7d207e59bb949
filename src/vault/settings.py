"""What the vault is told by its environment, and nothing else: paths, and who may ask."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEAST_TOKEN = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """`store`, `roots` and `issuers` are paths; `token` is what a caller must send as a bearer token."""

    store: Path
    roots: Path
    issuers: Path
    token: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """From VAULT_STORE, VAULT_ROOTS, VAULT_ISSUERS and VAULT_TOKEN; raises ValueError naming what is wrong."""
        for name in ("VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS", "VAULT_TOKEN"):
            if not environment.get(name):
                raise ValueError(f"{name} is not set")
        if len(environment["VAULT_TOKEN"]) < LEAST_TOKEN:
            raise ValueError(f"VAULT_TOKEN has fewer than {LEAST_TOKEN} characters")
        store, roots, issuers = (Path(environment[name]) for name in ("VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS"))
        return cls(store, roots, issuers, environment["VAULT_TOKEN"])
