"""Passkeys in the vault: enrolled with a fresh proof alone, and everything that is not quite one is refused."""

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import vaults
from tests.passkeys import IS_COPIED, PRESENT, VERIFIED, Authenticator, text
from tests.vault.conftest import connected, on_disk
from tests.vault.signing import AT, EDUID, EID, Providers, first, opened, sign_in
from vault import passkeys, rotating
from vault.answers import Also, Opened
from vault.challenges import nonce_of
from vault.enrolling import MOST_PASSKEYS, Passkeys
from vault.errors import (
    ChallengeRefused,
    KeyMissing,
    LastOne,
    PasskeyRefused,
    ProofRefused,
    StoreUnusable,
    Taken,
    TooManyPasskeys,
)
from vault.roots import Roots
from vault.rows import erase_ticket, log_ticket
from vault.service import Vault
from vault.settings import Site
from vault.unlinking import Unlinking

SITE = Site.read(vaults.ORIGIN)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hers(vault: Vault) -> Passkeys:
    return Passkeys(vault, SITE)


def proof(vault: Vault, subject: str, *, at: Any = AT) -> str:
    return opened(vault, subject, also=Also.PROOF, at=at).proof


def enrolled(vault: Vault, hers: Passkeys, subject: str, device: Authenticator, *, at: Any = AT, **said: Any) -> bytes:
    """This device gets a passkey of this person."""
    key = opened(vault, subject, at=at)
    asked = hers.ask(ticket=log_ticket(key.key), at=at)
    answer = device.made(asked.challenge, handle=asked.handle, **said)
    given_proof = proof(vault, subject, at=at)
    return hers.enrol(proof=given_proof, challenge=asked.secret, answer=answer, label="telefoon", at=at)


def used(hers: Passkeys, device: Authenticator, *, at: Any = AT, **said: Any) -> Opened:
    asked = hers.ask(at=at)
    return hers.open(challenge=asked.secret, answer=device.used(asked.challenge, **said), at=at)


def acts(vault: Vault, key: Opened) -> list[str]:
    return [line.act for line in reversed(vault.lines(ticket=log_ticket(key.key)))]


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


# What it is for


