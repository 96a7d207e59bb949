"""Two accounts of one person confirm at the same moment: one is registered, and the other waits."""

import time
from functools import partial
from typing import Any

import pytest

from lerarenregister.register import queries
from lerarenregister.register.actions.cases import merging
from lerarenregister.register.models import Registration
from tests.attacks.test_races import at_once
from tests.register import twice_cast as cast
from tests.register.cast import institutions

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_accounts_that_confirm_at_once_find_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    institutions()
    enter = merging.enter

    def slowly(**given: Any) -> None:
        time.sleep(0.3)  # both have looked by now, unless one waits for the other
        enter(**given)

    monkeypatch.setattr(merging, "enter", slowly)
    both = (cast.activated(), cast.activated(cast.ELSEWHERE))
    assert not any(queries.own_registration(each).held for each in both), "neither is registered yet"
    assert at_once(*(partial(cast.confirm, each) for each in both)) == [None, None]
    assert Registration.objects.count() == 1
    assert sorted(queries.own_registration(each).held for each in both) == [False, True]
    assert list(queries.broken_rules()) == []
