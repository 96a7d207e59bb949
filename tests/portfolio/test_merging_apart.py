"""A merge of two registrations moves nothing of a portfolio: each account opens its own, before, while and after."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lerarenregister.kernel.envelopes import Sealer, new_key
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Entry
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.register import actions as register
from lerarenregister.register import queries as registered
from lerarenregister.register.models import Merge
from tests.register import case_cast, cast, twice_cast
from tests.register.cast import AT, JUDGE

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


def _rows() -> list[dict[str, Any]]:
    return list(Entry.objects.order_by("pk").values())


def test_two_portfolios_stay_two_and_are_not_touched() -> None:
    cast.institutions()
    first = twice_cast.registered()
    second = twice_cast.activated(twice_cast.ELSEWHERE)
    twice_cast.confirm(second)
    hers = [(first, Sealer(new_key()), uuid4()), (second, Sealer(new_key()), uuid4())]
    for viewer, sealer, key in hers:
        content = Content(Kind.OTHER, AT.date(), f"Van {key}")
        actions.save_entry(viewer=viewer, sealer=sealer, entry_id=key, expected=0, content=content, at=AT)
    before = _rows()
    twice_cast.decide(same=True)
    assert registered.own_registration(second).answers_as
    assert _rows() == before
    for viewer, sealer, key in hers:
        assert [str(each) for each in queries.ids_of_everything(viewer, sealer)] == [str(key)]
        assert queries.entry(viewer, sealer, key).content.text == f"Van {key}"
    merge = Merge.objects.get()
    officer = cast.support()
    case = register.propose_undo(merge=merge.id, words="Toch twee.", claims=JUDGE, viewer=officer, at=LATER)
    proposal = registered.desk_case(case, claims=JUDGE, viewer=officer, at=LATER).proposal
    assert proposal is not None
    case_cast.agree(proposal.id, at=LATER)
    assert not registered.own_registration(second).answers_as
    assert _rows() == before
