"""`check --deploy`: each check fires on what it is for, and the whole is silent on a right installation."""

import base64
import os
import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.checks import CheckMessage
from django.db import connection
from pytest_django.fixtures import Settings

from lerarenregister.project.checks import databases, files, keys, mail, places
from tests.project import good
from tools import postgres

RANDOM = base64.b64encode(bytes((each * each * 7 + 13) % 251 for each in range(32))).decode()
OTHER = base64.b64encode(bytes((each * each * 11 + 29) % 251 for each in range(32))).decode()
Check = Callable[[], list[CheckMessage]]


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [each.id for each in found]


@pytest.fixture
def right(settings: Settings, tmp_path: Path) -> Settings:
    """Settings on which every check that asks no server is silent."""
    settings.SECRET_KEY = "kE3x9QvT7mWcZr5YbN2uHdJgPfLs8aR4oViMtKqXwzBy6CjDnU" + "eG"
    settings.CODE_HASH_KEY = "q7Zt4NwXb2RkYm9HsVdJ3cLgPf8aTe5uKoWi6"
    settings.VAULT_TOKEN, settings.AUDIT_SIGNING_KEY = RANDOM, OTHER
    settings.VAULT_URL = "http://127.0.0.1:8600"
    settings.BASE_URL, settings.BEHIND_TLS_PROXY, settings.DEMO = "https://register.leraren.internal", True, False
    settings.CONTACT_EMAIL = settings.SECURITY_EMAIL = settings.MAIL_FROM = "a@leraren.internal"
    settings.PRIVACY_EMAIL = settings.COMPLAINTS_EMAIL = "b@leraren.internal"
    settings.ORGANISATION = "Stichting Leraren"
    settings.SOURCE_URL, settings.AUDIT_ORIGIN = "https://code.leraren.internal", "register.leraren.internal/log"
    settings.OIDC_PROVIDERS = [good.PROVIDER]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for name in ("SETTINGS_FILE", "PROVIDERS_FILE"):
        setattr(settings, name, tmp_path / name)
        good.write(tmp_path / name, "")
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    rows = Path(str(settings.DATABASES["default"]["NAME"]))
    if rows.exists():  # the database of the tests, wherever this run has put it
        rows.chmod(0o600)
    return settings


