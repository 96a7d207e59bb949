"""The first run loads the demo in a folder of its own and then puts it in its place, the database last.

So it may end at any moment: as long as the database is not in its place, the next run begins anew, and nobody can have
used what was loaded.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from demo import letters

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "register.sqlite3"
STAMP = "loaded.stamp"
USUAL = 2000
BYTES_EACH, PER_SECOND, LARGE = 5_000, 500, 20_000
"""On the disk for each of the people, and how many are loaded in a second (measured, rounded to the safe side); from
how many on that is said beforehand."""


def address_of(folder: Path) -> str:
    """The DATABASE_URL of the database in this folder."""
    return f"sqlite:///{quote(str(folder / DATABASE))}"


def loaded(var: Path) -> int | None:
    """How many people were asked for when the demo was loaded here; None when it was not, or not wholly."""
    stamp = var / "demo" / STAMP
    return int(stamp.read_text()) if stamp.exists() and (var / DATABASE).exists() else None


def agreed(var: Path, asked: int | None) -> int:
    """How many people this run has. Ends the run, saying what to do, when another number was loaded than is asked."""
    there = loaded(var)
    if there is None:
        return asked or USUAL
    if asked is None or asked == there:
        return there
    return sys.exit(
        f"In {var} is de demo al geladen, met TEACHERS={there}. Dat aantal ligt vast.\n"
        f"Zonder TEACHERS ga je verder met wat er is: make run\n"
        f"Met een andere map begin je ernaast: make run TEACHERS={asked} VAR={var}-{asked}\n"
        f"Opnieuw beginnen kan ook: verwijder {var}. Alles wat je daar deed, is dan weg."
    )


def foretold(teachers: int) -> str:
    """What loading so many people takes, when it is much, and that there is no going on with half of it."""
    minutes, size = -(-teachers // (60 * PER_SECOND)), f"{teachers * BYTES_EACH / 1e9:.1f}".replace(".", ",")
    if teachers < LARGE:
        return ""
    return (
        f". Dit duurt ongeveer {minutes} minuten en neemt {size} GB op de schijf. "
        "Breek je het af, dan begint het de volgende keer van voren af aan"
    )


def check_room(var: Path, teachers: int) -> None:
    """Ends the run, saying what to do, when the disk has no room for so many people."""
    free, needed = shutil.disk_usage(var).free, teachers * BYTES_EACH
    if free < needed:
        sys.exit(
            f"Voor {teachers} mensen is ongeveer {needed / 1e9:.1f} GB nodig en op deze schijf is {free / 1e9:.1f} GB "
            "vrij.\nMaak plaats, kies een map op een andere schijf (VAR) of laad minder mensen (TEACHERS)."
        )


def load(var: Path, teachers: int, environment: dict[str, str]) -> None:
    """Load so many synthetic people; ends the run when that fails."""
    _clear_left(var)
    check_room(var, teachers)
    # A name of its own: what an interrupted run left may still be writing in another.
    fresh = Path(tempfile.mkdtemp(prefix="loading-", dir=var / "demo"))
    elsewhere = {**environment, "DATABASE_URL": address_of(fresh)}
    migrate = [ROOT / "manage.py", "migrate", "--verbosity", "0"]
    fill = ["-m", "demo.load", "--teachers", teachers, "--folder", fresh]
    for command in (migrate, fill):
        if subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, env=elsewhere, check=False).returncode:
            sys.exit("De demo kon niet worden geladen. Probeer het nog eens: make run")
    put_in_place(fresh, var)
    _clear_left(var)  # also what could not go at first, for a process that was being killed still wrote in it


def _clear_left(var: Path) -> None:
    """Remove what interrupted runs left, as far as nobody writes in it."""
    for left in (var / "demo").glob("loading-*"):
        shutil.rmtree(left, ignore_errors=True)


def put_in_place(fresh: Path, var: Path) -> None:
    """Everything in its place, the database last: from that moment on the demo is loaded."""
    with closing(sqlite3.connect(fresh / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all in one file, which can be renamed in one go
    _set_aside(var)
    opened = var / "demo" / "letters"
    if opened.exists():
        opened.rename(fresh / "letters-before")
    for name in (letters.FILE, "people.json", STAMP):
        os.replace(fresh / name, var / "demo" / name)
    os.replace(fresh / DATABASE, var / DATABASE)
    shutil.rmtree(fresh, ignore_errors=True)


def _set_aside(var: Path) -> None:
    """A database whose demo was never wholly loaded: kept beside, for it is not ours to throw away."""
    if not (var / DATABASE).exists():
        return
    for end in ("-wal", "-shm", ""):
        if (found := var / f"{DATABASE}{end}").exists():
            os.replace(found, var / f"before-{DATABASE}{end}")
    print(
        f"Hier stond een gegevensbank zonder volledige demo. Die is bewaard: {var / f'before-{DATABASE}'}", flush=True
    )
