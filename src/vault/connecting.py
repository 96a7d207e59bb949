"""The vault of an installation: its store, its root keys and the providers that it believes, by its settings."""

from vault.roots import Roots
from vault.service import Vault
from vault.settings import Settings
from vault.tokens import Issuers, read_issuers


def connected(settings: Settings) -> Vault:
    """The vault of these settings. Raises VaultError or ValueError."""
    return Vault(settings.store, Roots(settings.roots), Issuers(read_issuers(settings.issuers)))
