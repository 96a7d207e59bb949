"""Files that hold a secret. What is wrong with one is told by its name and by what it should hold: never a character of
it, for what a program says is copied into letters and logs."""

from pathlib import Path

from ballotbox.checks import Refused
from ballotbox.command.io import Wrong, text
from ballotbox.credentials import is_token, secret_of
from ballotbox.encoding import read
from ballotbox.pedersen import private_share
from ballotbox.scalars import Secret


def private_key(path: Path) -> Secret:
    """The private key of a trustee who is always needed. Raises Wrong."""
    found = _text(path, "--privkey")
    try:
        return Secret.of_decimal(read(found))
    except Refused:
        raise Wrong(f"{path}: this is no private key; `ballotbox trustee key` writes one (ID.privkey)") from None


def seed(path: Path) -> str:
    """The seed of a trustee of a threshold. Raises Wrong."""
    found = _text(path, "--key")
    if not is_token(found):
        raise Wrong(f"{path}: this is no seed; `ballotbox trustee certificate` writes one (ID.key)")
    return found


def share(own: Path, kept: Path) -> Secret:
    """Her share of the private key, which is kept encrypted with her seed. Raises Wrong."""
    found, encrypted = seed(own), _text(kept, "--share")
    try:
        return private_share(found, encrypted)
    except Refused:
        raise Wrong(
            f"{kept}: this is no share, or not of the seed in {own}; `ballotbox trustee share` writes it (ID.dkey)"
        ) from None


def credential(path: Path, uuid: str) -> Secret:
    """The secret exponent of a voter in an election. Raises Wrong."""
    found = _text(path, "--credential")
    try:
        return secret_of(found, uuid)
    except Refused:
        raise Wrong(
            f"{path}: this is no credential; it looks like XXXXX-XXXXXX-XXXXX-XXXXXX and is alone in the file"
        ) from None


def _text(path: Path, option: str) -> str:
    """What stands in it. Where there is no such file the name is not said: it may be the secret itself."""
    try:
        _ = str(path) == "-" or path.stat()
    except (OSError, ValueError) as error:
        told = (isinstance(error, OSError) and error.strerror) or "no name of a file"
        raise Wrong(f"{option} takes the name of a file, and not what stands in it: {told}") from None
    return text(path)
