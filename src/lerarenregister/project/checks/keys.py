"""Keys: random, each its own, and the way to the vault private."""

import base64
import binascii
from itertools import combinations, pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from lerarenregister.accounts.oidc.providers import private_transport

TEXTS = {"SECRET_KEY": 50, "CODE_HASH_KEY": 32}
IF_ANY = {"PSEUDONYM_KEY": 32, "VAULT_TOKEN": 32}
BYTES = ("AUDIT_SIGNING_KEY",)
_FEWEST_DIFFERENT = 10  # 32 random characters of 16 kinds have fewer than once in a million times
_WORDS = ("example", "voorbeeld", "change", "insecure", "secret", "geheim", "password", "wachtwoord", "test-", "demo-")
_MAKE = "Make one with: openssl rand -base64 48. docs/how-to/operate.md says what a new one costs."
_MAKE_BYTES = "Make one with: openssl rand -base64 32, before anybody uses the register."


def guessable(value: str | bytes) -> bool:
    """Whether it was thought up and not drawn: few different characters, one piece repeated, a known word, a series."""
    half = len(value) // 2
    if len(set(value)) < _FEWEST_DIFFERENT or any(value[step:] == value[:-step] for step in range(1, half + 1)):
        return True
    if isinstance(value, str):
        return any(word in value.casefold() for word in _WORDS)
    steps = {(later - earlier) % 256 for earlier, later in pairwise(value)}
    return len(steps) == 1 or all(32 <= each < 127 for each in value)


def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E001` too short, `E002` thought up, `E003` not 32 bytes, `E004` two the same."""
    found: list[CheckMessage] = []
    texts = TEXTS | {name: least for name, least in IF_ANY.items() if getattr(settings, name)}
    for name, least in texts.items():
        value = getattr(settings, name)
        if len(value) < least:
            found.append(Error(f"{name} has fewer than {least} characters.", hint=_MAKE, id="deploy.E001"))
        if guessable(value):
            found.append(Error(f"{name} is not random: it looks like an example.", hint=_MAKE, id="deploy.E002"))
    kept = [name for name in BYTES if getattr(settings, name)]  # a process has those that it needs
    for name in kept:
        raw = _decoded(getattr(settings, name))
        if len(raw) != 32:
            found.append(Error(f"{name} is not 32 bytes in base64.", hint=_MAKE_BYTES, id="deploy.E003"))
        elif guessable(raw):
            found.append(Error(f"{name} is not random: it looks like an example.", hint=_MAKE_BYTES, id="deploy.E002"))
    for one, other in combinations((*texts, *kept), 2):
        if getattr(settings, one).rstrip("=") == getattr(settings, other).rstrip("="):
            hint = "Make each its own: what leaks one must not give the other."
            found.append(Error(f"{one} and {other} are the same.", hint=hint, id="deploy.E004"))
    return found


def check_way_to_vault(**kwargs: Any) -> list[CheckMessage]:
    """`deploy.E005`: somebody on the way to the vault could read the keys."""
    if private_transport(settings.VAULT_URL):
        return []
    hint = "Use https://, or http:// to this machine alone."
    return [Error("VAULT_URL is not private: portfolio keys would go over it.", hint=hint, id="deploy.E005")]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
