"""Why a right is not carried out now."""

from lerarenregister.kernel.errors import DomainError


class TooManyOpen(DomainError):
    """She has as many objections as may wait at the same time."""

    code = "too-many-open"


class FreshSignInNeeded(DomainError):
    """Closing an account asks for a sign-in of a moment ago. The door asks for it."""

    code = "fresh-sign-in-needed"


class TooManyCodes(DomainError):
    """As many codes were sent today, of her or to that address, as may be in a day."""

    code = "too-many-codes"


class CodeWrong(DomainError):
    """The code does not work: it is another one, it expired, or it was tried too often."""

    code = "code-wrong"
