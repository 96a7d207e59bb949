"""A token opens only as the provider's word that this very person signed in just now, for this challenge."""

import base64
import hmac
import json
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests import vaults
from tests.vault.signing import AT, EDUID, EID, Providers, claims, token
from vault.challenges import nonce_of
from vault.errors import IssuerAway, TokenRefused
from vault.tokens import Issuer, Issuers, Person, fetched, read_issuers

CHALLENGE = "the secret of a sign-in"
NONCE = nonce_of(CHALLENGE)
NOW = AT.timestamp()
SECOND = timedelta(seconds=1)


@pytest.fixture
def issuers(providers: Providers) -> Issuers:
    return Issuers((EID, EDUID), providers.fetch)


def person(issuers: Issuers, said: str, *, at: datetime = AT, nonce: str = NONCE) -> Person:
    return issuers.person(said, nonce=nonce, at=at)


def test_a_fresh_token_names_a_person_at_her_provider(issuers: Issuers) -> None:
    assert person(issuers, token(claims("anna", CHALLENGE))) == Person(EID.issuer, "anna", "eID")
    assert person(issuers, token(claims("anna", CHALLENGE, of=EDUID))) == Person(EDUID.issuer, "anna", "eduID")
    one = token(claims("anna", CHALLENGE, aud=[EID.client_id], azp=EID.client_id, nbf=NOW))
    assert person(issuers, one).subject == "anna"


WRONG: list[tuple[str, Any, str]] = [
    ("iss", "https://elsewhere.example.org", "iss"),
    ("iss", "https://eid.example.org/", "iss"),
    ("iss", [EID.issuer], "iss"),
    ("iss", {"a": 1}, "iss"),
    ("iss", None, "iss"),
    ("aud", "another", "aud"),
    ("aud", EDUID.client_id, "aud"),
    ("aud", [EID.client_id, "another"], "aud"),
    ("aud", ["another", EID.client_id], "aud"),
    ("aud", [EID.client_id, EID.client_id], "aud"),
    ("aud", [], "aud"),
    ("aud", {EID.client_id: 1}, "aud"),
    ("aud", None, "aud"),
    ("azp", "another", "azp"),
    ("azp", [EID.client_id], "azp"),
    ("sub", "", "sub"),
    ("sub", "x" * 256, "sub"),
    ("sub", 5, "sub"),
    ("sub", None, "sub"),
    ("exp", NOW - 31, "exp"),
    ("exp", None, "exp"),
    ("exp", True, "exp"),
    ("exp", "9999999999", "exp"),
    ("exp", math.nan, "exp"),
    ("exp", math.inf, "exp"),
    ("exp", 10**400, "exp"),
    ("iat", NOW + 31, "iat"),
    ("iat", None, "iat"),
    ("iat", -math.inf, "iat"),
    ("iat", math.nan, "iat"),
    ("iat", -(10**400), "iat"),
    ("nbf", NOW + 31, "nbf"),
    ("nbf", "0", "nbf"),
    ("nbf", math.nan, "nbf"),
    ("nonce", nonce_of("another secret"), "nonce"),
    ("nonce", CHALLENGE, "nonce"),
    ("nonce", NONCE + "=", "nonce"),
    ("nonce", "é", "nonce"),
    ("nonce", [NONCE], "nonce"),
    ("nonce", None, "nonce"),
    ("auth_time", NOW - 61, "auth_time"),
    ("auth_time", NOW + 6, "auth_time"),
    ("auth_time", None, "auth_time"),
    ("auth_time", True, "auth_time"),
    ("auth_time", str(NOW), "auth_time"),
    ("auth_time", [NOW], "auth_time"),
    ("auth_time", math.nan, "auth_time"),
    ("auth_time", math.inf, "auth_time"),
    ("auth_time", 10**400, "auth_time"),
]


