"""`ballotbox`, installed by pip or as bin/ballotbox of the repository; `python -m ballotbox` is the same."""

import os
import sys
from argparse import ArgumentParser, Namespace
from concurrent.futures.process import BrokenProcessPool

from ballotbox.checkpoint import NoCheckpoint
from ballotbox.checks import Refused
from ballotbox.command import merge, setup, trustee, verify, voting
from ballotbox.command.io import Wrong, ready, say


def main(arguments: list[str] | None = None) -> int:
    """0 when every check passed, 1 when something was refused, 2 when it was asked wrongly or what it says cannot be
    written, 130 when it was broken off."""
    ready()
    try:
        return _run(_parser().parse_args(arguments))
    except BrokenPipeError:
        _let_go()
    except OSError as error:
        say(f"{error.filename or 'what this says cannot be written'}: {error.strerror or error}")
        _let_go()
    except ModuleNotFoundError as error:
        if error.name != "cryptography":
            raise
        say("trustees of a threshold key need the library cryptography: pip install 'ballotbox[trustee]'")
    except KeyboardInterrupt:
        say("broken off")
        return 130
    return 2


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="ballotbox", description="An election that anyone can check (Belenios, version 1).")
    parts = parser.add_subparsers(dest="role", required=True)
    for name, told, of in (
        ("setup", "administrator and credential authority: before the vote", setup.parser),
        ("trustee", "a trustee: her keys, and her part of the decryption", trustee.parser),
        ("ballot", "a voter: make a ballot, check one, or find yours", voting.ballot_parser),
        ("archive", "the public archive: begin it, add to it", voting.archive_parser),
        ("tally", "count under encryption, and say the result", voting.tally_parser),
        ("verify", "anybody: check an election", verify.parser),
        ("merge", "anybody: put together what several machines checked", merge.parser),
    ):
        of(parts.add_parser(name, help=told))
    return parser


def _run(given: Namespace) -> int:
    """What was asked. Raises OSError, ModuleNotFoundError, KeyboardInterrupt."""
    try:
        code = int(given.run(given))
    except Refused as refused:
        say(f"refused: {refused}")
        return 1
    except (Wrong, NoCheckpoint) as wrong:
        say(f"{wrong}")
        return 2
    except BrokenProcessPool:
        say("a process that checked ballots was killed, perhaps for lack of memory: nothing is known; try --cores 1")
        return 2
    if sys.stdout:
        sys.stdout.flush()
    return code


def _let_go() -> None:
    """What standard output did not take is not tried again at the end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
