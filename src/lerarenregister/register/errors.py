"""What the register refuses."""

from collections.abc import Sequence

from lerarenregister.kernel.errors import DomainError


class FileRefused(DomainError):
    """A file that can not be read as a delivery or an import. `reason` is stable; `columns` names the columns concerned
    (never a value, never the name of an unknown column with a citizen service number in it)."""

    code = "file-refused"

    def __init__(self, reason: str, columns: Sequence[str] = ()) -> None:
        super().__init__(reason + (": " + ", ".join(columns) if columns else ""))
        self.reason = reason
        self.columns = tuple(columns)


class BoardUnknown(DomainError):
    """There is no board with this number."""

    code = "board-unknown"


class DeliveryBusy(DomainError):
    """Another delivery of this board is being delivered now."""

    code = "delivery-busy"


class WrongState(DomainError):
    """The delivery is not in the state from which this can be done."""

    code = "wrong-state"


class CodeRefused(DomainError):
    """The activation code is not right, used, voided or expired: the four look the same."""

    code = "code-refused"


class TooManyTries(DomainError):
    """The account tried too many codes in the last hour."""

    code = "too-many-tries"


class VersionPassed(DomainError):
    """What she saw is no longer what was delivered last: she looks again before she answers."""

    code = "version-passed"


class CaseMovedOn(DomainError):
    """It is no longer the turn of who acts: somebody else, or the clock, moved the case."""

    code = "case-moved-on"


class AlreadyAsked(DomainError):
    """She asked this of somebody else, and that question is still open."""

    code = "already-asked"


class SecondNeeded(DomainError):
    """Another person must agree: who proposed it can not."""

    code = "second-needed"


class StaffNumberUnknown(DomainError):
    """The board delivered nobody without an account under this staff number."""

    code = "staff-number-unknown"


class NotTheSamePerson(DomainError):
    """Name or birth date of who asked are not those that the board delivered under this staff number."""

    code = "not-the-same-person"


class MergedAway(DomainError):
    """This registration answers as another one of hers (`number`): the decision belongs there."""

    code = "merged-away"

    def __init__(self, number: str) -> None:
        super().__init__(f"it answers as {number}: decide there, or have the merge undone")
        self.number = number


class MergedAlready(DomainError):
    """Both are taken for others already: undo one of those first."""

    code = "merged-already"
