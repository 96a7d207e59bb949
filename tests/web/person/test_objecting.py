"""Objecting to what the register does with her data: what she says, what support answers, and how long it is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lerarenregister.accounts import actions as accounts
from lerarenregister.accounts.permissions import NOBODY, Role, SessionKind, Viewer
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.jobs.person import due
from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.person import actions, queries
from lerarenregister.person.errors import TooManyOpen
from lerarenregister.person.models import Objection
from lerarenregister.person.rules import MOST_CHARACTERS, MOST_OPEN
from lerarenregister.web.processing import shown
from tests.attacks import cast
from tests.attacks.cast import Browser
from tests.rulebook import TERMS

pytestmark = pytest.mark.django_db
WRITE, MINE, SUPPORT = "/mijn-gegevens/bezwaren/nieuw/", "/mijn-gegevens/", "/ondersteuning/bezwaren/"
WORDS = "Bewaar niet <welk> apparaat ik gebruik: ik ben ooit gevolgd."


def page_of(browser: Browser, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def her() -> Browser:
    return cast.sign_in("teacher")


@pytest.fixture
def support() -> Browser:
    return cast.with_role("joke", Role.SUPPORT)


def objected(browser: Browser, words: str = WORDS, activity: str = "inloggen") -> Objection:
    answer = browser.client.post(WRITE, {"activity": activity, "words": words})
    assert answer["Location"] == f"{MINE}?gedaan=ingediend"
    return Objection.objects.latest("made_at")


def answered(browser: Browser, made: Objection, decision: str = "refuse", motive: str = "Zo zie je misbruik.") -> Any:
    said = {f"{made.id.hex}-decision": decision, f"{made.id.hex}-motive": motive}
    return browser.client.post(f"{SUPPORT}{made.id}/", said)


def test_she_says_what_and_why_and_sees_by_when_she_has_an_answer_and_then_the_answer(
    her: Browser, support: Browser
) -> None:
    page = page_of(her, WRITE)
    for each in shown.activities(clock.now()):
        assert (each.name in page) is each.personal, (
            "everything that the register does with data about people can be chosen"
        )
    made = objected(her)
    assert (made.words, made.answer_by) == (WORDS, made.made_at + TERMS.objection)
    page = page_of(her, f"{MINE}?gedaan=ingediend")
    assert f"binnen {TERMS.objection.days} dagen antwoord" in page
    assert "Bewaar niet &lt;welk&gt; apparaat" in page
    assert "<h3>Inloggen</h3>" in page
    waiting = page_of(support, SUPPORT)
    assert "Bewaar niet &lt;welk&gt; apparaat" in waiting
    assert str(her.account) in waiting
    assert answered(support, made)["Location"] == f"{SUPPORT}?gedaan=antwoord"
    page = page_of(her, MINE)
    for said in ("Afgewezen.", "Zo zie je misbruik.", 'href="/hulp/#klacht"'):
        assert said in page
    assert "joke" not in page
    assert str(support.account) not in page, "who answered is a role"
    assert "een bezwaar van jou werd gelezen om het te beantwoorden" in page_of(her, "/wie-keek/")
    assert "Er wacht niets." in page_of(support, SUPPORT)
    names = list(AuditEvent.objects.filter(name__startswith="person.").values_list("name", flat=True).order_by("id"))
    assert names == ["person.ObjectionMade", "person.ObjectionsConsulted", "person.ObjectionAnswered"]
    subjects = EventSubject.objects.filter(event__in=AuditEvent.objects.filter(name__in=names))
    assert set(subjects.values_list("subject", flat=True)) == {her.account}


def test_what_is_granted_says_that_it_stops(her: Browser, support: Browser) -> None:
    answered(support, objected(her), "grant", "We bewaren het apparaat niet meer.")
    page = page_of(her, MINE)
    assert "Toegewezen: het register stopt ermee." in page
    assert "We bewaren het apparaat niet meer." in page
    assert "#klacht" not in page


def test_an_account_of_work_may_object_too_and_a_stranger_sees_nothing_of_it(her: Browser, support: Browser) -> None:
    work = cast.with_role("werk", Role.BOARD_STAFF, "41234")
    objected(work, "Noem mij niet in de lijst", "rollen")
    assert "Noem mij niet in de lijst" in page_of(work, MINE)
    assert "Noem mij niet in de lijst" not in page_of(her, MINE)
    made = Objection.objects.get()
    assert her.client.post(f"/mijn-gegevens/bezwaren/{made.id}/intrekken/").status_code == 404
    for browser in (her, work, cast.with_role("beheer", Role.BOARD_MANAGER, "41234")):
        assert browser.client.get(SUPPORT).status_code == 404
        assert answered(browser, made).status_code == 404
    assert Client().post(WRITE, {"words": "x"}).status_code == 302
    assert Objection.objects.get().answered_at is None


def test_support_needs_a_second_factor_and_never_answers_an_objection_of_its_own(support: Browser) -> None:
    made = objected(support)
    assert "Er wacht niets." in page_of(support, SUPPORT)
    assert answered(support, made).status_code == 404
    weak = cast.with_role("zwak", Role.SUPPORT, second_factor=False)
    assert weak.client.get(SUPPORT)["Location"].startswith("/tweede-factor/")
    assert Objection.objects.get().answered_at is None


@pytest.mark.parametrize("words", ["", "  \n ", "x" * (MOST_CHARACTERS + 1)])
def test_without_words_or_with_too_many_nothing_is_recorded_and_the_form_says_so(her: Browser, words: str) -> None:
    answer = her.client.post(WRITE, {"activity": "inloggen", "words": words})
    page = answer.content.decode()
    assert (answer.status_code, "Fout:" in page) == (400, True)
    assert not Objection.objects.exists()
    with pytest.raises(Invalid):
        actions.make_objection(viewer=cast.viewer_in(her), activity="", words=words, at=clock.now())


def test_something_that_is_no_activity_is_refused_and_something_else_is_none(her: Browser) -> None:
    for activity in ("onderhoud", "bestaat-niet", "x" * 500):
        assert her.client.post(WRITE, {"activity": activity, "words": WORDS}).status_code == 400
        with pytest.raises(Invalid):
            actions.make_objection(viewer=cast.viewer_in(her), activity=activity, words=WORDS, at=clock.now())
    assert objected(her, activity="").activity == ""
    assert "Iets anders, of ik weet het niet" in page_of(her, MINE)


def test_five_may_wait_at_the_same_time(her: Browser) -> None:
    for number in range(MOST_OPEN):
        first = objected(her, f"Nummer {number}")
    answer = her.client.post(WRITE, {"activity": "", "words": "Nog een"})
    assert answer.status_code == 400
    assert "Er wachten al vijf bezwaren" in answer.content.decode()
    with pytest.raises(TooManyOpen):
        actions.make_objection(viewer=cast.viewer_in(her), activity="", words="Nog een", at=clock.now())
    assert her.client.post(f"/mijn-gegevens/bezwaren/{first.id}/intrekken/")["Location"].endswith("teruggenomen")
    objected(her, "Nog een")


def test_what_she_took_back_is_answered_by_nobody_and_taken_back_once(her: Browser, support: Browser) -> None:
    made = objected(her)
    for _ in range(2):
        actions.take_back_objection(viewer=cast.viewer_in(her), objection=made.id, at=clock.now())
    assert AuditEvent.objects.filter(name="person.ObjectionTakenBack").count() == 1
    assert answered(support, made).status_code == 404
    assert "Ingetrokken op" in page_of(her, MINE)
    with pytest.raises(Absent):
        actions.take_back_objection(viewer=cast.viewer_in(her), objection=new_id(), at=clock.now())


def test_an_answer_is_given_once_and_the_same_one_again_changes_nothing(her: Browser, support: Browser) -> None:
    made, viewer = objected(her), cast.viewer_in(support)

    def say(motive: str, *, granted: bool = False, by: Viewer = viewer) -> None:
        actions.answer_objection(viewer=by, objection=made.id, granted=granted, motive=motive, at=clock.now())

    for wrong in ("", " ", "x" * (MOST_CHARACTERS + 1)):
        with pytest.raises(Invalid):
            say(wrong)
    say("Het kan niet anders.")
    say(" Het kan niet anders. ")
    for other in ({"motive": "Toch wel."}, {"motive": "Het kan niet anders.", "granted": True}):
        with pytest.raises(Absent):
            say(**other)  # type: ignore[arg-type]
    with pytest.raises(Absent):
        say("Het kan niet anders.", by=cast.viewer_in(cast.with_role("piet", Role.SUPPORT)))
    assert AuditEvent.objects.filter(name="person.ObjectionAnswered").count() == 1


def test_a_wrong_answer_comes_back_with_what_was_typed_and_nothing_is_answered(her: Browser, support: Browser) -> None:
    made = objected(her)
    answer = answered(support, made, "", "Half <af>")
    assert answer.status_code == 400
    assert "Half &lt;af&gt;" in answer.content.decode()
    assert Objection.objects.get().answered_at is None


def test_her_words_wait_when_her_session_ended_while_she_wrote(her: Browser) -> None:
    page = page_of(her, WRITE)
    mark = page.partition('name="van" value="')[2].partition('"')[0]
    accounts.end_all_sessions(viewer=cast.viewer_in(her), at=clock.now())
    to = her.client.post(WRITE, {"van": mark, "activity": "rechten", "words": WORDS})["Location"]
    assert to.startswith("/inloggen/")
    cast.sign_in("teacher", client=her.client)
    page = page_of(her, WRITE)
    assert "Bewaar niet &lt;welk&gt; apparaat" in page
    assert "Je was uitgelogd toen je dit verstuurde." in page
    assert not Objection.objects.exists()


def test_an_objection_goes_after_its_term_and_one_that_waits_stays(her: Browser, support: Browser) -> None:
    at = clock.now()
    first, taken, _waits = (objected(her, words) for words in ("Een", "Twee", "Drie"))
    answered(support, first)
    her.client.post(f"/mijn-gegevens/bezwaren/{taken.id}/intrekken/")
    assert due.by_term(at + TERMS.objection_answered - timedelta(minutes=1)) == ""
    assert Objection.objects.count() == 3
    after = clock.now() + TERMS.objection_answered + timedelta(minutes=1)
    assert due.by_term(after) == "2 answered objections forgotten"
    assert due.by_term(after) == ""
    assert Objection.objects.get().words == "Drie"
    assert due.by_term(after + 9 * TERMS.objection_answered) == "", "one that waits is late, and stays"


def test_who_runs_the_register_sees_how_many_wait_and_how_many_are_late(her: Browser) -> None:
    objected(her)
    at = clock.now()
    assert queries.objections_state(at) == queries.ObjectionsState(1, 0)
    assert queries.objections_state(at + TERMS.objection) == queries.ObjectionsState(1, 1)


def test_nobody_objects_without_an_account() -> None:
    for viewer in (NOBODY, Viewer(session=SessionKind.COMMAND)):
        with pytest.raises(Exception, match="needed"):
            actions.make_objection(viewer=viewer, activity="", words="x", at=clock.now())
