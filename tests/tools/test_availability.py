"""The parts of the failover drill that need no cluster: what it fills in, what it counts, what it does not let pass."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from django.test import Client
from tools.availability import __main__ as drill
from tools.availability import certificates, filling, needs
from tools.availability.browser import Browser, form_in
from tools.availability.ledger import Act, Ledger, judged
from tools.availability.people import file_for
from tools.availability.rounds import Result
from tools.availability.running import Processes, free_ports, wait_until
from tools.availability.telling import Report

from demo import synthetic
from tests.attacks.cast import WITH_PORTFOLIO
from tests.web.test_away import database_away
from tools import postgres

TEMPLATES = ("etcd.conf.yml", "haproxy-primary.cfg", "haproxy.cfg", "patroni.yml", "pgbouncer.ini")
TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="t">'


def example(name: str) -> str:
    """The file with something for each name."""
    return filling.filled(
        name, {each: f"127.0.0.1:{6000 + n}" for n, each in enumerate(sorted(filling.names_in(name)))}
    )


def acts(kind: str, *keys: str) -> list[Act]:
    return [Act(kind, key, 1.0, 2.0) for key in keys]


# What it fills in


def test_every_file_of_the_how_to_is_tried_by_the_drill() -> None:
    assert sorted(path.name for path in filling.FOLDER.iterdir()) == sorted([*TEMPLATES, "away.http"])
    code = "".join(path.read_text() for path in Path(drill.__file__).parent.glob("*.py"))
    for name in (*TEMPLATES, "away.http"):
        assert f'"{name}"' in code, name


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_name_that_is_not_given_is_an_error_and_none_stays_behind(name: str) -> None:
    assert "${" not in example(name)
    with pytest.raises(KeyError):
        filling.filled(name, {})


def test_patroni_acknowledges_nothing_that_stands_on_one_machine_alone() -> None:
    said = yaml.safe_load(example("patroni.yml"))
    agreed = said["bootstrap"]["dcs"]
    assert (agreed["synchronous_mode"], agreed["synchronous_mode_strict"]) == (True, True)
    assert agreed["ttl"] >= agreed["loop_wait"] + 2 * agreed["retry_timeout"], "Patroni asks for this itself"
    options = agreed["postgresql"]["parameters"]
    for name in ("synchronous_commit", "fsync", "full_page_writes"):
        assert options[name] == "on", name
    assert options["timezone"] == "UTC", "check --deploy asks for it"
    assert all(rule.startswith("hostssl ") and rule.endswith(" scram-sha-256") for rule in said["postgresql"]["pg_hba"])
    for each in said["postgresql"]["authentication"].values():
        assert each["sslmode"] == "verify-full"


def test_the_proxy_sends_no_write_twice_and_leaves_words_to_who_still_answers() -> None:
    said = (filling.FOLDER / "haproxy.cfg").read_text()
    assert "http-request disable-l7-retry unless METH_GET\n" in said
    assert "http-request del-header _ -m sub\n    http-request set-header X-Forwarded-For %[src]\n" in said
    assert re.search(r"backend ready\n(.*\n)*?.*uri /health/ready ", said)
    assert re.search(r"backend answering\n(.*\n)*?.*uri /health/live ", said)
    assert "use_backend answering if { nbsrv(ready) eq 0 }" in said


def test_what_the_proxy_must_do_by_the_guide_it_does() -> None:
    guide = (filling.FOLDER.parents[1] / "docs" / "how-to" / "operate.md").read_text()
    (rule,) = re.findall(r"HAProxy: `([^`]+)`", guide)
    assert f"    {rule}\n" in (filling.FOLDER / "haproxy.cfg").read_text()


@pytest.mark.skipif(shutil.which("haproxy", path="/usr/sbin:/usr/bin") is None, reason="HAProxy is not installed")
def test_haproxy_takes_its_file(tmp_path: Path) -> None:
    certificates.make(tmp_path)
    shutil.copy(filling.FOLDER / "away.http", tmp_path)
    places = {"WEB1": "127.0.0.1:6001", "WEB2": "127.0.0.1:6002", "HOST": "localhost", "FOLDER": tmp_path}
    text = filling.filled("haproxy.cfg", {**places, "BIND": f"127.0.0.1:6443 ssl crt {tmp_path / 'site.pem'}"})
    (tmp_path / "haproxy.cfg").write_text(text + example("haproxy-primary.cfg").replace("port 127.0.0.1:", "port "))
    command = ["/usr/sbin/haproxy", "-c", "-f", str(tmp_path / "haproxy.cfg")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pgbouncer_lends_a_connection_for_one_transaction_and_goes_by_tls() -> None:
    said = configparser.ConfigParser(interpolation=None)
    said.read_string(example("pgbouncer.ini"))
    assert said["pgbouncer"]["pool_mode"] == "transaction"
    assert said["pgbouncer"]["auth_type"] == "scram-sha-256"
    assert (said["pgbouncer"]["client_tls_sslmode"], said["pgbouncer"]["server_tls_sslmode"]) == (
        "require",
        "verify-ca",
    )


def test_the_page_of_the_proxy_is_a_whole_answer_without_script() -> None:
    head, _, body = (filling.FOLDER / "away.http").read_bytes().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 503 ")
    assert b"\r\nCache-Control: no-store\r\n" in head
    assert b"<script" not in body
    assert b"style" not in body
    assert body.decode().count("<h1>") == 1


def test_the_certificate_is_of_this_machine_and_its_key_of_its_owner_alone(tmp_path: Path) -> None:
    certificates.make(tmp_path)
    told = subprocess.run(
        ["openssl", "verify", "-CAfile", tmp_path / "ca.crt", "-verify_hostname", "localhost", tmp_path / "server.crt"],
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "server.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "site.pem").stat().st_mode & 0o077 == 0


# What must be there first


def found(*missing: str, version: str = "patroni 4.1.5") -> dict[str, str]:
    """What is found on a machine without these."""
    return needs.found(
        pooler=True, which=lambda name: None if name in missing else f"/usr/bin/{name}", version=lambda _: version
    )


@pytest.mark.skipif(postgres.binaries() is None, reason="PostgreSQL is not installed, and that would be said too")
def test_with_everything_there_nothing_is_said() -> None:
    assert set(found()) == {"etcd", "haproxy", "pgbouncer", "patroni", "patronictl"}


@pytest.mark.parametrize(
    ("missing", "named"),
    [(["etcd"], "etcd-server"), (["pgbouncer", "haproxy"], "haproxy pgbouncer"), (["patronictl"], "Patroni 3.0.3")],
)
def test_what_is_missing_is_named_by_its_package(missing: list[str], named: str) -> None:
    with pytest.raises(needs.Missing, match=named):
        found(*missing)


@pytest.mark.parametrize(("version", "right"), [("patroni 3.0.2", False), ("patroni 3.0.3", True), ("?", False)])
def test_a_patroni_that_takes_its_lock_back_is_refused(version: str, right: bool) -> None:
    if right:
        found(version=version)
        return
    with pytest.raises(needs.Missing, match="Debian 12 has an older one"):
        found(version=version)


def test_nothing_is_begun_while_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(**_: object) -> dict[str, str]:
        raise needs.Missing("Not installed: etcd-server.")

    monkeypatch.setattr(needs, "found", nothing)
    monkeypatch.setattr(drill, "_place", lambda **_: pytest.fail("it began"))
    monkeypatch.setattr(sys, "argv", ["drill"])
    assert drill.main() == 2
    assert "etcd-server" in capsys.readouterr().err


# What it counts


def test_an_act_that_is_lost_or_there_twice_is_found_and_one_that_was_never_acknowledged_is_no_fault() -> None:
    there = {"entry": Counter({"a": 1, "b": 2, "never told": 1}), "colleague": Counter({"x": 2, "y": 1})}
    entry, colleague = sorted(judged(acts("entry", "a", "b", "gone"), there), key=lambda each: each.kind, reverse=True)
    assert (entry.acknowledged, entry.lost, entry.doubled) == (3, ["gone"], ["b"])
    assert (colleague.acknowledged, colleague.lost, colleague.doubled) == (0, [], ["x"])
    assert not entry.well
    (whole,) = judged(acts("entry", "a", "a"), {"entry": Counter({"a": 1})})
    assert whole.well
    assert whole.acknowledged == 1


def test_a_kind_that_nobody_looked_for_is_lost() -> None:
    (verdict,) = judged(acts("sign-in", "k"), {})
    assert verdict.lost == ["k"]


def test_the_gap_ends_with_the_first_act_that_was_asked_for_after_it_began() -> None:
    ledger = Ledger()
    ledger.acts = [
        Act("entry", "in flight", 1.0, 9.0),
        Act("entry", "second", 4.0, 8.0),
        Act("entry", "first", 5.0, 7.0),
    ]
    found = ledger.first_after(3.0)
    assert found
    assert found.key == "first"
    assert ledger.first_after(6.0) is None


def right() -> Report:
    ledger = Ledger()
    ledger.acts = acts("entry", "a")
    results = [Result("primary's machine", gap, 5.0) for gap in (19.0, 20.0, 21.0)]
    verdicts = judged(ledger.acts, {"entry": Counter({"a": 1})})
    return Report(results, verdicts, ledger, "well", 8, {"worker": 1})


def test_a_drill_is_well_when_everything_is_there_once_and_not_otherwise() -> None:
    assert right().well
    told = "\n".join(right().lines())
    assert "gap 19.0 / 20.0 / 21.0 s" in told
    assert "in all: 1 acknowledged, 0 lost, 0 doubled" in told
    lost = replace(right(), verdicts=judged(acts("entry", "a"), {"entry": Counter()}))
    twice = replace(right(), verdicts=judged(acts("entry", "a"), {"entry": Counter({"a": 2})}))
    surprised = right()
    surprised.ledger.surprised("a page of nothing")
    nobody = replace(right(), verdicts=[])
    for wrong in (lost, twice, surprised, nobody, replace(right(), invariants="x"), replace(right(), results=[])):
        assert not wrong.well
        assert list(wrong.lines())[-1] == "NOT WELL"
    assert "NOT WELL entry: 1 acknowledged, 1 lost, 0 doubled: ['a']" in list(lost.lines())


# A browser


@contextmanager
def answering(*answers: tuple[int, str]) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A server that gives these answers in turn (status 0: it hangs up), and what was sent to it."""
    left, got = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append({"path": [self.path], **parse_qs(sent)})
            status, body = left.pop(0)
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Location", "/klaar/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", free_ports(1)[0]), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        server.server_close()


