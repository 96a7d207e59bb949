"""On a day, as known on a day: by example, and the page."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lerarenregister.accounts.errors import SignInNeeded
from lerarenregister.accounts.permissions import NOBODY, SessionKind, Viewer
from lerarenregister.kernel import clock
from lerarenregister.kernel.clock import dutch_date
from lerarenregister.register import actions, queries
from lerarenregister.register.rules.views import Asked, Change, Difference, Stated, View, changes
from tests.register import case_cast
from tests.register import twice_cast as cast
from tests.register.cast import AT, TEACHER, csv_of, deliver, sign_in, teacher

DAY, MONTH = timedelta(days=1), timedelta(days=30)
TODAY = dutch_date(AT)
STATED = Stated("a", "01AB00", "41234", "B01", "", date(2018, 8, 1), None, True)
VIEW = View(Asked(TODAY, TODAY), "LR-1", TODAY, "", (STATED,))


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (VIEW, []),
        (replace(VIEW, number="", since=None), [Change(Difference.NOT_REGISTERED)]),
        (replace(VIEW, since=TODAY - DAY), [Change(Difference.SINCE)]),
        (replace(VIEW, answers_as="LR-2"), [Change(Difference.ANSWERS_AS)]),
        (replace(VIEW, appointments=()), [Change(Difference.GONE, STATED)]),
        (
            replace(VIEW, appointments=(replace(STATED, last_day=TODAY),)),
            [Change(Difference.LAST_DAY, replace(STATED, last_day=TODAY), STATED)],
        ),
        (
            replace(VIEW, appointments=(replace(STATED, confirmed=False), replace(STATED, key="b"))),
            [
                Change(Difference.UNCONFIRMED, replace(STATED, confirmed=False), STATED),
                Change(Difference.ADDED, replace(STATED, key="b")),
            ],
        ),
    ],
)
def test_what_is_different_is_named(after: View, found: list[Change]) -> None:
    assert list(changes(VIEW, after)) == found
    assert len(changes(after, VIEW)) == len(found)


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_each_day_says_what_was_known_on_it_and_what_came_later_changes_no_earlier_view() -> None:
    viewer = cast.activated(at=AT)
    before = queries.own_view(viewer, Asked(TODAY, TODAY))
    assert (before.number, [each.confirmed for each in before.appointments]) == ("", [False])
    cast.confirm(viewer, AT + DAY)
    registered = queries.own_view(viewer, Asked(TODAY + DAY, TODAY + DAY))
    assert registered.number
    deliver(csv_of({"einde": "2018-08-31"}), at=AT + MONTH)
    cast.confirm(viewer, AT + MONTH)
    actions.leave_register(viewer=viewer, at=AT + 2 * MONTH)
    assert queries.own_view(viewer, Asked(TODAY, TODAY)) == before
    assert queries.own_view(viewer, Asked(TODAY + DAY, TODAY + DAY)) == registered
    # The same day by what is known later: her work had ended by then, and she was registered all the same.
    later = queries.own_view(viewer, Asked(TODAY + DAY, TODAY + 3 * MONTH))
    assert [each.kind for each in changes(registered, later)] == [Difference.GONE]
    assert queries.own_view(viewer, Asked(TODAY + 3 * MONTH, TODAY + 3 * MONTH)).number == ""
    assert queries.own_view(teacher(), Asked(TODAY, TODAY)).appointments == ()
    with pytest.raises(SignInNeeded):
        queries.own_view(NOBODY, Asked(TODAY, TODAY))


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_a_view_takes_three_statements_and_knows_when_a_number_answered_as_another() -> None:
    first = cast.registered()
    second = cast.activated(cast.ELSEWHERE)
    cast.confirm(second)
    (case,) = cast.duplicates()
    case_cast.decide(case, case_cast.Outcome.GRANTED, at=AT + MONTH)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        view = queries.own_view(second, Asked(TODAY + MONTH, TODAY + MONTH))
    assert len(counted) <= 3
    assert view.answers_as == cast.number_of(first)


@pytest.mark.django_db
@pytest.mark.usefixtures("known_institutions")
def test_her_page_shows_a_day_and_refuses_what_is_none(client: Client) -> None:
    now, today = clock.now(), dutch_date(clock.now())
    viewer = Viewer(account=sign_in(client, at=now, who=TEACHER), session=SessionKind.PERSON_BOUND)
    cast.activated(viewer=viewer, at=now)
    cast.confirm(viewer, now)
    days = {"on": str(today), "known_on": str(today)}
    page = client.get("/mijn-registratie/toen/", days).content.decode()
    assert "Je stond in het register met nummer" in page
    assert "Niets: het is nog zoals het toen bekend was." in page
    early = client.get("/mijn-registratie/toen/", days | {"known_on": str(today - DAY)}).content.decode()
    assert "Je stond niet in het register." in early
    assert "Nu staat vast dat je op die dag in het register stond." in early
    assert client.get("/mijn-registratie/toen/", {"on": "2018-13-01", "known_on": ""}).status_code == 400
    for known_on in (str(today + DAY), "9999-12-31"):
        wrong = client.get("/mijn-registratie/toen/", days | {"known_on": known_on})
        assert (wrong.status_code, "Kies vandaag of een eerdere dag." in wrong.content.decode()) == (400, True)
    for on in ("0001-01-01", "9999-12-31"):
        assert client.get("/mijn-registratie/toen/", {"on": on, "known_on": "0001-01-01"}).status_code == 200
    assert "De Eik" in page, "a school by its name"
    assert "01AB00" not in page
