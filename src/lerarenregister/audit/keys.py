"""The key that signs tree heads, and the public key that checks them, from the settings."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lerarenregister.audit.checkpoints import parse_verifier_key
from lerarenregister.audit.errors import LogDamaged


def signing_key() -> Ed25519PrivateKey:
    """AUDIT_SIGNING_KEY as a key; raises ImproperlyConfigured with what to do. The sealer alone needs it."""
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.AUDIT_SIGNING_KEY, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("AUDIT_SIGNING_KEY must be 32 bytes in base64: an Ed25519 seed.") from error


def public_key() -> Ed25519PublicKey:
    """The key that checks the heads under AUDIT_ORIGIN: AUDIT_VERIFIER_KEY, or else the one of AUDIT_SIGNING_KEY.

    Raises ImproperlyConfigured when there is none, when it is of another log, or when the two do not belong together.
    """
    if not settings.AUDIT_VERIFIER_KEY:
        if not settings.AUDIT_SIGNING_KEY:
            raise ImproperlyConfigured(
                "Set AUDIT_VERIFIER_KEY, as manage.py verify_audit prints it where AUDIT_SIGNING_KEY is."
            )
        return signing_key().public_key()
    try:
        origin, key = parse_verifier_key(settings.AUDIT_VERIFIER_KEY)
    except LogDamaged as error:
        raise ImproperlyConfigured(f"AUDIT_VERIFIER_KEY is wrong: {error}.") from error
    if origin != settings.AUDIT_ORIGIN:
        raise ImproperlyConfigured(f"AUDIT_VERIFIER_KEY is of the log {origin}, AUDIT_ORIGIN names another.")
    if settings.AUDIT_SIGNING_KEY and signing_key().public_key() != key:
        raise ImproperlyConfigured("AUDIT_VERIFIER_KEY is not the public key of AUDIT_SIGNING_KEY.")
    return key