SILENT: list[Check] = [
    keys.check_keys,
    keys.check_way_to_vault,
    places.check_addresses,
    places.check_examples,
    places.check_organisation,
    places.check_demo,
    places.check_providers,
    places.check_queue,
    files.check_rights,
    files.check_static_files,
]
FIRES: list[tuple[Check, dict[str, Any], list[str]]] = [
    (keys.check_keys, {"SECRET_KEY": "q7Zt4NwXb2RkYm9HsVdJ3cLgPf8aTe5uKoWi6"[:-1]}, ["deploy.E001"]),
    (keys.check_keys, {"CODE_HASH_KEY": "q7Zt4NwXb2RkYm9"}, ["deploy.E001"]),
    (keys.check_keys, {"SECRET_KEY": "test-" * 12}, ["deploy.E002"]),
    (keys.check_keys, {"SECRET_KEY": "q7Zt4NwXb2RkYm9" * 4}, ["deploy.E002"]),
    (keys.check_keys, {"CODE_HASH_KEY": "change-me-please-0123456789-abcdefgh"}, ["deploy.E002"]),
    (keys.check_keys, {"PSEUDONYM_KEY": "change-me-please-0123456789-abcdefgh"}, ["deploy.E002"]),
    (keys.check_keys, {"PSEUDONYM_KEY": RANDOM}, ["deploy.E004"]),
    (keys.check_keys, {"AUDIT_SIGNING_KEY": base64.b64encode(bytes(range(32))).decode()}, ["deploy.E002"]),
    (keys.check_keys, {"AUDIT_SIGNING_KEY": base64.b64encode(bytes(32)).decode()}, ["deploy.E002"]),
    (
        keys.check_keys,
        {"AUDIT_SIGNING_KEY": base64.b64encode(b"Zo lang is een sleutel van ons 1").decode()},
        ["deploy.E002"],
    ),
    (keys.check_keys, {"AUDIT_SIGNING_KEY": "c2hvcnQ="}, ["deploy.E003"]),
    (keys.check_keys, {"AUDIT_SIGNING_KEY": "no base64!"}, ["deploy.E003"]),
    (keys.check_keys, {"VAULT_TOKEN": OTHER}, ["deploy.E004"]),
    (keys.check_keys, {"VAULT_TOKEN": "q7Zt4NwXb2RkYm9"}, ["deploy.E001"]),
    (keys.check_keys, {"VAULT_TOKEN": "change-me-please-0123456789-abcdefgh"}, ["deploy.E002"]),
    (keys.check_way_to_vault, {"VAULT_URL": "http://vault.leraren.internal:8600"}, ["deploy.E005"]),
    (keys.check_way_to_vault, {"VAULT_URL": "http://10.0.0.7:8600"}, ["deploy.E005"]),
    (keys.check_keys, {"CODE_HASH_KEY": RANDOM}, ["deploy.E004"]),
    (keys.check_keys, {"CODE_HASH_KEY": RANDOM.rstrip("=")}, ["deploy.E004"]),
    (places.check_addresses, {"BASE_URL": "http://register.leraren.internal"}, ["deploy.E010"]),
    (places.check_addresses, {"BEHIND_TLS_PROXY": False}, ["deploy.W010"]),
    (places.check_examples, {"CONTACT_EMAIL": "contact@example.org"}, ["deploy.E011"]),
    (places.check_examples, {"SECURITY_EMAIL": "a@mail.Example.com"}, ["deploy.E011"]),
    (places.check_examples, {"MAIL_FROM": "register@example.org"}, ["deploy.E011"]),
    (places.check_examples, {"SOURCE_URL": "https://example.org/lerarenregister"}, ["deploy.E011"]),
    (places.check_examples, {"AUDIT_ORIGIN": "register.example.org/log"}, ["deploy.E011"]),
    (places.check_examples, {"BASE_URL": "https://localhost:8443"}, ["deploy.E011"]),
    (places.check_examples, {"PRIVACY_EMAIL": "privacy@example.org"}, ["deploy.E011"]),
    (places.check_examples, {"COMPLAINTS_EMAIL": "klacht@example.nl"}, ["deploy.E011"]),
    (places.check_organisation, {"ORGANISATION": ""}, ["deploy.E016"]),
    (places.check_demo, {"DEMO": True}, ["deploy.E012"]),
    (places.check_providers, {"OIDC_PROVIDERS": []}, ["deploy.E013"]),
    (places.check_providers, {"OIDC_PROVIDERS": [{**good.PROVIDER, "person_bound": False}]}, ["deploy.E014"]),
    (places.check_providers, {"OIDC_PROVIDERS": [{**good.PROVIDER, "issuer": "http://localhost:1"}]}, ["deploy.E015"]),
    (
        places.check_providers,
        {"OIDC_PROVIDERS": [{**good.PROVIDER, "issuer": "https://eid.example.org"}]},
        ["deploy.E015"],
    ),
    (
        places.check_queue,
        {"TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}},
        ["deploy.E017"],
    ),
    (files.check_static_files, {"STATIC_ROOT": Path("/nowhere")}, ["deploy.E041"]),
]


@pytest.mark.parametrize("check", SILENT, ids=lambda check: check.__name__)
def test_a_check_is_silent_when_all_is_right(right: Settings, check: Check) -> None:
    assert check() == []


@pytest.mark.parametrize(("check", "wrong", "expected"), FIRES)
def test_a_check_fires_on_what_is_wrong_and_shows_no_key(
    right: Settings, check: Check, wrong: dict[str, Any], expected: list[str]
) -> None:
    for name, value in wrong.items():
        setattr(right, name, value)
    found = check()
    assert ids(found) == expected
    assert all(each.hint for each in found)
    assert not any(value in f"{each}" for each in found for name, value in wrong.items() if name.endswith("KEY"))


def test_what_is_drawn_is_never_taken_for_an_example() -> None:
    for _ in range(2000):
        raw = os.urandom(32)
        assert not keys.guessable(raw)
        assert not keys.guessable(base64.b64encode(raw).decode())
        assert not keys.guessable(raw.hex())


@pytest.mark.parametrize("url", ["https://vault.leraren.internal", "http://127.0.0.1:8600", "http://localhost:8600"])
def test_a_way_to_the_vault_that_nobody_can_listen_on_is_right(right: Settings, url: str) -> None:
    right.VAULT_URL = url
    assert keys.check_way_to_vault() == []


def test_a_process_without_the_token_of_the_vault_is_right(right: Settings) -> None:
    """The sealer and the worker never ask the vault."""
    right.VAULT_TOKEN = ""
    assert keys.check_keys() == []


@pytest.mark.parametrize("name", ["SETTINGS_FILE", "PROVIDERS_FILE"])
@pytest.mark.parametrize(("mode", "fires"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_with_secrets_is_its_owners_alone(
    right: Settings, tmp_path: Path, name: str, mode: int, fires: bool
) -> None:
    good.write(tmp_path / name, "")
    (tmp_path / name).chmod(mode)
    assert ids(files.check_rights()) == ["deploy.E040"] * fires


def test_a_secret_that_is_mounted_for_our_group_may_be_read_by_it(
    right: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "PROVIDERS_FILE"
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    for mode, fires in ((0o440, False), (0o460, True), (0o444, True)):
        file.chmod(mode)
        assert ids(files.check_rights()) == ["deploy.E040"] * fires


def test_the_embedded_database_is_closed_itself_or_by_its_folder(
    right: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    rows = folder / "register.sqlite3"
    rows.touch(mode=0o644)
    monkeypatch.setitem(right.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(rows)})
    assert ids(files.check_rights()) == ["deploy.E040"]
    folder.chmod(0o700)
    assert files.check_rights() == []


def test_the_mail_server_is_asked_and_takes_our_sender(right: Settings) -> None:
    with good.mail_server() as port:
        right.EMAIL_HOST, right.EMAIL_PORT, right.DEFAULT_FROM_EMAIL = "127.0.0.1", port, "a@leraren.internal"
        assert mail.check_mail_server() == []
        right.DEFAULT_FROM_EMAIL = "a@elsewhere.nl"
        assert ids(mail.check_mail_server()) == ["deploy.E021"]
    assert ids(mail.check_mail_server()) == ["deploy.E020"]
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.listen(0)
        right.EMAIL_PORT = mute.getsockname()[1]
        mute.close()
        assert ids(mail.check_mail_server()) == ["deploy.E020"]


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for this machine, signed by itself: the context of a server that has it, and its file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    both, public = folder / "both.pem", folder / "public.pem"
    public.write_bytes(made.public_bytes(Encoding.PEM))
    both.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, public


def knows_us(server: object, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
    """The name and password that this mail server takes."""
    return AuthResult(success=(data.login, data.password) == (b"register", b"a password"), handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # from the start it has no other way
@pytest.mark.parametrize("how", ["starttls", "implicit"])
def test_a_mail_server_is_believed_by_its_certificate_alone_and_gets_our_password(
    right: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    context, public = certificate(tmp_path)
    asks = {"auth_required": True, "authenticator": knows_us, "auth_require_tls": how == "starttls"}
    asks |= {"tls_context": context, "require_starttls": True} if how == "starttls" else {"ssl_context": context}
    with good.mail_server(**asks) as port:
        right.EMAIL_HOST, right.EMAIL_PORT, right.DEFAULT_FROM_EMAIL = "127.0.0.1", port, "a@leraren.internal"
        right.EMAIL_HOST_USER, right.EMAIL_HOST_PASSWORD = "register", "a password"
        right.EMAIL_USE_TLS, right.EMAIL_USE_SSL = how == "starttls", how == "implicit"
        assert ids(mail.check_mail_server()) == ["deploy.E020"]  # nobody vouches for the certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        assert mail.check_mail_server() == []
        right.EMAIL_HOST_PASSWORD = "another"
        assert ids(mail.check_mail_server()) == ["deploy.E022"]
        right.EMAIL_HOST_PASSWORD = ""
        assert ids(mail.check_mail_server()) == ["deploy.E023"]
        right.EMAIL_HOST_USER = ""
        assert ids(mail.check_mail_server()) == ["deploy.E021"]


def test_a_mail_server_elsewhere_without_encryption_is_warned_of(
    right: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_asked", list)
    right.EMAIL_HOST = "mail.leraren.internal"
    assert ids(mail.check_mail_server()) == ["deploy.W024"]
    right.EMAIL_USE_TLS = True
    assert mail.check_mail_server() == []


def test_a_password_for_mail_and_the_word_for_its_encryption_are_read(tmp_path: Path) -> None:
    told = good.installed(tmp_path, 2525, SMTP_TLS="ssl")
    assert "SMTP_TLS must be a word: none, starttls or implicit, not 'ssl'" in good.manage(told, "check").stderr
    told = good.installed(tmp_path, 2525, SMTP_TLS="implicit", SMTP_USER="register", SMTP_PASSWORD="geheim woord")
    shown = "from django.conf import settings as s; print(s.EMAIL_USE_SSL, s.EMAIL_USE_TLS, s.EMAIL_HOST_PASSWORD)"
    assert good.manage(told, "shell", "--no-imports", "-c", shown).stdout.split("\n")[0] == "True False geheim woord"


SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
POSTGRES = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "server_version_num": "140000",
    "server_encoding": "UTF8",
    "TimeZone": "UTC",
    "btree_gist": "1",
    "synchronous_standby_names": "",
}


@pytest.mark.parametrize(
    ("wrong", "processes", "expected"),
    [
        ({}, 1, []),
        ({"synchronous": "3"}, 1, []),
        ({"journal_mode": "delete"}, 1, ["deploy.E032"]),
        ({"synchronous": "1"}, 1, ["deploy.E032"]),
        ({"foreign_keys": "0"}, 1, ["deploy.E032"]),
        ({}, 2, ["deploy.W032"]),
    ],
)
def test_sqlite_keeps_what_it_acknowledged(wrong: dict[str, str], processes: int, expected: list[str]) -> None:
    assert ids(databases.sqlite_messages({**SQLITE, **wrong}, processes)) == expected


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({}, []),
        ({"synchronous_commit": "remote_apply"}, []),
        ({"synchronous_commit": "off"}, ["deploy.E033"]),
        ({"synchronous_commit": "local"}, ["deploy.E033"]),
        ({"fsync": "off"}, ["deploy.E033"]),
        ({"full_page_writes": "off"}, ["deploy.E033"]),
        ({"server_version_num": "130014"}, ["deploy.E034"]),
        ({"btree_gist": "0"}, ["deploy.E035"]),
        ({"TimeZone": "Europe/Amsterdam"}, ["deploy.E036"]),
        ({"server_encoding": "SQL_ASCII"}, ["deploy.E036"]),
    ],
)
def test_postgresql_keeps_what_it_acknowledged_and_has_what_is_needed(
    wrong: dict[str, str], expected: list[str]
) -> None:
    assert ids(databases.postgres_messages({**POSTGRES, **wrong})) == expected


@pytest.mark.parametrize(
    ("hosts", "waited_for", "fires"),
    [("db1,db2", "", True), ("db1,db2", "*", False), ("db1,db2", '"n2"', False), ("db1", "", False), ("", "", False)],
)
def test_of_several_servers_one_waits_for_another(hosts: str, waited_for: str, fires: bool) -> None:
    assert ids(databases.standby_messages(hosts, waited_for)) == ["deploy.E038"] * fires


@pytest.mark.parametrize(("seconds", "fires"), [(0, False), (2, False), (-2, False), (3, True), (-3, True)])
def test_two_clocks_agree_within_two_seconds(seconds: int, fires: bool) -> None:
    assert ids(databases.clock_messages(timedelta(seconds=seconds))) == ["deploy.E037"] * fires


@pytest.mark.parametrize(
    ("url_options", "host", "fires"),
    [
        ({}, "db.leraren.internal", True),
        ({"sslmode": "prefer"}, "db.leraren.internal", True),
        ({"sslmode": "verify-full"}, "db.leraren.internal", False),
        ({}, "/run/postgresql", False),
        ({}, "127.0.0.1", False),
        ({}, "127.0.0.1,db2.leraren.internal", True),
        ({"sslmode": "verify-full"}, "db1.leraren.internal,db2.leraren.internal", False),
    ],
)
def test_the_way_to_the_database_is_encrypted_or_stays_here(
    url_options: dict[str, str], host: str, fires: bool
) -> None:
    assert ids(databases.transport_messages({"HOST": host, "OPTIONS": url_options})) == ["deploy.W033"] * fires


@pytest.mark.django_db
def test_what_is_asked_of_a_real_database_can_be_answered(settings: Settings) -> None:
    if connection.vendor == "sqlite":
        assert databases.pragmas() == {**SQLITE, "synchronous": "0"}  # the suite lets go of durability for speed
        assert ids(databases.check_database()) == ["deploy.E032"]
        return
    said = databases.options()
    assert set(said) == set(POSTGRES)
    assert said["btree_gist"] == "1"
    assert abs(databases.ahead()) < timedelta(seconds=1)


@pytest.mark.django_db
def test_a_server_clock_that_is_wrong_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("an embedded database has no clock of its own")

    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz or UTC) - timedelta(seconds=30)

    monkeypatch.setattr(databases, "datetime", Late)
    assert 29 < databases.ahead().total_seconds() < 31
    assert "deploy.E037" in ids(databases.clock_messages(databases.ahead()))


def test_a_right_installation_is_silent_and_a_fresh_one_is_told_everything(tmp_path: Path) -> None:
    with good.mail_server() as port, good.vault(tmp_path / "vault") as vault:
        right = good.installed(tmp_path / "right", port, **vault)
        assert good.manage(right, "migrate", "-v0").returncode == 0
        assert good.manage(right, "collectstatic", "--noinput", "-v0").returncode == 0
        done = good.manage(right, "check", "--deploy", "--fail-level", "WARNING")
        assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (2 silenced)."), (
            done.stderr
        )
        file = tmp_path / "right" / "settings.env"
        file.chmod(0o644)
        done = good.manage(right, "check", "--deploy")
        assert done.returncode == 1
        assert re.findall(r"deploy\.\w\d+", done.stderr) == ["deploy.E040"]
        file.chmod(0o600)
        two = good.manage({**right, "WEB_PROCESSES": "2"}, "check", "--deploy", "--fail-level", "WARNING")
        assert re.findall(r"deploy\.\w\d+", two.stderr) == ["deploy.W032"]
    fresh = {**right, "VAR": str(tmp_path / "fresh"), "SMTP_PORT": str(port)}
    for name in ("SECRET_KEY", "CODE_HASH_KEY"):
        fresh[name] = "change-me-" * 6
    for name in ("VAULT_TOKEN", "AUDIT_SIGNING_KEY"):
        fresh[name] = base64.b64encode(b"x" * 32).decode()
    done = good.manage(fresh, "check", "--deploy")
    assert done.returncode == 1
    told = set(re.findall(r"deploy\.\w\d+", done.stderr))
    assert told == {f"deploy.E{number}" for number in ("002", "004", "010", "011", "013", "016", "020", "031", "041")}


@pytest.mark.skipif(postgres.binaries() is None, reason="PostgreSQL is not installed")
def test_on_a_durable_postgresql_it_is_silent_and_on_a_fast_one_not(tmp_path: Path) -> None:
    with good.mail_server() as port, good.vault(tmp_path / "vault") as vault:
        for options, expected in ((postgres.DURABLE, []), (postgres.FAST, ["deploy.E033"] * 3)):
            with postgres.server(options) as url:
                var = tmp_path / f"var{len(expected)}"
                right = good.installed(var, port, DATABASE_URL=url, WEB_PROCESSES="4", **vault)
                lags = good.manage(right, "check", "--deploy")
                assert {"deploy.E031", "deploy.E035"} <= set(re.findall(r"deploy\.\w\d+", lags.stderr))
                assert good.manage(right, "migrate", "-v0").returncode == 0
                assert good.manage(right, "collectstatic", "--noinput", "-v0").returncode == 0
                done = good.manage(right, "check", "--deploy", "--fail-level", "WARNING")
                assert re.findall(r"(?:deploy|security)\.\w\d+", done.stderr) == expected
        gone = good.manage(right, "check", "--deploy")
        assert re.findall(r"deploy\.\w\d+", gone.stderr) == ["deploy.E030"]
