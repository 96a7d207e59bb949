"""What a domain brings to the rights of a person: what it has of her, and how it lets go of that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.kernel.holdings import Held
from lerarenregister.kernel.leaving import Leaving


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the domains know her: her account, and the ids of her files at boards."""

    account: UUID
    files: tuple[UUID, ...]

    @property
    def ids(self) -> list[UUID]:
        """All ids under which something may be held of her."""
        return [self.account, *self.files]


@dataclass(frozen=True, slots=True)
class Closing:
    """An account that is being closed by its holder."""

    viewer: Viewer
    subject: Subject
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """`held` gives all that this domain has of her and nothing of anybody else; it is read when she asks. `leaving`
    says what of it goes when she closes her account, and what stays until when. `close` does that, in one transaction
    with the others; `afterwards` does what can only be done when that is committed, and may be done twice."""

    name: str
    held: Callable[[Subject], Iterator[Held]]
    leaving: Callable[[Subject, datetime], Iterator[Leaving]]
    close: Callable[[Closing], None]
    afterwards: Callable[[], object] | None = None


PARTS: list[Part] = []


def held_by_all(parts: Sequence[Part], subject: Subject) -> Iterator[Held]:
    """All that these parts have of her, each kind under the name of its domain: `accounts.sessions`."""
    for part in parts:
        for held in part.held(subject):
            yield Held(f"{part.name}.{held.name}", held.rows)
