"""All that is held of one person, for herself alone."""

from collections.abc import Iterator

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.holdings import Held
from lerarenregister.kernel.leaving import Leaving
from lerarenregister.person.parts import PARTS, Subject, held_by_all
from lerarenregister.register.queries import subject_ids_of


def subject_of(viewer: Viewer) -> Subject:
    """Who she is to the domains; raises SignInNeeded or PersonBoundNeeded."""
    account = viewer.person()
    return Subject(account, tuple(subject_ids_of(account)[1:]))


def everything_held(viewer: Viewer) -> Iterator[Held]:
    """All that the installed domains hold of her, read while it is handed over; raises as `subject_of`."""
    return held_by_all(PARTS, subject_of(viewer))


def what_leaves(viewer: Viewer) -> list[Leaving]:
    """What goes when she closes her account, and what stays until when, as the parts say; raises as `subject_of`."""
    subject = subject_of(viewer)
    return [each for part in PARTS for each in part.leaving(subject)]
