"""A root key in shares of words (SLIP-39): k of n holders together restore it after a disaster, fewer know nothing.

The words come from `shamir-mnemonic`, the reference implementation of the standard, so that any other one can read
them. No share and no number of shares opens a portfolio without the store.
"""

import base64
import binascii

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from vault.errors import RootMissing
from vault.roots import ROOT_BYTES

MOST = 16


def split(line: str, *, needed: int, holders: int) -> list[str]:
    """The root key in base64 as shares of 33 words, one for each holder. Raises ValueError for numbers that are no
    k of n: from 2 of 2 to 16 of 16, and RootMissing for what is no root key."""
    if not 2 <= needed <= holders <= MOST:
        raise ValueError(f"at least 2 holders must be needed, of at most {MOST}")
    groups: list[list[str]] = generate_mnemonics(1, [(needed, holders)], _key(line), iteration_exponent=0)
    return groups[0]


def combined(shares: list[str]) -> str:
    """The root key in base64, from as many shares as are needed. Raises ValueError with what is wrong."""
    try:
        key: bytes = combine_mnemonics([" ".join(share.lower().split()) for share in shares])
    except MnemonicError as error:
        raise ValueError(str(error)) from error
    return base64.b64encode(key).decode()


def _key(line: str) -> bytes:
    try:
        key = base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise RootMissing("a root key is 32 bytes in base64") from error
    if len(key) != ROOT_BYTES:
        raise RootMissing("a root key is 32 bytes in base64")
    return key
