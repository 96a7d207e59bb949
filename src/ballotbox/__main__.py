"""`ballotbox`, installed by pip or as bin/ballotbox of the repository; `python -m ballotbox` is the same."""

import os
import sys
from argparse import ArgumentParser
from concurrent.futures.process import BrokenProcessPool

from ballotbox.checkpoint import NoCheckpoint
from ballotbox.checks import Refused
from ballotbox.command import merge, setup, trustee, verify, voting
from ballotbox.command.io import Wrong, say


def main(arguments: list[str] | None = None) -> int:
    """0 when every check passed, 1 when something was refused, 2 when it was asked wrongly."""
    parser = ArgumentParser(prog="ballotbox", description="An election that anyone can check (Belenios, version 1).")
    parts = parser.add_subparsers(dest="role", required=True)
    for name, told, of in (
        ("setup", "administrator and credential authority: before the vote", setup.parser),
        ("trustee", "a trustee: her keys, and her part of the decryption", trustee.parser),
        ("ballot", "a voter: make a ballot, or check one", voting.ballot_parser),
        ("archive", "the public archive: begin it, add to it", voting.archive_parser),
        ("tally", "count under encryption, and say the result", voting.tally_parser),
        ("verify", "anybody: check an election", verify.parser),
        ("merge", "anybody: put together what several machines checked", merge.parser),
    ):
        of(parts.add_parser(name, help=told))
    given = parser.parse_args(arguments)
    try:
        code = int(given.run(given))
        sys.stdout.flush()
    except (Refused, Wrong, NoCheckpoint, OSError, BrokenProcessPool, ModuleNotFoundError) as error:
        return _ended(error)
    return code


def _ended(error: Exception) -> int:
    """Say what it is, and what to do; the exit code."""
    match error:
        case Refused():
            say(f"refused: {error}")
            return 1
        case BrokenProcessPool():
            say(
                "a process that checked ballots was killed, perhaps for lack of memory: nothing is known; try --cores 1"
            )
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case OSError():
            say(f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror or error}")
        case ModuleNotFoundError() if error.name == "cryptography":
            say("trustees of a threshold key need the library cryptography: pip install 'ballotbox[trustee]'")
        case ModuleNotFoundError():
            raise error
        case _:
            say(str(error))
    return 2


if __name__ == "__main__":
    sys.exit(main())