@pytest.mark.parametrize(("claim", "value", "check"), WRONG)
def test_what_one_claim_says_wrong_is_refused_by_its_name(
    issuers: Issuers, claim: str, value: object, check: str
) -> None:
    with pytest.raises(TokenRefused) as refused:
        person(issuers, token(claims("anna", CHALLENGE, **{claim: value})))
    assert refused.value.check == check


@pytest.mark.parametrize(
    ("claim", "value"), [("sub", "\ud800"), ("sub", "a\x00b"), ("sub", "a\n"), ("nonce", "\ud800")]
)
def test_what_no_file_can_hold_is_refused_by_its_name(issuers: Issuers, claim: str, value: str) -> None:
    """JSON can say half of a character; the web refuses the same, so that one person is one here and there."""
    said = json.dumps(claims("anna", CHALLENGE) | {claim: value}).encode()
    with pytest.raises(TokenRefused, match=claim):
        person(issuers, token(said))


def test_a_key_of_an_odd_form_among_the_good_ones_keeps_nobody_out(issuers: Issuers, providers: Providers) -> None:
    good = vaults.signing_key().as_dict(private=False)
    odd = [good | {"kid": ["of the tests"]}, good | {"kid": 7}, 7, None, {"kty": "RSA"}, {"kty": ["RSA"]}]
    providers.said[f"{EID.issuer}/jwks"] = {"keys": [*odd, good]}
    assert person(issuers, token(claims("anna", CHALLENGE))).subject == "anna"


