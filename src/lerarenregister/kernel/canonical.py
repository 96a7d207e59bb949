"""Canonical JSON (RFC 8785, by the `rfc8785` library) and the hash of it."""

import hashlib
from typing import Any

import rfc8785

from lerarenregister.kernel.errors import Invalid


def canonical_json(value: Any) -> bytes:
    """The one byte form of a JSON value; raises Invalid for what JSON can not say (RFC 8785)."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise Invalid("no canonical form") from error


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
