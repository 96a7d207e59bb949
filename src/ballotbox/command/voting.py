"""`ballotbox ballot`, `ballotbox archive` and `ballotbox tally`: voting, keeping and counting."""

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ballotbox.archive import Reader, body_at
from ballotbox.ballots import BallotNonces, ballot_of, check_ballot, make_ballot, tracker
from ballotbox.box import HASH, Box, Setup, Stage
from ballotbox.checks import Check, Refused
from ballotbox.command import secret
from ballotbox.command.beside import check_before
from ballotbox.command.io import Wrong, raw, say, tell, text, value
from ballotbox.encoding import b64_of_hex, sha256_hex, written
from ballotbox.events import EventType
from ballotbox.files import OpenArchive, begin, opened, repaired, votes_of
from ballotbox.group import Element, G, mul
from ballotbox.scalars import Secret
from ballotbox.tallies import SizedTally, result_json, result_of_opened, tally_json
from ballotbox.tallies import opened as opened_tally
from ballotbox.verifying import events_in, place_of

_DATA = {
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,
    EventType.PARTIAL_DECRYPTION: 2,
    EventType.RESULT: 1,
}
"""The events that are added by hand, and how many lines of data stand before each."""
_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")


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
    part.add_argument("--tracker", help="what you kept when you voted")
    part.add_argument(
        "--credential",
        type=Path,
        help="the file with your secret credential: whether it is yours; alone: which ballot counts under it",
    )
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
    part.add_argument("--type", required=True, choices=[str(each) for each in _DATA])
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
        setup = _open(archive.box)
    credential, votes = secret.credential(given.credential, setup.election.uuid), votes_of(value(given.votes))
    _of(setup, credential)
    ballot = make_ballot(setup.election, votes, credential, BallotNonces.random(setup.election))
    check_ballot(setup.election, ballot_of(ballot))
    print(ballot)
    say(f"keep this to find your ballot back: {tracker(ballot)}")
    return 0


def check(given: Namespace) -> int:
    """Nothing is written."""
    body = text(given.ballot).encode()
    with opened(given.archive) as archive:
        setup = _open(archive.box)
        ballot = ballot_of(body)
        check_ballot(setup.election, ballot)
        archive.box.accepts(ballot.credential, sha256_hex(body))
    say(f"a valid ballot: {tracker(body)}")
    return 0


def _open(box: Box) -> Setup:
    """What the vote is held with. Raises Refused when no ballot is taken any more."""
    setup = box.ready()
    if box.stage is not Stage.VOTING:
        raise Refused(
            Check.STRICTER_EVENT_STAGE, f"the vote is closed (the election is {box.stage}): no ballot is taken"
        )
    return setup


def find(given: Namespace) -> int:
    """0 only when the ballot is there, under her credential, and no later one of hers counts in its place. Whether it
    is a valid ballot is for `verify`. Who did not vote gives her credential alone: 1 says that nobody did with it."""
    if given.tracker is None:
        return _under(given)
    wanted = given.tracker.strip()
    if not _TRACKER.fullmatch(wanted):
        raise Wrong("a tracker has 43 letters, digits, + and /: what `ballot make` told you")
    with opened(given.archive) as archive:
        election, found = archive.box.ready().election, _ballot(archive, wanted)
        if found is None:
            say("no ballot in this archive has that tracker")
            return 1
        height, credential = found
        say(f"it is there, as event {height}")
        if given.credential and mul(G, secret.credential(given.credential, election.uuid)) != credential:
            say("but under the credential of somebody else: that ballot is not yours, whatever your device told you")
            return 1
        last = next(each for each in archive.box.counting() if each.credential == credential)
        if last.height != height:
            later = tracker(body_at(archive.file, *place_of(last.position)))
            say(f"a later ballot under the same credential counts in its place: event {last.height}, tracker {later}")
            return 1
    say("it is the last one under its credential, so it counts")
    return 0


def _under(given: Namespace) -> int:
    """Say which ballot counts under a credential."""
    if given.credential is None:
        raise Wrong("give --tracker, --credential or both")
    with opened(given.archive) as archive:
        setup = archive.box.ready()
        mine = _of(setup, secret.credential(given.credential, setup.election.uuid))
        cast = next((each for each in archive.box.counting() if each.credential == mine), None)
        if cast is None:
            say("there is no ballot under this credential")
            return 1
        found = tracker(body_at(archive.file, *place_of(cast.position)))
    say(f"under this credential counts the ballot of event {cast.height}, tracker {found}")
    return 0


def _of(setup: Setup, credential: Secret) -> Element:
    """The public credential. Raises Wrong when it may not vote."""
    public = mul(G, credential)
    if setup.credentials.weight(public) is None:
        raise Wrong("this credential is not one of this election")
    return public


def _ballot(archive: OpenArchive, wanted: str) -> tuple[int, Element] | None:
    """The height of the event of the ballot with this tracker, and the credential under which it was cast."""
    for event, _, before in events_in(Reader(archive.file)):
        if event.type is EventType.BALLOT and b64_of_hex(event.payload) == wanted:
            return event.height, ballot_of(before[0].body).credential
    return None


def begin_archive(given: Namespace) -> int:
    """Refuse to write over one that is there. Say the height and hash of its first event: it holds all that the vote is
    held with, the list of voters too, so who has the same has the same election."""
    try:
        begin(given.archive, *(text(each).encode() for each in (given.election, given.trustees, given.credentials)))
    except FileExistsError as error:
        raise Wrong(f"{given.archive} is there already") from error
    with opened(given.archive) as archive:
        first = f"0/{archive.box.hashes[:HASH].hex()}"
    tell(first)
    return 0


def add(given: Namespace) -> int:
    """Say the height and hash of the event: with it anybody can see that nothing was removed later. What stands beside
    a partial decryption is checked before anything is written."""
    kind = EventType(given.type)
    if given.supplement and kind is not EventType.PARTIAL_DECRYPTION:
        raise Wrong("--supplement is for --type PartialDecryption")
    lines = [line for line in raw(Path("-")).splitlines() if line] if _DATA[kind] else []
    if len(lines) != _DATA[kind]:
        raise Wrong(f"{kind} takes {_DATA[kind]} of data on standard input, one a line: there are {len(lines)}")
    with opened(given.archive, write=True) as archive:
        if given.supplement:
            owner = check_before(given.supplement, archive.box, lines)
            say(f"owner {owner} proved each factor over the full statement")
        archive.add(kind, *lines)
        added = f"{archive.box.height}/{archive.box.head}"
    tell(added)
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
        added = f"{archive.box.height}/{archive.box.head}"
    tell(added)
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
    tell(said)
    return 0
