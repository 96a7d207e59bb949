"""Two at the same moment: one form, the last place, the last note, taking back."""

from datetime import datetime
from uuid import uuid4

import pytest

from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.errors import NotesFull, NotShared, OpenedTooOften, ShareInterrupted, SharesFull
from lerarenregister.portfolio.sharing.models import Copy, Note, Share
from lerarenregister.portfolio.sharing.rules import notes
from tests.attacks.test_races import at_once
from tests.portfolio.sharing.conftest import Sharer

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_form_from_two_tabs_makes_one_share(teacher: Sharer, at: datetime) -> None:
    for _ in range(5):
        key = uuid4()
        results = at_once(*(lambda: teacher.share(at, share_id=key) for _ in range(2)))  # noqa: B023  (at once, now)
        assert all(each == key or isinstance(each, ShareInterrupted) for each in results), results
        assert queries.opened(teacher.secret(key, at), at=at)
        assert Share.objects.filter(pk=key).count() == Copy.objects.filter(pk=key).count() == 1
    assert list(queries.broken_rules()) == []


def test_two_at_once_do_not_share_more_than_the_most(
    teacher: Sharer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_SHARES", 3)
    teacher.share(at)
    results = at_once(*(lambda: teacher.share(at) for _ in range(4)))
    assert Copy.objects.exclude(lookup=None).count() == Copy.objects.count() == Share.objects.count() <= 3
    assert any(isinstance(each, SharesFull) for each in results)


def test_two_readers_at_once_leave_no_more_than_the_most(
    teacher: Sharer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_OPENINGS", 2)
    monkeypatch.setattr(notes, "MOST_ANSWERS", 1)
    copy = queries.opened(teacher.secret(teacher.share(at), at), at=at)
    results = at_once(*(lambda: actions.note_opening(copy=copy, at=at) for _ in range(4)))
    assert [isinstance(each, OpenedTooOften) for each in results].count(True) == 2
    results = at_once(
        *(lambda: actions.write_back(copy=copy, note_id=uuid4(), text="Mooi", name="", at=at) for _ in range(3))
    )
    assert [isinstance(each, NotesFull) for each in results].count(True) == 2
    assert Note.objects.count() == 3


def test_one_answer_from_a_double_click_counts_once(teacher: Sharer, at: datetime) -> None:
    key, note = teacher.share(at), uuid4()
    copy = queries.opened(teacher.secret(key, at), at=at)
    at_once(*(lambda: actions.write_back(copy=copy, note_id=note, text="Mooi", name="", at=at) for _ in range(3)))
    assert (Note.objects.count(), Copy.objects.get().answers) == (1, 1)


def test_taken_back_at_the_moment_of_an_opening_it_is_gone_and_nothing_is_half(teacher: Sharer, at: datetime) -> None:
    for _ in range(5):
        key = teacher.share(at)
        copy = queries.opened(teacher.secret(key, at), at=at)
        results = at_once(
            lambda: teacher.stop(key, at),  # noqa: B023  (at once, now)
            lambda: actions.note_opening(copy=copy, at=at),  # noqa: B023
            lambda: teacher.stop(key, at),  # noqa: B023
        )
        assert results[0] is results[2] is None
        assert results[1] is None or isinstance(results[1], NotShared), results[1]
    assert not Copy.objects.exists()
    assert list(queries.broken_rules()) == []