def page(form: str) -> str:
    return f'<form action="/elders/">{TOKEN}</form><main class="lr-main" id="inhoud">{form}</main>'


def test_what_came_back_on_the_page_is_sent_again_and_what_did_not_from_her_browser() -> None:
    kept = page(f'<form action="/opslaan/">{TOKEN}<textarea name="tekst">\nZij &lt;las&gt;</textarea></form>')
    ledger = Ledger()
    with answering((0, ""), (502, "<h1>proxy</h1>"), (503, kept), (303, "")) as (address, got):
        browser = Browser(address, Path("/nowhere"), ledger, threading.Event())
        answer = browser.send("/bewaren/", {"tekst": "Zij <las>"}, text="Zij <las>")
    assert (answer.status, answer.to) == (303, "/klaar/")
    assert browser.uncertain
    assert [each["path"] for each in got] == [["/bewaren/"]] * 3 + [["/opslaan/"]]
    assert [each["tekst"] for each in got] == [["Zij <las>"]] * 4
    assert got[-1]["csrfmiddlewaretoken"] == ["t"]
    assert ledger.answers == {
        "form: no answer, to be sent from her browser": 1,
        "form: 502 by the proxy, to be sent from her browser": 1,
        "form: 503 by the register, what she sent kept on the page": 1,
    }
    assert not ledger.wrong


