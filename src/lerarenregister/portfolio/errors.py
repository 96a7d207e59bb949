"""Why something of the portfolio is refused. None of them ever loses a text: the door gives it back."""

from lerarenregister.kernel.errors import Invalid


class TextTooLong(Invalid):
    """The text has more characters than one entry holds."""

    code = "text-too-long"


class PortfolioFull(Invalid):
    """It would be more than one portfolio holds. Nothing was written; what is there can be read and deleted."""

    code = "portfolio-full"
