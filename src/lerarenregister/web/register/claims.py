"""What her sign-in says of her, as the register compares it."""

from lerarenregister.register.rules.identity import ClaimedIdentity
from lerarenregister.web.accounts.session import claims_of
from lerarenregister.web.requests import DoorRequest


def identity_of(request: DoorRequest) -> ClaimedIdentity:
    """The claims of the provider at this sign-in; raises SignInNeeded."""
    claims = claims_of(request)
    return ClaimedIdentity(claims.family_name, claims.given_name, claims.birth_date)
