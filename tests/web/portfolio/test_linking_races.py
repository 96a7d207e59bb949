"""Two at once: an account that is empty is linked and closed, and something of it comes in just then."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.errors import IdentityTaken, SignInNeeded
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.person import actions as person
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.actions.files import Store
from lerarenregister.portfolio.queries import leaves_nothing
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.files import Room
from lerarenregister.portfolio.rules.heads import DraftContent
from tests.attacks.test_races import at_once
from tests.register.cast import AT

pytestmark = pytest.mark.django_db(transaction=True)
SEALER = Sealer(new_key())


def entry(viewer: Viewer) -> object:
    content = Content(Kind.READING, AT.date(), "Mijn eerste")
    return actions.save_entry(viewer=viewer, sealer=SEALER, entry_id=uuid4(), expected=0, content=content, at=AT)


def draft(viewer: Viewer) -> object:
    return actions.save_draft(viewer=viewer, sealer=SEALER, content=DraftContent(uuid4(), text="Half"), expected=0)


def file(viewer: Viewer) -> object:
    return Store(viewer=viewer, sealer=SEALER, room=Room(1_000, 1_000), at=AT)


def proof_of(subject: str) -> FreshSignIn:
    return FreshSignIn("eid", True, "https://eid.example.org", subject, AT, "Vos", "Vera", date(1990, 1, 2), "")


@pytest.mark.parametrize("write", [entry, draft, file])
def test_what_she_begins_while_her_empty_account_is_linked_is_there_or_was_refused(
    write: Callable[[Viewer], object],
) -> None:
    """Never both: an account that is closed, and a first text that was taken for saved."""
    for number in range(4):
        stays, goes = (
            accounts.sign_in(proof=proof_of(f"{who}{number}"), device="", at=AT).account for who in ("stays", "goes")
        )
        looked, written = threading.Event(), threading.Event()

        def empty(account: UUID, looked: threading.Event = looked, written: threading.Event = written) -> bool:
            """Found empty; and from here on she writes, if nothing keeps her from it."""
            found = leaves_nothing(account)
            looked.set()
            written.wait(0.3)
            return found

        def link(stays: UUID = stays, number: int = number, empty: Any = empty) -> None:
            person.link_identity(account=stays, proof=proof_of(f"goes{number}"), leaves_nothing=empty, at=AT)

        def write_then(goes: UUID = goes, number: int = number, looked: Any = looked, written: Any = written) -> None:
            if number:
                looked.wait(5)
            write(Viewer(goes, SessionKind.PERSON_BOUND))
            written.set()

        linked, saved = at_once(link, write_then)
        assert (linked is None) != (saved is None), (linked, saved)
        assert isinstance(linked or saved, IdentityTaken if linked else SignInNeeded)
        assert leaves_nothing(goes) == (linked is None)
