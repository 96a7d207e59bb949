"""A hostile provider, or somebody on the way to a good one: every forged token is refused, by the check it breaks."""

import json
import logging

import pytest
from django.test import Client
from joserfc.jwk import RSAKey
from pytest_django.fixtures import Settings

from lerarenregister.accounts.oidc.providers import parse_providers
from lerarenregister.accounts.queries import account_with
from lerarenregister.kernel.errors import Invalid
from tests.accounts.hostile import From, Hostile, key_called
from tests.accounts.running import asked, begin

pytestmark = pytest.mark.django_db


def checks_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The checks that failed, as the log names them."""
    return [record.check for record in caplog.records if hasattr(record, "check")]


class Attempt:
    """A sign-in at the hostile provider up to the point where it answers."""

    def __init__(self, provider: Hostile, caplog: pytest.LogCaptureFixture, *, second_factor: bool = False) -> None:
        self.browser, self.provider, self.caplog = Client(), provider, caplog
        self.asked = asked(begin(self.browser, "eid", second_factor=second_factor))
        self.nonce = self.asked["nonce"]

    def answer(self, extra: str = "") -> int:
        """Come back; the status of our answer."""
        return self.browser.get(f"/inloggen/eid/terug/?code=c&state={self.asked['state']}{extra}").status_code

    def is_refused_by(self, check: str) -> bool:
        """Whether the answer is refused, nobody is signed in, and the log names the check."""
        self.caplog.set_level(logging.WARNING)
        status = self.answer()
        assert check in checks_in(self.caplog), self.caplog.text
        assert account_with(issuer=self.provider.issuer, subject="somebody") is None
        return status == 400 and self.browser.get("/sessies/").status_code == 302


@pytest.fixture
def attempt(hostile: Hostile, caplog: pytest.LogCaptureFixture) -> Attempt:
    return Attempt(hostile, caplog)


def test_the_good_token_passes(attempt: Attempt) -> None:
    attempt.provider.answer_with(attempt.nonce)
    assert attempt.answer() == 302
    assert account_with(issuer=attempt.provider.issuer, subject="somebody") is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["lerarenregister"]},
        {"azp": None},
        {"nbf": From(0)},
        {"iat": From(20)},
        {"auth_time": From(-40)},
        {"family_name": None, "given_name": None, "birthdate": None},
        {"birthdate": "0000-03-12"},
        {"birthdate": "1984"},
        {"at_hash": "Pw1GN0k74olxtSxeTQRsKA"},
    ],
)
def test_harmless_differences_pass(attempt: Attempt, changes: dict[str, object]) -> None:
    if "at_hash" in changes:
        from lerarenregister.accounts.oidc.tokens import half_hash

        changes = {"at_hash": half_hash("access", "RS256")}
    attempt.provider.answer_with(attempt.nonce, **changes)
    assert attempt.answer() == 302


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("iss", {"iss": "https://evil.example"}),
        ("iss", {"iss": None}),
        ("aud", {"aud": "another"}),
        ("aud", {"aud": ["lerarenregister", "another"]}),
        ("aud", {"aud": "another", "azp": "lerarenregister"}),
        ("aud", {"aud": []}),
        ("aud", {"aud": None}),
        ("azp", {"azp": "another"}),
        ("azp", {"azp": ""}),
        ("sub", {"sub": None}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": 7}),
        ("sub", {"sub": "s" * 256}),
        ("exp", {"exp": From(-60)}),
        ("exp", {"exp": None}),
        ("exp", {"exp": True}),
        ("exp", {"exp": float("nan")}),
        ("exp", {"exp": "1900000000"}),
        ("exp", {"exp": 10**400}),
        ("iat", {"iat": From(3600)}),
        ("iat", {"iat": None}),
        ("nbf", {"nbf": From(3600)}),
        ("nbf", {"nbf": "soon"}),
        ("nonce", {"nonce": "of-another"}),
        ("nonce", {"nonce": None}),
        ("nonce", {"nonce": ""}),
        ("auth_time", {"auth_time": None}),
        ("auth_time", {"auth_time": From(-120)}),
        ("auth_time", {"auth_time": From(300)}),
        ("auth_time", {"auth_time": "1900000000"}),
        ("auth_time", {"auth_time": False}),
        ("at_hash", {"at_hash": "of-another-token"}),
        ("at_hash", {"at_hash": ""}),
    ],
)
def test_a_signed_token_that_says_something_else_is_refused(
    attempt: Attempt, check: str, changes: dict[str, object]
) -> None:
    attempt.provider.answer_with(attempt.nonce, **changes)
    assert attempt.is_refused_by(check)


def test_an_unsigned_token_is_refused_though_the_metadata_allow_it(attempt: Attempt) -> None:
    attempt.provider.answer_unsigned(attempt.nonce)
    assert attempt.is_refused_by("alg")


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(attempt: Attempt) -> None:
    attempt.provider.answer_with_public_key_as_secret(attempt.nonce)
    assert attempt.is_refused_by("alg")


def test_a_token_signed_with_another_key_is_refused(attempt: Attempt) -> None:
    foreign = RSAKey.import_key(key_called("foreign").as_dict(private=True), {"kid": "first"})
    attempt.provider.answer_with(attempt.nonce, key=foreign)
    assert attempt.is_refused_by("signature")


def test_a_token_of_an_unpublished_key_is_refused_after_asking_once_more(attempt: Attempt) -> None:
    foreign = key_called("other")
    attempt.provider.answer_with(attempt.nonce, key=foreign, kid="other")
    assert attempt.is_refused_by("kid")
    assert attempt.provider.fetches.count("/jwks") == 2


def test_a_provider_may_change_its_keys(hostile: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    first = Attempt(hostile, caplog)
    hostile.answer_with(first.nonce)
    assert first.answer() == 302
    fresh = key_called("second")
    hostile.published = [fresh]
    second = Attempt(hostile, caplog)
    hostile.answer_with(second.nonce, key=fresh, kid="second")
    assert second.answer() == 302


def test_a_token_changed_after_signing_is_refused(attempt: Attempt) -> None:
    attempt.provider.answer_with(attempt.nonce)
    good = attempt.provider.token["id_token"]
    attempt.provider.answer_with(attempt.nonce, sub="another")
    other = attempt.provider.token["id_token"]
    attempt.provider.token["id_token"] = ".".join([*other.split(".")[:2], good.split(".")[2]])
    assert attempt.is_refused_by("signature")


def test_a_token_of_an_earlier_sign_in_is_refused(hostile: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    stolen = Attempt(hostile, caplog)
    hostile.answer_with(stolen.nonce)
    assert Attempt(hostile, caplog).is_refused_by("nonce")


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "x" * 30_000, "e30.e30.e30", "W10.e30.", None, 7])
def test_what_is_no_token_is_refused(attempt: Attempt, token: object) -> None:
    attempt.provider.token = {"access_token": "access", "token_type": "Bearer", "id_token": token}
    assert attempt.answer() == 400


DEEP = b"[" * 6_000 + b"]" * 6_000
GOOD_HEADER = b'{"alg":"RS256","kid":"first"}'


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"RS256","kid":["first"]}',
        b'{"alg":"RS256","kid":{"first":1}}',
        b'{"alg":"RS256","kid":7}',
        b'{"alg":"RS256","kid":null}',
        b'{"alg":["RS256"],"kid":"first"}',
        b'{"alg":{},"kid":"first"}',
        b'{"alg":"RS256","kid":"first","crit":["b64"],"b64":false}',
        b'{"alg":"RS256","kid":"first","crit":7}',
        b'{"alg":"RS256","kid":"first","x":' + DEEP + b"}",
        b'{"alg":"RS256","kid":"\\ud800"}',
        b'{"alg":"RS256","kid":"\\u0000"}',
        b"\xff\xfe",
    ],
)
def test_a_header_of_an_odd_form_is_refused(attempt: Attempt, header: bytes) -> None:
    attempt.provider.answer_with_signed(header, json.dumps(attempt.provider.claims(attempt.nonce)).encode())
    assert attempt.answer() == 400
    assert account_with(issuer=attempt.provider.issuer, subject="somebody") is None


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("sub", '"a\\u0000b"', "sub"),
        ("sub", '"\\ud800"', "sub"),
        ("sub", '"a\\nb"', "sub"),
        ("nonce", '"\\ud800"', "nonce"),
        ("at_hash", '"\\udfff"', "at_hash"),
        ("aud", "{}", "aud"),
        ("iss", "[]", "iss"),
        ("azp", "[1]", "azp"),
        ("exp", "1e999", "exp"),
        ("auth_time", "[]", "auth_time"),
        ("x", DEEP.decode(), "signature"),
    ],
)
def test_claims_of_an_odd_form_are_refused(attempt: Attempt, name: str, value: str, check: str) -> None:
    said = json.dumps(attempt.provider.claims(attempt.nonce, **{name: None}))
    attempt.provider.answer_with_signed(GOOD_HEADER, f'{said[:-1]},"{name}":{value}}}'.encode())
    assert attempt.is_refused_by(check)


@pytest.mark.parametrize("value", ['"A\\u0000nn\\ud800a"', "[]", '"' + "a" * 300 + '"'])
def test_a_name_of_an_odd_form_keeps_nobody_out_and_is_text(attempt: Attempt, value: str) -> None:
    said = json.dumps(attempt.provider.claims(attempt.nonce, family_name=None))
    attempt.provider.answer_with_signed(GOOD_HEADER, f'{said[:-1]},"family_name":{value}}}'.encode())
    assert attempt.answer() == 302
    name = attempt.browser.session["accounts.claims"]["family_name"]
    assert name in ("Anna", "", "a" * 200)


@pytest.mark.parametrize("token", [[], [1], "text", 7, None])
def test_an_answer_of_the_token_endpoint_that_is_no_object_is_refused(attempt: Attempt, token: object) -> None:
    attempt.provider.raw["/token"] = json.dumps(token).encode()
    assert attempt.answer() == 400


def test_an_access_token_of_an_odd_form_is_refused(attempt: Attempt) -> None:
    attempt.provider.answer_with(attempt.nonce, at_hash="x")
    attempt.provider.token["access_token"] = "\ud800"
    assert attempt.answer() == 400


@pytest.mark.parametrize("path", ["/token", "/jwks", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    "body", [DEEP * 20, b"\xff", b"{", b"null", b'{"keys": 7}', b'{"keys": [{"kty": "RSA", "kid": []}]}']
)
def test_what_a_provider_publishes_in_an_odd_form_is_refused(
    hostile: Hostile, caplog: pytest.LogCaptureFixture, path: str, body: bytes
) -> None:
    if "configuration" in path:
        hostile.raw[path] = body
        assert Client().post("/inloggen/eid/").status_code in (400, 503)
        return
    attempt = Attempt(hostile, caplog)
    hostile.answer_with(attempt.nonce)
    hostile.raw[path] = body
    assert attempt.answer() in (400, 503)


def test_a_key_of_an_odd_form_among_the_good_ones_keeps_nobody_out(attempt: Attempt) -> None:
    good = attempt.provider.key.as_dict(private=False)
    odd: list[object] = [good | {"kid": ["first"]}, good | {"kid": 7}, 7, None, {"kty": "RSA"}, {"kty": ["RSA"]}]
    attempt.provider.raw["/jwks"] = json.dumps({"keys": [*odd, good]}).encode()
    attempt.provider.answer_with(attempt.nonce)
    assert attempt.answer() == 302


def test_an_answer_without_a_token_is_refused(attempt: Attempt) -> None:
    attempt.provider.token = {"access_token": "access", "token_type": "Bearer"}
    assert attempt.is_refused_by("id_token")


def test_an_answer_that_names_another_provider_is_refused(attempt: Attempt) -> None:
    attempt.provider.answer_with(attempt.nonce)
    assert attempt.answer("&iss=https://evil.example") == 400


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"issuer": "https://evil.example"}, "issuer"),
        ({"code_challenge_methods_supported": ["plain"]}, "pkce"),
        ({"code_challenge_methods_supported": None}, "pkce"),
        ({"token_endpoint": "http://evil.example/token"}, "endpoints"),
        ({"jwks_uri": None}, "endpoints"),
        ({"jwks_uri": "http://[localhost/"}, "endpoints"),
        ({"authorization_endpoint": "https://eid.example.org/\ud800"}, "endpoints"),
        ({"authorization_endpoint": "https://eid.example.org/a\r\nb"}, "endpoints"),
        ({"code_challenge_methods_supported": 7}, "pkce"),
        ({"code_challenge_methods_supported": "S256x"}, "pkce"),
    ],
)
def test_a_provider_that_cannot_do_it_safely_is_not_used(
    hostile: Hostile, caplog: pytest.LogCaptureFixture, changes: dict[str, object], check: str
) -> None:
    hostile.metadata_changes = changes
    assert Client().post("/inloggen/eid/").status_code == 400
    assert check in checks_in(caplog)


GOOD = {
    "slug": "eid",
    "name": "eID",
    "issuer": "https://eid.example.org",
    "client_id": "c",
    "client_secret": "s",
    "person_bound": True,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithms": ["none"]},
        {"algorithms": ["HS256"]},
        {"algorithms": ["RS256", "HS256"]},
        {"algorithms": []},
        {"issuer": "http://eid.example.org"},
        {"issuer": "eid.example.org"},
        {"slug": "E D"},
        {"slug": ""},
        {"client_secret": ""},
        {"person_bound": "yes"},
        {"person_bound": None},
        {"verify": False},
    ],
)
def test_a_wrong_configuration_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parse_providers([{**GOOD, **changes}])


def test_one_issuer_is_not_two_kinds_of_provider() -> None:
    with pytest.raises(Invalid):
        parse_providers([GOOD, {**GOOD, "slug": "school", "person_bound": False}])


def test_a_level_of_assurance_that_is_asked_must_be_given(
    hostile: Hostile, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.OIDC_PROVIDERS = [{**hostile.entry, "acr_values": ["high"]}]
    low = Attempt(hostile, caplog)
    assert low.asked["acr_values"] == "high"
    hostile.answer_with(low.nonce, acr="low")
    assert low.is_refused_by("acr")
    high = Attempt(hostile, caplog)
    hostile.answer_with(high.nonce, acr="high")
    assert high.answer() == 302
