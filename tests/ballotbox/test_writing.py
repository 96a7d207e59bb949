"""Files that are there whole or not at all, also when the program is killed while it writes."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ballotbox import writing

KILLED = """
import os, signal, sys
from pathlib import Path
from ballotbox import writing
def dies(_): os.kill(os.getpid(), signal.SIGKILL)
writing.os.fsync = dies
getattr(writing, sys.argv[1])(Path("kept"), b"anders" if sys.argv[1] == "new" else [b"anders"])
"""


@pytest.mark.parametrize("how", ["new", "anew"])
def test_killed_half_way_leaves_what_was_there(tmp_path: Path, how: str) -> None:
    if how == "anew":
        (tmp_path / "kept").write_bytes(b"eerst")
    command = [sys.executable, "-c", KILLED, how]
    source = str(Path(writing.__file__).parents[1])
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": source}, check=False)
    assert done.returncode == -signal.SIGKILL
    found = [each.read_bytes() for each in tmp_path.glob("kept")]
    assert found == ([b"eerst"] if how == "anew" else [])


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a"
    writing.new(path, b"een")
    with pytest.raises(FileExistsError):
        writing.new(path, b"twee")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"een", [path])
    writing.anew(path, [b"t", b"wee"])
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"twee", [path])


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    path = tmp_path / "a"
    writing.new(path, b"een", mode=0o600)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), list(tmp_path.iterdir())) == (b"een", 0o600, [path])
    with pytest.raises(FileExistsError):
        writing.new(path, b"twee")


def test_a_secret_is_for_its_owner_and_the_rest_as_the_machine_has_it(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        writing.new(tmp_path / "a", b"", mode=0o600)
        writing.new(tmp_path / "b", b"")
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"] == [0o600, 0o640]
