"""The vault as it runs: a process that starts with what it needs or says what is missing, and TLS."""

import base64
import ipaddress
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests import vaults
from tests.passkeys import Authenticator
from vault.answers import Also
from vault.client import Client, VaultAway, VaultRefused
from vault.enrolling import Passkeys
from vault.rows import log_ticket
from vault.settings import Settings, Site


@pytest.fixture(autouse=True)
def vault() -> Iterator[None]:
    """None in this process: here one of its own runs."""
    with vaults.on_the_wire():
        yield


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    return vaults.settled(tmp_path / "vault")


def run(told: dict[str, str], *arguments: str, given: str = "", code: int = 0) -> str:
    done = subprocess.run(
        [*vaults.COMMAND, *arguments], env=told, input=given, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_an_empty_file_of_root_keys_is_refused_with_a_sentence(told: dict[str, str]) -> None:
    Path(told["VAULT_ROOTS"]).write_text("\n")
    said = run(told, "split", "--needed", "2", "--holders", "3", code=1)
    assert said == "split: the file of root keys is empty: there is nothing to share\n"
    assert "the file of root keys is empty" in run(told, "rotate", code=1)


def test_it_answers_who_has_the_token(told: dict[str, str]) -> None:
    with vaults.served(told) as url:
        assert Client(url, vaults.TOKEN).well()
        assert len(Client(url, vaults.TOKEN).challenge()) > 80
        with pytest.raises(VaultRefused, match="caller"):
            Client(url, "another").challenge()


def test_what_was_begun_goes_on_after_a_restart(told: dict[str, str]) -> None:
    at = datetime.now(UTC)
    with vaults.served(told) as url:
        challenge = Client(url, vaults.TOKEN).challenge()
    token = vaults.id_token("anna", challenge, at=at)
    with vaults.served(told) as url, pytest.raises(VaultAway) as refused:
        Client(url, vaults.TOKEN).open(challenge=challenge, id_token=token, make=b"a" * 16)
    assert "issuer-away" in str(refused.value), "the challenge holds; the provider of the tests is not on the wire"


@pytest.mark.parametrize("name", ["VAULT_STORE", "VAULT_ROOTS", "VAULT_ISSUERS", "VAULT_TOKEN"])
def test_without_a_setting_it_does_not_start_and_says_which(told: dict[str, str], name: str) -> None:
    for wrong in ({k: v for k, v in told.items() if k != name}, told | {name: ""}):
        said = run(wrong, "rotate", code=1)
        assert f"{name} is not set" in said


def test_a_short_token_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="fewer than 32"):
        Settings.read(told | {"VAULT_TOKEN": "x" * 31})
    assert told["VAULT_TOKEN"] not in repr(Settings.read(told))


@pytest.mark.parametrize(
    ("lost", "says"), [("vault.sqlite3", "no store"), ("roots", "root keys"), ("issuers.json", "file of providers")]
)
def test_without_a_file_it_does_not_serve_and_makes_none(
    told: dict[str, str], tmp_path: Path, lost: str, says: str
) -> None:
    (tmp_path / "vault" / lost).unlink()
    done = subprocess.run(
        [vaults.COMMAND[0], "-c", "import vault.wsgi"], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "The vault does not start" in done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "vault" / lost).exists()


def test_init_keeps_what_is_there(told: dict[str, str], tmp_path: Path) -> None:
    before = {each.name: each.read_bytes() for each in (tmp_path / "vault").iterdir()}
    run(told, "init")
    assert {each.name: each.read_bytes() for each in (tmp_path / "vault").iterdir()} == before


def test_init_makes_no_new_root_keys_for_a_store_that_lost_its_own(told: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "vault" / "roots").unlink()
    assert "put back the one that it was made with" in run(told, "init", code=1)
    assert not (tmp_path / "vault" / "roots").exists()


