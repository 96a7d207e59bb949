"""Why something of sharing is refused."""

from lerarenregister.kernel.errors import Absent, Invalid


class NotShared(Absent):
    """There is no copy for this secret. Guessed, taken back, past its end or never made: nobody can tell which."""

    code = "not-shared"


class MalformedSecret(Invalid):
    """What was typed is no secret of a share at all: a piece is missing, or it is something else."""

    code = "malformed-secret"


class MalformedAddress(Invalid):
    """What was typed is no address to receive at: a letter is wrong, or a piece is missing."""

    code = "malformed-address"


class SharesFull(Invalid):
    """She shares as much at once as one may: so many copies, or so many bytes."""

    code = "shares-full"


class FileVanished(Invalid):
    """A file of the collection can not be read (any more); nothing was shared."""

    code = "file-vanished"


class ShareInterrupted(Invalid):
    """The copy went while it was being made: the account was closed, or the same form came again and took over."""

    code = "share-interrupted"


class OpenedTooOften(Invalid):
    """The copy was opened as often as is kept in the log of it, so that it opens no more."""

    code = "opened-too-often"


class NotAsked(Invalid):
    """Who shared this copy did not ask for feedback."""

    code = "not-asked"


class NotesFull(Invalid):
    """As much was written back on this copy as one may."""

    code = "notes-full"
