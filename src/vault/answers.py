"""What the vault answers, as frozen values."""

from dataclasses import dataclass, field
from enum import StrEnum

MOST_AMONG = 1_000
"""Of so many keys at once the vault says which are held."""

LEAST_LINES, MOST_LINES = 100, 5_000
"""How many openings the log of a key tells when nothing is said, and at most."""


class Also(StrEnum):
    """What she asks for beside her key: nothing, a new recovery code (the earlier one opens nothing any more), or a
    proof with which a second sign-in is linked or unlinked."""

    NOTHING = ""
    CODE = "code"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Opened:
    """A data key (32 bytes) under its id (16 bytes); whether it was made now; a new recovery code, told this once; a
    proof that she was here, for five minutes and one use."""

    id: bytes
    key: bytes = field(repr=False)
    made: bool = False
    code: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """Something that opens a key: an identity (`label` is the name of its provider), the recovery code, or a passkey
    (`label` is what its owner gave for a name; `used` is when it last opened, "" for never). `which` of the identities
    that were named in the question it is, counted from 0; -1 for none of them."""

    id: bytes
    kind: str
    label: str
    since: str
    used: str = ""
    which: int = -1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log of one key: when (ISO 8601, UTC), what, by which provider, or the id of which passkey."""

    at: str
    act: str
    via: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser needs to make or use a passkey. `secret` stays with who asked and is never sent to the browser,
    which signs its hash, `challenge`. `site` is the domain (the rp id); `handle` and `known`, the ids of the passkeys
    that are there, are only told to who has the key."""

    secret: str = field(repr=False)
    challenge: str
    site: str
    handle: bytes = b""
    known: tuple[bytes, ...] = ()
