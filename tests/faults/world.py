"""A small register in which something of everything waits to be done, kept aside: each run begins with it anew."""

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from lerarenregister.accounts.permissions import Role
from lerarenregister.kernel import clock
from lerarenregister.register import actions as register
from lerarenregister.register.models import Employee, Review
from lerarenregister.register.rules.identity import ClaimedIdentity
from tests import vaults
from tests.attacks import cast
from tests.faults import acts
from tests.faults.browsers import Browser, Form, Inside, token_in
from tests.faults.people import somebody
from tests.register import cast as lines
from tests.register.cast import BOARD, TEACHER, csv_of

EMPTY, WORLD, RUN = "empty", "world", "run"
BROUGHT = [f"Meegenomen {number}" for number in range(15)]


@dataclass
class World:
    """What a run begins with: cookies by role, and the names of what is there."""

    cookies: dict[str, dict[str, str]]
    names: dict[str, str]
    packed: bytes

    def browser(self, role: str) -> Inside:
        """A browser of somebody who was signed in when the world was kept."""
        return Inside(self.cookies[role], role)


def use(name: str) -> None:
    """From now on this process speaks with the database and the vault of this name."""
    connections.close_all()
    database = settings.DATABASES["default"]
    database["NAME"] = str(settings.VAR / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
    connection.settings_dict["NAME"] = database["NAME"]
    use_vault(settings.VAR / f"{name}-vault")


_vault = ExitStack()


def use_vault(folder: Path | None) -> None:
    """From now on the vault is in this process, in this folder; with None it is where VAULT_URL says. Its files are
    closed: no open one goes into a process that is forked."""
    _vault.close()
    if folder is not None:
        folder.mkdir(mode=0o700, exist_ok=True)
        _vault.enter_context(vaults.in_process(folder))
        settings.VAULT_FOLDER = folder


def kept() -> World:
    """Make the world, once for a process, and keep it aside."""
    make_empty(WORLD)
    use(WORLD)
    call_command("migrate", verbosity=0)
    copied(WORLD, EMPTY)
    made = _filled()
    connections.close_all()
    use_vault(settings.VAULT_FOLDER)
    return made


def begin_anew() -> None:
    """A run's own copy of the world, as it was kept."""
    for path in settings.VAR.glob(f"{RUN}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(settings.VAR / f"{WORLD}-vault", settings.VAR / f"{RUN}-vault")
    copied(WORLD, RUN)
    use(RUN)


def copied(name: str, to: str, *, folder: Path | None = None) -> None:
    """A database as another one is now; on SQLite a file, in the folder of the runs or in another."""
    connections.close_all()
    if connection.vendor == "sqlite":
        shutil.copy(settings.VAR / f"{name}.sqlite3", (folder or settings.VAR) / f"{to}.sqlite3")
    else:
        make_empty(to, like=name)


def make_empty(name: str, *, like: str = "template1") -> None:
    """A new database on the server, instead of one of this name; on SQLite the file comes by itself."""
    if connection.vendor == "sqlite":
        return
    home = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(home.geturl(), autocommit=True) as beside:
        beside.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        beside.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY WAL_LOG'.encode())
    with psycopg.connect(home._replace(path=f"/{name}").geturl(), autocommit=True) as inside:
        # The copy of a sequence counts numbers as logged that are logged for its original alone: a server that is
        # killed soon after would give them out again.
        inside.execute("SELECT setval(format('%I.%I', schemaname, sequencename), last_value) FROM pg_sequences")


def left_over() -> list[str]:
    """Files of a run that nobody will clear away."""
    known = {f"{name}{beside}" for name in (f"{RUN}.sqlite3", "vault.sqlite3") for beside in ("", "-wal", "-shm")}
    known.add("roots")
    folders = [path for path in settings.VAR.glob(f"{RUN}-*") if path.is_dir()]
    files = [path for path in settings.VAR.glob(f"{RUN}*") if path.is_file()]
    files += [path for folder in folders for path in folder.iterdir() if path.is_file() or path.name.startswith(".")]
    files = [path for path in files if not path.match("keys-*.sqlite3")]
    return sorted(str(path.relative_to(settings.VAR)) for path in files if path.name not in known | mails())


def mails() -> set[str]:
    """The files of the mails that left in this run."""
    return {path.name for path in (settings.VAR / f"{RUN}-mail").glob("*")}


def _filled() -> World:
    at = clock.now()
    lines.institutions()
    other = {"brin": "02CD", "benoemingsgrondslag": "B01"}
    cor = {"personeelsnummer": "p2", "achternaam": "Colijn", "voorvoegsel": "", "geboortedatum": "1975-05-06"}
    mail = somebody("p5") | {"werkmail": "vijf@example.org"}
    lines.deliver(csv_of({}, {"vak": "muziek"}, other, cor, cor | other, somebody("p3"), mail), at=at)
    teacher, cor_ = cast.joined("teacher", TEACHER, "p1"), cast.sign_in("cor", who=cast.COLLEAGUE)
    waiting = cast.sign_in("ans", who=ClaimedIdentity("Anders", "Ans", TEACHER.birth_date))
    waiting.client.post("/activeren/", {"code": lines.code_for("p3", at=at)})
    names = {"code": lines.code_for("p2", at=at), "review": str(Review.objects.get().id)}
    people = {"teacher": teacher, "cor": cor_, "ans": waiting, "support": cast.with_role("support", Role.SUPPORT)}
    people |= {"manager": cast.with_role("manager", Role.BOARD_MANAGER, BOARD)}
    people |= {"staff": cast.with_role("staff", Role.BOARD_STAFF, BOARD)}
    checked = lines.deliver(csv_of(*_many("c")), at=at, dry_run=True)
    names["checked"] = f"/bestuur/{BOARD}/aanleveringen/{checked.id}/"
    staged = register.receive(board=BOARD, chunks=[csv_of(*_many("d"))], viewer=lines.staff(), at=at)
    names["staged"] = str(staged.delivery)
    lines.deliver(csv_of(somebody("p4")), at=at)
    names["employee"] = str(Employee.objects.get(staff_number="p4").pk)
    cookies = {role: {k: m.value for k, m in each.client.cookies.items()} for role, each in people.items()}
    names |= _written(Inside(cookies["teacher"]))
    register.publish_figures(at)  # or the daily work does it in some runs, and in others not yet
    call_command("seal", verbosity=0)
    lines.deliver(csv_of(somebody("p6")), at=at + timedelta(seconds=1))  # events that wait for the sealer
    return World(cookies, names, _packed(Inside(cookies["cor"])))


def _many(prefix: str) -> list[dict[str, str]]:
    """Thirty lines: enough for COPY, and for more than one person."""
    return [somebody(f"{prefix}{number}") | {"vak": f"vak {number}"} for number in range(30)]


def _written(browser: Inside) -> dict[str, str]:
    """Three texts: one as it was written, one with an earlier version, one in the bin."""
    paths = {}
    for name in ("plain", "changed", "deleted"):
        act = acts.save(browser, f"Tekst {name}")
        answer = browser.post(act.form)
        assert act.told(answer), (name, answer.status)
        paths[name] = f"/portfolio/{answer.location.partition('bewaard=')[2]}/"
    again = acts.edit(browser, paths["changed"], "Tekst changed", "Tekst changed, later")
    assert again.told(browser.post(again.form))
    paths |= _shared(browser, paths["plain"])
    gone = acts.delete(browser, paths["deleted"], "Tekst deleted")
    assert gone.told(browser.post(gone.form))
    return paths


def _shared(browser: Inside, entry: str) -> dict[str, str]:
    """A collection of this entry, and a share of it."""
    fields = acts.hidden_in(browser.get("/").text, "/portfolio/bewaren/") | {"vorm": "collection", "titel": "Mijn jaar"}
    collection = browser.post(Form("/portfolio/bewaren/", fields)).location.partition("?")[0]
    fields = token_in(browser.get("/").text) | {"versie": "1", "stuk": entry.split("/")[2]}
    browser.post(Form(f"{collection}kiezen/", fields))
    act = acts.share(browser, collection, "Om te bespreken")
    answer = browser.post(act.form)
    assert act.told(answer), answer.status
    return {"collection": collection, "shared": answer.location}


def _packed(browser: Browser) -> bytes:
    """A zip with some texts, taken out by somebody who has them no more when the runs begin."""
    for text in BROUGHT:
        act = acts.save(browser, text)
        assert act.told(browser.post(act.form))
    packed = browser.get("/portfolio/meenemen/zip/").content
    _emptied(browser)
    return packed


def without_portfolios() -> None:
    """Nobody has a portfolio yet, or shares anything of it."""
    from lerarenregister.portfolio.models import Draft, Entry
    from lerarenregister.portfolio.sharing.models import Copy, Share

    for model in (Entry, Draft, Copy, Share):
        model._default_manager.all().delete()


def _emptied(browser: Browser) -> None:
    from lerarenregister.portfolio.models import Draft, Entry

    account = Entry.objects.order_by("-id").values_list("owner", flat=True)
    hers = {owner for owner in account if Entry.objects.filter(owner=owner).count() == len(BROUGHT)}
    Entry.objects.filter(owner__in=hers).delete()
    Draft.objects.filter(owner__in=hers).delete()
    assert acts.texts(browser) == []
