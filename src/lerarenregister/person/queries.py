"""All that is held of one person, for herself alone."""

from collections.abc import Iterator

from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.accounts.queries import own_account
from lerarenregister.kernel.holdings import Held
from lerarenregister.kernel.leaving import Leaving
from lerarenregister.person.parts import PARTS, Subject, held_by_all
from lerarenregister.register.queries import subject_ids_of


def subject_of(viewer: Viewer) -> Subject:
    """Who she is to the domains: with an account that an employer gave, that account and no file of a teacher.

    Raises SignInNeeded or PersonBoundNeeded.
    """
    account = own_account(viewer)
    if viewer.session is SessionKind.EMPLOYER:
        return Subject(account, ())
    return Subject(account, tuple(subject_ids_of(account)[1:]))


def everything_held(viewer: Viewer) -> Iterator[Held]:
    """All that the installed domains hold of her, read while it is handed over; raises as `subject_of`."""
    return held_by_all(PARTS, subject_of(viewer))


def what_leaves(viewer: Viewer) -> list[Leaving]:
    """What goes when she closes her account, and what stays until when, as the parts say; raises as `subject_of`."""
    subject = subject_of(viewer)
    return [each for part in PARTS for each in part.leaving(subject)]
