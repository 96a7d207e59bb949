"""Keyed hashes: what must be recognised but not kept."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def keyed_hash(purpose: str, text: str) -> bytes:
    """HMAC-SHA256 under CODE_HASH_KEY; `purpose` keeps the hashes of codes and of addresses apart."""
    return hmac.new(settings.CODE_HASH_KEY.encode(), f"{purpose}\x1f{text}".encode(), hashlib.sha256).digest()


def staff_hash(board: UUID, staff_number: str) -> bytes:
    """By what an objection recognises somebody at a board."""
    return keyed_hash("objection", f"{board} {staff_number}")
