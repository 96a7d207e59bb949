"""By which name and birth date the register knows somebody who is in it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register.models import Confirmation, ProvenPerson
from lerarenregister.register.queries.letters import full_name


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """A name and birth date that she confirmed. `given_name` are initials when a board delivered them; `proven_at` is
    when she confirmed that two people had seen the proof, None when a board delivered it."""

    given_name: str
    prefix: str
    family_name: str
    birth_date: date
    proven_at: datetime | None

    @property
    def name(self) -> str:
        """The name as it is written in Dutch."""
        return full_name(self.given_name, self.prefix, self.family_name)


def known_person(account: UUID) -> PersonKnown | None:
    """What holds for this account: what was proven, else what she confirmed last; None when she confirmed nothing."""
    proven = ProvenPerson.objects.filter(account=account, superseded_at=None).first()
    if proven is not None:
        parts = (proven.given_name, proven.prefix, proven.family_name)
        return PersonKnown(*parts, proven.birth_date, proven.recorded_at)
    last = Confirmation.objects.filter(account=account).select_related("person_version")
    row = last.order_by("-confirmed_at", "-id").first()
    if row is None:
        return None
    seen = row.person_version
    return PersonKnown(seen.initials, seen.prefix, seen.family_name, seen.birth_date, None)


def own_name(viewer: Viewer) -> PersonKnown | None:
    """Hers; raises SignInNeeded or PersonBoundNeeded."""
    return known_person(viewer.person())
