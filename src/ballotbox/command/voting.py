"""`ballotbox ballot`, `ballotbox archive` and `ballotbox tally`: voting, keeping and counting."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ballotbox.archive import Reader
from ballotbox.ballots import BallotNonces, ballot_of, check_ballot, make_ballot, tracker
from ballotbox.command.beside import check_before
from ballotbox.command.io import Wrong, say, text, value
from ballotbox.credentials import public_of, secret_of
from ballotbox.encoding import b64_of_hex, sha256_hex, written
from ballotbox.events import EventType
from ballotbox.files import begin, opened, repaired, votes_of
from ballotbox.tallies import SizedTally, result_json, result_of_opened, tally_json
from ballotbox.tallies import opened as opened_tally
from ballotbox.verifying import events_in


def ballot_parser(parser: ArgumentParser) -> None:
    """The parts of it."""
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("make", help="make a ballot, on the machine of the voter; prints it, and her tracker")
    part.add_argument("archive", type=Path)
    part.add_argument("--credential", type=Path, required=True, help="the file with her secret credential")
    part.add_argument("--votes", type=Path, required=True, help="a list of 0 and 1 for each question, in JSON")
    part.set_defaults(run=make)
    part = parts.add_parser("check", help="check one ballot against an archive, as it would be accepted")
    part.add_argument("archive", type=Path)
    part.add_argument("--ballot", type=Path, default=Path("-"))
    part.set_defaults(run=check)
    part = parts.add_parser("find", help="find your ballot back: whether it is there, is yours, and counts")
    part.add_argument("archive", type=Path)
    part.add_argument("--tracker", required=True, help="what you kept when you voted")
    part.add_argument("--credential", type=Path, help="the file with your secret credential: whether it is yours")
    part.set_defaults(run=find)


def archive_parser(parser: ArgumentParser) -> None:
    """The parts of it."""
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("begin", help="begin an archive with its setup")
    part.add_argument("archive", type=Path)
    for name in ("election", "trustees", "credentials"):
        part.add_argument(f"--{name}", type=Path, required=True)
    part.set_defaults(run=begin_archive)
    part = parts.add_parser("add", help="add an event; its data stands on standard input, one a line")
    part.add_argument("archive", type=Path)
    part.add_argument("--type", required=True, choices=[str(each) for each in EventType if each is not EventType.SETUP])
    part.add_argument("--supplement", type=Path, help="proofs over the full statement of this partial decryption")
    part.set_defaults(run=add)
    part = parts.add_parser("repair", help="take away what was cut off half-way at the end")
    part.add_argument("archive", type=Path)
    part.set_defaults(run=repair)


def tally_parser(parser: ArgumentParser) -> None:
    """The parts of it."""
    parts = parser.add_subparsers(dest="part", required=True)
    for name, run, told in (
        ("encrypt", encrypt, "add the encrypted count of the ballots that count"),
        ("result", result, "add the result, out of the partial decryptions"),
    ):
        part = parts.add_parser(name, help=told)
        part.add_argument("archive", type=Path)
        part.set_defaults(run=run)


def make(given: Namespace) -> int:
    """Print the ballot; the tracker is for her to keep."""
    with opened(given.archive) as archive:
        setup = archive.box.ready()
    credential, votes = text(given.credential), votes_of(value(given.votes))
    if setup.credentials.weight(public_of(credential, setup.election.uuid)) is None:
        raise Wrong("this credential is not one of this election")
    secret = secret_of(credential, setup.election.uuid)
    raw = make_ballot(setup.election, votes, secret, BallotNonces.random(setup.election))
    check_ballot(setup.election, ballot_of(raw))
    print(raw)
    say(f"keep this to find your ballot back: {tracker(raw)}")
    return 0


def check(given: Namespace) -> int:
    """Nothing is written."""
    raw = text(given.ballot).encode()
    with opened(given.archive) as archive:
        setup = archive.box.ready()
        ballot = ballot_of(raw)
        check_ballot(setup.election, ballot)
        archive.box.accepts(ballot.credential, sha256_hex(raw))
    say(f"a valid ballot: {tracker(raw)}")
    return 0


def find(given: Namespace) -> int:
    """0 only when the ballot is there, under her credential, and no later one of hers counts in its place. Whether it
    is a valid ballot is for `verify`."""
    with opened(given.archive) as archive:
        uuid = archive.box.ready().election.uuid
        cast = [
            (event.height, b64_of_hex(before[0].hash), ballot_of(before[0].body).credential)
            for event, _, before in events_in(Reader(archive.file))
            if event.type is EventType.BALLOT
        ]
    found = next((each for each in cast if each[1] == given.tracker), None)
    if found is None:
        say("no ballot in this archive has that tracker")
        return 1
    height, _, credential = found
    say(f"it is there, as event {height}")
    if given.credential and public_of(text(given.credential), uuid) != credential:
        say("but under the credential of somebody else: that ballot is not yours, whatever your device told you")
        return 1
    *_, last = (each for each in cast if each[2] == credential)
    if last[1] != given.tracker:
        say(f"a later ballot under the same credential counts in its place: event {last[0]}, tracker {last[1]}")
        return 1
    say("it is the last one under its credential, so it counts")
    return 0


def begin_archive(given: Namespace) -> int:
    """Refuse to write over one that is there."""
    try:
        begin(given.archive, *(text(each).encode() for each in (given.election, given.trustees, given.credentials)))
    except FileExistsError as error:
        raise Wrong(f"{given.archive} is there already") from error
    return 0


def add(given: Namespace) -> int:
    """Say the height and hash of the event: with it anybody can see that nothing was removed later. What stands beside
    a partial decryption is checked before anything is written."""
    kind = EventType(given.type)
    if given.supplement and kind is not EventType.PARTIAL_DECRYPTION:
        raise Wrong("--supplement is for --type PartialDecryption")
    needs_none = kind in {EventType.END_BALLOTS, EventType.END_SHUFFLES}
    lines = [] if needs_none else [line.encode() for line in sys.stdin.read().splitlines() if line]
    with opened(given.archive, write=True) as archive:
        if given.supplement:
            owner = check_before(given.supplement, archive.box, lines)
            say(f"owner {owner} proved each factor over the full statement")
        archive.add(kind, *lines)
        print(f"{archive.box.height}/{archive.box.head}")
    return 0


def repair(given: Namespace) -> int:
    """Say how many bytes."""
    say(f"{repaired(given.archive)} bytes taken away behind the last whole event")
    return 0


def encrypt(given: Namespace) -> int:
    """Of the last ballot of each voter."""
    with opened(given.archive, write=True) as archive:
        tally = archive.count(archive.box)
        body = written(tally_json(tally.product())).encode()
        sized = SizedTally(tally.number, tally.weight, sha256_hex(body))
        archive.add(EventType.ENCRYPTED_TALLY, body, written(sized.as_json()).encode())
        print(f"{archive.box.height}/{archive.box.head}")
    return 0


def result(given: Namespace) -> int:
    """Print it."""
    with opened(given.archive, write=True) as archive:
        box = archive.box
        if box.tally is None or box.sized is None:
            raise Wrong("nothing is tallied yet: ballotbox tally encrypt ARCHIVE")
        elements = opened_tally(box.tally, box.ready().trustees, box.decryptions)
        said = written(result_json(result_of_opened(elements, box.sized.total_weight)))
        archive.add(EventType.RESULT, said.encode())
    print(said)
    return 0
