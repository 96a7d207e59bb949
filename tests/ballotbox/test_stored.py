"""The stored elections of `belenios-tool` 3.0 verify to their result, and decrypt again from their keys."""

import json
import os
from pathlib import Path

import pytest

from ballotbox.box import Stage
from ballotbox.checks import Check, Refused
from ballotbox.credentials import public_of
from ballotbox.encoding import read, written
from ballotbox.group import G, mul
from ballotbox.pedersen import private_share
from ballotbox.scalars import Secret
from ballotbox.tallies import (
    check_decryption,
    decrypt_partly,
    decryption_nonces,
    opened,
    owners,
    result_json,
    result_of_opened,
)
from ballotbox.verifying import verify
from tests.ballotbox.making import run

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif("REAL_DATA" not in os.environ, reason="set REAL_DATA to the folder with real input"),
]


@pytest.fixture(params=["single", "threshold"])
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(os.environ["REAL_DATA"]) / "elections" / str(request.param)


def test_it_verifies_to_its_result(folder: Path) -> None:
    report, box = verify(folder / "election.bel", cores=2)
    assert report.passed, report.refused
    assert (report.stage, report.checked_ballots) == (Stage.COUNTED, report.ballots)
    assert box.result is not None
    assert written(result_json(box.result)) == (folder / "result.json").read_text().strip()


def test_the_credentials_are_those_of_the_list(folder: Path) -> None:
    setup = run((folder / "election.bel").read_bytes()).ready()
    given = (folder / "private-credentials.txt").read_text().split()
    assert {public_of(each, setup.election.uuid).raw for each in given} == set(setup.credentials.weights)


def test_it_decrypts_again_from_the_keys(folder: Path) -> None:
    box = run((folder / "election.bel").read_bytes())
    setup, tally, sized = box.ready(), box.tally, box.sized
    assert tally is not None
    assert sized is not None
    keys = [Secret.of_decimal(json.loads(each.read_text())) for each in sorted(folder.glob("*.privkey"))]
    for seed in folder.glob("*.key"):
        keys.append(private_share(seed.read_text().strip(), seed.with_suffix(".dkey").read_text().strip()))
    partials = {}
    for x in keys:
        key = mul(G, x)
        partial = decrypt_partly(tally, x, setup.election.fingerprint, decryption_nonces(tally))
        check_decryption(tally, key, partial, setup.election.fingerprint)
        partials[owners(setup.trustees).index(key) + 1] = partial
    assert len(partials) == len(owners(setup.trustees))
    result = result_of_opened(opened(tally, setup.trustees, partials), sized.total_weight)
    assert result_json(result) == read((folder / "result.json").read_text())
    assert result == box.result


def test_a_ballot_that_is_changed_in_the_file_is_found_by_every_number_of_cores(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "election.bel").read_bytes()
    place = raw.index(b'"overall_proof":[{"challenge":"') + 40
    changed = tmp_path / "e.bel"
    changed.write_bytes(raw[:place] + (b"1" if raw[place : place + 1] != b"1" else b"2") + raw[place + 1 :])
    for cores in (1, 2):
        report, _ = verify(changed, cores=cores)
        assert isinstance(report.refused, Refused)
        assert report.refused.check is Check.ARCHIVE_HASH
