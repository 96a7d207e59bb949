"""Goals, themes, collections, repeating activities, links: hers alone, and nothing of it is ever lost."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.models import Entry, EntryVersion
from lerarenregister.portfolio.rules.choosing import Choice
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import Every, Facets, Form, State
from lerarenregister.portfolio.rules.repeating import due_on, next_on
from lerarenregister.portfolio.rules.stories import MOST_PIECES, Piece, moved
from tests.portfolio.conftest import Owner

pytestmark = pytest.mark.django_db
ON = date(2018, 9, 3)


def keep(
    person: Owner, text: str, at: datetime, *, on: date = ON, pieces: tuple[Piece, ...] = (), **facets: Any
) -> UUID:
    """Keep a thing with these facets; its id."""
    key = uuid4()
    content = Content(Kind.OTHER, on, "", text, facets=Facets(**facets), pieces=pieces)
    saved = actions.save_entry(
        viewer=person.viewer, sealer=person.sealer, entry_id=key, expected=0, content=content, at=at
    )
    assert saved.outcome is Outcome.CREATED
    return key


def change(person: Owner, key: UUID, at: datetime, *, expected: int | None = None, **fields: Any) -> actions.Saved:
    """Change fields of the content that is there."""
    view = queries.entry(person.viewer, person.sealer, key)
    return actions.save_entry(
        viewer=person.viewer,
        sealer=person.sealer,
        entry_id=key,
        expected=view.version if expected is None else expected,
        content=replace(view.content, **fields),
        at=at,
    )


def seen(person: Owner, **choice: Any) -> list[str]:
    page = queries.timeline(person.viewer, person.sealer, choice=Choice(**choice))
    assert page.count == sum(len(month.entries) for month in page.months)
    return [line.heading for month in page.months for line in month.entries]


def test_she_chooses_by_tag_theme_goal_kind_and_year(teacher: Owner, at: datetime) -> None:
    goal = keep(teacher, "Beter feedback geven", at, form=Form.GOAL)
    theme = keep(teacher, "Toetsen", at, form=Form.THEME, tags=("toetsen", "FEEDBACK"))
    keep(teacher, "Met woord", at, tags=("feedback",))
    keep(teacher, "Met doel", at + timedelta(minutes=1), links=(goal,))
    keep(teacher, "Met band", at, links=(theme,), on=date(2011, 1, 1))
    teacher.save("Gelezen", at + timedelta(minutes=2))
    assert seen(teacher) == ["Gelezen", "Met doel", "Met woord", "Met band"]
    assert seen(teacher, tag="Feedback") == ["Met woord"]
    assert seen(teacher, goal=goal) == ["Met doel"]
    assert seen(teacher, theme=theme) == ["Met woord", "Met band"]
    assert seen(teacher, theme=theme, year=2011) == ["Met band"]
    assert seen(teacher, kind=Kind.READING) == ["Gelezen"]
    assert seen(teacher, tag="feedback", year=2011) == []
    assert seen(teacher, goal=uuid4()) == seen(teacher, theme=uuid4()) == []
    choices = queries.choices(teacher.viewer, teacher.sealer)
    assert choices.tags == ("feedback", "toetsen")
    assert [each.heading for each in choices.themes] == ["Toetsen"]
    assert [each.heading for each in choices.goals] == ["Beter feedback geven"]
    assert choices.years == (2018, 2011)


def test_somebody_elses_goal_and_theme_choose_nothing(teacher: Owner, stranger: Owner, at: datetime) -> None:
    goal = keep(stranger, "Van een ander", at, form=Form.GOAL)
    theme = keep(stranger, "Van een ander", at, form=Form.THEME, tags=("feedback",))
    keep(teacher, "Van mij", at, tags=("feedback",), links=(goal, theme))
    assert seen(teacher, goal=goal) == seen(teacher, theme=theme) == []
    page = queries.timeline(teacher.viewer, teacher.sealer, choice=Choice(goal=goal, theme=theme))
    assert (page.goal, page.theme) == ("", "")


def test_a_goal_shows_what_was_done_for_it_and_stands_as_she_says(teacher: Owner, at: datetime) -> None:
    goal = keep(teacher, "Beter feedback geven", at, form=Form.GOAL, until=date(2019, 7, 1))
    keep(teacher, "Eén", at, links=(goal,))
    keep(teacher, "Twee", at, links=(goal,))
    line = queries.goals(teacher.viewer, teacher.sealer)[0]
    assert (line.heading, line.entries, line.state, line.until) == (
        "Beter feedback geven",
        2,
        State.OPEN,
        date(2019, 7, 1),
    )
    assert [each.id for each in queries.open_goals(teacher.viewer, teacher.sealer)] == [goal]
    change(teacher, goal, at, facets=Facets(Form.GOAL, state=State.REACHED))
    assert queries.goals(teacher.viewer, teacher.sealer)[0].state is State.REACHED
    assert queries.open_goals(teacher.viewer, teacher.sealer) == []
    assert [each.id for each in queries.open_goals(teacher.viewer, teacher.sealer, (goal,))] == [goal]


def links(person: Owner, key: UUID) -> list[str]:
    found = queries.links_of(person.viewer, person.sealer, queries.entry(person.viewer, person.sealer, key))
    return [each.heading for each in (*found.goals, *found.themes, *found.entries)]


def test_a_link_is_shown_in_both_directions_and_round_in_a_circle(teacher: Owner, at: datetime) -> None:
    one = keep(teacher, "Een", at)
    two = keep(teacher, "Twee", at + timedelta(minutes=1), links=(one,))
    three = keep(teacher, "Drie", at + timedelta(minutes=2), links=(two,))
    change(teacher, one, at, facets=Facets(links=(three, one)))
    assert links(teacher, one) == ["Drie", "Twee"]
    assert links(teacher, two) == ["Drie", "Een"]
    assert queries.entry(teacher.viewer, teacher.sealer, one).content.facets.links == (three,)


def test_a_link_to_somebody_elses_or_to_what_is_gone_is_left_out(teacher: Owner, stranger: Owner, at: datetime) -> None:
    theirs, mine = keep(stranger, "Van een ander", at), keep(teacher, "Van mij", at)
    story = keep(teacher, "Verhaal", at, form=Form.COLLECTION)
    linked = keep(teacher, "Met banden", at, links=(theirs, uuid4(), mine, story))
    assert queries.entry(teacher.viewer, teacher.sealer, linked).content.facets.links == (mine,)
    assert links(teacher, linked) == ["Van mij"]

    put = {"viewer": teacher.viewer, "sealer": teacher.sealer, "entry_id": mine}
    actions.delete_entry(**put, expected=1, at=at)  # type: ignore[arg-type]
    assert links(teacher, linked) == []
    actions.restore_entry(**put, expected=2, at=at)  # type: ignore[arg-type]
    assert links(teacher, linked) == ["Van mij"]
    actions.delete_entry(**put, expected=3, at=at)  # type: ignore[arg-type]
    assert actions.purge_due(at=at + timedelta(days=40)) == 1
    assert links(teacher, linked) == []
    assert change(teacher, linked, at, title="Zonder banden").outcome is Outcome.CHANGED
    assert queries.entry(teacher.viewer, teacher.sealer, linked).content.facets.links == ()


def test_a_thing_does_not_become_something_else(teacher: Owner, at: datetime) -> None:
    goal = keep(teacher, "Doel", at, form=Form.GOAL)
    with pytest.raises(Absent):
        change(teacher, goal, at, facets=Facets())
    assert queries.entry(teacher.viewer, teacher.sealer, goal).content.form is Form.GOAL


def told(person: Owner, key: UUID) -> list[str]:
    story = queries.story(person.viewer, person.sealer, key)
    return [part.content.heading() if part.content else part.text for part in story.parts]


def test_a_collection_tells_her_entries_in_her_order_with_text_between(teacher: Owner, at: datetime) -> None:
    one, two = keep(teacher, "Een", at), keep(teacher, "Twee", at)
    pieces = (Piece(two), Piece(text="En daarvoor"), Piece(one), Piece(two))
    story = keep(teacher, "Mijn jaar", at, form=Form.COLLECTION, pieces=pieces)
    assert told(teacher, story) == ["Twee", "En daarvoor", "Een", "Twee"]
    view = queries.entry(teacher.viewer, teacher.sealer, story)
    lines = queries.pieces_of(teacher.viewer, teacher.sealer, view, start=1, most=2)
    assert [(each.place, each.heading, each.text) for each in lines] == [(1, "", "En daarvoor"), (2, "Een", "")]
    actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=two, expected=1, at=at)
    assert told(teacher, story) == ["En daarvoor", "Een"]


def test_a_collection_holds_no_collection_not_itself_and_nothing_of_somebody_else(
    teacher: Owner, stranger: Owner, at: datetime
) -> None:
    theirs = keep(stranger, "Van een ander", at)
    goal = keep(teacher, "Doel", at, form=Form.GOAL)
    other = keep(teacher, "Andere", at, form=Form.COLLECTION)
    story = keep(teacher, "Verhaal", at, form=Form.COLLECTION)
    pieces = tuple(Piece(each) for each in (story, other, goal, theirs, uuid4()))
    assert change(teacher, story, at, pieces=pieces).outcome is Outcome.UNCHANGED
    assert told(teacher, story) == []
    with pytest.raises(Absent):
        queries.story(stranger.viewer, stranger.sealer, story)
    with pytest.raises(Absent):
        queries.story(teacher.viewer, teacher.sealer, goal)


def test_two_thousand_entries_in_one_collection(teacher: Owner, at: datetime) -> None:
    kept = [KeptEntry(Content(Kind.OTHER, ON, f"Stuk {number}"), at, at, id=uuid4()) for number in range(2_000)]
    actions.import_entries(viewer=teacher.viewer, sealer=teacher.sealer, entries=kept, at=at)
    ids = list(Entry.objects.values_list("id", flat=True))
    pieces = tuple(Piece(each) for each in ids)
    story = keep(teacher, "Alles", at, form=Form.COLLECTION, pieces=pieces)
    assert len(told(teacher, story)) == 2_000
    assert change(teacher, story, at, pieces=moved(pieces, 1_999, 0)).outcome is Outcome.CHANGED
    with CaptureQueriesContext(connection) as taken:
        parts = queries.story(teacher.viewer, teacher.sealer, story).parts
    assert (len(taken), parts[0].entry) == (5, ids[-1])
    assert MOST_PIECES >= 2 * 2_000


def test_moving_pieces_in_one_sitting_leaves_one_version(teacher: Owner, at: datetime) -> None:
    pieces = tuple(Piece(keep(teacher, f"Stuk {number}", at)) for number in range(4))
    story = keep(teacher, "Verhaal", at, form=Form.COLLECTION, pieces=pieces)
    for number in range(3):
        change(teacher, story, at + timedelta(minutes=number), pieces=moved(pieces, number, 3))
    assert not EntryVersion.objects.exists()
    change(teacher, story, at + timedelta(hours=2), pieces=pieces)
    change(teacher, story, at + timedelta(hours=2), pieces=pieces[:2])
    kept = queries.history(teacher.viewer, teacher.sealer, story)
    assert [each.content.pieces for each in kept] == [pieces, moved(pieces, 2, 3)]
    back = actions.restore_version(
        viewer=teacher.viewer, sealer=teacher.sealer, entry_id=story, version=kept[0].version, expected=6, at=at
    )
    assert back.outcome is Outcome.CHANGED
    assert len(told(teacher, story)) == 4


def test_a_change_in_an_older_tab_overwrites_no_order(teacher: Owner, at: datetime) -> None:
    pieces = tuple(Piece(keep(teacher, f"Stuk {number}", at)) for number in range(3))
    story = keep(teacher, "Verhaal", at, form=Form.COLLECTION, pieces=pieces)
    assert change(teacher, story, at, pieces=moved(pieces, 0, 2)).outcome is Outcome.CHANGED
    late = change(teacher, story, at, expected=1, pieces=moved(pieces, 1, 0))
    assert late.outcome is Outcome.CONFLICT
    assert late.entry
    assert late.entry.content.pieces == moved(pieces, 0, 2)


@pytest.mark.parametrize(
    ("repeat", "on", "due", "following"),
    [
        ((Every.WEEK, date(2018, 9, 3), None), date(2018, 9, 2), None, date(2018, 9, 3)),
        ((Every.WEEK, date(2018, 9, 3), None), date(2018, 9, 3), date(2018, 9, 3), date(2018, 9, 10)),
        ((Every.WEEK, date(2018, 9, 3), date(2018, 9, 3)), date(2018, 9, 9), None, date(2018, 9, 10)),
        ((Every.WEEK, date(2018, 9, 3), date(2018, 9, 3)), date(2018, 10, 3), date(2018, 10, 1), date(2018, 10, 8)),
        ((Every.TWO_WEEKS, date(2018, 9, 3), None), date(2018, 9, 16), date(2018, 9, 3), date(2018, 9, 17)),
        ((Every.MONTH, date(2018, 1, 31), None), date(2018, 2, 27), date(2018, 1, 31), date(2018, 2, 28)),
        ((Every.MONTH, date(2018, 1, 31), None), date(2018, 2, 28), date(2018, 2, 28), date(2018, 3, 31)),
        ((Every.MONTH, date(2018, 1, 31), None), date(2019, 1, 15), date(2018, 12, 31), date(2019, 1, 31)),
        ((Every.MONTH, date(2018, 12, 5), date(2018, 12, 5)), date(2018, 12, 31), None, date(2019, 1, 5)),
    ],
)
def test_when_something_comes_back(
    repeat: tuple[Every, date, date | None], on: date, due: date | None, following: date
) -> None:
    every, start, handled = repeat
    assert due_on(every, start, handled, on) == due
    assert next_on(every, start, on) == following


def wait(person: Owner, on: date) -> list[tuple[str, date | None]]:
    return [(each.heading, each.due_on) for each in queries.first_page(person.viewer, person.sealer, on=on).due]


def test_what_comes_back_waits_for_her_and_is_kept_once(teacher: Owner, at: datetime) -> None:
    goal = keep(teacher, "Doel", at, form=Form.GOAL)
    repeat = keep(
        teacher, "Intervisie", at, form=Form.REPEAT, every=Every.WEEK, tags=("intervisie",), quarters=6, links=(goal,)
    )
    assert seen(teacher) == []
    assert wait(teacher, ON) == [("Intervisie", ON)]
    form = {"viewer": teacher.viewer, "sealer": teacher.sealer, "repeat_id": repeat, "expected": 1, "on": ON}
    entry_id = uuid4()
    assert actions.keep_time(**form, entry_id=entry_id, at=at) == entry_id  # type: ignore[arg-type]
    assert actions.keep_time(**form, entry_id=entry_id, at=at) == entry_id  # type: ignore[arg-type]
    assert actions.keep_time(**form, entry_id=uuid4(), at=at) is None  # type: ignore[arg-type]
    assert not actions.pass_time(**form)  # type: ignore[arg-type]
    assert seen(teacher, goal=goal) == ["Intervisie"]
    kept = queries.entry(teacher.viewer, teacher.sealer, entry_id).content
    assert (kept.on, kept.facets.tags, kept.facets.quarters, kept.form) == (ON, ("intervisie",), 6, Form.ENTRY)
    assert wait(teacher, ON) == []
    later = ON + timedelta(days=20)
    assert wait(teacher, later) == [("Intervisie", ON + timedelta(days=14))]
    assert actions.pass_time(**form | {"expected": 2, "on": later})  # type: ignore[arg-type]
    assert wait(teacher, later) == []
    assert seen(teacher) == ["Intervisie"]
    assert not EntryVersion.objects.exists()


def test_a_time_of_somebody_else_or_of_what_does_not_come_back_is_absent(
    teacher: Owner, stranger: Owner, at: datetime
) -> None:
    repeat = keep(teacher, "Intervisie", at, form=Form.REPEAT, every=Every.WEEK)
    entry = keep(teacher, "Gewoon", at)
    for person, key in ((stranger, repeat), (teacher, entry), (teacher, uuid4())):
        form = {"viewer": person.viewer, "sealer": person.sealer, "repeat_id": key, "expected": 1, "on": ON}
        with pytest.raises(Absent):
            actions.pass_time(**form)  # type: ignore[arg-type]
        with pytest.raises(Absent):
            actions.keep_time(**form, entry_id=uuid4(), at=at)  # type: ignore[arg-type]
    with pytest.raises(Absent):  # the id of the form is that of somebody else's entry
        actions.keep_time(
            viewer=stranger.viewer,
            sealer=stranger.sealer,
            repeat_id=keep(stranger, "Intervisie", at, form=Form.REPEAT, every=Every.WEEK),
            expected=1,
            entry_id=entry,
            on=ON,
            at=at,
        )
    assert wait(stranger, ON) != []


def test_what_she_deleted_does_not_wait_and_is_chosen_by_nobody(teacher: Owner, at: datetime) -> None:
    repeat = keep(teacher, "Intervisie", at, form=Form.REPEAT, every=Every.WEEK)
    goal = keep(teacher, "Doel", at, form=Form.GOAL)
    for key in (repeat, goal):
        actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=key, expected=1, at=at)
    assert wait(teacher, ON) == []
    assert queries.goals(teacher.viewer, teacher.sealer) == []
    assert {each.form for each in queries.deleted_entries(teacher.viewer, teacher.sealer)} == {Form.REPEAT, Form.GOAL}


def test_the_lists_of_a_stranger_are_empty(teacher: Owner, stranger: Owner, at: datetime) -> None:
    for form in Form:
        keep(teacher, str(form), at, form=form, every=Every.WEEK, tags=("geheim",))
    mine = (stranger.viewer, stranger.sealer)
    lists = (queries.goals(*mine), queries.themes(*mine), queries.collections(*mine), queries.repeats(*mine, on=ON))
    assert lists == ([], [], [], [])
    assert queries.choices(*mine) == queries.Choices((), (), (), ())
