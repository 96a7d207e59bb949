"""The page of the log, for the auditor alone; and the command that checks the log with the public key."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from lerarenregister.accounts.actions import give_role
from lerarenregister.accounts.permissions import COMMAND, Role
from lerarenregister.audit.checkpoints import verifier_key
from lerarenregister.audit.keys import signing_key
from lerarenregister.kernel import clock
from lerarenregister.web.audit.checks import log_can_be_checked
from tests.register.cast import sign_in
from tests.web.starting import start

pytestmark = pytest.mark.django_db


def auditor(client: Client, at: datetime) -> None:
    account = sign_in(client, at=at, person_bound=False, subject="kees")
    ends = at + timedelta(days=1)
    give_role(viewer=COMMAND, account=account, role=Role.AUDITOR, scope="", known_as="Kees", ends_at=ends, at=at)


def test_the_auditor_sees_how_far_the_log_is_sealed_and_checks_it_with_the_key_shown(client: Client) -> None:
    auditor(client, clock.now())
    call_command("seal")
    page = client.get("/logboek/")
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert "register.example.org/log" in text
    key = text.split("verify_audit --key ")[1].split("<")[0]
    out = io.StringIO()
    call_command("verify_audit", "--key", key, stdout=out)
    assert "The log is whole" in out.getvalue()


def test_the_public_key_alone_is_enough(settings: Any) -> None:
    call_command("seal")
    key = verifier_key(settings.AUDIT_ORIGIN, signing_key().public_key())
    settings.AUDIT_SIGNING_KEY = "this machine has it not"
    out = io.StringIO()
    call_command("verify_audit", "--key", key, stdout=out)
    assert "The log is whole" in out.getvalue()
    with pytest.raises(ImproperlyConfigured):
        call_command("verify_audit")


def test_all_but_the_sealer_do_with_the_public_key_that_it_prints(client: Client, settings: Any) -> None:
    auditor(client, clock.now())
    call_command("seal")
    out = io.StringIO()
    call_command("seal", "--public-key", stdout=out)
    seed, settings.AUDIT_VERIFIER_KEY, settings.AUDIT_SIGNING_KEY = (
        settings.AUDIT_SIGNING_KEY,
        out.getvalue().strip(),
        "",
    )
    assert settings.AUDIT_VERIFIER_KEY in client.get("/logboek/").content.decode()
    told = io.StringIO()
    call_command("verify_audit", stdout=told)
    assert "The log is whole" in told.getvalue()
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SIGNING_KEY"):
        call_command("seal")
    settings.AUDIT_SIGNING_KEY = seed
    assert log_can_be_checked() == []


def test_a_public_key_that_is_missing_or_of_another_log_is_refused(settings: Any) -> None:
    ours, stranger = signing_key().public_key(), Ed25519PrivateKey.generate().public_key()
    for wrong, says in {
        verifier_key("elsewhere.example.org/log", ours): "AUDIT_ORIGIN names another",
        verifier_key(settings.AUDIT_ORIGIN, stranger): "not the public key of AUDIT_SIGNING_KEY",
        "rubbish": "AUDIT_VERIFIER_KEY is wrong",
    }.items():
        settings.AUDIT_VERIFIER_KEY = wrong
        (refusal,) = log_can_be_checked()
        assert refusal.id == "audit.E001"
        assert says in refusal.msg


def test_without_the_public_key_of_the_log_the_server_refuses_to_start(tmp_path: Path) -> None:
    refused = start(tmp_path, AUDIT_SIGNING_KEY="(unset)")
    assert refused.returncode != 0
    assert "Set AUDIT_VERIFIER_KEY" in refused.stderr
    known = verifier_key("register.example.org/log", signing_key().public_key())
    assert start(tmp_path, AUDIT_SIGNING_KEY="(unset)", AUDIT_VERIFIER_KEY=known).returncode == 0


def test_another_key_or_no_key_checks_nothing() -> None:
    call_command("seal")
    other = verifier_key("register.example.org/log", Ed25519PrivateKey.generate().public_key())
    for wrong in ("rubbish", "a+b+c", other[:-4], other.replace("register", "elsewhere")):
        with pytest.raises(CommandError):
            call_command("verify_audit", "--key", wrong)


def test_a_stranger_sees_the_same_as_for_a_page_that_is_not_there(client: Client) -> None:
    sign_in(client, at=clock.now())
    refused, absent = client.get("/logboek/"), client.get("/er-is-niets/")
    assert refused.status_code == absent.status_code == 404
    assert refused.content.split(b"<main")[1] == absent.content.split(b"<main")[1]
