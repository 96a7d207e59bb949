"""What the database knows of the keys in the vault: which one an owner has, and which wait to be erased."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.accounts.turns import take_turn
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.kernel.identifiers import random_id
from lerarenregister.portfolio.errors import KeyErased, KeysUnusable
from lerarenregister.portfolio.models import KeyErasure, PortfolioKey

UNTOLD = "?"
"""In the place of a hash: a recovery code was made, or may have been, and its owner may never have seen it."""


@transaction.atomic
def reserve_key(*, viewer: Viewer) -> UUID:
    """The id of her key in the vault; a new random one before it is made there, so that no key is ever of nobody."""
    row, _ = PortfolioKey.objects.get_or_create(
        owner=viewer.person(), defaults={"key": random_id(), "ticket": "", "unkept": UNTOLD}
    )
    return row.key


@transaction.atomic
def note_key(*, viewer: Viewer, key: UUID, ticket: str) -> None:
    """Note which key was opened for her, and the ticket that erases it. Raises KeysUnusable when it is another's, and
    KeyErased when it is one that must be gone: what she would write under it would be lost."""
    owner = viewer.person()
    if KeyErasure.objects.filter(pk=key).exists():
        raise KeyErased("the key of an account that was closed")
    if PortfolioKey.objects.filter(key=key).exclude(owner=owner).exists():
        raise KeysUnusable("the key of another account")
    if not PortfolioKey.objects.filter(owner=owner, key=key, ticket=ticket).exists():
        PortfolioKey.objects.update_or_create(owner=owner, defaults={"key": key, "ticket": ticket})


@transaction.atomic
def note_code(*, owner: UUID, mark: str) -> None:
    """Note that she did not yet say that she kept the recovery code with this hash, or UNTOLD."""
    PortfolioKey.objects.filter(owner=owner).exclude(unkept=mark).update(unkept=mark)


@transaction.atomic
def note_code_kept(*, viewer: Viewer, mark: str) -> bool:
    """Note that she kept the recovery code with this hash; whether that is the one that works, and was not kept yet."""
    return bool(PortfolioKey.objects.filter(owner=viewer.person(), unkept=mark).update(unkept=""))


@transaction.atomic
def note_elsewhere(*, viewer: Viewer) -> None:
    """Note that something of hers may wait where nothing here knows of it: her account is not taken for empty. Raises
    SignInNeeded when it was, just now."""
    unknown = PortfolioKey.objects.filter(owner=viewer.person(), elsewhere=False)
    if unknown.exists():
        take_turn(viewer.person())
        unknown.update(elsewhere=True)


@transaction.atomic
def note_key_erased(*, key: UUID, until: date) -> None:
    """The key is gone. Until the end of this day a backup of the vault may bring it back, to be erased again."""
    KeyErasure.objects.filter(pk=key, kept_until=None).update(kept_until=until)


@transaction.atomic
def forget_erasures(*, at: datetime) -> int:
    """Forget the keys that were erased so long ago that no backup of the vault has them; how many."""
    return KeyErasure.objects.filter(kept_until__lt=dutch_date(at)).delete()[0]
