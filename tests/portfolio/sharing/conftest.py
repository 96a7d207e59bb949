"""Two people who share and receive, and a collection to share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lerarenregister.accounts.permissions import SessionKind, Viewer
from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.actions import Files
from lerarenregister.portfolio.sharing.rules.copies import CopyPart, Story
from lerarenregister.portfolio.sharing.rules.lines import Asked, Audience
from lerarenregister.portfolio.sharing.rules.receiving import Address, Own
from lerarenregister.portfolio.sharing.rules.secrets import Secret

MOST = 64 * 1024 * 1024
STORY = Story("Mijn jaar", "Waar het over gaat", (CopyPart("Tussendoor"), CopyPart("Les gegeven", date(2018, 9, 1))))
NO_FILES = Files(lambda _file: iter(()), lambda _file: b"")


@dataclass(frozen=True)
class Sharer:
    """Somebody with a session of her own and her key in it."""

    viewer: Viewer = field(default_factory=lambda: Viewer(uuid4(), SessionKind.PERSON_BOUND, session_id=uuid4()))
    key: bytes = field(default_factory=new_key)

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.key)

    @property
    def own(self) -> Own:
        return Own.of(self.key)

    def share(
        self,
        at: datetime,
        *,
        story: Story = STORY,
        to: Address | None = None,
        share_id: UUID | None = None,
        days: int = 30,
        feedback: bool = True,
        files: Files = NO_FILES,
        most: int = MOST,
    ) -> UUID:
        """Share a story; the id of the share."""
        key = share_id or uuid4()
        until = at.date() + timedelta(days=days)
        actions.share(
            viewer=self.viewer,
            sealer=self.sealer,
            own=self.own,
            share_id=key,
            story=story,
            asked=Asked("Anouk", "Om te bespreken", "Cor", Audience.COLLEAGUE, until, feedback),
            to=to,
            files=files,
            most_bytes=most,
            at=at,
        )
        return key

    def secret(self, key: UUID, at: datetime) -> Secret:
        """The secret in the link of a share of hers."""
        view = queries.share(self.viewer, self.sealer, key, at=at)
        return Secret.parse(queries.link_of(self.own, view))

    def stop(self, key: UUID, at: datetime) -> None:
        actions.take_back(viewer=self.viewer, sealer=self.sealer, share_id=key, at=at)


def files_of(contents: dict[UUID, bytes], small: bytes = b"") -> Files:
    """Files that stand in memory."""

    def whole(file: FileRef) -> Iterator[bytes]:
        content = contents[file.id]
        for start in range(0, len(content), 300_000):
            yield content[start : start + 300_000]

    return Files(whole, lambda _file: small)


@pytest.fixture
def teacher() -> Sharer:
    return Sharer()


@pytest.fixture
def colleague() -> Sharer:
    return Sharer()
