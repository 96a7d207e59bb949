"""`ballotbox trustee`: keys of trustees, their part of the decryption. What is secret never leaves their machine."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from ballotbox.checks import Refused
from ballotbox.command import secret
from ballotbox.command.io import Wrong, event_named, new, say, value, values
from ballotbox.credentials import token
from ballotbox.encoding import hash_of, sha256_hex, written
from ballotbox.files import opened
from ballotbox.group import G, mul
from ballotbox.pedersen import (
    PolynomialNonces,
    ShareNonces,
    step1,
    step2,
    step3,
    step5,
    vinput_of,
)
from ballotbox.pki import Context, Keys, signed_message_of
from ballotbox.scalars import Secret
from ballotbox.supplement import make_supplement
from ballotbox.tallies import Owned, check_decryption, decrypt_partly, decryption_nonces, owners, tally_json
from ballotbox.trustees import Trustees, make_key
from ballotbox.verifying import verify
from ballotbox.writing import anew

SMALL = 2**20
"""Bytes of an archive below which other processes cost more than they save."""
_FINGERPRINT = re.compile(r"[0-9A-Za-z+/]{43}")


def _context(given: str) -> Context:
    try:
        index, threshold, size = (int(each) for each in given.split("/"))
    except ValueError as error:
        raise ArgumentTypeError("INDEX/THRESHOLD/SIZE, such as 1/2/3") from error
    if not 1 <= index <= size or not 1 <= threshold <= size:
        raise ArgumentTypeError("index and threshold are at least 1, and at most the size")
    return Context(size, threshold, index)


def parser(parser: ArgumentParser) -> None:
    """The parts of it."""
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("key", help="a key pair of a trustee who is needed")
    part.add_argument("--dir", type=Path, default=Path())
    part.set_defaults(run=key)
    part = parts.add_parser("certificate", help="step 1 of a threshold key: a seed and a certificate")
    part.add_argument("--context", type=_context, required=True, metavar="INDEX/THRESHOLD/SIZE")
    part.add_argument("--dir", type=Path, default=Path())
    part.set_defaults(run=certificate)
    part = parts.add_parser("polynomial", help="step 3 of a threshold key")
    part.add_argument("--certs", type=Path, required=True)
    part.add_argument("--key", type=Path, required=True, help="the seed")
    part.set_defaults(run=polynomial)
    part = parts.add_parser("share", help="step 5 of a threshold key: your share of the private key")
    part.add_argument("--certs", type=Path, required=True)
    part.add_argument("--key", type=Path, required=True, help="the seed")
    part.add_argument("--vinput", type=Path, required=True)
    part.add_argument("--dir", type=Path, default=Path())
    part.set_defaults(run=share)
    part = parts.add_parser("check", help="before the vote begins: whether your key is the one that the election needs")
    part.add_argument("archive", type=Path)
    _own_key(part)
    part.set_defaults(run=check)
    part = parts.add_parser("decrypt", help="your part of the decryption of the count")
    part.add_argument("archive", type=Path)
    _own_key(part)
    part.add_argument("--supplement", type=Path, help="write proofs over the full statement to this file too")
    told = "the end of the vote, as everybody was told it: it must stand in the archive"
    part.add_argument("--at-least", type=event_named, metavar="HEIGHT/HASH", help=told)
    part.add_argument("--checkpoint", type=Path, help="go on where `verify --checkpoint` of yours stopped")
    part.add_argument("--cores", type=int, help="processes that check ballots (default: all cores)")
    part.add_argument("--note", type=Path, help="where it is kept which count you decrypted (default: beside your key)")
    part.set_defaults(run=decrypt)


def _own_key(part: ArgumentParser) -> None:
    part.add_argument("--privkey", type=Path, help="your private key")
    part.add_argument("--key", type=Path, help="your seed, with --share")
    part.add_argument("--share", type=Path, help="your share of the private key")


def key(given: Namespace) -> int:
    """`ID.privkey` stays, `ID.pubkey` goes to the administrator; ID is the beginning of the hash of the key."""
    x = Secret.random()
    public = make_key(x, Secret.random())
    name = sha256_hex(str(public.public_key))[:8].upper()
    kept = new(given.dir / f"{name}.privkey", written(x.decimal()), secret=True)
    say(f"{kept} is secret; {new(given.dir / f'{name}.pubkey', written(public.as_json()))} is for the administrator")
    print(name)
    return 0


def certificate(given: Namespace) -> int:
    """`ID.key` stays, `ID.cert` goes to the administrator."""
    seed = token()
    name = sha256_hex(str(Keys.of(seed).verification))
    cert = step1(seed, given.context, Secret.random())
    kept = new(given.dir / f"{name}.key", seed, secret=True)
    say(f"{kept} is secret; {new(given.dir / f'{name}.cert', written(cert.as_json()))} is for the administrator")
    print(name)
    return 0


def polynomial(given: Namespace) -> int:
    """Print what goes to the administrator: nobody but the recipients can read the values in it."""
    certs = [signed_message_of(each) for each in values(given.certs)]
    nonces = PolynomialNonces.random(len(certs), step2(certs))
    print(written(step3(certs, secret.seed(given.key), nonces).as_json()))
    return 0


def share(given: Namespace) -> int:
    """Print the output for the administrator; `ID.dkey` is your share, encrypted for yourself."""
    certs, seed = [signed_message_of(each) for each in values(given.certs)], secret.seed(given.key)
    output = step5(certs, seed, vinput_of(value(given.vinput)), ShareNonces.random())
    name = sha256_hex(str(Keys.of(seed).verification))
    say(f"your share: {new(given.dir / f'{name}.dkey', output.private_key, secret=True)}")
    print(written(output.as_json()))
    return 0


def decrypt(given: Namespace) -> int:
    """Print two lines, the partial decryption and whose it is: `ballotbox archive add --type PartialDecryption` takes
    them. First all of the archive is verified: what a server puts among the ballots without a proof would tell it how
    others voted."""
    x = _private(given)
    cores = given.cores or (1 if given.archive.stat().st_size < SMALL else None)
    report, box = verify(given.archive, cores=cores, checkpoint=given.checkpoint)
    if report.refused is not None:
        say("this archive is not valid: decrypt nothing, and say so")
        raise report.refused
    setup, tally = box.ready(), box.tally
    if tally is None:
        raise Wrong("nothing is tallied yet: ballotbox tally encrypt ARCHIVE")
    if given.at_least and not box.has(*given.at_least):
        raise Wrong("event {}/{} is not in this archive: decrypt nothing, and say so".format(*given.at_least))
    say(f"this opens the sum of {report.counted:,} ballots, the last of each voter, out of {report.ballots:,}")
    owner, mine = _owner(setup.trustees, x), mul(G, x)
    fingerprint = setup.election.fingerprint
    own: Path = given.privkey or given.key
    _once(given.note or own.with_name(f"{own.name}.decrypted"), fingerprint, sha256_hex(written(tally_json(tally))))
    partial = decrypt_partly(tally, x, fingerprint, decryption_nonces(tally))
    check_decryption(tally, mine, partial, fingerprint)
    if given.supplement:
        nonces = decryption_nonces(tally)
        beside = make_supplement(tally, partial, x, owner=owner, fingerprint=fingerprint, nonces=nonces)
        say(f"publish beside the archive: {new(given.supplement, written(beside.as_json()))}")
    said = written(partial.as_json())
    print(said)
    print(written(Owned(owner, sha256_hex(said)).as_json()))
    return 0


def _once(note: Path, fingerprint: str, tally: str) -> None:
    """Remember by its hash which count of an election is decrypted, and raise Wrong for another one of it: the
    difference of two counts that a server made tells how somebody voted."""
    known = _noted(note) if note.exists() else {}
    if known.setdefault(fingerprint, tally) != tally:
        raise Wrong(
            f"by {note} another count of this election was decrypted with this key: decrypt nothing, and say so"
        )
    try:
        anew(note, [written(known).encode()], mode=0o600)
    except OSError as error:
        raise Wrong(f"{note} cannot be written: {error.strerror}; give --note a place where it can") from error


def _noted(note: Path) -> dict[str, str]:
    """Of each election, by its fingerprint, the hash of the count that was decrypted. Raises Wrong."""
    try:
        known = value(note)
        if isinstance(known, dict) and all(_FINGERPRINT.fullmatch(each) for each in known):
            return {each: hash_of(known[each]) for each in known}
    except Refused:
        pass
    raise Wrong(f"{note} is no note of which counts you decrypted: look for the right one, and give it with --note")


def _private(given: Namespace) -> Secret:
    """Her private key, or her share of one."""
    if (given.privkey is None) == (given.key is None or given.share is None):
        raise Wrong("give --privkey, or --key with --share")
    return secret.private_key(given.privkey) if given.privkey else secret.share(given.key, given.share)


def _owner(trustees: Trustees, x: Secret) -> int:
    """Her number, from 1."""
    keys, mine = owners(trustees), mul(G, x)
    if mine not in keys:
        raise Wrong("your key is not among those of the trustees")
    return keys.index(mine) + 1


def check(given: Namespace) -> int:
    """Say her number: with this file she can decrypt the count of this election."""
    x = _private(given)
    with opened(given.archive) as archive:
        setup = archive.box.ready()
    owner = _owner(setup.trustees, x)
    say(f"with this key you are trustee {owner} of election {setup.election.uuid}")
    say(f"fingerprint {setup.election.fingerprint}")
    return 0
