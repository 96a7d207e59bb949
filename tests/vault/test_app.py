"""The door of the vault: who asks without the token or otherwise hears a code, and no line of its log says who."""

import base64
import io
import json
import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import vaults
from tests.vault.signing import AT, EDUID, EID, KEY_ID, first, sign_in
from vault.answers import MOST_AMONG, MOST_LINES
from vault.app import MOST_BYTES, Application
from vault.errors import StoreUnusable
from vault.rows import erase_ticket, log_ticket
from vault.service import Vault
from vault.settings import Site

TOKEN = vaults.TOKEN
SITE = Site.read(vaults.ORIGIN)


class Door:
    """Asks as a server would."""

    def __init__(self, vault: Vault) -> None:
        self.application = Application(vault, TOKEN, SITE, now=lambda: AT)

    def __call__(
        self, path: str, body: object = None, *, method: str = "POST", token: str | None = TOKEN, **environ: Any
    ) -> tuple[int, dict[str, Any]]:
        raw = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        said: list[Any] = []
        asked = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": io.BytesIO(raw),
            **({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token is not None else {}),
            **environ,
        }
        answer = b"".join(self.application(asked, lambda status, headers: said.extend((status, dict(headers)))))
        assert said[1]["Content-Type"] == "application/json"
        assert said[1]["Cache-Control"] == "no-store"
        assert int(said[1]["Content-Length"]) == len(answer)
        return int(said[0].split()[0]), json.loads(answer)


@pytest.fixture
def door(vault: Vault) -> Door:
    return Door(vault)


def asked(vault: Vault, subject: str, **more: Any) -> dict[str, Any]:
    said = sign_in(vault, subject)
    return {"challenge": said["challenge"], "id_token": said["id_token"], **more}


VERBS = (
    "challenge",
    "open",
    "link",
    "unlink",
    "recover",
    "erase",
    "lines",
    "holders",
    "held",
    "remove",
    "passkey/ask",
    "passkey/enrol",
    "passkey/open",
    "passkey/remove",
)
_ASK_NOTHING = ("challenge", "held", "passkey/ask")


def test_how_much_of_a_log_is_asked_for_is_a_number_within_bounds(vault: Vault, door: Door) -> None:
    ticket = log_ticket(first(vault, "anna").key)
    assert len(door("/lines", {"ticket": ticket, "most": MOST_LINES})[1]["lines"]) == 1
    for wrong in (0, -1, MOST_LINES + 1, 1.5, True, "9", None, []):
        assert door("/lines", {"ticket": ticket, "most": wrong}) == (400, {"error": "malformed"})


def test_no_verb_is_forgotten_here(vault: Vault) -> None:
    assert {f"/{each}" for each in VERBS} == set(Application(vault, TOKEN, SITE)._verbs)


def test_of_some_keys_it_says_which_are_held(vault: Vault, door: Door) -> None:
    anna, bo = first(vault, "anna").id, first(vault, "bo").id
    none = b"n" * 16
    assert door("/held", {"among": [bo.hex(), none.hex()]}) == (200, {"held": [bo.hex()]})
    assert door("/held", {"among": [none.hex()]}) == (200, {"held": []})
    assert door("/held") == (200, {"held": sorted([anna.hex(), bo.hex()])})
    for wrong in ("x", {"a": 1}, [5], ["zz"], [None], [anna.hex()[:-2]], [anna.hex()] * (MOST_AMONG + 1)):
        assert door("/held", {"among": wrong}) == (400, {"error": "malformed"})
    assert door("/held", {"among": [anna.hex()] * MOST_AMONG}) == (200, {"held": [anna.hex()]})


@pytest.mark.parametrize("wrong", ["x", {"a": 1}, [5], [{}], [{"issuer": "a"}], [{"issuer": "a", "subject": "\ud800"}]])
def test_identities_of_another_form_are_no_question(vault: Vault, door: Door, wrong: object) -> None:
    ticket = log_ticket(first(vault, "anna").key)
    assert door("/holders", {"ticket": ticket, "identities": wrong}) == (400, {"error": "malformed"})


