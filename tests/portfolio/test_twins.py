"""Two texts that say the same and have another past: what is brought in again loses nothing of either."""

from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.rules.entries import KeptEntry
from tests.portfolio.conftest import Owner

pytestmark = pytest.mark.django_db


def twin(owner: Owner, at: datetime, *before: str) -> UUID:
    """Something that says "Nu gelijk" and said these before."""
    key: UUID | None = None
    for number, text in enumerate((*before, "Nu gelijk")):
        saved = owner.save(text, at + timedelta(minutes=number), entry_id=key, expected=number)
        assert saved.entry is not None
        key = saved.entry.id
    assert key is not None
    return key


def taken(owner: Owner) -> list[KeptEntry]:
    return list(queries.everything(owner.viewer, owner.sealer))


def pasts(owner: Owner) -> list[list[str]]:
    """What each of her texts said before."""
    return sorted([version.content.text for version in each.earlier] for each in taken(owner))


def bring_in(owner: Owner, entries: list[KeptEntry], at: datetime) -> actions.Imported:
    return actions.import_entries(viewer=owner.viewer, sealer=owner.sealer, entries=entries, at=at)


@pytest.mark.parametrize(("gone", "turned"), list(product((0, 1, 2), (False, True))))
def test_whichever_of_them_is_gone_comes_back_with_its_own_past(
    teacher: Owner, at: datetime, gone: int, turned: bool
) -> None:
    keys = [twin(teacher, at), twin(teacher, at, "Eerst dit"), twin(teacher, at, "Eerst dat")]
    whole, zipped = pasts(teacher), taken(teacher)
    Entry.objects.filter(pk=keys[gone]).delete()
    assert pasts(teacher) != whole
    done = bring_in(teacher, zipped[::-1] if turned else zipped, at)
    assert (done.added, done.skipped) == (1, 2)
    assert pasts(teacher) == whole
    assert bring_in(teacher, zipped, at) == actions.Imported(added=0, skipped=3)


def test_a_twin_whose_past_is_nowhere_comes_in_beside_the_others(teacher: Owner, stranger: Owner, at: datetime) -> None:
    for before in ("Eerst dit", "Eerst dat"):
        twin(stranger, at, before)
    for before in ("Iets anders", "Nog iets"):
        twin(teacher, at, before)
    zipped = taken(stranger)
    assert bring_in(teacher, zipped, at).added == 2
    assert pasts(teacher) == [["Eerst dat"], ["Eerst dit"], ["Iets anders"], ["Nog iets"]]
    assert bring_in(teacher, zipped, at).added == 0


def test_one_that_was_changed_since_and_says_the_same_again_has_all_that_comes_in(teacher: Owner, at: datetime) -> None:
    key, _ = twin(teacher, at, "Eerst dit"), twin(teacher, at)
    zipped = taken(teacher)
    teacher.save("Even anders", at, entry_id=key, expected=2)
    teacher.save("Nu gelijk", at, entry_id=key, expected=3)
    assert bring_in(teacher, zipped, at).added == 0
    assert pasts(teacher) == [[], ["Eerst dit", "Nu gelijk", "Even anders"]]
