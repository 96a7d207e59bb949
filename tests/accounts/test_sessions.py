"""Sessions: limits, her list, signing out here, there and everywhere."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.accounts import actions, queries, rules
from lerarenregister.accounts.actions.sessions import end_everybodys_sessions
from lerarenregister.accounts.errors import NotAllowed, SignInNeeded
from lerarenregister.accounts.models import SignedInSession
from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.permissions import COMMAND, NOBODY, SessionKind
from lerarenregister.accounts.rules import SessionLimits, SessionState
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.audit.queries import log_state
from lerarenregister.kernel.errors import Absent
from lerarenregister.web.accounts import listeners, session
from lerarenregister.web.accounts.devices import device_of
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.requests import DoorRequest
from tests.accounts.running import RunningProvider, begin, choose, sign_in

pytestmark = pytest.mark.django_db

LIMITS = SessionLimits(idle=timedelta(minutes=30), absolute=timedelta(hours=10))
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def proof(subject: str, at: datetime, *, person_bound: bool = True) -> FreshSignIn:
    return FreshSignIn("eid", person_bound, "https://eid", subject, at, "Berg", "Anna", date(1984, 3, 12), "token")


def opened(subject: str, at: datetime, *, person_bound: bool = True) -> actions.OpenedSession:
    return actions.sign_in(proof=proof(subject, at, person_bound=person_bound), device="Firefox", at=at)


def seen(session: actions.OpenedSession, at: datetime) -> queries.SessionSeen:
    return queries.viewer_of(session.id, limits=LIMITS, at=at)


@pytest.mark.parametrize(
    ("started", "last_seen", "ended", "state"),
    [
        (0, 0, None, SessionState.OPEN),
        (30, 30, None, SessionState.IDLE),
        (30, 29.99, None, SessionState.OPEN),
        (600, 1, None, SessionState.OVER),
        (599.99, 1, None, SessionState.OPEN),
        (600, 600, None, SessionState.OVER),
        (5, 1, 0, SessionState.ENDED),
        (700, 700, 650, SessionState.ENDED),
    ],
)
def test_a_limit_that_is_reached_is_passed(
    at: datetime, started: float, last_seen: float, ended: float | None, state: SessionState
) -> None:
    found = rules.session_state(
        started_at=at - timedelta(minutes=started),
        last_seen_at=at - timedelta(minutes=last_seen),
        ended_at=None if ended is None else at - timedelta(minutes=ended),
        limits=LIMITS,
        at=at,
    )
    assert found is state


def test_the_kind_of_session_follows_the_identity(at: datetime) -> None:
    assert seen(opened("anna", at), at).viewer.session is SessionKind.PERSON_BOUND
    assert seen(opened("anna-at-school", at, person_bound=False), at).viewer.session is SessionKind.EMPLOYER


def test_an_idle_session_is_nobodys_and_use_keeps_it_open(at: datetime) -> None:
    session = opened("anna", at)
    later = at + timedelta(minutes=20)
    assert seen(session, later).touch_is_due
    actions.touch_session(session_id=session.id, at=later)
    assert not seen(session, later + timedelta(seconds=59)).touch_is_due
    assert seen(session, at + timedelta(minutes=45)).viewer.signed_in
    assert seen(session, later + timedelta(minutes=30)).viewer is NOBODY


def test_use_cannot_stretch_a_session_beyond_its_end(at: datetime) -> None:
    session = opened("anna", at)
    for minutes in range(10, 600, 10):
        actions.touch_session(session_id=session.id, at=at + timedelta(minutes=minutes))
    assert seen(session, at + timedelta(hours=10)).state is SessionState.OVER


def test_an_unknown_session_is_nobodys(at: datetime) -> None:
    assert queries.viewer_of(uuid4(), limits=LIMITS, at=at).viewer is NOBODY


def test_everywhere_ends_all_of_hers_and_nobody_elses(at: datetime) -> None:
    phone, laptop, strangers = opened("anna", at), opened("anna", at), opened("stranger", at)
    actions.end_all_sessions(viewer=seen(phone, at).viewer, at=at)
    states = [seen(each, at).state for each in (phone, laptop, strangers)]
    assert states == [SessionState.ENDED, SessionState.ENDED, SessionState.OPEN]


def test_at_the_machine_all_sessions_of_everybody_end_and_everybody_can_read_that(at: datetime) -> None:
    first, second = opened("anna", at), opened("bert", at)
    assert end_everybodys_sessions(viewer=COMMAND, at=at) == 2
    for each in (first, second):
        assert seen(each, at).viewer == NOBODY
    subjects = EventSubject.objects.filter(event__name="accounts.EverybodySignedOut").values_list("subject", flat=True)
    assert set(subjects) == {first.account, second.account}
    assert end_everybodys_sessions(viewer=COMMAND, at=at) == 0
    assert AuditEvent.objects.filter(name="accounts.EverybodySignedOut").count() == 1


def test_nobody_ends_all_sessions_in_a_page(at: datetime) -> None:
    session = opened("anna", at)
    for viewer in (NOBODY, seen(session, at).viewer):
        with pytest.raises(NotAllowed):
            end_everybodys_sessions(viewer=viewer, at=at)
    assert seen(session, at).state is SessionState.OPEN


def test_a_stranger_neither_sees_nor_ends_her_session(at: datetime) -> None:
    hers, stranger = opened("anna", at), seen(opened("stranger", at), at).viewer
    assert hers.id not in {row.id for row in queries.sessions_of(stranger, limits=LIMITS, at=at)}
    for session_id in (hers.id, uuid4()):
        with pytest.raises(Absent):
            actions.end_session(viewer=stranger, session_id=session_id, at=at)
    assert seen(hers, at).state is SessionState.OPEN


def test_nobody_has_sessions(at: datetime) -> None:
    with pytest.raises(SignInNeeded):
        queries.sessions_of(NOBODY, limits=LIMITS, at=at)
    with pytest.raises(SignInNeeded):
        actions.end_all_sessions(viewer=NOBODY, at=at)


def test_ending_twice_is_written_once(at: datetime) -> None:
    session = opened("anna", at)
    viewer = seen(session, at).viewer
    actions.end_session(viewer=viewer, session_id=session.id, at=at)
    before = log_state().unsealed
    actions.end_session(viewer=viewer, session_id=session.id, at=at)
    actions.end_all_sessions(viewer=viewer, at=at)
    assert log_state().unsealed == before


def test_her_list_has_the_present_session_first_and_no_ended_ones(at: datetime) -> None:
    old = opened("anna", at - timedelta(hours=2))
    ended = opened("anna", at)
    here = opened("anna", at - timedelta(minutes=5))
    other = opened("anna", at)
    viewer = seen(here, at).viewer
    actions.end_session(viewer=viewer, session_id=ended.id, at=at)
    rows = queries.sessions_of(viewer, limits=LIMITS, at=at)
    assert [(row.id, row.current) for row in rows] == [(here.id, True), (other.id, False)]
    assert old.id not in {row.id for row in rows}


def test_opening_an_account_twice_is_one_account(at: datetime) -> None:
    one, two = (
        actions.open_account(provider="eid", issuer="https://eid", subject="anna", person_bound=True, at=at)
        for _ in range(2)
    )
    assert one == two == opened("anna", at).account


def test_she_sees_her_sessions_with_their_devices_and_ends_one(eid: RunningProvider) -> None:
    phone = Client(headers={"User-Agent": FIREFOX})
    laptop = Client()
    sign_in(phone, eid, "anna")
    sign_in(laptop, eid, "anna")
    page = laptop.get("/sessies/").content.decode()
    assert "Firefox, Windows" in page
    assert page.count("Deze sessie beëindigen") == 1
    found = re.findall(r"/sessies/([0-9a-f-]{36})/beeindigen/", page)
    assert laptop.post(f"/sessies/{found[1]}/beeindigen/").status_code == 302
    assert phone.get("/sessies/").status_code == 302
    assert laptop.get("/sessies/").status_code == 200


def test_signing_out_everywhere_in_the_pages(eid: RunningProvider) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, eid, "anna")
    assert browsers[0].post("/sessies/overal-uitloggen/")["Location"] == "/"
    assert [browser.get("/sessies/").status_code for browser in browsers] == [302, 302]


def test_a_stranger_who_ends_her_session_sees_the_page_of_what_is_not_there(eid: RunningProvider) -> None:
    hers, stranger = Client(), Client()
    sign_in(hers, eid, "anna")
    sign_in(stranger, eid, "bram")
    page = hers.get("/sessies/").content.decode()
    session = re.search(r"/sessies/([0-9a-f-]{36})/beeindigen/", page)
    assert session is not None
    refused = stranger.post(f"/sessies/{session[1]}/beeindigen/")
    absent = stranger.post(f"/sessies/{uuid4()}/beeindigen/")
    assert (refused.status_code, absent.status_code) == (404, 404)
    assert hers.get("/sessies/").status_code == 200


@pytest.mark.parametrize("limit", ["IDLE_MINUTES", "SESSION_HOURS"])
def test_past_a_limit_the_page_asks_to_sign_in_and_the_session_is_emptied(
    eid: RunningProvider, settings: Settings, limit: str
) -> None:
    browser = Client()
    sign_in(browser, eid, "anna")
    key = browser.cookies["sessie"].value
    setattr(settings, limit, 0)
    assert browser.get("/sessies/")["Location"] == "/inloggen/?verder=%2Fsessies%2F"
    settings.IDLE_MINUTES, settings.SESSION_HOURS = 30, 10
    browser.cookies["sessie"] = key
    assert browser.get("/sessies/").status_code == 302


def test_signing_out_needs_a_post_and_asks_no_sign_in(eid: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, eid, "anna")
    assert browser.get("/uitloggen/").status_code == 405
    assert browser.get("/sessies/").status_code == 200
    assert browser.post("/uitloggen/")["Location"] == "/"
    assert browser.get("/sessies/").status_code == 302
    assert browser.post("/uitloggen/")["Location"] == "/"


def test_the_listeners_hear_of_signing_in_and_out(eid: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []

    def in_(request: DoorRequest, response: HttpResponse, fresh: FreshSignIn, purpose: Purpose) -> None:
        heard.append((fresh.subject, fresh.family_name, fresh.birth_date, request.viewer.session))
        response.set_cookie("sleutel", "x")

    def out(request: DoorRequest, response: HttpResponse) -> None:
        heard.append("out")
        response.delete_cookie("sleutel")

    monkeypatch.setattr(listeners, "on_sign_in", [in_])
    monkeypatch.setattr(listeners, "on_sign_out", [out])
    browser = Client()
    sign_in(browser, eid, "anna")
    assert browser.cookies["sleutel"].value == "x"
    browser.post("/uitloggen/")
    assert browser.cookies["sleutel"].value == ""
    assert heard == [("eid-anna", "van der Berg", date(1984, 3, 12), SessionKind.PERSON_BOUND), "out"]


def test_a_listener_that_fails_makes_the_sign_in_fail(eid: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: DoorRequest, response: HttpResponse, fresh: FreshSignIn, purpose: Purpose) -> None:
        raise Absent

    monkeypatch.setattr(listeners, "on_sign_in", [broken])
    browser = Client()
    assert browser.get(choose(begin(browser, "eid"), "anna")).status_code == 404
    assert browser.get("/sessies/").status_code == 302
    assert not SignedInSession.objects.filter(ended_at=None).exists(), "half a sign-in leaves no session open"


def test_a_sign_in_that_breaks_before_its_browser_knows_leaves_no_session_open(
    eid: RunningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        assert SignedInSession.objects.filter(ended_at=None).exists()
        raise OSError("a disk is full")

    browser = Client(raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr(session, "remember", broken)
        assert browser.get(choose(begin(browser, "eid"), "anna")).status_code == 500
    assert not SignedInSession.objects.filter(ended_at=None).exists()
    assert sign_in(browser, eid, "anna").status_code == 302
    assert SignedInSession.objects.filter(ended_at=None).count() == 1


def test_a_page_of_hers_is_never_kept_by_a_cache(eid: RunningProvider) -> None:
    browser = Client()
    sign_in(browser, eid, "anna")
    for address in ("/sessies/", "/uitnodiging/", "/inloggen/"):
        assert "no-store" in browser.get(address)["Cache-Control"]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_described_in_two_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_times_are_in_utc_in_the_proof(eid: RunningProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[datetime] = []
    monkeypatch.setattr(listeners, "on_sign_in", [lambda request, response, fresh, _: heard.append(fresh.auth_time)])
    sign_in(Client(), eid, "anna")
    assert heard[0].tzinfo is UTC
    assert abs(heard[0] - datetime.now(UTC)) < timedelta(seconds=30)
