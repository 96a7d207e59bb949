"""What a box with many voters adds to a process: `python -m bench.ballots_memory CHECKPOINT [LIST]` prints bytes.

With a list of credentials it writes the checkpoint, without it reads it.
"""

import sys
from pathlib import Path

from bench.ballots import grown

if __name__ == "__main__":
    kept, *listed = map(Path, sys.argv[1:])
    print(grown(kept, listed[0] if listed else None))
