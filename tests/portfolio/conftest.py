"""A teacher and a stranger, each with a key of her own."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.rules.entries import Content, Kind


@dataclass(frozen=True)
class Owner:
    """Somebody with a session of her own and her key in it."""

    viewer: Viewer
    sealer: Sealer

    def save(
        self,
        text: str,
        at: datetime,
        *,
        entry_id: UUID | None = None,
        expected: int = 0,
        on: date | None = None,
        draft: int | None = None,
    ) -> actions.Saved:
        content = Content(Kind.READING, on or at.date(), text)
        return actions.save_entry(
            viewer=self.viewer,
            sealer=self.sealer,
            entry_id=entry_id or uuid4(),
            expected=expected,
            content=content,
            at=at,
            draft=draft,
        )


def owner() -> Owner:
    return Owner(Viewer(uuid4(), SessionKind.PERSON_BOUND, session_id=uuid4()), Sealer(new_key()))


@pytest.fixture
def teacher() -> Owner:
    return owner()


@pytest.fixture
def stranger() -> Owner:
    return owner()