@pytest.mark.parametrize(
    "private",
    [
        lambda: ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate,
        lambda: rsa.generate_private_key(65_537, 2_048),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
def test_a_passkey_opens_the_key_of_who_enrolled_it(vault: Vault, hers: Passkeys, private: Callable[[], Any]) -> None:
    anna, device = first(vault, "anna"), Authenticator(private())
    holder = enrolled(vault, hers, "anna", device)
    again = used(hers, device, at=AT + MINUTE)
    assert (again.id, again.key, again.made, again.code, again.proof) == (anna.id, anna.key, False, "", "")
    assert acts(vault, anna)[-2:] == ["enrolled", "by-passkey"]
    assert vault.lines(ticket=log_ticket(anna.key))[0].via == holder.hex()
    told = vault.holders(ticket=log_ticket(anna.key))
    assert [(each.id, each.label, each.used) for each in told if each.kind == "passkey"] == [
        (holder, "telefoon", (AT + MINUTE).isoformat())
    ]


def test_the_line_of_the_log_is_written_before_the_key_is_given(vault: Vault, hers: Passkeys, folder: Path) -> None:
    anna, device = first(vault, "anna"), Authenticator()
    enrolled(vault, hers, "anna", device)
    asked = hers.ask(at=AT)
    with closing(sqlite3.connect(folder / "vault.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        vault.store._connected().execute("PRAGMA busy_timeout=50")
        with pytest.raises(StoreUnusable):
            hers.open(challenge=asked.secret, answer=device.used(asked.challenge), at=AT)
    assert acts(vault, anna)[-1] == "enrolled"
    assert used(hers, device).key == anna.key


def test_what_is_asked_tells_nothing_of_a_person_without_her_ticket(vault: Vault, hers: Passkeys) -> None:
    anna = first(vault, "anna")
    device = Authenticator()
    enrolled(vault, hers, "anna", device)
    nobody = hers.ask(at=AT)
    assert (nobody.site, nobody.handle, nobody.known) == ("localhost", b"", ())
    assert nobody.secret != nobody.challenge
    hers_asked = hers.ask(ticket=log_ticket(anna.key), at=AT)
    assert hers_asked.known == (device.id,)
    assert len(hers_asked.handle) == 32
    with pytest.raises(KeyMissing):
        hers.ask(ticket="another", at=AT)


def test_a_passkey_lives_through_a_restart_a_rotation_and_a_backup(
    vault: Vault, hers: Passkeys, device: Authenticator, folder: Path, providers: Providers
) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    roots = folder / "roots"
    roots.write_text("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=\n" + roots.read_text())
    assert rotating.rotate(vault).unreadable == 0
    roots.write_text(roots.read_text().splitlines()[0] + "\n")
    vaults.let_go(vault)
    again = Passkeys(connected(folder, providers), SITE)
    assert used(again, device).key == anna.key


def test_an_erased_key_takes_its_passkeys_along(
    vault: Vault, hers: Passkeys, device: Authenticator, folder: Path
) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    assert device.id in on_disk(folder)
    assert vault.erase(ticket=erase_ticket(anna.key))
    with pytest.raises(PasskeyRefused, match="unknown"):
        used(hers, device)
    assert device.id not in on_disk(folder)


def test_a_key_that_makes_place_at_linking_takes_its_passkeys_along(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    first(vault, "berta", of=EDUID)
    asked = hers.ask(at=AT)
    given_proof = opened(vault, "berta", of=EDUID, also=Also.PROOF).proof
    hers.enrol(proof=given_proof, challenge=asked.secret, answer=device.made(asked.challenge), label="x", at=AT)
    vault.link(proof=proof(vault, "anna"), **sign_in(vault, "berta", of=EDUID), replace=True)
    with pytest.raises(PasskeyRefused, match="unknown"):
        used(hers, device)


def test_the_file_holds_no_key_in_the_clear(vault: Vault, hers: Passkeys, device: Authenticator, folder: Path) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    assert anna.key not in on_disk(folder)


# Enrolling: no passkey without a fresh proof of an identity of hers


def test_nothing_is_enrolled_without_a_proof(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    anna = first(vault, "anna")
    asked = hers.ask(ticket=log_ticket(anna.key), at=AT)
    answer = device.made(asked.challenge, handle=asked.handle)
    for wrong in ("", "another", log_ticket(anna.key), erase_ticket(anna.key)):
        with pytest.raises(ProofRefused, match="unknown"):
            hers.enrol(proof=wrong, challenge=asked.secret, answer=answer, label="x", at=AT)
    with pytest.raises(PasskeyRefused, match="unknown"):
        used(hers, device)


def test_a_proof_enrols_once_and_for_five_minutes(vault: Vault, hers: Passkeys) -> None:
    first(vault, "anna")
    given_proof = proof(vault, "anna")

    def enrol(at: Any) -> None:
        asked = hers.ask(at=at)
        answer = Authenticator().made(asked.challenge)
        hers.enrol(proof=given_proof, challenge=asked.secret, answer=answer, label="x", at=at)

    with pytest.raises(ProofRefused, match="expired"):
        enrol(AT + 6 * MINUTE)
    enrol(AT + MINUTE)
    with pytest.raises(ProofRefused, match="unknown"):
        enrol(AT + MINUTE)


def test_the_proof_of_another_enrols_for_that_other(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    """Who shows the proof of Berta gets a passkey to the key of Berta, whatever handle of Anna is in it: so it opens
    nothing at all."""
    anna, berta = first(vault, "anna"), first(vault, "berta")
    asked = hers.ask(ticket=log_ticket(anna.key), at=AT)
    answer = device.made(asked.challenge, handle=asked.handle)
    hers.enrol(proof=proof(vault, "berta"), challenge=asked.secret, answer=answer, label="x", at=AT)
    assert "enrolled" in acts(vault, berta)
    assert "enrolled" not in acts(vault, anna)
    with pytest.raises(PasskeyRefused, match="handle"):
        used(hers, device)


def test_a_passkey_gives_no_proof_so_it_enrols_no_other(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    assert used(hers, device).proof == ""
    assert vault.store.read("SELECT count(*) FROM proof") == [(0,)]


def test_the_same_passkey_is_enrolled_once(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    enrolled(vault, hers, "anna", device)
    for subject in ("anna", "berta"):
        with pytest.raises(Taken):
            enrolled(vault, hers, subject, device)
    with pytest.raises(Taken):
        enrolled(vault, hers, "berta", Authenticator(id=device.id))
    device.handle = hers.ask(ticket=log_ticket(anna.key), at=AT).handle
    assert used(hers, device).key == anna.key
    assert "enrolled" not in acts(vault, berta)


def test_so_many_passkeys_and_no_more(vault: Vault, hers: Passkeys) -> None:
    first(vault, "anna")
    for _ in range(MOST_PASSKEYS):
        enrolled(vault, hers, "anna", Authenticator())
    with pytest.raises(TooManyPasskeys):
        enrolled(vault, hers, "anna", Authenticator())


# What is refused, both when one is made and when it is used

WRONG_PAGES: list[tuple[dict[str, Any], str]] = [
    ({"origin": "https://register.example.com"}, "origin"),
    ({"origin": "http://localhost:8001"}, "origin"),
    ({"origin": "http://localhost:8000.example.org"}, "origin"),
    ({"origin": None}, "origin"),
    ({"site": "example.org"}, "site"),
    ({"flags": PRESENT}, "verification"),
    ({"flags": VERIFIED}, "presence"),
    ({"flags": 0}, "presence"),
    ({"flags": PRESENT | VERIFIED | IS_COPIED}, "flags"),
    ({"crossOrigin": True}, "frame"),
    ({"crossOrigin": "false"}, "frame"),
    ({"topOrigin": "https://example.org"}, "frame"),
    ({"type": "payment.get"}, "type"),
]


@pytest.mark.parametrize(("said", "check"), WRONG_PAGES, ids=[str(each) for each, _ in WRONG_PAGES])
def test_a_passkey_that_was_made_wrongly_is_refused(
    vault: Vault, hers: Passkeys, device: Authenticator, said: dict[str, Any], check: str
) -> None:
    anna = first(vault, "anna")
    with pytest.raises(PasskeyRefused, match=check):
        enrolled(vault, hers, "anna", device, **said)
    assert "enrolled" not in acts(vault, anna)


@pytest.mark.parametrize(("said", "check"), WRONG_PAGES, ids=[str(each) for each, _ in WRONG_PAGES])
def test_a_passkey_that_is_used_wrongly_is_refused(
    vault: Vault, hers: Passkeys, device: Authenticator, said: dict[str, Any], check: str
) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    with pytest.raises(PasskeyRefused, match=check):
        used(hers, device, **said)
    assert acts(vault, anna)[-1] == "opened" or acts(vault, anna)[-1] == "enrolled"
    assert used(hers, device).key == anna.key


def test_making_one_is_no_using_one_and_the_other_way_round(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    with pytest.raises(PasskeyRefused, match="type"):
        enrolled(vault, hers, "anna", device, type="webauthn.get")
    enrolled(vault, hers, "anna", device)
    with pytest.raises(PasskeyRefused, match="type"):
        used(hers, device, type="webauthn.create")


CURVE = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
P256 = {1: 2, -1: 1, -2: CURVE.x.to_bytes(32, "big"), -3: CURVE.y.to_bytes(32, "big")}
WRONG_KEYS: list[tuple[Any, str]] = [
    (P256, "form"),  # no algorithm at all
    (P256 | {3: 0}, "form"),
    (P256 | {3: -65535}, "algorithm"),  # RS1: SHA-1
    (P256 | {3: -47}, "algorithm"),  # a curve that is not on the list
    (P256 | {3: -37}, "algorithm"),
    (P256 | {3: -9999}, "algorithm"),
    (P256 | {3: "none"}, "algorithm"),
    (P256 | {3: -8}, "key"),
    (P256 | {3: -7, -1: 2}, "key"),
    (P256 | {3: -7, -3: bytes(32)}, "key"),  # not on the curve
    ({1: 1, 3: -8, -1: 6, -2: b"short"}, "key"),
    ({1: 3, 3: -257, -1: (3 << 1022).to_bytes(128, "big"), -2: b"\x01\x00\x01"}, "key"),  # 1,024 bits
    ({1: 3, 3: -257, -1: b"\xff" * 1_024, -2: b"\x01\x00\x01"}, "key"),
    ({1: 3, 3: -257, -1: 5, -2: b"\x01\x00\x01"}, "key"),
    ([1, 2], "form"),
    ("a text", "form"),
]


@pytest.mark.parametrize(("key", "check"), WRONG_KEYS, ids=[str(number) for number in range(len(WRONG_KEYS))])
def test_a_key_of_another_algorithm_or_form_is_refused(
    vault: Vault, hers: Passkeys, device: Authenticator, key: Any, check: str
) -> None:
    first(vault, "anna")
    with pytest.raises(PasskeyRefused, match=check):
        enrolled(vault, hers, "anna", device, key=key)


# Using: once, by who has it, for who asked


def test_an_answer_opens_once_and_two_at_once_are_one(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    asked = hers.ask(at=AT)
    answer = device.used(asked.challenge)

    def once(_: int) -> bool:
        try:
            return bool(hers.open(challenge=asked.secret, answer=answer, at=AT))
        except ChallengeRefused:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(once, range(16))) == 1
    with pytest.raises(ChallengeRefused, match="spent"):
        hers.open(challenge=asked.secret, answer=answer, at=AT)
    assert acts(vault, anna).count("by-passkey") == 1


def test_an_answer_is_for_the_challenge_of_its_own_browser(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    one, other = hers.ask(at=AT), hers.ask(at=AT)
    with pytest.raises(PasskeyRefused, match="challenge"):
        hers.open(challenge=other.secret, answer=device.used(one.challenge), at=AT)


def test_who_catches_an_answer_has_not_the_secret_that_goes_with_it(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    asked = hers.ask(at=AT)
    with pytest.raises(ChallengeRefused):
        hers.open(challenge=asked.challenge, answer=device.used(asked.challenge), at=AT)


def test_a_challenge_has_ten_minutes(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    asked = hers.ask(at=AT)
    with pytest.raises(ChallengeRefused, match="expired"):
        hers.open(challenge=asked.secret, answer=device.used(asked.challenge), at=AT + 11 * MINUTE)


def test_a_challenge_of_a_sign_in_that_was_used_opens_no_passkey(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    said = sign_in(vault, "anna")
    vault.open(**said, make=None, also=Also.NOTHING)
    with pytest.raises(ChallengeRefused, match="spent"):
        hers.open(challenge=said["challenge"], answer=device.used(nonce_of(said["challenge"])), at=AT)


def test_a_signature_that_was_changed_or_made_by_another_is_refused(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    asked = hers.ask(at=AT)
    answer = json.loads(device.used(asked.challenge))
    thief = Authenticator(id=device.id, handle=device.handle)
    changed = json.loads(json.dumps(answer))
    changed["response"]["signature"] = text(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    counted = json.loads(json.dumps(answer))
    counted["response"]["authenticatorData"] = counted["response"]["authenticatorData"][:-2] + "BA"
    for wrong in (json.dumps(changed), json.dumps(counted), thief.used(asked.challenge)):
        with pytest.raises(PasskeyRefused, match="signature"):
            hers.open(challenge=asked.secret, answer=wrong, at=AT)
    assert hers.open(challenge=asked.secret, answer=json.dumps(answer), at=AT)


def test_a_passkey_never_opens_for_somebody_else(vault: Vault, hers: Passkeys) -> None:
    anna, berta = first(vault, "anna"), first(vault, "berta")
    of_anna, of_berta = Authenticator(), Authenticator()
    enrolled(vault, hers, "anna", of_anna)
    enrolled(vault, hers, "berta", of_berta)
    assert used(hers, of_anna).key == anna.key
    for handle in (of_berta.handle, b"", b"another"):
        with pytest.raises(PasskeyRefused, match="handle"):
            used(hers, of_anna, handle=handle)
    of_anna.id = of_berta.id
    with pytest.raises(PasskeyRefused, match="signature"):
        used(hers, of_anna)
    assert "by-passkey" not in acts(vault, berta)


def test_an_unknown_passkey_and_one_that_was_removed_get_the_same_answer(vault: Vault, hers: Passkeys) -> None:
    anna, device, other = first(vault, "anna"), Authenticator(), Authenticator()
    holder = enrolled(vault, hers, "anna", device)
    kept = enrolled(vault, hers, "anna", other)
    hers.remove(proof=proof(vault, "anna"), passkey=holder, at=AT)
    hers.remove(proof=proof(vault, "anna"), passkey=holder, at=AT)
    said = set()
    for each in (device, Authenticator(handle=device.handle)):
        with pytest.raises(PasskeyRefused) as refused:
            used(hers, each)
        said.add((refused.value.code, refused.value.check, refused.value.status))
    assert said == {("passkey", "unknown", 403)}
    assert acts(vault, anna).count("removed") == 1
    assert used(hers, other).key == anna.key
    assert [each.id for each in vault.holders(ticket=log_ticket(anna.key)) if each.kind == "passkey"] == [kept]


def test_nobody_removes_the_passkey_of_another_or_without_a_proof(vault: Vault, hers: Passkeys) -> None:
    anna, device = first(vault, "anna"), Authenticator()
    first(vault, "berta")
    holder = enrolled(vault, hers, "anna", device)
    with pytest.raises(ProofRefused):
        hers.remove(proof="", passkey=holder, at=AT)
    hers.remove(proof=proof(vault, "berta"), passkey=holder, at=AT)
    assert used(hers, device).key == anna.key


def test_an_identity_or_a_code_is_not_removed_as_a_passkey(vault: Vault, hers: Passkeys) -> None:
    anna = first(vault, "anna")
    for each in vault.holders(ticket=log_ticket(anna.key)):
        hers.remove(proof=proof(vault, "anna"), passkey=each.id, at=AT)
    assert {each.kind for each in vault.holders(ticket=log_ticket(anna.key))} == {"identity", "recovery"}
    assert opened(vault, "anna").key == anna.key


def test_with_a_passkey_the_last_identity_still_stays(vault: Vault, hers: Passkeys, device: Authenticator) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    with pytest.raises(LastOne):
        Unlinking(vault).unlink(proof=proof(vault, "anna"), issuer=EID.issuer, subject="anna", **sign_in(vault, "anna"))


def test_a_counter_that_goes_back_or_stands_still_is_refused_and_her_log_says_so(vault: Vault, hers: Passkeys) -> None:
    anna, device = first(vault, "anna"), Authenticator(counts=True, counter=7)
    enrolled(vault, hers, "anna", device)
    assert used(hers, device).key == anna.key
    for earlier in (7, 3):
        device.counter = earlier
        with pytest.raises(PasskeyRefused, match="counter"):
            used(hers, device)
    device.counter, device.counts = 0, False
    with pytest.raises(PasskeyRefused, match="counter"):
        used(hers, device)
    assert acts(vault, anna)[-3:] == ["copied"] * 3
    device.counter, device.counts = 20, True
    assert used(hers, device).key == anna.key


def test_a_passkey_that_counts_nothing_opens_again_and_again(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    anna = first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    assert [used(hers, device).key for _ in range(3)] == [anna.key] * 3


# Who writes in the file


def test_who_puts_a_public_key_of_his_own_in_the_file_opens_nothing(
    vault: Vault, hers: Passkeys, device: Authenticator
) -> None:
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    thief = Authenticator(id=device.id, handle=device.handle)
    public = cbor.encode(dict(thief.public))
    vault.store.write_many("UPDATE passkey SET public_key = ?", [(public,)])
    with pytest.raises(PasskeyRefused, match="unknown"):
        used(hers, thief)
    thief.id = b"an id of the thief, in her row.."
    vault.store.write_many("UPDATE passkey SET credential = ?", [(thief.id,)])
    with pytest.raises(PasskeyRefused, match="unknown"):
        used(hers, thief)


# Rubbish

RUBBISH = [
    "",
    "{",
    "null",
    "[]",
    '"public-key"',
    "{}",
    '{"type": "public-key"}',
    '{"type": "public-key", "rawId": "AAAA", "response": {}}',
    '{"type": "public-key", "rawId": 5, "response": {"clientDataJSON": 5}}',
    "[" * 5_000,
    '{"a":' * 3_000,
    "é",
    "x" * 20_000,
]


@pytest.mark.parametrize("answer", RUBBISH, ids=[str(number) for number in range(len(RUBBISH))])
def test_rubbish_is_refused_as_rubbish(vault: Vault, hers: Passkeys, answer: str) -> None:
    first(vault, "anna")
    asked = hers.ask(at=AT)
    with pytest.raises(PasskeyRefused, match="form"):
        hers.open(challenge=asked.secret, answer=answer, at=AT)
    with pytest.raises(PasskeyRefused, match="form"):
        hers.enrol(proof="x", challenge=asked.secret, answer=answer, label="x", at=AT)


@pytest.mark.parametrize(
    "attested",
    [
        b"\xff",
        b"\xa0",
        b"\x9b" + b"\xff" * 8,  # a list of 2^64 - 1
        b"\x5b" + b"\xff" * 8,  # so many bytes
        b"\x81" * 4_000,  # lists in lists
        b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x40",
        b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25" + bytes(37),
        bytes(8_000),
    ],
    ids=lambda each: each[:4].hex(),
)
def test_malformed_cbor_is_refused(vault: Vault, hers: Passkeys, device: Authenticator, attested: bytes) -> None:
    first(vault, "anna")
    with pytest.raises(PasskeyRefused, match="form"):
        enrolled(vault, hers, "anna", device, attested=attested)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_answer_is_a_refusal(raw: bytes) -> None:
    made = json.dumps(
        {
            "type": "public-key",
            "rawId": "AAAA",
            "response": {"clientDataJSON": text(raw), "attestationObject": text(raw)},
        }
    )
    with pytest.raises(PasskeyRefused):
        passkeys.made(made, SITE, challenge="x")
    page = text(json.dumps({"type": "webauthn.get", "challenge": "x", "origin": vaults.ORIGIN}).encode())
    response = {"clientDataJSON": page, "authenticatorData": text(raw), "signature": text(raw), "userHandle": ""}
    answer = json.dumps({"type": "public-key", "rawId": "AAAA", "response": response})
    known = passkeys.Credential(b"\0\0\0", b"\xa0", 0)
    with pytest.raises(PasskeyRefused):
        passkeys.Used(answer).checked(SITE, known, challenge="x", handle=b"")


def test_no_id_of_a_passkey_goes_to_the_log_of_the_process(
    vault: Vault, hers: Passkeys, device: Authenticator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first(vault, "anna")
    enrolled(vault, hers, "anna", device)
    used(hers, device)
    assert device.id.hex() not in caplog.text


# The store of the version before


def test_a_store_of_the_version_before_is_brought_to_this_one_and_loses_nothing(
    vault: Vault, folder: Path, providers: Providers, device: Authenticator
) -> None:
    anna = first(vault, "anna")
    vaults.let_go(vault)
    before(folder / "vault.sqlite3")
    with pytest.raises(StoreUnusable, match="python -m vault init"):
        connected(folder, providers)
    Vault.make(folder / "vault.sqlite3", Roots(folder / "roots"))
    Vault.make(folder / "vault.sqlite3", Roots(folder / "roots"))
    again = connected(folder, providers)
    assert opened(again, "anna").key == anna.key
    hers = Passkeys(again, SITE)
    enrolled(again, hers, "anna", device)
    assert used(hers, device).key == anna.key
    assert [row[0] for row in again.store.read("PRAGMA integrity_check")] == ["ok"]
    assert again.store.read("PRAGMA foreign_key_check") == []


EARLIER = """
CREATE TABLE holder (
    locator BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL REFERENCES key (id),
    kind TEXT NOT NULL CHECK (kind IN ('identity', 'recovery')), label TEXT NOT NULL, since TEXT NOT NULL,
    root BLOB NOT NULL, envelope BLOB NOT NULL
) WITHOUT ROWID
"""


def before(path: Path) -> None:
    """The file as version 2 made it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for statement in (
            "DROP TABLE passkey",
            "DROP INDEX holder_key",
            "DROP INDEX holder_root",
            "ALTER TABLE holder RENAME TO now",
            EARLIER,
            "CREATE INDEX holder_key ON holder (key)",
            "CREATE INDEX holder_root ON holder (root)",
            "INSERT INTO holder SELECT * FROM now",
            "DROP TABLE now",
            "PRAGMA user_version=2",
        ):
            connection.execute(statement)


# The settings


@pytest.mark.parametrize(
    ("origins", "rp_id", "found"),
    [
        ("https://register.example.org", "", Site("register.example.org", ("https://register.example.org",))),
        ("http://localhost:8000", "", Site("localhost", ("http://localhost:8000",))),
        (
            "https://register.example.org, https://nieuw.example.org",
            "example.org",
            Site("example.org", ("https://register.example.org", "https://nieuw.example.org")),
        ),
    ],
)
def test_a_site_is_addresses_of_one_domain(origins: str, rp_id: str, found: Site) -> None:
    assert Site.read(origins, rp_id) == found


@pytest.mark.parametrize(
    ("origins", "rp_id"),
    [
        ("", ""),
        ("http://register.example.org", ""),
        ("https://register.example.org/", ""),
        ("https://register.example.org/pad", ""),
        ("https://Register.example.org", ""),
        ("https://me@register.example.org", ""),
        ("register.example.org", ""),
        ("https://register.example.org", "example.com"),
        ("https://register.example.org", "org"),
        ("https://register.example.org https://elders.example.com", ""),
        ("http://127.0.0.1:8000", ""),
        ("https://192.0.2.7", ""),
    ],
)
def test_a_wrong_site_is_refused_with_what_is_wrong(origins: str, rp_id: str) -> None:
    with pytest.raises(ValueError, match=r"VAULT_ORIGINS|VAULT_DOMAIN"):
        Site.read(origins, rp_id)
