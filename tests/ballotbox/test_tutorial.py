"""docs/tutorial/first-election.md, run as it stands: a command that is called otherwise breaks it."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIECE = re.compile(r"^```(?P<kind>sh|text)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_command_works_and_says_what_the_page_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial" / "first-election.md").read_text(encoding="utf-8")
    pieces = [(match["kind"], match["body"]) for match in PIECE.finditer(text)]
    script = "set -euo pipefail\n" + "echo ---\n".join(body for kind, body in pieces if kind == "sh")
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "FOLDER": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-800:]
    wanted = [line for kind, body in pieces if kind == "text" for line in body.splitlines()]
    assert len(wanted) == 3
    for line in wanted:
        assert line in done.stdout