@pytest.mark.parametrize("body", [b"[" * 200_000 + b"]" * 200_000, b"\xff", b"null", b"7"])
def test_what_is_published_in_an_odd_form_is_away(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = 200, body
    monkeypatch.setattr(requests, "get", lambda *args, **given: answer)
    with pytest.raises(IssuerAway):
        fetched("https://eid.example.org/jwks")


@pytest.mark.parametrize("said", [NOW - 60, NOW + 5, NOW])
def test_a_sign_in_of_the_last_minute_is_fresh(issuers: Issuers, said: float) -> None:
    assert person(issuers, token(claims("anna", CHALLENGE, auth_time=said)))


def test_the_same_token_is_stale_a_minute_later(issuers: Issuers) -> None:
    one = token(claims("anna", CHALLENGE, exp=NOW + 9_999))
    assert person(issuers, one, at=AT + 58 * SECOND)
    with pytest.raises(TokenRefused, match="auth_time"):
        person(issuers, one, at=AT + 59 * SECOND)


def test_a_level_of_assurance_that_is_asked_must_be_there(providers: Providers) -> None:
    high = Issuer(EID.name, EID.issuer, EID.client_id, acr_values=("substantial", "high"))
    issuers = Issuers((high,), providers.fetch)
    assert person(issuers, token(claims("anna", CHALLENGE, acr="high")))
    for said in ("low", None, ["high"], {"high": 1}):
        with pytest.raises(TokenRefused, match="acr"):
            person(issuers, token(claims("anna", CHALLENGE, acr=said)))


OTHER_KEY = RSAKey.generate_key(2048, {"kid": "of the tests"}, private=True)


def part(said: object) -> str:
    return (
        base64.urlsafe_b64encode(said if isinstance(said, bytes) else json.dumps(said).encode()).rstrip(b"=").decode()
    )


def unsigned(alg: object = "none") -> str:
    return f"{part({'alg': alg, 'kid': 'of the tests'})}.{part(claims('anna', CHALLENGE))}."


def with_the_public_key_as_secret() -> str:
    said = f"{part({'alg': 'HS256', 'kid': 'of the tests'})}.{part(claims('anna', CHALLENGE))}"
    pem = vaults.signing_key().as_pem(private=False)
    return f"{said}.{part(hmac.digest(pem, said.encode(), 'sha256'))}"


def with_other_claims_under_the_signature() -> str:
    header, _, signature = token(claims("anna", CHALLENGE)).split(".")
    return f"{header}.{part(claims('berta', CHALLENGE))}.{signature}"


def with_its_own_key_in_the_header() -> str:
    return token(claims("anna", CHALLENGE), key=OTHER_KEY, jwk=OTHER_KEY.as_dict(private=False))


def with_an_address_of_its_own_key() -> str:
    return token(claims("anna", CHALLENGE), key=OTHER_KEY, jku="https://evil.example/jwks")


def with_another_curve() -> str:
    return token(claims("anna", CHALLENGE), key=ECKey.generate_key("P-256", {"kid": "of the tests"}), alg="ES256")


FORGED: list[tuple[Callable[[], str], str]] = [
    (unsigned, "alg"),
    (lambda: unsigned("None"), "alg"),
    (lambda: unsigned(["RS256"]), "alg"),
    (lambda: unsigned("RS256"), "signature"),
    (with_the_public_key_as_secret, "alg"),
    (with_another_curve, "alg"),
    (lambda: token(claims("anna", CHALLENGE), alg="RS512"), "alg"),
    (lambda: token(claims("anna", CHALLENGE), alg="PS256"), "alg"),
    (lambda: token(claims("anna", CHALLENGE), key=OTHER_KEY), "signature"),
    (lambda: token(claims("anna", CHALLENGE), kid="unknown"), "signature"),
    (with_other_claims_under_the_signature, "signature"),
    (with_its_own_key_in_the_header, "form"),
    (with_an_address_of_its_own_key, "signature"),
    (lambda: token(claims("anna", CHALLENGE))[:-4], "signature"),
    (lambda: "", "form"),
    (lambda: "a.b", "form"),
    (lambda: "a.b.c", "form"),
    (lambda: "a.b.c.d.e", "form"),
    (lambda: "é.é.é", "form"),
    (lambda: token(claims("anna", CHALLENGE, more="x" * 20_000)), "form"),
    (lambda: token(["a", "list"]), "form"),
    (lambda: token(b"\xff\xfe"), "form"),
    (lambda: token(b"null"), "form"),
    (lambda: token(b"[" * 5_000), "form"),
    (lambda: token(b'{"iss": ' + b"9" * 5_000 + b"}"), "form"),
]


@pytest.mark.parametrize(("forged", "check"), FORGED, ids=range(len(FORGED)))
def test_a_forged_token_is_refused_and_no_error_of_a_library_comes_out(
    issuers: Issuers, forged: Callable[[], str], check: str
) -> None:
    with pytest.raises(TokenRefused) as refused:
        person(issuers, forged())
    assert refused.value.check == check


@pytest.mark.parametrize("kid", [5, ["of the tests"], {"a": 1}, True, ""])
def test_a_key_id_of_another_kind_is_refused(issuers: Issuers, kid: object) -> None:
    _, payload, signature = token(claims("anna", CHALLENGE)).split(".")
    with pytest.raises(TokenRefused):
        person(issuers, f"{part({'alg': 'RS256', 'kid': kid})}.{payload}.{signature}")


def test_a_provider_never_signs_for_another(issuers: Issuers, providers: Providers) -> None:
    providers.keys[EDUID.issuer] = [OTHER_KEY]
    with pytest.raises(TokenRefused, match="signature"):
        person(issuers, token(claims("anna", CHALLENGE), key=OTHER_KEY))
    assert person(issuers, token(claims("anna", CHALLENGE, of=EDUID), key=OTHER_KEY))


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("ES256", ECKey.generate_key("P-256", {"kid": "k"})),
        ("PS256", OTHER_KEY),
        ("Ed25519", OKPKey.generate_key("Ed25519", {"kid": "k"})),
    ],
)
def test_the_algorithm_is_the_one_that_was_agreed(providers: Providers, algorithm: str, key: Any) -> None:
    providers.keys[EID.issuer] = [key]
    agreed = Issuers((Issuer(EID.name, EID.issuer, EID.client_id, algorithms=(algorithm,)),), providers.fetch)
    assert person(agreed, token(claims("anna", CHALLENGE), key=key, alg=algorithm))
    with pytest.raises(TokenRefused, match="alg"):
        person(Issuers((EID,), providers.fetch), token(claims("anna", CHALLENGE), key=key, alg=algorithm))


