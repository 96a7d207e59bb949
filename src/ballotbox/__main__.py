"""`ballotbox`, installed by pip or as bin/ballotbox of the repository; `python -m ballotbox` is the same."""

import os
import sys
from argparse import ArgumentParser

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
    except Refused as refused:
        say(f"refused: {refused}")
        return 1
    except Wrong as wrong:
        say(f"{wrong}")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        say(f"{error.filename or ''}: {error.strerror}")
        return 2
    except ModuleNotFoundError as error:
        if error.name != "cryptography":
            raise
        say("trustees of a threshold key need the library cryptography: pip install 'ballotbox[trustee]'")
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
