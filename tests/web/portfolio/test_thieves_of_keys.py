"""Each who might be after a key, with all that the threat model gives him; and, so that a refusal says something, with
the one thing more that opens it."""

import base64
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from joserfc import jwt
from joserfc.jwk import OctKey

from lerarenregister.accounts.models import Identity
from lerarenregister.kernel import clock
from lerarenregister.kernel.envelopes import Sealer, Unreadable
from lerarenregister.portfolio.models import Entry, PortfolioKey
from lerarenregister.portfolio.rules.entries import Part, place
from tests import vaults
from tests.passkeys import Authenticator
from tests.web.portfolio.conftest import Person
from vault import backups
from vault.answers import Also, Opened
from vault.app import Application
from vault.client import Client, VaultRefused
from vault.errors import RootMissing
from vault.roots import Roots, Wrapped
from vault.rows import erase_ticket, log_ticket, place_of
from vault.settings import Site

pytestmark = pytest.mark.django_db
TEXT = "Wat zij alleen weet"
VERBS = {"challenge", "open", "link", "unlink", "recover", "erase", "lines", "holders", "held", "remove"}
VERBS |= {"passkey/ask", "passkey/enrol", "passkey/open", "passkey/remove"}


@pytest.fixture
def hers(teacher: Person) -> Person:
    """She wrote something, and went home."""
    teacher.written(TEXT)
    return teacher


def asking() -> Client:
    """With what the web process has."""
    return Client(settings.VAULT_URL, settings.VAULT_TOKEN)


def dump() -> bytes:
    """Every cell of every table, one after the other, in every form in which a secret may stand in it."""
    found = b""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    found += raw + b"\n" + b"".join(decoded(raw))
    return found


def decoded(raw: bytes) -> Iterator[bytes]:
    for piece in re.findall(rb"[A-Za-z0-9+/_=-]{32,}", raw):
        text = piece.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        yield base64.b64decode(text + b"=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
        if re.fullmatch(rb"[0-9a-fA-F]+", piece) and len(piece) % 2 == 0:
            yield bytes.fromhex(piece.decode())


def opens(keys: Iterable[bytes]) -> bool:
    """Whether one of these is the key of what is stored."""
    row = Entry.objects.get()
    head, where = bytes(row.head), place(row.owner, row.pk, row.version, Part.HEAD)
    for key in keys:
        try:
            Sealer(key).open(head, bound_to=where)
        except Unreadable:
            continue
        return True
    return False


def windows(material: bytes) -> set[bytes]:
    """All that could be a key in it."""
    return {material[start : start + 32] for start in range(len(material) - 31)}


def unwrapped(store: Path, roots: Path) -> Iterator[bytes]:
    """The keys that somebody gets who has the file of the vault and this file of root keys."""
    held = Roots(roots)
    with closing(sqlite3.connect(store)) as raw:
        rows = raw.execute("SELECT key, locator, root, envelope FROM holder WHERE kind = 'identity'").fetchall()
    for key, locator, root, envelope in rows:
        try:
            yield held.unwrap(Wrapped(root, envelope), place_of(key, locator))
        except RootMissing:
            continue


def web_secrets() -> bytes:
    """What a web process is told, one after the other."""
    names = ("SECRET_KEY", "VAULT_TOKEN", "CODE_HASH_KEY", "AUDIT_SIGNING_KEY")
    said = "\n".join(str(getattr(settings, name)) for name in names).encode()
    return said + b"\n" + b"".join(decoded(said))


def files(vault: vaults.Here) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in vault().store.path.parent.iterdir()}


# Thieves of what lies still


def test_the_thief_of_the_database_has_no_key(hers: Person) -> None:
    stolen = dump()
    assert str(hers.account).encode() in stolen or hers.account.hex.encode() in stolen
    assert not opens(windows(stolen))


def test_the_thief_of_database_and_web_secrets_has_no_key(hers: Person) -> None:
    assert not opens(windows(dump() + web_secrets()))


def test_the_thief_of_the_vaults_file_has_no_key_and_no_name(hers: Person, vault: vaults.Here) -> None:
    stolen = files(vault)
    root = stolen.pop("roots")
    everything = b"".join(stolen.values())
    assert not opens(windows(everything))
    identity = Identity.objects.get(account_id=hers.account)
    noted = PortfolioKey.objects.get(owner=hers.account)
    for word in (identity.issuer, identity.subject, str(hers.account), hers.account.hex, noted.ticket, TEXT):
        assert word.encode() not in everything
    assert hers.account.bytes not in everything
    assert root.strip() not in everything
    assert base64.b64decode(root) not in everything


def test_the_thief_of_both_opens_nothing_without_the_root_and_all_of_it_with(
    hers: Person, vault: vaults.Here, tmp_path: Path
) -> None:
    stolen = files(vault)
    root = stolen.pop("roots")
    secrets = web_secrets()
    assert not opens(windows(b"".join(stolen.values()) + secrets))
    for guess in {secrets[start : start + 32] for start in range(len(secrets) - 31)}:
        (tmp_path / "guess").write_bytes(base64.b64encode(guess))
        assert list(unwrapped(vault().store.path, tmp_path / "guess")) == []
    (tmp_path / "roots").write_bytes(root)
    assert opens(unwrapped(vault().store.path, tmp_path / "roots")), "what the threat model says of all three"