# The keys of a provider


NEXT = RSAKey.generate_key(2048, {"kid": "the next"}, private=True)


def test_the_keys_are_fetched_once_an_hour(issuers: Issuers, providers: Providers) -> None:
    for minutes in (0, 1, 30, 59):
        at = AT + timedelta(minutes=minutes)
        person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
    assert len(providers.asked) == 2
    at = AT + timedelta(minutes=60)
    person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
    assert len(providers.asked) == 4


def test_a_key_that_comes_new_is_found_and_one_that_goes_counts_no_more(issuers: Issuers, providers: Providers) -> None:
    person(issuers, token(claims("anna", CHALLENGE)))
    providers.keys[EID.issuer] = [NEXT]
    at = AT + 31 * SECOND
    assert person(issuers, token(claims("anna", CHALLENGE, at=at), key=NEXT), at=at)
    with pytest.raises(TokenRefused, match="signature"):
        person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)


def test_unknown_key_ids_make_no_more_than_two_questions_a_minute(issuers: Issuers, providers: Providers) -> None:
    for second in range(60):
        at = AT + second * SECOND
        with pytest.raises(TokenRefused):
            person(issuers, token(claims("anna", CHALLENGE, at=at), kid=f"made up {second}"), at=at)
    assert len(providers.asked) == 4


def test_while_a_provider_is_away_its_last_keys_count_and_without_any_nobody_comes_in(
    issuers: Issuers, providers: Providers
) -> None:
    providers.away = True
    for _ in range(2):
        with pytest.raises(IssuerAway):
            person(issuers, token(claims("anna", CHALLENGE)))
    providers.away = False
    at = AT + 30 * SECOND
    assert person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
    providers.away = True
    at = AT + timedelta(days=2)
    assert person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)


def test_a_provider_that_is_away_is_asked_no_more_than_twice_a_minute(issuers: Issuers, providers: Providers) -> None:
    providers.away = True
    for second in range(60):
        at = AT + second * SECOND
        with pytest.raises(IssuerAway):
            person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
    assert len(providers.asked) == 2


def test_a_provider_that_hangs_keeps_nobody_of_another_and_its_own_no_longer_than_a_moment(
    providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vault.tokens._WAITED_SECONDS", 0.3)
    hanging, asked = threading.Event(), list[str]()

    def fetch(url: str) -> dict[str, Any]:
        if url.startswith(EID.issuer):
            asked.append(url)
            hanging.wait(20)
        return providers.fetch(url)

    issuers = Issuers((EID, EDUID), fetch)
    try:
        with ThreadPoolExecutor(4) as people:
            begun = time.monotonic()
            refused = [people.submit(person, issuers, token(claims("anna", CHALLENGE))) for _ in range(3)]
            while not asked:
                time.sleep(0.01)
            assert people.submit(person, issuers, token(claims("bo", CHALLENGE, of=EDUID))).result(2)
            assert all(isinstance(each.exception(5), IssuerAway) for each in refused)
            assert time.monotonic() - begun < 5
        begun = time.monotonic()
        at = AT + timedelta(minutes=5)
        with pytest.raises(IssuerAway):
            person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
        assert time.monotonic() - begun < 0.25, "who comes later does not wait for it once more"
        assert len(asked) == 1, "one question at a time"
    finally:
        hanging.set()


def test_while_a_provider_hangs_its_last_keys_count_on(providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault.tokens._WAITED_SECONDS", 0.3)
    hanging, hangs = threading.Event(), False

    def fetch(url: str) -> dict[str, Any]:
        if hangs:
            hanging.wait(20)
        return providers.fetch(url)

    issuers = Issuers((EID,), fetch)
    person(issuers, token(claims("anna", CHALLENGE)))
    hangs, at, begun = True, AT + timedelta(hours=2), time.monotonic()
    try:
        for _ in range(20):
            assert person(issuers, token(claims("anna", CHALLENGE, at=at)), at=at)
        assert time.monotonic() - begun < 3
    finally:
        hanging.set()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"issuer": "https://elsewhere.example.org", "jwks_uri": "https://elsewhere.example.org/jwks"},
        {"issuer": EID.issuer, "jwks_uri": "http://eid.example.org/jwks"},
        {"issuer": EID.issuer, "jwks_uri": 5},
        {"issuer": EID.issuer},
    ],
)
def test_what_describes_itself_as_another_is_not_believed(
    issuers: Issuers, providers: Providers, said: dict[str, Any]
) -> None:
    providers.said[f"{EID.issuer}/.well-known/openid-configuration"] = said
    with pytest.raises(IssuerAway):
        person(issuers, token(claims("anna", CHALLENGE)))


