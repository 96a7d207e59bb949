"""What a box with the voters of a list adds to a process: `python -m bench.ballots_memory LIST` prints bytes."""

import sys
from pathlib import Path

from bench.ballots import grown

if __name__ == "__main__":
    print(grown(Path(sys.argv[1])))
