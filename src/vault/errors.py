"""Why the vault refuses. Each has a code, which is all that the answer says, and destroys nothing."""


class VaultError(Exception):
    """What every refusal is. `code` names the check that failed; `status` is the HTTP status of the answer."""

    code = "refused"
    status = 403


class Malformed(VaultError):
    """The question is not one: a field is missing or has another form."""

    code, status = "malformed", 400


class TokenRefused(VaultError):
    """The ID token proves no fresh sign-in of a person here; the detail names the check of `vault.tokens`."""

    code = "token"

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


class PasskeyRefused(VaultError):
    """The answer of the browser proves no passkey that opens a key here; the detail names the check of `vault.passkeys`
    or `vault.enrolling`."""

    code = "passkey"

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check


class TooManyPasskeys(VaultError):
    """As many passkeys open this key as may."""

    code, status = "many", 409


class ChallengeRefused(VaultError):
    """The challenge is not of ours, has had its time, or was used: it opens nothing (again)."""

    code = "challenge"


class ProofRefused(VaultError):
    """The earlier proof is not of ours, has had its time, or was used."""

    code = "proof"


class KeyMissing(VaultError):
    """This person has no key, and the caller did not allow to make one."""

    code, status = "missing", 404


class Taken(VaultError):
    """This sign-in opens another key already."""

    code, status = "taken", 409


class LastOne(VaultError):
    """Nothing would be left that opens this key."""

    code, status = "last", 409


class CodeRefused(VaultError):
    """No recovery code of a key that is held."""

    code = "code"


class CodeTooNew(VaultError):
    """The recovery code is hers, and too new to prove anything beside a sign-in: see `vault.unlinking`."""

    code, status = "code-new", 409


class Elder(VaultError):
    """What should go opens the key for longer than what proved it: that takes the recovery code too."""

    code, status = "elder", 409


class TooManyTries(VaultError):
    """Too many wrong recovery codes from this person within an hour."""

    code, status = "tries", 429


class IssuerAway(VaultError):
    """The signing keys of the provider can not be read now."""

    code, status = "issuer-away", 503


class StoreUnusable(VaultError):
    """The store does not open or does not take what must be written first: a full disk, a damaged file."""

    code, status = "store", 503


class RootMissing(VaultError):
    """A row is wrapped under a root key that is not among ours, or the file of root keys is no such file."""

    code, status = "root", 503