def test_a_root_key_is_printed_turned_split_and_combined(told: dict[str, str], tmp_path: Path) -> None:
    new = run(told, "root").strip()
    assert len(base64.b64decode(new)) == 32
    file = tmp_path / "vault" / "roots"
    file.write_text(f"{new}\n{file.read_text()}")
    assert "2 rows were wrapped anew" in run(told, "rotate")
    file.write_text(f"{new}\n")
    assert "0 rows were wrapped anew" in run(told, "rotate")
    said = run(told, "split", "--needed", "2", "--holders", "3")
    shares = [line for line in said.splitlines() if len(line.split()) == 33]
    assert len(shares) == 3
    assert run(told, "combine", given="\n\n".join(shares[1:])).strip() == new
    assert "combine: " in run(told, "combine", given=shares[0], code=1)
    assert "split: at least 2" in run(told, "split", "--needed", "1", "--holders", "3", code=1)


def test_a_root_key_that_is_missing_is_said_by_the_rotation(told: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "vault" / "roots").write_text(run(told, "root"))
    assert "not those that this store was made with" in run(told, "rotate", code=1)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of this machine that signs itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vault")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = tmp_path / "tls.crt", tmp_path / "tls.key"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


def test_over_tls_it_answers_who_knows_its_certificate(told: dict[str, str], certificate: tuple[Path, Path]) -> None:
    chain, key = certificate
    with vaults.served(told, certificate=chain, key=key) as url:
        assert url.startswith("https://")
        assert len(Client(url, vaults.TOKEN, str(chain)).challenge()) > 80
        stranger = Client(url, vaults.TOKEN)
        assert not stranger.well()
        with pytest.raises(VaultAway, match="SSLError"):
            stranger.challenge()
        with pytest.raises(requests.RequestException):
            requests.get(url.replace("https", "http") + "/health", timeout=5)


def test_a_passkey_that_was_asked_for_before_a_restart_opens_after_it_and_once(told: dict[str, str]) -> None:
    """The vault went down between the question and the answer, and again right after it."""
    device = Authenticator()
    folder = Path(told["VAULT_STORE"]).parent
    here = vaults.made(folder)
    passkeys = Passkeys(here, Site.read(vaults.ORIGIN))
    at = datetime.now(UTC)
    challenge = here.challenge(at=at)
    token = vaults.id_token("anna", challenge, at=at)
    key = here.open(challenge=challenge, id_token=token, make=b"a" * 16, also=Also.NOTHING, at=at)
    challenge = here.challenge(at=at)
    token = vaults.id_token("anna", challenge, at=at)
    proof = here.open(challenge=challenge, id_token=token, make=None, also=Also.PROOF, at=at).proof
    asked = passkeys.ask(ticket=log_ticket(key.key), at=at)
    answer = device.made(asked.challenge, handle=asked.handle)
    passkeys.enrol(proof=proof, challenge=asked.secret, answer=answer, label="x", at=at)
    vaults.let_go(here)
    with vaults.served(told) as url:
        question = Client(url, vaults.TOKEN).ask_passkey()
    answer = device.used(question.challenge)
    with pytest.raises(VaultAway):
        Client(url, vaults.TOKEN).open_by_passkey(challenge=question.secret, answer=answer)
    with vaults.served(told) as url:
        client = Client(url, vaults.TOKEN)
        assert client.open_by_passkey(challenge=question.secret, answer=answer).key == key.key
        with pytest.raises(VaultRefused, match="challenge"):
            client.open_by_passkey(challenge=question.secret, answer=answer)
        with pytest.raises(VaultRefused, match="passkey form"):
            client.open_by_passkey(challenge=client.ask_passkey().secret, answer="{")
        with pytest.raises(VaultRefused, match="malformed"):
            client.open_by_passkey(challenge=question.secret, answer="x" * 100_000)


@pytest.mark.parametrize("origins", ["", "http://register.example.org", "https://register.example.org/pad"])
def test_without_addresses_for_passkeys_it_says_so_and_does_nothing(told: dict[str, str], origins: str) -> None:
    assert "VAULT_ORIGINS" in run({**told, "VAULT_ORIGINS": origins}, "init", code=1)