def test_every_verb_answers_over_the_door(vault: Vault, door: Door) -> None:
    status, challenge = door("/challenge")
    assert (status, list(challenge)) == (200, ["challenge"])
    status, made = door("/open", asked(vault, "anna", make=KEY_ID.hex(), also=""))
    assert (status, made["id"], made["made"], len(base64.b64decode(made["key"]))) == (200, KEY_ID.hex(), True, 32)
    status, proved = door("/open", asked(vault, "anna", also="proof"))
    edu = sign_in(vault, "edu", of=EDUID)
    link = {"proof": proved["proof"], "challenge": edu["challenge"], "id_token": edu["id_token"], "replace": False}
    assert door("/link", link)[1]["key"] == made["key"]
    status, found = door("/recover", asked(vault, "new", code=made["code"], replace=False))
    assert (status, found["key"]) == (200, made["key"])
    key = base64.b64decode(made["key"])
    holders = door("/holders", {"ticket": log_ticket(key)})[1]["holders"]
    assert sorted((each["kind"], each["label"]) for each in holders) == [
        ("identity", "eID"),
        ("identity", "eID"),
        ("identity", "eduID"),
        ("recovery", ""),
    ]
    proof = door("/open", asked(vault, "anna", also="proof"))[1]["proof"]
    unlink = {"proof": proof, "issuer": EDUID.issuer, "subject": "edu", "code": found["code"]}
    assert door("/unlink", unlink) == (409, {"error": "code-new"})
    proof = door("/open", asked(vault, "anna", also="proof"))[1]["proof"]
    going = sign_in(vault, "edu", of=EDUID)
    unlink |= {"proof": proof, "code": "", "challenge": going["challenge"], "id_token": going["id_token"]}
    assert door("/unlink", unlink) == (200, {})
    proof = door("/open", asked(vault, "anna", also="proof"))[1]["proof"]
    named = {"ticket": log_ticket(key), "identities": [{"issuer": EID.issuer, "subject": "new"}]}
    (new,) = [each for each in door("/holders", named)[1]["holders"] if each["which"] == 0]
    assert door("/remove", {"proof": proof, "holder": new["id"]}) == (409, {"error": "elder"})
    lines = door("/lines", {"ticket": log_ticket(key)})[1]["lines"]
    assert lines[-1] == {"at": AT.isoformat(), "act": "made", "via": "eID"}
    assert door("/held") == (200, {"held": [KEY_ID.hex()]})
    assert door("/erase", {"ticket": erase_ticket(key)}) == (200, {"erased": True})
    assert door("/erase", {"ticket": erase_ticket(key)}) == (200, {"erased": False})
    assert door("/health", method="GET", token=None) == (200, {"well": True})