@pytest.mark.parametrize(
    "keys",
    [None, "x", [5], [{"kty": "RSA"}], [{"kty": "RSA", "n": "!", "e": "AQAB"}], [{"kty": "oct", "k": "c2VjcmV0"}], []],
)
def test_keys_that_are_none_open_nothing(issuers: Issuers, providers: Providers, keys: object) -> None:
    providers.said[f"{EID.issuer}/jwks"] = {"keys": keys}
    with pytest.raises((IssuerAway, TokenRefused)):
        person(issuers, token(claims("anna", CHALLENGE)))


def test_a_key_for_encryption_signs_nothing(issuers: Issuers, providers: Providers) -> None:
    own = vaults.signing_key().as_dict(private=False) | {"use": "enc"}
    providers.said[f"{EID.issuer}/jwks"] = {"keys": [own]}
    with pytest.raises((IssuerAway, TokenRefused)):
        person(issuers, token(claims("anna", CHALLENGE)))


# The file of providers


GOOD = {"name": "eID", "issuer": "https://eid.example.org", "client_id": "register"}


def test_a_file_of_providers_is_read(tmp_path: Path) -> None:
    listed = [GOOD, {**GOOD, "issuer": "http://localhost:9000", "algorithms": ["ES256"], "acr_values": ["high"]}]
    (tmp_path / "issuers.json").write_text(json.dumps(listed))
    first, second = read_issuers(tmp_path / "issuers.json")
    assert first == Issuer("eID", "https://eid.example.org", "register")
    assert (second.algorithms, second.acr_values) == (("ES256",), ("high",))


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ("{", "can not be read"),
        ("{}", "a list of objects"),
        ("[5]", "a list of objects"),
        ([GOOD, GOOD], "the same issuer"),
        ([{**GOOD, "client_secret": "x"}], "unknown field client_secret"),
        ([{**GOOD, "client_id": ""}], "no client_id"),
        ([{**GOOD, "issuer": 5}], "no issuer"),
        ([{**GOOD, "issuer": "http://eid.example.org"}], "must begin with https"),
        ([{**GOOD, "issuer": "http://127.evil.example"}], "must begin with https"),
        ([{**GOOD, "algorithms": ["HS256"]}], "algorithms must be among"),
        ([{**GOOD, "algorithms": ["none"]}], "algorithms must be among"),
        ([{**GOOD, "algorithms": []}], "algorithms must be among"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_is_wrong(tmp_path: Path, listed: Any, says: str) -> None:
    (tmp_path / "issuers.json").write_text(listed if isinstance(listed, str) else json.dumps(listed))
    with pytest.raises(ValueError, match=says):
        read_issuers(tmp_path / "issuers.json")


def test_no_file_of_providers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can not be read"):
        read_issuers(tmp_path / "none.json")


def test_an_address_where_nobody_listens_is_away() -> None:
    with pytest.raises(IssuerAway):
        fetched("http://127.0.0.1:9/jwks")
