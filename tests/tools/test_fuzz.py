"""The fuzzer, without libFuzzer: it begins from what is taken, looks at what is taken, and can fail."""

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tools.fuzz import __main__ as fuzz
from tools.fuzz import elections, messages, values
from tools.fuzz.archives import altered, mended, parts
from tools.fuzz.planted import PLANTED
from tools.fuzz.properties import Different
from tools.fuzz.targets import TARGETS

from ballotbox.checks import Check, Refused
from ballotbox.encoding import written


def turned(data: bytes, most: int, numbers: random.Random) -> bytes:
    """A bit turned, a byte put in or taken away: what libFuzzer does, blindly."""
    changed = bytearray(data)
    place = numbers.randrange(len(data))
    match numbers.randrange(3):
        case 0:
            changed[place] ^= 1 << numbers.randrange(8)
        case 1:
            changed.insert(place, numbers.choice(b' "[]{},:09aZ\\\x80'))
        case _:
            del changed[place]
    return bytes(changed[:most])


@pytest.mark.parametrize("name", TARGETS)
def test_it_begins_from_what_is_taken_and_a_change_of_it_is_taken_or_refused_by_name(name: str) -> None:
    target, numbers = TARGETS[name], random.Random(name)
    first, *_ = target.seeds()
    target.run(first)
    for _ in range(10):
        with suppress(Refused):
            target.run(turned(first, target.most, numbers))


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_refused_without_it_and_seen_with_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted, data = PLANTED[name], spaced() if "spaced" in name else b'{"result":[["01073741824"]]}'
    run = TARGETS[planted.target].run
    with pytest.raises(Refused):
        run(data)
    monkeypatch.setattr(planted.module, planted.name, planted.instead)
    with pytest.raises(Different):
        run(data)


def spaced() -> bytes:
    """The first event of the archive with a space in it, and its hashes mended."""
    records = parts(TARGETS["archive"].seeds()[0])
    header, body, padding = records[-1]
    header = header[:124] + b"%011o" % (len(body) + 1) + header[135:]
    records[-1] = header, body.replace(b":", b": ", 1), padding[1:]
    return mended(records)


def test_mending_changes_nothing_that_is_whole_and_makes_whole_what_was_altered() -> None:
    whole = TARGETS["archive"].seeds()[-1]
    assert mended(parts(whole)) == whole
    assert b"".join(b"".join(each) for each in parts(whole[:-700])) == whole[:-700]
    checks, numbers = set(), random.Random(1)
    for seed in range(30):
        try:
            elections.archive(altered(whole, 100_000, seed, lambda data, most: turned(data, most, numbers)))
        except Refused as refused:
            checks.add(refused.check)
    assert len(checks - {Check.ARCHIVE_HASH, Check.ARCHIVE_BLOCK, Check.ARCHIVE_TRUNCATED}) >= 4


def test_json_is_altered_as_json_and_within_a_text_too() -> None:
    numbers, read_again = random.Random(1), 0
    line = b'{"message":"{\\"context\\":{\\"size\\":2}}","more":[1,"a",null]}'
    seen = set()
    for seed in range(300):
        changed = values.altered(b"other\n" + line, 200, seed, lambda data, most: turned(data or b" ", most, numbers))
        first, *rest = changed.split(b"\n")
        if first == b"other" and len(rest) == 1:
            with suppress(ValueError):
                seen.add(written(json.loads(rest[0])))
                read_again += 1
    assert read_again >= 120
    assert any("context" not in each for each in seen)
    assert any("context" in each and '\\"size\\":2' not in each for each in seen)


def test_an_event_that_is_refused_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from ballotbox.box import Box

    first, *_ = TARGETS["chain"].seeds()
    take = Box.take

    def careless(self: Box, *given: Any) -> None:
        try:
            take(self, *given)
        except Refused:
            self.ballots += 1
            raise

    monkeypatch.setattr(Box, "take", careless)
    with pytest.raises(Different):
        elections.chain(first + b"\n>Ballot\n{}")


def outcome(name: str, *, found: bool) -> fuzz.Outcome:
    return fuzz.Outcome(name, 9, 9, 9, [Path("x")] if found else [], not found, "Different: ..." if found else "")


@pytest.mark.parametrize(("planted", "faults", "code"), [(True, False, 0), (False, False, 1), (True, True, 1)])
def test_it_fails_on_a_finding_and_when_what_is_planted_is_not_found(
    planted: bool, faults: bool, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(name: str, findings: Path, seconds: int, **given: str) -> fuzz.Outcome:
        return outcome(name, found=planted if given else faults)

    monkeypatch.setattr(fuzz, "run", run)
    assert fuzz.whole(["json"], tmp_path, 1) == code


@pytest.mark.parametrize(("partial", "code"), [("", 1), ("1", 0)])
def test_without_atheris_it_says_so_and_fails_unless_a_part_is_enough(
    partial: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PARTIAL", partial)
    monkeypatch.setattr("sys.argv", ["fuzz"])
    assert fuzz.main() == code
    assert "NOT RUN" in capsys.readouterr().out


def test_what_was_found_is_done_once_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for data, said in ((b"[1]", "taken"), (b"[1", "refused: json")):
        (tmp_path / "found").write_bytes(data)
        monkeypatch.setattr("sys.argv", ["fuzz", "json", str(tmp_path / "found")])
        assert fuzz.main() == 0
        assert said in capsys.readouterr().out
    monkeypatch.setattr(messages, "read", lambda data: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fuzz.main()
