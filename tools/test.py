"""Everything that CI runs, in one command: checks, the suite on SQLite and on PostgreSQL, the journeys in a browser.

It installs Chromium and PostgreSQL by apt where it may; what it needs and cannot install it names, and fails.
PARTIAL=1 runs the rest and says what was not run. WHOLE=1 leaves out nothing.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import tests.environment  # noqa: F401  (mypy and the checks read the settings)

from tools import belenios, postgres

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
CHECKS = {
    "formatter": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "linter": [BIN / "ruff", "check", "--quiet", "."],
    "types": [BIN / "mypy", "--no-error-summary"],
    "import contracts": [BIN / "lint-imports", "--config", ".importlinter.toml"],
    "template lint": [BIN / "djlint", "--lint", "--quiet", "src", "demo/provider/templates"],
    "translations": [BIN / "python", "tools/messages.py", "--check"],
    "generated reference": [BIN / "python", "tools/reference.py"],
    "locks and licences": [BIN / "python", "tools/licences.py"],
}
WALKS = [
    *(f"--ignore=tests/attacks/test_{name}.py" for name in ("canaries", "lures", "roles_and_addresses", "sent_twice")),
    *(f"--ignore=tests/attacks/test_{name}.py" for name in ("states", "static", "substitutes")),
    "--ignore=tests/web/test_headers.py",
]
"""What asks every address, most of it as every role: once, on SQLite, where it takes two thirds of the time."""
NO_DATABASE = [
    f"--ignore=tests/{name}"
    for name in (
        "architecture",
        "ballotbox",
        "bench",
        "demo",
        "deploy",
        "faults",
        "kernel",
        "portfolio/sharing/test_rules.py",
        *(f"portfolio/test_{rules}.py" for rules in ("content", "facets", "guessing", "images", "looking_back")),
        "portfolio/test_searching_rules.py",
        "project/test_checks.py",
        "project/test_reader.py",
        "register/test_letter.py",
        "register/test_reader.py",
        "tools",
        "vault",
    )
]
"""What has a store of its own or none: once, in the run on SQLite."""
NO_PART = [
    f"--ignore=tests/{name}.py"
    for name in (
        "accounts/test_forged_tokens",
        "attacks/test_flooding",
        "attacks/test_hostile_input",
        "portfolio/test_pdf_text",
        "web/portfolio/test_hostile_zip",
        "web/state/test_metrics",
        "web/test_languages",
        "web/test_limits",
        "web/test_wire",
    )
]
"""What has a database, which has no part in what is tested: once, in the run on SQLite."""
PAGES = [f"--ignore=tests/web/{name}" for name in ("person", "portfolio", "processing", "shared", "state")]
"""What asks pages: what they read and write is asked of PostgreSQL in the tests of its domain. Once, on SQLite."""
DEEP = "--ignore=tests/faults"
"""What the harness finds when something is broken on purpose: in `make deep`. Thirty seeds run here all the same."""
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
SUITE = [BIN / "python", "-m", "pytest", "-q", "-m", "not browser and not removal", "-n", "2"]
SUITE += ["--dist", "worksteal", "--durations=15"]
JOURNEYS = [BIN / "python", "-m", "pytest", "-q", "-m", "browser"]
JOURNEYS += ["-o", "addopts=--strict-markers -p tests.environment"]  # with pytest's cache: it knows what failed
SECOND_CHANCE = 3
"""So many journeys may pass at a second try: a browser on a busy machine fails now and then for no reason of ours. They
are named, for now and then there is one."""


def run(name: str, command: list[object], **environment: str) -> bool:
    """Run one step, say how long it took, and whether it passed."""
    print(f"── {name}", flush=True)
    begun = time.monotonic()
    env = {**os.environ, "PYTHONPATH": "src:.", **environment}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False)
    print(f"   {name}: {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s", flush=True)
    return done.returncode == 0


def left_out(ignored: list[str]) -> list[str]:
    """What a suite leaves out; with WHOLE=1 nothing."""
    return [] if os.environ.get("WHOLE") == "1" else ignored


def chromium() -> str | None:
    """The path of Chromium, installed by apt when it is missing and that is allowed. Rather the one without a window
    of its own: the same engine, for a third less of the processor."""
    found = shutil.which(CHROMIUM[0])
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", CHROMIUM[0]]):
            subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def real_data() -> str | None:
    """The folder with real input, or None."""
    folder = Path(os.environ.get("REAL_DATA", ROOT.parent / "shared" / "data")).resolve()
    return str(folder) if folder.is_dir() else None


def main() -> int:
    """Run the steps; the exit code is 0 only when everything that had to run passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["checks", "sqlite", "postgresql", "faults", "removal", "browser"])
    only = parser.parse_args().only
    missing: list[str] = []
    passed = True
    data = real_data()
    environment = {"REAL_DATA": data} if data else {}
    if only in (None, "checks"):
        for name, command in CHECKS.items():
            passed &= run(name, command)
    aside = ""
    if only in (None, "sqlite"):
        aside = no_other_tool()
        passed &= run("suite on SQLite", [*SUITE, *left_out([DEEP])], **environment)
    if only in (None, "postgresql"):
        passed &= on_postgresql(missing, environment)
    if only in (None, "faults"):
        passed &= struck(missing)
    if only in (None, "removal"):
        without = [BIN / "python", "-m", "pytest", "-q", "-m", "removal", "tests/architecture"]
        passed &= run("the rest without the portfolio", without, **environment)
    if only in (None, "browser"):
        passed &= in_browser(missing, environment)
    partial, in_ci = os.environ.get("PARTIAL") == "1", os.environ.get("CI") == "true"
    lines, whole = verdict(passed, missing, real_input=data is not None, partial=partial, in_ci=in_ci, aside=aside)
    print("\n".join(lines))
    return 0 if whole else 1


