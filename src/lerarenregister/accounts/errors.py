"""Why a sign-in, a role or an invitation is refused."""

from lerarenregister.kernel.errors import DomainError


class NotAllowed(DomainError):
    """The viewer's session or roles do not allow it. Doors show it as absent unless she can do something about it."""

    code = "not-allowed"


class PersonBoundNeeded(DomainError):
    """This needs a session begun with an identity of her own (eID, eduID); an employer's identity is not enough."""

    code = "person-bound-needed"


class SecondFactorNeeded(DomainError):
    """Her role allows it, but this session began without a second factor. Doors ask her to sign in with one."""

    code = "second-factor-needed"


class SignInNeeded(DomainError):
    """Nobody is signed in."""

    code = "sign-in-needed"


class SignInRefused(DomainError):
    """The provider's answer does not prove a fresh sign-in of this person for us; the detail names the check."""

    code = "sign-in-refused"


class InvitationRefused(DomainError):
    """The invitation code is unknown, used or expired: the three look the same."""

    code = "invitation-refused"


class IdentityTaken(DomainError):
    """This identity opens another account, which has something in it."""

    code = "identity-taken"


class LastIdentity(DomainError):
    """The identity of this session can not be unlinked in it."""

    code = "last-identity"