@pytest.mark.parametrize(
    "answers", [[(503, page("<p>leeg</p>")), (303, "")], [(500, "")]], ids=["her text is not on the page", "an error"]
)
def test_an_answer_that_may_not_be_is_a_surprise(answers: list[tuple[int, str]]) -> None:
    ledger = Ledger()
    with answering(*answers) as (address, _):
        Browser(address, Path("/nowhere"), ledger, threading.Event()).send("/b/", {"tekst": "Zij"}, text="Zij")
    assert len(ledger.wrong) == 1


@pytest.mark.skipif(not WITH_PORTFOLIO, reason="a text is kept by the portfolio's page")
@pytest.mark.django_db(transaction=True)
def test_the_forms_of_the_register_that_come_back_can_be_sent_again() -> None:
    from tests.web.portfolio import conftest as portfolio

    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    portfolio.sign_in(client, "teacher")
    ticket = portfolio.ticket_in(client.get("/").content.decode())
    token = {"csrfmiddlewaretoken": client.cookies["csrf"].value}
    for path, sent in (("/portfolio/bewaren/", {**ticket, "tekst": "Zij <las>"}), ("/activeren/", {"code": "A<b"})):
        with database_away():
            shown = client.post(path, {**sent, **token}).content.decode()
        for text in sent.values():
            back = form_in(shown, text.replace("<", "&lt;").replace(">", "&gt;"))
            assert back, path
            assert back[0] == path
            assert {name: back[1][name] for name in sent} == sent
        assert form_in(shown, "something else") is None


def test_the_file_of_a_new_colleague_is_of_the_board() -> None:
    board = synthetic.boards(50)[0].number
    header, line, end = file_for(board, "drill7", 50).decode().split("\n")
    told = dict(zip(header.split(";"), line.split(";"), strict=True))
    assert (told["bestuursnummer"], told["personeelsnummer"], end) == (board, "drill7", "")


# Processes


def test_a_service_that_ends_is_started_again_one_that_is_held_is_not_and_all_are_ended(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    try:
        processes.start("service", [sys.executable, "-c", "import time; time.sleep(60)"], again=True)
        processes.start("once", [sys.executable, "-c", "print('said')"])
        service = processes.known["service"]
        first = service.process.pid
        processes.kill("service")
        wait_until(lambda: service.starts == 2, 10, lambda: "it is not started again")
        assert service.process.pid != first
        processes.kill("service", hold=True)
        time.sleep(1.5)
        assert not processes.alive("service")
        processes.release("service")
        wait_until(lambda: processes.said("once", "said"), 10, lambda: "it said nothing")
        assert processes.known["once"].starts == 1
        last = service.process.pid
    finally:
        processes.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)