def verdict(
    passed: bool, missing: list[str], *, real_input: bool, partial: bool, in_ci: bool, aside: str = ""
) -> tuple[list[str], bool]:
    """What to say at the end, and whether all is well.

    What was not run is always named. It is forgiven with `partial`, never in CI; real input may be absent outside CI,
    and what is `aside` everywhere.
    """
    lines = [f"NOT RUN: {thing}" for thing in missing]
    if not real_input:
        lines.append("NOT RUN: the tests on real input (set REAL_DATA to its folder)")
    if in_ci and partial and lines:
        lines.append("PARTIAL=1 does not count in CI.")
    forgiven = (not missing or partial) and not in_ci
    whole = passed and (forgiven or (not missing and real_input))
    if aside:
        lines.append(f"NOT RUN: {aside}")
    return [*lines, "all passed" if whole else "FAILED: see above"], whole


def no_other_tool() -> str:
    """Why our elections are not put before `belenios-tool`; "" when they are. It is fetched where that is possible."""
    try:
        belenios.tool()
    except belenios.NotHere as reason:
        return f"elections before belenios-tool: {reason}"
    return ""


def has_postgresql() -> bool:
    """Whether it is here, installed by apt where that is allowed."""
    if postgres.binaries() is None:
        postgres.install()
    return postgres.binaries() is not None


def on_postgresql(missing: list[str], environment: dict[str, str]) -> bool:
    """The suite once more, on a real PostgreSQL."""
    if not has_postgresql():
        missing.append("the suite on PostgreSQL: apt-get install postgresql postgresql-contrib")
        return True
    with postgres.server() as url:
        again = {"HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "again"), **environment}
        command = [*SUITE, *left_out([*NO_DATABASE, *NO_PART, *WALKS, *PAGES])]
        return run("suite on PostgreSQL", command, DATABASE_URL=url, **again)


def struck(missing: list[str]) -> bool:
    """Thirty seeds of the fault harness, on both databases at once."""
    if not has_postgresql():
        missing.append("thirty seeds of faults: apt-get install postgresql postgresql-contrib")
        return True
    return run("thirty seeds of faults", [BIN / "python", "-m", "tools.faults", "30", "--quiet"])


def in_browser(missing: list[str], environment: dict[str, str]) -> bool:
    """The journeys, in a real Chromium against real processes."""
    path = chromium()
    if path is None:
        missing.append("the journeys: apt-get install chromium")
        return True
    at_once = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]  # a browser also waits
    with tempfile.TemporaryDirectory() as kept:
        journeys = [*JOURNEYS, "-o", f"cache_dir={kept}"]
        if run("journeys in Chromium", [*journeys, "tests/journeys", *at_once], CHROMIUM=path, **environment):
            return True
        failed = last_failed(Path(kept))
        if not 0 < len(failed) <= SECOND_CHANCE:
            return False
        if not run("what failed, once more by itself", [*journeys, *failed], CHROMIUM=path, **environment):
            return False
    print("\n".join(f"UNSTEADY, failed once and then passed: {journey}" for journey in failed), flush=True)
    return True


def last_failed(cache: Path) -> list[str]:
    """The tests that failed in the last run with this cache folder of pytest."""
    found = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(found.read_text())) if found.exists() else []


if __name__ == "__main__":
    sys.exit(main())