@pytest.mark.parametrize("token", [None, "", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é", "x" * 100_000])
def test_who_has_not_the_token_is_refused_before_anything_is_looked_at(vault: Vault, door: Door, token: str) -> None:
    given = asked(vault, "anna", make=KEY_ID.hex(), also="")
    for verb in (*VERBS, "unknown", ""):
        assert door(f"/{verb}", given, token=token) == (401, {"error": "caller"})
    for said in (TOKEN, f"bearer {TOKEN}", f"Basic {TOKEN}", f"Bearer  {TOKEN}"):
        assert door("/held", token=None, HTTP_AUTHORIZATION=said)[0] == 401
    assert vault.store.read("SELECT count(*) FROM spent") == [(0,)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
def test_another_method_is_no_question(door: Door, method: str) -> None:
    for verb in VERBS:
        assert door(f"/{verb}", method=method) == (404, {"error": "unknown"})


@pytest.mark.parametrize("path", ["/", "", "/unknown", "/open/", "//open", "/../open", "/health", "/open?x", "/\u00e9"])
def test_an_unknown_verb_is_none(door: Door, path: str) -> None:
    assert door(path) == (404, {"error": "unknown"})


BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 30_000,
    b'{"a":' * 10_000,
    b'{"challenge": ' + b"9" * 5_000 + b"}",
    b'{"challenge": NaN}',
    b'{"challenge": "\\ud800", "id_token": "\\ud800", "ticket": "\\ud800", "proof": "\\ud800", "code": "\\ud800"}',
    b"{" + b" " * MOST_BYTES + b"}",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("verb", [each for each in VERBS if each not in _ASK_NOTHING])
def test_a_body_that_is_none_is_malformed_and_never_an_error_of_ours(door: Door, verb: str, body: bytes) -> None:
    assert door(f"/{verb}", body) in (
        (400, {"error": "malformed"}),
        (403, {"error": "challenge"}),
        (403, {"error": "code"}),
    )


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", str(MOST_BYTES + 1), "9" * 5_000, "٣"])
def test_a_length_that_is_none_is_malformed(door: Door, length: str) -> None:
    assert door("/lines", b'{"ticket": "x"}', CONTENT_LENGTH=length)[0] == 400


def test_a_body_of_another_length_than_it_says_is_malformed(door: Door) -> None:
    assert door("/lines", b'{"ticket": "x"}', CONTENT_LENGTH="5") == (400, {"error": "malformed"})


FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("open", {"make": "x"}),
    ("open", {"make": KEY_ID.hex()[:-2]}),
    ("open", {"make": KEY_ID.hex() + "00"}),
    ("open", {"make": 5}),
    ("open", {"make": [1]}),
    ("open", {"make": "é" * 32}),
    ("open", {"also": "everything"}),
    ("open", {"also": None}),
    ("open", {"also": ["code"]}),
    ("open", {"also": 5}),
    ("open", {"id_token": None}),
    ("open", {"id_token": ""}),
    ("open", {"challenge": {"a": 1}}),
    ("link", {"proof": ""}),
    ("link", {"proof": 5}),
    ("recover", {"code": ["a"]}),
    ("unlink", {"proof": "x", "issuer": "x"}),
    ("unlink", {"proof": "x", "issuer": "x", "subject": ""}),
    ("unlink", {"proof": "x", "issuer": ["x"], "subject": "x"}),
    ("unlink", {"proof": "x", "issuer": "x", "subject": "x", "code": 5}),
    ("lines", {"ticket": None}),
    ("erase", {"ticket": True}),
]


@pytest.mark.parametrize(("verb", "changed"), FIELDS, ids=range(len(FIELDS)))
def test_a_field_of_another_kind_is_malformed_and_nothing_is_spent(
    vault: Vault, door: Door, verb: str, changed: dict[str, Any]
) -> None:
    assert door(f"/{verb}", asked(vault, "anna", also="") | changed) == (400, {"error": "malformed"})
    assert vault.store.read("SELECT count(*) FROM spent") == [(0,)]


@settings(deadline=None, max_examples=20)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.integers(), st.lists, max_leaves=4))
def test_whatever_stands_in_a_field_is_answered_with_a_code(value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(vaults.made(Path(folder)))
        fields = ("challenge", "id_token", "ticket", "proof", "code", "make", "also", "issuer", "subject")
        given_ = dict.fromkeys((*fields, "among", "answer", "label", "passkey"), value)
        for verb in VERBS:
            status, said = door(f"/{verb}", given_)
            assert status in (200, 400, 403) or said == {"error": "missing"}, "a ticket that is of no key"


def test_only_true_replaces(vault: Vault, door: Door) -> None:
    anna, new = first(vault, "anna"), first(vault, "new")
    for said in ("true", 1, "no", [True], None):
        assert door("/recover", asked(vault, "new", code=anna.code, replace=said)) == (409, {"error": "taken"})
    assert len(list(vault.held())) == 2
    assert new.key


def test_each_refusal_has_its_code_and_status(vault: Vault, door: Door) -> None:
    anna = first(vault, "anna")
    used = asked(vault, "anna", also="")
    door("/open", used)
    wrong = asked(vault, "anna", also="")
    wrong["id_token"] = sign_in(vault, "anna", aud="another")["id_token"]
    for verb, given_, status, error in (
        ("open", used, 403, {"error": "challenge"}),
        ("open", wrong, 403, {"error": "token", "check": "aud"}),
        ("open", asked(vault, "berta", also=""), 404, {"error": "missing"}),
        ("open", asked(vault, "berta", also="", make=anna.id.hex()), 409, {"error": "taken"}),
        ("link", asked(vault, "berta", proof="x"), 403, {"error": "proof"}),
        ("recover", asked(vault, "berta", code="x"), 403, {"error": "code"}),
    ):
        assert door(f"/{verb}", given_) == (status, error)


def test_what_is_unforeseen_shows_nothing_of_what_is_inside(
    vault: Vault, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(**_: object) -> None:
        raise RuntimeError("the-subject-of-anna in /var/lib/vault")

    monkeypatch.setattr(vault, "open", broken)
    assert door("/open", asked(vault, "anna", also="")) == (500, {"error": "unforeseen"})
    assert "the-subject-of-anna" not in caplog.text
    assert "Traceback" not in caplog.text
    assert '"kind": "RuntimeError"' in caplog.text
    assert door("/held")[0] == 200, "it goes on"


def test_a_trouble_is_told_to_the_operator_and_not_to_who_asks(
    vault: Vault, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def full(*_: object) -> None:
        raise StoreUnusable("the store does not take a write: database or disk is full")

    monkeypatch.setattr(type(vault.store), "write", full)
    assert door("/open", asked(vault, "anna", also="")) == (503, {"error": "store"})
    assert door("/health", method="GET", token=None) == (503, {"error": "store"})
    assert "disk is full" in caplog.text


def test_a_line_of_the_log_says_which_question_what_came_of_it_and_never_who(
    vault: Vault, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    given_ = asked(vault, "the-subject-of-anna", make=KEY_ID.hex(), also="")
    made = door("/open", given_)[1]
    key = base64.b64decode(made["key"])
    proof = door("/open", asked(vault, "the-subject-of-anna", also="proof"))[1]["proof"]
    tickets = (log_ticket(key), erase_ticket(key))
    door("/lines", {"ticket": tickets[0]})
    door("/recover", asked(vault, "another-subject", code=made["code"]))
    door("/open", given_)
    door("/open", asked(vault, "the-subject-of-anna", also="") | {"id_token": given_["id_token"]})
    door("/link", asked(vault, "the-subject-of-anna", proof="a made-up " + proof))
    door("/erase", {"ticket": tickets[1]})
    door("/the-subject-of-anna")
    door("/open", token="the-subject-of-anna")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "vault"]
    assert [(each["question"], each["status"]) for each in lines] == [
        ("/open", 200),
        ("/open", 200),
        ("/lines", 200),
        ("/recover", 200),
        ("/open", 403),
        ("/open", 403),
        ("/link", 403),
        ("/erase", 200),
        ("?", 404),
        ("/open", 401),
    ]
    assert all(set(each) == {"question", "status", "said", "ms"} for each in lines)
    said = caplog.text
    for secret in (
        *("the-subject-of-anna", "another-subject", "eid.example.org", KEY_ID.hex(), TOKEN),
        *(made["key"], key.hex(), made["code"], proof, given_["challenge"], given_["id_token"], *tickets),
    ):
        assert secret not in said
