"""Files that hold a secret. What is wrong with one is told by its name and by what it should hold: never a character of
it, for what a program says is copied into letters and logs."""

from pathlib import Path

from ballotbox.checks import Refused
from ballotbox.command.io import Wrong, text, value
from ballotbox.credentials import is_token, secret_of
from ballotbox.pedersen import private_share
from ballotbox.scalars import Secret


def private_key(path: Path) -> Secret:
    """The private key of a trustee who is always needed. Raises Wrong."""
    try:
        return Secret.of_decimal(value(path))
    except Refused:
        raise Wrong(f"{path}: this is no private key; `ballotbox trustee key` writes one (ID.privkey)") from None


def seed(path: Path) -> str:
    """The seed of a trustee of a threshold. Raises Wrong."""
    found = text(path)
    if not is_token(found):
        raise Wrong(f"{path}: this is no seed; `ballotbox trustee certificate` writes one (ID.key)")
    return found


def share(own: Path, kept: Path) -> Secret:
    """Her share of the private key, which is kept encrypted with her seed. Raises Wrong."""
    found = seed(own)
    try:
        return private_share(found, text(kept))
    except Refused:
        raise Wrong(
            f"{kept}: this is no share, or not of the seed in {own}; `ballotbox trustee share` writes it (ID.dkey)"
        ) from None


def credential(path: Path, uuid: str) -> Secret:
    """The secret exponent of a voter in an election. Raises Wrong."""
    try:
        return secret_of(text(path), uuid)
    except Refused:
        raise Wrong(
            f"{path}: this is no credential; it looks like XXXXX-XXXXXX-XXXXX-XXXXXX and is alone in the file"
        ) from None
