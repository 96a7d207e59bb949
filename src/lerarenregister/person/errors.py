"""Why a right is not carried out now."""

from lerarenregister.kernel.errors import DomainError


class FreshSignInNeeded(DomainError):
    """Closing an account asks for a sign-in of a moment ago. The door asks for it."""

    code = "fresh-sign-in-needed"
