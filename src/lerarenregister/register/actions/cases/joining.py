"""She enters her code, and it is looked into whether she is registered with another account already."""

from datetime import datetime

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.register.actions import activation
from lerarenregister.register.actions.activation import Redeemed
from lerarenregister.register.actions.cases.finding import look_for_registered
from lerarenregister.register.rules.identity import ClaimedIdentity


def redeem(*, code: str, identity: ClaimedIdentity, viewer: Viewer, at: datetime) -> Redeemed:
    """As `activation.redeem`. What is found does not change the answer: her file joins her account, and she reads on
    her page that her registration waits. Should this end between the two, then it is looked for when she confirms."""
    redeemed = activation.redeem(code=code, identity=identity, viewer=viewer, at=at)
    if redeemed.joined:
        look_for_registered(viewer.person(), at=at)
    return redeemed
