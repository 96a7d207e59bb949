"""The proof of a fresh sign-in: the only thing that opens a key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vault.errors import StaleProof

OLDEST = timedelta(seconds=60)
CLOCK_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class FreshProof:
    """Who signed in just now: (issuer, subject) at a provider, whose account here, when, and the moment of asking.

    The caller has verified the provider's token; the store checks the age again. Both times are aware. Raises
    StaleProof when the sign-in is over 60 seconds old, lies over 5 seconds ahead, or has no issuer or subject.
    """

    issuer: str
    subject: str
    account: UUID
    authenticated_at: datetime
    at: datetime

    def __post_init__(self) -> None:
        if not self.issuer or not self.subject:
            raise StaleProof("a proof names an issuer and a subject")
        if self.authenticated_at.tzinfo is None or self.at.tzinfo is None:
            raise StaleProof("a proof carries times with a zone")
        if not -CLOCK_SKEW <= self.at - self.authenticated_at <= OLDEST:
            raise StaleProof("the sign-in is not fresh")
