"""`ballotbox setup`: what the administrator and the credential authority do before the vote."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ballotbox.checks import Refused
from ballotbox.command.io import Wrong, new, say, together, value, values
from ballotbox.command.voters import voters_of
from ballotbox.credentials import made, token
from ballotbox.elections import new_election, template_of
from ballotbox.encoding import sha256_b64, written
from ballotbox.encoding import uuid as uuid_of
from ballotbox.pedersen import polynomial_of, step2, step4, step6, voutput_of
from ballotbox.pki import signed_message_of
from ballotbox.trustees import combined_key, trustees_of


def parser(parser: ArgumentParser) -> None:
    """The parts of it."""
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("uuid", help="a fresh identifier for an election")
    part.set_defaults(run=lambda given: print(token(14)) or 0)
    part = parts.add_parser("credentials", help="credential authority: a secret for each voter, and the public list")
    part.add_argument("--uuid", required=True)
    voters = part.add_mutually_exclusive_group(required=True)
    voters.add_argument("--count", type=int, help="so many voters, numbered")
    voters.add_argument("--file", type=Path, help="a voter a line, and a comma and her weight when it is not 1")
    part.add_argument("--dir", type=Path, default=Path())
    part.set_defaults(run=credentials)
    part = parts.add_parser("vinputs", help="step 4 of a threshold key: what each trustee gets")
    part.add_argument("--certs", type=Path, required=True)
    part.add_argument("--polynomials", type=Path, required=True)
    part.add_argument("--dir", type=Path, default=Path())
    part.set_defaults(run=vinputs)
    part = parts.add_parser("threshold", help="step 6 of a threshold key: the parameters that are published")
    part.add_argument("--certs", type=Path, required=True)
    part.add_argument("--polynomials", type=Path, required=True)
    part.add_argument("--voutputs", type=Path, required=True)
    part.set_defaults(run=threshold)
    part = parts.add_parser("trustees", help="put single keys and threshold parameters together")
    part.add_argument("keys", type=Path, nargs="*", help="public keys of single trustees")
    part.add_argument("--threshold", type=Path, action="append", default=[])
    part.set_defaults(run=trustees)
    part = parts.add_parser("election", help="the election, out of a template and the trustees")
    part.add_argument("--uuid", required=True)
    part.add_argument("--template", type=Path, required=True)
    part.add_argument("--trustees", type=Path, required=True)
    part.set_defaults(run=election)


def credentials(given: Namespace) -> int:
    """Two files: `private_creds.json`, which stays with the authority, and `public_creds.json`."""
    if given.count is not None:
        if given.count < 0:
            raise Wrong("--count is 0 or more")
        names, weights, weighted = [str(place + 1) for place in range(given.count)], [1] * given.count, False
    else:
        names, weights, weighted = voters_of(given.file)
    secrets, public = made(weights, _uuid(given.uuid), weighted=weighted)
    kept, shown, listed = given.dir / "private_creds.json", given.dir / "public_creds.json", written(public.as_json())
    together((kept, written(dict(zip(names, secrets, strict=True))), True), (shown, listed, False))
    say(f"{len(names)} credentials: {kept} is secret, {shown} is for the administrator")
    say(f"hash of the list {sha256_b64(listed)}")
    print(sha256_b64(listed))
    return 0


def _uuid(given: str) -> str:
    """The identifier of an election. Raises Wrong."""
    try:
        return uuid_of(given)
    except Refused:
        what = "--uuid is what `ballotbox setup uuid` prints: at least 14 letters and digits"
        is_file = len(given) < 256 and Path(given).is_file()
        raise Wrong(f'{what}, and not the name of a file: --uuid "$(cat {given})"' if is_file else what) from None


def vinputs(given: Namespace) -> int:
    """A file for each trustee, numbered as the certificates are."""
    certs = [signed_message_of(each) for each in values(given.certs)]
    step2(certs)
    for place, each in enumerate(step4(certs, [polynomial_of(each) for each in values(given.polynomials)])):
        say(f"for trustee {place + 1}: {new(given.dir / f'{place + 1}.vinput', written(each.as_json()))}")
    return 0


def threshold(given: Namespace) -> int:
    """Print them."""
    certs = [signed_message_of(each) for each in values(given.certs)]
    polynomials = [polynomial_of(each) for each in values(given.polynomials)]
    print(written(step6(certs, polynomials, [voutput_of(each) for each in values(given.voutputs)]).as_json()))
    return 0


def trustees(given: Namespace) -> int:
    """Print them, all checked."""
    said = [["Single", value(path)] for path in given.keys] + [["Pedersen", value(path)] for path in given.threshold]
    trustees_of(said)
    print(written(said))
    return 0


def election(given: Namespace) -> int:
    """Print it."""
    key = combined_key(trustees_of(value(given.trustees)))
    made_of = new_election(template_of(value(given.template)), uuid=_uuid(given.uuid), public_key=key)
    print(made_of.raw)
    say(f"fingerprint {made_of.fingerprint}")
    return 0