def test_the_thief_of_a_backup_opens_nothing_and_not_what_was_erased_either(
    hers: Person, vault: vaults.Here, tmp_path: Path
) -> None:
    copy = backups.back_up(vault().store.path, tmp_path / "copies", at=clock.now())
    noted = PortfolioKey.objects.get(owner=hers.account)
    assert asking().erase(ticket=noted.ticket)
    assert not opens(windows(copy.read_bytes() + web_secrets()))
    (tmp_path / "another").write_bytes(base64.b64encode(b"g" * 32))
    assert list(unwrapped(copy, tmp_path / "another")) == []
    roots = vault().store.path.parent / "roots"
    assert not opens(unwrapped(vault().store.path, roots)), "it is gone from the vault at once"
    assert opens(unwrapped(copy, roots)), "it is in the copy for its term, as the threat model says"


def test_no_token_of_hers_lies_in_the_database(hers: Person) -> None:
    stolen = dump()
    assert b"eyJ" not in stolen
    assert not re.search(rb"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}", stolen)


# Who has the secrets of the web, and nobody who signs in


def refused(call: Callable[[], object], *codes: str) -> None:
    with pytest.raises(VaultRefused) as told:
        call()
    assert str(told.value) in codes, told.value


def nothing_opens_for(subject: str, hers: Person, **claims: Any) -> None:
    """Nothing that the web process can ask gives a key against this token."""
    client, at = asking(), clock.now()

    def said() -> dict[str, str]:
        challenge = client.challenge()
        return {"challenge": challenge, "id_token": vaults.id_token(subject, challenge, at=at, **claims)}

    key = PortfolioKey.objects.get(owner=hers.account).key
    codes = ("missing", "token iss", "token aud", "token alg", "token signature", "token acr")
    refused(lambda: client.open(**said(), make=None, also=Also.NOTHING), *codes)
    refused(lambda: client.open(**said(), make=key.bytes, also=Also.CODE), "taken", *codes)
    refused(lambda: client.recover(**said(), code="0000-" * 6 + "0000", replace=True), "code", *codes)
    refused(lambda: client.link(**said(), proof="guessed", replace=True), "proof", *codes)
    asked, passkey = client.ask_passkey(), Authenticator(handle=key.bytes)
    shown = {"challenge": asked.secret, "answer": passkey.used(asked.challenge)}
    refused(lambda: client.open_by_passkey(**shown), "passkey unknown")
    answer = passkey.made(asked.challenge)
    given = {"challenge": asked.secret, "answer": answer, "label": "x"}
    refused(lambda: client.enrol_passkey(proof="guessed", **given), "proof")
    refused(lambda: client.remove_passkey(proof="guessed", passkey=bytes(16)), "proof")
    refused(lambda: client.remove_identity(proof="guessed", holder=bytes(16)), "proof")


def test_the_verbs_of_the_vault_are_those_that_are_tried_here(vault: vaults.Here) -> None:
    assert {each[1:] for each in Application(vault(), "x" * 32, Site.read(vaults.ORIGIN))._verbs} == VERBS


def test_without_a_sign_in_the_web_secrets_read_nothing(hers: Person) -> None:
    nothing_opens_for("a made-up person", hers)
    identity = Identity.objects.get(account_id=hers.account)
    nothing_opens_for(identity.subject, hers, iss="https://school.example.org")
    nothing_opens_for(identity.subject, hers, aud="another-client")
    ticket = PortfolioKey.objects.get(owner=hers.account).ticket
    for each in (ticket, "0" * 64, settings.VAULT_TOKEN):
        assert asking().lines(ticket=each) == []
        assert asking().holders(ticket=each) == []
    assert asking().held() == {PortfolioKey.objects.get().key.bytes}


def test_a_token_that_is_signed_with_what_the_web_has_is_none(hers: Person) -> None:
    identity = Identity.objects.get(account_id=hers.account)
    client, at = asking(), clock.now()
    for secret in (settings.SECRET_KEY, settings.VAULT_TOKEN, "the client secret of the register"):
        challenge = client.challenge()
        claims = json.loads(
            base64.urlsafe_b64decode(vaults.id_token(identity.subject, challenge, at=at).split(".")[1] + "==")
        )
        forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret), algorithms=["HS256"])
        refused(
            lambda challenge=challenge, forged=forged: client.open(challenge=challenge, id_token=forged, make=None),  # type: ignore[misc]
            "token alg",
        )


def test_with_the_database_they_can_destroy_a_key_and_she_is_told_and_nothing_is_hidden(
    hers: Person, signed_in: Callable[..., Person]
) -> None:
    ticket = PortfolioKey.objects.get(owner=hers.account).ticket
    assert asking().erase(ticket=ticket) is True
    stored = Entry.objects.get()
    again = signed_in("teacher")
    assert again.client.get("/portfolio/").status_code == 401
    assert "storing bij ons" in again.client.get("/portfolio/").content.decode()
    kept = Entry.objects.get()
    assert (bytes(kept.head), bytes(kept.body)) == (bytes(stored.head), bytes(stored.body))
    assert asking().held() == set(), "no new key is made over what is stored"


