"""What can be wrong with the log."""

from lerarenregister.kernel.errors import DomainError


class LogDamaged(DomainError):
    """The log does not agree with a signed tree head."""

    code = "log-damaged"
