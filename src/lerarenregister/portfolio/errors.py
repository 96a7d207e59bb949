"""Why something of the portfolio is refused. None of them ever loses a text: the door gives it back."""

from lerarenregister.kernel.errors import DomainError, Invalid


class TextTooLong(Invalid):
    """The text has more characters than one entry holds."""

    code = "text-too-long"


class PortfolioFull(Invalid):
    """It would be more than one portfolio holds. Nothing was written; what is there can be read and deleted."""

    code = "portfolio-full"


class KeysUnusable(DomainError):
    """The key store is not there, or does not open with our wrapping key; the detail says which."""

    code = "keys-unusable"