def test_who_writes_in_the_database_gets_nobodys_key_by_it(hers: Person, signed_in: Callable[..., Person]) -> None:
    """He gives himself her key's number, or her entries, or her account."""
    thief = signed_in("thief")
    noted = PortfolioKey.objects.get(owner=hers.account)
    PortfolioKey.objects.filter(owner=thief.account).delete()
    PortfolioKey.objects.filter(owner=hers.account).update(owner=thief.account)
    again = signed_in("thief")
    assert TEXT not in again.client.get("/portfolio/").content.decode()
    PortfolioKey.objects.filter(owner=thief.account).update(owner=hers.account, key=noted.key, ticket=noted.ticket)
    Entry.objects.update(owner=thief.account)
    assert TEXT not in signed_in("thief").client.get("/portfolio/").content.decode()
    Entry.objects.update(owner=hers.account)
    Identity.objects.filter(account_id=hers.account).update(account_id=thief.account)
    Identity.objects.filter(subject="thief").update(account_id=hers.account)
    taken = signed_in("thief")
    assert taken.account == hers.account
    assert TEXT not in taken.client.get("/portfolio/").content.decode()


# Who caught a token


def caught(subject: str = "teacher") -> dict[str, str]:
    """What passes through the web process at a sign-in of hers."""
    challenge = asking().challenge()
    return {"challenge": challenge, "id_token": vaults.id_token(subject, challenge, at=clock.now())}


def test_a_caught_token_opens_nothing_without_its_challenge(hers: Person) -> None:
    token = caught()["id_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    for challenge in (asking().challenge(), claims["nonce"], ""):
        refused(
            lambda challenge=challenge: asking().open(challenge=challenge, id_token=token, make=None),  # type: ignore[misc]
            "token nonce",
            "challenge",
            "malformed",
        )


def test_a_caught_token_with_its_challenge_opens_once_and_within_a_minute(
    hers: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, late = caught(), caught()
    assert opens([asking().open(**used, make=None).key]), "what a web process in other hands gets while she signs in"
    refused(lambda: asking().open(**used, make=None), "challenge")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=60))
    refused(lambda: asking().open(**late, make=None), "token auth_time")


def test_her_own_log_shows_that_it_was_opened(hers: Person) -> None:
    opened = asking().open(**caught(), make=None)
    lines = asking().lines(ticket=log_ticket(opened.key))
    assert [each.act for each in lines] == ["opened", "made"]


# A web process in other hands, with the sign-in of another person


def test_with_his_own_sign_in_it_gets_his_own_key_and_nothing_of_hers(
    hers: Person, signed_in: Callable[..., Person], vault: vaults.Here
) -> None:
    signed_in("thief")
    client = asking()
    noted = PortfolioKey.objects.get(owner=hers.account)
    holders = {row[0] for row in vault().store.read("SELECT id FROM holder WHERE key = ?", noted.key.bytes)}
    got: list[Opened] = [
        client.open(**caught("thief"), make=make, also=also) for make in (None, noted.key.bytes) for also in Also
    ]
    assert len({each.key for each in got}) == 1
    assert not opens(each.key for each in got)
    assert all(each.id != noted.key.bytes for each in got)
    spent = next(each.proof for each in got if each.proof)
    code = [each.code for each in got if each.code][-1]
    her = {"issuer": vaults.ISSUER, "subject": "teacher"}
    vault().store.write_many("UPDATE holder SET since = '2017-12-01T00:00:00+00:00' WHERE kind = ?", [("recovery",)])
    refused(lambda: client.unlink(proof=spent, code=code, **her), "missing")
    refused(lambda: client.unlink(proof="guessed", **caught("thief"), **her), "proof")
    proof = client.open(**caught("thief"), make=None, also=Also.PROOF).proof
    for going in holders:
        client.remove_identity(proof=client.open(**caught("thief"), make=None, also=Also.PROOF).proof, holder=going)
    linked = client.link(**caught("his other"), proof=proof, replace=True)
    assert not opens([linked.key])
    recovered = client.recover(**caught("his third"), code=code, replace=True)
    assert not opens([recovered.key])
    his = got[0].key
    assert {each.id for each in client.holders(ticket=log_ticket(his))}.isdisjoint(holders)
    assert client.erase(ticket=erase_ticket(his)) is True
    assert noted.key.bytes in client.held()
    assert opens([client.open(**caught(), make=None).key])


def test_he_can_not_bring_her_identity_to_a_key_of_his(hers: Person, signed_in: Callable[..., Person]) -> None:
    """Her next sign-in would write under a key that he knows."""
    signed_in("thief")
    client = asking()
    proof = client.open(**caught("thief"), make=None, also=Also.PROOF).proof
    refused(lambda: client.link(**caught("teacher"), proof=proof, replace=False), "taken")
    assert opens([client.open(**caught(), make=None).key])
