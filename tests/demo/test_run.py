"""`make run`, as who starts it meets it: again, elsewhere, with another number, cut short, and stopped."""

import os
import re
import shutil
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from demo import files, letters, loading, ports, run
from tests.accounts.running import free_port
from tests.demo import runs


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A folder in which one run was, at this port; the tests after it use the folder, one at a time."""
    var, port = tmp_path_factory.mktemp("run") / "var", free_port()
    with runs.running(var, port, "--teachers", 12):
        runs.page(runs.provider_ports(var)[0], "/post/anna/")
    return var, port


def accounts(var: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(var / loading.DATABASE)) as connection:
        return sorted(connection.execute("SELECT issuer, subject, account_id FROM accounts_identity"))


def sign_in(port: int, person: str) -> str:
    """Sign in over the whole way; the first page of who did."""
    browser = requests.Session()
    home = f"http://localhost:{port}"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(f"{home}/inloggen/", timeout=20).text)
    assert token
    asked = browser.post(
        f"{home}/inloggen/eid/",
        {"csrfmiddlewaretoken": token[1], "verder": "/"},
        headers={"Referer": home},
        timeout=20,
        allow_redirects=False,
    )
    back = requests.post(asked.headers["Location"], {"persoon": person}, timeout=20, allow_redirects=False)
    assert urlsplit(back.headers["Location"]).port == port
    assert browser.get(back.headers["Location"], timeout=20).status_code == 200
    return browser.get(f"{home}/mijn-registratie/", timeout=20).text


def test_the_first_run_shows_how_far_it_is(first: tuple[Path, int]) -> None:
    said = runs.output_of(first[0]).read_text()
    for step in ("Besturen leveren aan", "Brieven printen"):
        assert re.search(rf"{step} +\[#{{30}}\] 100 %", said)


def test_at_another_port_everybody_keeps_her_account_and_letters_lead_to_it(first: tuple[Path, int]) -> None:
    var, old = first
    before, keys = accounts(var), (var / "settings.env").read_bytes()
    new = free_port()
    with runs.running(var, new):
        eid = runs.provider_ports(var)[0]
        post = runs.page(eid, "/post/anna/")
        registration = sign_in(new, "chloe")
        link = f"http://localhost:{new}/activeren/"
        assert f'<a href="{link}">' in post
        assert requests.get(link, timeout=20).status_code == 200
        letter = (var / "demo" / "letters" / "anna").glob("*.pdf")
        values = (var / "demo" / "letters" / "anna").glob("*.json")
        assert next(letter).stat().st_mtime_ns >= next(values).stat().st_mtime_ns
    assert f"localhost:{old}" not in post
    assert "Bevestigd" in registration
    assert accounts(var) == before
    assert (var / "settings.env").read_bytes() == keys
    assert (var / "settings.env").stat().st_mode & 0o077 == 0


def test_a_provider_whose_port_is_taken_is_named_with_what_to_do(first: tuple[Path, int]) -> None:
    var, port = first
    taken = runs.provider_ports(var)[0]
    with socket.create_server(("127.0.0.1", taken)):
        said = runs.refused(var, port)
    assert f"Poort {taken} is bezet. Daar hoort Demo-eID te staan" in said
    assert "VAR=" in said
    assert f"Poort {taken} hoort in deze map bij Demo-eID" in runs.refused(var, taken)


def test_a_port_that_is_taken_is_named_with_another_one(first: tuple[Path, int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"Poort {port} is bezet. Kies een andere: make run PORT={port + 100}" in runs.refused(first[0], port)


def test_another_number_of_people_is_refused_with_what_to_do(first: tuple[Path, int]) -> None:
    var, port = first
    said = runs.refused(var, port, "--teachers", 13)
    assert "TEACHERS=12" in said
    assert f"make run TEACHERS=13 VAR={var}-13" in said
    assert f"verwijder {var}" in said
    assert loading.agreed(var, None) == loading.agreed(var, 12) == 12


def test_ctrl_c_ends_every_process_and_a_second_run_waits_for_it(first: tuple[Path, int]) -> None:
    var, port = first
    with runs.running(var, port) as process:
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 7
        again = var.with_name("again")
        again.symlink_to(var)
        assert "Er draait al een make run" in runs.refused(again, free_port())
        again.unlink()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_while_it_loads_it_leaves_nothing_running(tmp_path: Path, number: int) -> None:
    var = tmp_path / "var"
    process = runs.begin(var, free_port(), "--teachers", 12)
    assert runs.wait_for(lambda: any(var.glob("demo/loading-*")), process)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert [each for each in psutil.process_iter(["cmdline"]) if str(var) in " ".join(each.info["cmdline"] or ())] == []


def test_ended_while_a_process_begins_that_process_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Begun:
        def __init__(self, *_: object, **__: object) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

    (tmp_path / "log").mkdir()
    demo = run.Demo(tmp_path, ports.Ports(1, {"eid": 2, "school": 3}, 4, 5))
    monkeypatch.setattr(run.subprocess, "Popen", Begun)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        demo.start("web", "true")
    assert isinstance(demo.processes["web"], Begun)
    assert signal.getsignal(signal.SIGTERM) is before


def test_killed_at_any_moment_the_next_run_loads_it_all(tmp_path: Path) -> None:
    var, port = tmp_path / "var", free_port()
    for moment in (
        "settings.env",
        "providers.json",
        "demo/loading-*",
        "demo/loading-*/letters.sqlite3",
        "demo/people.json",
    ):
        process = runs.begin(var, port, "--teachers", 12)
        reached = runs.wait_for(lambda moment=moment: any(var.glob(moment)), process)  # type: ignore[misc]
        runs.kill(process)
        assert reached, moment
    with runs.running(var, port, "--teachers", 12):
        assert "Anna van der Berg" in runs.page(runs.provider_ports(var)[0], "/")
        assert "Bevestigd" in sign_in(port, "chloe")
    assert list(var.glob("demo/loading-*")) == []


def _fresh(folder: Path, word: str) -> Path:
    """What a load leaves: a database, letters, people."""
    fresh = folder / "demo" / f"loading-{word}"
    fresh.mkdir(parents=True)
    letters.store(fresh / letters.FILE, [letters.StoredLetter("anna", word, "text", "[]")])
    (fresh / "people.json").write_text(word)
    (fresh / loading.STAMP).write_text("12\n")
    with closing(sqlite3.connect(fresh / loading.DATABASE)) as connection:
        connection.executescript(f"PRAGMA journal_mode=WAL; CREATE TABLE {word} (id int)")
    return fresh


@pytest.mark.parametrize("moves", range(5))
def test_putting_in_place_can_end_between_any_two_moves(
    tmp_path: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = os.replace, []

    def replace(source: Path, target: Path) -> None:
        if len(done) == moves:
            raise KeyboardInterrupt
        done.append(target)
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        try:
            loading.put_in_place(_fresh(tmp_path, "first"), tmp_path)
        except KeyboardInterrupt:
            assert loading.loaded(tmp_path) is None
        else:
            assert moves == 4
    if loading.loaded(tmp_path) is None:
        loading.put_in_place(_fresh(tmp_path, "second"), tmp_path)
        kept = letters.letters_of(tmp_path / "demo" / letters.FILE, "anna")
        assert [each.name for each in kept] == ["second"]
        assert (tmp_path / "demo" / "people.json").read_text() == "second"
    assert loading.loaded(tmp_path) == 12


def test_a_database_without_a_whole_demo_is_kept_beside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / loading.DATABASE).write_text("of before")
    assert loading.loaded(tmp_path) is None
    loading.put_in_place(_fresh(tmp_path, "new"), tmp_path)
    assert (tmp_path / f"before-{loading.DATABASE}").read_text() == "of before"
    assert f"before-{loading.DATABASE}" in capsys.readouterr().out
    assert loading.loaded(tmp_path) == 12


def test_keys_are_made_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.env"
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        files.generate_keys(path)
    assert not path.exists()
    monkeypatch.undo()
    files.generate_keys(path)
    made = path.read_bytes()
    files.generate_keys(path)
    assert path.read_bytes() == made
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_of_before_keeps_the_ports_that_its_providers_had(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    web = free_port()
    chosen = ports.choose(web, tmp_path / "demo")
    ports.write_providers(tmp_path, chosen)
    other = free_port()
    again = ports.choose(other, tmp_path / "demo")
    assert (again.web, again.providers) == (other, chosen.providers)
    assert len({again.web, again.mail, *again.providers.values()}) == 4
    shutil.rmtree(tmp_path / "demo")
