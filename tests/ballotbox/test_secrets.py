"""What is secret stands in no message, whatever file is given to whatever command, and however damaged it is."""

import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballotbox.checks import Refused
from ballotbox.encoding import read
from ballotbox.scalars import Secret
from tests.ballotbox.test_command import Said, box, typed

UUID = "1" * 14
SECRETS = ("privkey", "key", "dkey", "private_creds.json", "c")
"""Of a single trustee, of one of a threshold (her seed, her share), of the credential authority, of a voter."""
_OF = "setup election --uuid {0} --template q --trustees {1}"
COMMANDS = tuple(
    each.format(UUID, "{}")
    for each in (
        "setup credentials --uuid {0} --file {1} --dir out",
        "setup vinputs --certs {1} --polynomials polynomials --dir out",
        "setup vinputs --certs certs --polynomials {1} --dir out",
        "setup threshold --certs certs --polynomials polynomials --voutputs {1}",
        "setup trustees {1}",
        "setup trustees --threshold {1}",
        "setup election --uuid {0} --template {1} --trustees trustees",
        "setup election --uuid {0} --template q --trustees {1}",
        "trustee polynomial --certs {1} --key key",
        "trustee polynomial --certs certs --key {1}",
        "trustee share --certs certs --key {1} --vinput 1.vinput --dir out",
        "trustee share --certs certs --key key --vinput {1} --dir out",
        "trustee check counted.bel --privkey {1}",
        "trustee check {1} --privkey privkey",
        "trustee decrypt counted.bel --cores 1 --note out/note --privkey {1}",
        "trustee decrypt counted.bel --cores 1 --note out/note --key {1} --share dkey",
        "trustee decrypt counted.bel --cores 1 --note out/note --key key --share {1}",
        "trustee decrypt counted.bel --cores 1 --checkpoint {1} --privkey privkey",
        "ballot make open.bel --credential {1} --votes v",
        "ballot make open.bel --credential c --votes {1}",
        "ballot check open.bel --ballot {1}",
        "ballot find open.bel --tracker {0} --credential {1}",
        "archive begin out/e.bel --election {1} --trustees trustees --credentials public_creds.json",
        "archive begin out/e.bel --election election --trustees {1} --credentials public_creds.json",
        "archive begin out/e.bel --election election --trustees trustees --credentials {1}",
        "archive add open.bel --type Ballot --stdin {1}",
        "archive add counted.bel --type PartialDecryption --stdin {1}",
        "archive add counted.bel --type PartialDecryption --supplement {1} --stdin {1}",
        "archive add counted.bel --type Result --stdin {1}",
        "archive repair {1}",
        "tally encrypt {1}",
        "verify {1}",
        "verify open.bel --cores 1 --checkpoint {1}",
        "verify open.bel --cores 1 --diff {1}",
        "verify counted.bel --cores 1 --supplement {1}",
        "merge {1}",
    )
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All files of an election with a single trustee and a threshold, open and counted."""
    made = tmp_path_factory.mktemp("all")
    (made / "out").mkdir()

    def put(name: str, *arguments: str) -> None:
        (made / name).write_text(box(made, *arguments))

    put("list", "setup", "credentials", "--uuid", UUID, "--count", "2")
    name = box(made, "trustee", "key")
    (made / "privkey").write_bytes((made / f"{name}.privkey").read_bytes())
    put("id", "trustee", "certificate", "--context", "1/1/1")
    name_of_seed = (made / "id").read_text()
    for end in ("key", "cert"):
        (made / f"{name_of_seed}.{end}").rename(made / end.replace("cert", "certs"))
    put("polynomials", "trustee", "polynomial", "--certs", "certs", "--key", "key")
    steps = ("--certs", "certs", "--polynomials", "polynomials")
    put("vinputs", "setup", "vinputs", *steps)
    put("voutputs", "trustee", "share", "--certs", "certs", "--key", "key", "--vinput", "1.vinput")
    (made / f"{name_of_seed}.dkey").rename(made / "dkey")
    put("threshold", "setup", "threshold", *steps, "--voutputs", "voutputs")
    put("trustees", "setup", "trustees", f"{name}.pubkey", "--threshold", "threshold")
    (made / "q").write_text(
        '{"description":"","name":"Proef","questions":[{"answers":["Ja","Nee"],"min":1,"max":1,"question":"Goed?"}]}'
    )
    put("election", *_OF.format(UUID, "trustees").split())
    files = ("--election", "election", "--trustees", "trustees", "--credentials", "public_creds.json")
    box(made, "archive", "begin", "open.bel", *files)
    (made / "c").write_text(read((made / "private_creds.json").read_text())["1"])
    (made / "v").write_text("[[1,0]]")
    ballot = box(made, "ballot", "make", "open.bel", "--credential", "c", "--votes", "v")
    box(made, "archive", "add", "open.bel", "--type", "Ballot", given=ballot)
    shutil.copy(made / "open.bel", made / "counted.bel")
    box(made, "archive", "add", "counted.bel", "--type", "EndBallots")
    box(made, "tally", "encrypt", "counted.bel")
    return made


def told(folder: Path, command: str, content: bytes) -> Said:
    """What a command says when this is the content of its file."""
    (folder / "given").write_bytes(content)
    words, stdin, _ = command.format("given", "given").partition(" --stdin")
    done = typed(folder, *words.split(), given=content if stdin else b"")
    shutil.rmtree(folder / "out")
    (folder / "out").mkdir()
    (folder / "privkey.decrypted").unlink(missing_ok=True)
    return done


def shown(said: Said, *contents: bytes) -> list[str]:
    """Which 8 successive characters of these it says."""
    texts = [each.decode(errors="replace") for each in contents]
    pieces = {text[at : at + 8] for text in texts for at in range(len(text) - 7)}
    return sorted(each for each in pieces if each in said.stdout + said.stderr)


def unquoted(content: bytes) -> bytes:
    return content.replace(b'"', b"")


def with_a_letter(content: bytes) -> bytes:
    return content[:30] + b"x" + content[30:]


def in_a_list(content: bytes) -> bytes:
    return b"[" + content + b"]"


@pytest.mark.parametrize("damage", [bytes, unquoted, with_a_letter, in_a_list])
def test_no_command_says_a_secret(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    for command, name in product(COMMANDS, SECRETS):
        content = (folder / name).read_bytes()
        assert not shown(told(folder, command, damage(content)), content, damage(content)), (command, name)


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A byte flipped, a piece cut out, something put in, anywhere."""
    kind, place = draw(st.sampled_from(["flip", "cut", "insert"])), draw(st.floats(0, 1))
    put, bit = (
        draw(st.sampled_from([b'"', b"'", b",", b"\n", b" ", b".", b"\xff", b"\xef\xbb\xbf", b"7e7", b"{", b"\\"])),
        (draw(st.integers(0, 7))),
    )

    def damage(content: bytes) -> bytes:
        at = int(place * (len(content) - 1))
        match kind:
            case "flip":
                return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
            case "cut":
                return content[:at]
        return content[:at] + put + content[at:]

    return damage


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=st.sampled_from(COMMANDS), name=st.sampled_from(SECRETS), damage=damages())
def test_no_damage_makes_a_command_say_it(
    folder: Path, command: str, name: str, damage: Callable[[bytes], bytes]
) -> None:
    content = (folder / name).read_bytes()
    assert not shown(told(folder, command, damage(content)), content, damage(content))


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [
        ("trustee check counted.bel --privkey {}", "key", "this is no private key; `ballotbox trustee key`"),
        ("trustee check counted.bel --key {} --share dkey", "privkey", "this is no seed; `ballotbox trustee cert"),
        ("trustee check counted.bel --key key --share {}", "privkey", "this is no share, or not of the seed in"),
        ("ballot make open.bel --credential {} --votes v", "private_creds.json", "this is no credential"),
    ],
)
def test_a_secret_that_is_none_is_told_with_what_writes_one(folder: Path, command: str, name: str, said: str) -> None:
    done = told(folder, command, (folder / name).read_bytes())
    assert (done.returncode, done.stderr.startswith(f"given: {said}")) == (2, True), done.stderr


def test_a_secret_number_that_is_none_is_refused_without_it() -> None:
    for wrong in ("12345678x", "0123456789", str(2**255), 12345678):
        with pytest.raises(Refused) as refused:
            Secret.of_decimal(wrong)
        assert "1234" not in str(refused.value)
