"""What stops an act that was done already."""

from lerarenregister.kernel.errors import DomainError


class AlreadyDone(DomainError):
    """The same form came a moment earlier and is done: what this sending did is to be undone."""

    code = "already-done"
