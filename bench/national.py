"""The national data set as files: `python -m bench.national --folder DIR`, with `--teachers`, `--entries`, `--seed`.

Of each board `delivery.csv` (what it delivers), `people.jsonl` (who its teachers are at their provider) and
`portfolios.tar` (the zip that each of them brings in); beside them `institutions.csv`. A process makes one board at a
time and keeps one portfolio in memory. Without `--folder` it is a benchmark: minutes, memory, and nothing is kept.
"""

import argparse
import hashlib
import io
import json
import os
import resource
import shutil
import tarfile
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from bench import boards
from bench.measures import Measure, Progress, report
from bench.nation import Nation

BYTES_PER_ENTRY = 130
"""On the disk, for the question whether it fits; measured, and rounded up."""


def main() -> None:
    """Make it where it was asked, or measure making it."""
    given = parsed()
    nation = Nation(given.seed, given.teachers, given.boards, given.entries)
    with tempfile.TemporaryDirectory(prefix="lr-national-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < (needed := nation.entries * BYTES_PER_ENTRY + nation.teachers * 500):
            raise SystemExit(f"{folder} has no room for {needed / 1e9:.1f} GB")
        begun = time.perf_counter()
        digest = make(nation, folder, processes=given.processes)
        seconds = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if given.folder:
        print(f"{given.folder}: {size / 1e9:.2f} GB in {seconds / 60:.1f} minutes, digest {digest}")
        return
    what = f"{nation.teachers:,} teachers, {nation.boards:,} boards, {nation.entries:,} entries"
    note = f"{size / 1e9:.2f} GB, {given.processes} processes, seed {nation.seed}, digest {digest[:12]}"
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000
    report(
        [
            Measure("national", what, seconds / 60, 10, "min", note=note),
            Measure("national", "peak memory of a process", memory, 100, "MB"),
        ]
    )


def parsed() -> argparse.Namespace:
    """What was asked."""
    usual = Nation()
    parser = argparse.ArgumentParser(prog="python -m bench.national", description=__doc__)
    for name in ("seed", "teachers", "boards", "entries"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, help="keep the files here")
    return parser.parse_args()


def make(nation: Nation, folder: Path, *, processes: int = 1) -> str:
    """Write all of it; returns a digest over the content of every file in the order of their names."""
    institutions = boards.institutions_csv(nation.boards).encode()
    (folder / "institutions.csv").write_bytes(institutions)
    whole = hashlib.sha256(hashlib.sha256(institutions).digest())
    bar = Progress("a national data set (boards)", nation.boards)
    with ProcessPoolExecutor(processes) as pool:
        for done, digest in enumerate(pool.map(partial(make_board, nation, folder), range(nation.boards)), start=1):
            whole.update(digest)
            bar(done)
    return whole.hexdigest()


def make_board(nation: Nation, folder: Path, board: int) -> bytes:
    """Write the three files of a board; returns the digest of their contents."""
    here = folder / boards.number_of(board)
    here.mkdir(exist_ok=True)
    with (here / "delivery.csv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(nation.delivery(board))
    with (here / "people.jsonl").open("w", encoding="utf-8") as file:
        for place in range(nation.size_of(board)):
            file.write(json.dumps(asdict(nation.teacher(board, place)), ensure_ascii=False, default=str) + "\n")
    with tarfile.open(here / "portfolios.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        for place, entries in enumerate(nation.entries_of(board)):
            packed = nation.portfolio(board, place, entries)
            member = tarfile.TarInfo(f"{board}-{place}.zip")
            member.size, member.mode = len(packed), 0o600
            archive.addfile(member, io.BytesIO(packed))
    digest = hashlib.sha256()
    for name in ("delivery.csv", "people.jsonl", "portfolios.tar"):
        with (here / name).open("rb") as written:
            digest.update(hashlib.file_digest(written, "sha256").digest())
    return digest.digest()


if __name__ == "__main__":
    main()
