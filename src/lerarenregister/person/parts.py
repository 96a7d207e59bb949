"""What a domain brings to the rights of a person: what it has of her."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from lerarenregister.kernel.holdings import Held


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
class Part:
    """`held` gives all that this domain has of her and nothing of anybody else; it is read when she asks."""

    name: str
    held: Callable[[Subject], Iterator[Held]]


PARTS: list[Part] = []


def held_by_all(parts: Sequence[Part], subject: Subject) -> Iterator[Held]:
    """All that these parts have of her, each kind under the name of its domain: `accounts.sessions`."""
    for part in parts:
        for held in part.held(subject):
            yield Held(f"{part.name}.{held.name}", held.rows)
