"""What the vault is told by its environment, and nothing else: paths, who may ask, and where passkeys hold."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fido2.rpid import verify_rp_id

LEAST_TOKEN = 32


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys hold: pages at these `origins`, all of the domain `rp_id` (WebAuthn level 2, section 5.1.3)."""

    rp_id: str
    origins: tuple[str, ...]

    @classmethod
    def read(cls, origins: str, rp_id: str = "") -> "Site":
        """From addresses with blanks or commas between, and a domain; without one it is the host of the first address.
        Raises ValueError naming what is wrong."""
        listed = tuple(origins.replace(",", " ").split())
        if not listed:
            raise ValueError("VAULT_ORIGINS names no address")
        site = cls(rp_id or urlsplit(listed[0]).hostname or "", listed)
        for each in listed:
            parts = urlsplit(each)
            if each != f"{parts.scheme}://{parts.netloc}" or parts.username is not None or each != each.lower():
                raise ValueError(
                    f"VAULT_ORIGINS: {each} must be as https://register.example.org, with no path or slash"
                )
            if not verify_rp_id(site.rp_id, each):
                what = "https (http only on localhost), and of the domain VAULT_DOMAIN"
                raise ValueError(f"VAULT_ORIGINS: {each} must be {what}, which is {site.rp_id or 'empty'}")
        if site.rp_id.replace(".", "").isdigit() or ":" in site.rp_id:
            raise ValueError("VAULT_DOMAIN is a domain: a passkey is never of a number")
        return site


@dataclass(frozen=True, slots=True)
class Settings:
    """`store`, `roots` and `issuers` are paths; `token` is what a caller must send as a bearer token; `site` is where
    passkeys hold."""

    store: Path
    roots: Path
    issuers: Path
    site: Site
    token: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """From VAULT_STORE, VAULT_ROOTS, VAULT_ISSUERS, VAULT_TOKEN, VAULT_ORIGINS and, if any, VAULT_DOMAIN; raises
        ValueError naming what is wrong."""
        for name in ("VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS", "VAULT_TOKEN", "VAULT_ORIGINS"):
            if not environment.get(name):
                raise ValueError(f"{name} is not set")
        if len(environment["VAULT_TOKEN"]) < LEAST_TOKEN:
            raise ValueError(f"VAULT_TOKEN has fewer than {LEAST_TOKEN} characters")
        store, roots, issuers = (Path(environment[name]) for name in ("VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS"))
        site = Site.read(environment["VAULT_ORIGINS"], environment.get("VAULT_DOMAIN", ""))
        return cls(store, roots, issuers, site, environment["VAULT_TOKEN"])
