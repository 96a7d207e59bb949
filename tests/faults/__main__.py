"""Run seeds on one database: `python -m tests.faults sqlite 2 4 6`. `tools/faults.py` calls this for both.

`python -m tests.faults sqlite --case save --fault kill` strikes one act at each of its points, one after the other.
Prints a line for each run, and `NOT WELL` before those after which something was wrong.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.houseruns import HouseRun
    from tests.faults.pointruns import Run
    from tests.faults.world import World


def main() -> int:
    """Run them; the exit code is 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("seeds", nargs="*", type=int)
    parser.add_argument(
        "--case", action="append", default=[], help="an act, struck at each of its points; or act:fault"
    )
    parser.add_argument("--fault", default="kill")
    parser.add_argument("--every", type=int, default=1, help="one in so many points, from the last")
    parser.add_argument(
        "--sabotage", action="append", default=[], help="break the product on purpose, to see that it is found"
    )
    given = parser.parse_args()
    database, seeds = given.database, given.seeds
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends with us
    with tempfile.TemporaryDirectory(prefix="lr-faults-") as folder, _server(database) as url:
        os.chmod(folder, 0o755)
        os.environ["VAR"] = folder
        os.environ["DATABASE_URL"] = url or f"sqlite:///{folder}/first.sqlite3"
        os.environ["TASKS_BACKEND"] = "django_tasks_db.DatabaseBackend"
        _set_up()
        from tests.faults import seeds as meaning
        from tests.forms import fill_in_keys

        fill_in_keys()

        if given.sabotage:
            from tests.faults.sabotage import SABOTAGES

            for each in given.sabotage:
                SABOTAGES[each]()
        inside = [seed for seed in seeds if not meaning.in_the_house(seed)]
        outside = [seed for seed in seeds if meaning.in_the_house(seed)]
        world, wrong = _world(), 0
        asked = [each.partition(":") for each in given.case]
        every = chain.from_iterable(
            _each_point(case, fault or given.fault, given.every, world, until_found=bool(given.sabotage))
            for case, _, fault in asked
        )
        for seed, run in chain(every, _points(inside, world), _houses(outside, url, Path(folder), world)):
            wrong += _said(seed, run)
        return int(wrong > 0)


@contextlib.contextmanager
def _server(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield ""
        return
    from tools import postgres

    with postgres.server(postgres.SURE) as url:
        yield url


def _set_up() -> None:
    import tests.environment  # noqa: F401

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lerarenregister.project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.faults import points
    from tests.faults.world import RUN

    logging.disable(logging.CRITICAL)  # what goes wrong on purpose
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(settings.VAR / f"{RUN}-mail")
    call_command("collectstatic", interactive=False, verbosity=0)
    points.install()


def _world() -> "World":
    from tests.faults.world import kept

    return kept()


def _points(seeds: list[int], world: "World") -> Iterator[tuple[int, "Run | HouseRun"]]:
    from tests.faults import pointruns
    from tests.faults import seeds as meaning

    for seed in seeds:
        chosen = meaning.chosen(seed)
        yield seed, pointruns.run(chosen.at(pointruns.measured(chosen.case, world)), world)


def _each_point(case: str, fault: str, every: int, world: "World", *, until_found: bool) -> Iterator[tuple[int, "Run"]]:
    from tests.faults import pointruns

    try:
        numbers = range(pointruns.measured(case, world) - 1, -1, -every)
    except (AssertionError, RuntimeError) as error:
        yield 0, pointruns.Run(case, "no fault", wrong=[str(error)])
        return
    runs = (pointruns.Run(case, fault, number, number * 997 % 20_000) for number in numbers)
    for asked in [pointruns.Run(case, fault)] if fault == pointruns.TWICE else runs:
        run = pointruns.run(asked, world)
        yield asked.number or 0, run
        if run.wrong and until_found:
            return


def _houses(seeds: list[int], url: str, folder: Path, world: "World") -> Iterator[tuple[int, "Run | HouseRun"]]:
    if not seeds:
        return
    from tests.faults import houseruns
    from tests.faults.house import House
    from tests.faults.world import BROUGHT, EMPTY, copied

    house = House(folder / "house", url, people=len(seeds))
    copied(EMPTY, "house", folder=folder / "house")
    houseruns.with_database(house)
    houseruns.furnished(house)
    (folder / "house" / "static").symlink_to(folder / "static")
    try:
        house.begin()
        standing = houseruns.Standing(house, world.packed, tuple(BROUGHT))
        for number, seed in enumerate(seeds):
            yield seed, houseruns.run(standing, seed, number)
    finally:
        house.end()


def _said(seed: int, run: "Run | HouseRun") -> int:
    wrong = len(run.wrong)
    sys.stdout.write(f"{'NOT WELL ' if wrong else ''}seed {seed}: {run}\n")
    sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    sys.exit(main())
