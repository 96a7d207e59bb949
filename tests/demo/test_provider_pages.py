"""The demo's provider as a stranger sees it: people, search, letters and mail; and the mail sink."""

import json
import os
import smtplib
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from demo.provider.app import links, make_app
from demo.provider.config import Config
from demo.provider.people import People
from flask.testing import FlaskClient

from tests.accounts.running import ROOT, free_port, start

SAMPLE = ROOT / "demo" / "sample" / "people.json"


def app_of(folder: Path, kind: str) -> FlaskClient:
    file = folder / f"{kind}.json"
    client = {"client_id": "c", "client_secret": "s", "redirect_uris": ["http://localhost:8000/inloggen/eid/terug/"]}
    settings = {
        "issuer": "http://localhost:1",
        "port": 1,
        "kind": kind,
        "name": "Proef",
        "clients": [client],
        "people": "people.json",
        "mailbox": ".",
        "key": "key.json",
    }
    file.write_text(json.dumps(settings))
    (folder / "people.json").write_text(SAMPLE.read_text())
    return make_app(Config.load(file)).test_client()


@pytest.fixture
def browser(tmp_path: Path) -> FlaskClient:
    return app_of(tmp_path, "eid")


def test_the_page_says_demo_and_shows_the_cast_with_their_post(browser: FlaskClient) -> None:
    page = browser.get("/").text
    assert "DEMO, synthetische mensen" in page
    assert "Post van Anna van der Berg" in page
    assert "Dewi Jansen" not in page
    assert "Inloggen als" not in page


def test_searching_folds_case_and_accents_and_wants_every_word(browser: FlaskClient) -> None:
    assert "Post van Dewi Jansen" in browser.get("/?zoek=JANSEN dewi").text
    assert "Casper" in browser.get("/?zoek=angstrom").text
    nobody = browser.get("/?zoek=<b>dewi berg").text
    assert "Niemand gevonden" in nobody
    assert "<b>dewi" not in nobody


def test_the_school_knows_only_who_has_an_account_there(tmp_path: Path) -> None:
    page = app_of(tmp_path, "school").get("/?zoek=casper").text
    assert "Niemand gevonden" in page
    assert "Basisschool De Zonnehoek" in page


def test_her_letters_and_mails_are_hers_alone(browser: FlaskClient, tmp_path: Path) -> None:
    letters = tmp_path / "letters" / "anna"
    letters.mkdir(parents=True)
    (letters / "brief-1.pdf").write_bytes(b"%PDF-1.7 synthetic")
    (letters / "brief-1.txt").write_text("Je code is 0000-0000 op http://localhost:8000/activeren/.")
    mail = EmailMessage()
    mail["To"], mail["From"], mail["Subject"] = (
        "A.vanderBerg@zonnehoek.example.org",
        "r@example.org",
        "Er is <een> bericht",
    )
    mail.set_content("Dag,\n\nLees het op http://localhost:8000/activeren/.\n")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.eml").write_bytes(bytes(mail))
    hers = browser.get("/post/anna/").text
    assert '<a href="http://localhost:8000/activeren/">' in hers
    assert "Er is &lt;een&gt; bericht" in hers
    letter = browser.get("/post/anna/brief-1.pdf")
    assert (letter.status_code, letter.mimetype) == (200, "application/pdf")
    strangers = browser.get("/post/bram/").text
    assert "Er ligt geen brief" in strangers
    assert "Er is geen mail" in strangers
    assert browser.get("/post/bram/brief-1.pdf").status_code == 404


@pytest.mark.parametrize("path", ["/post/nobody/", "/post/anna/../../key.json", "/post/anna/key.json", "/post/../"])
def test_what_is_not_there_is_a_page_that_says_so(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    keys = [app_of(tmp_path, "eid").get("/jwks").json for _ in range(2)]
    assert keys[0] == keys[1]
    assert "d" not in keys[0]["keys"][0]
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0


def test_no_page_sets_a_cookie_or_allows_a_script(browser: FlaskClient) -> None:
    for path in ("/", "/post/anna/", "/jwks"):
        answer = browser.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_quarter_of_a_million_people_are_searched_at_once_and_read_again_when_changed(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    base = json.loads(SAMPLE.read_text())[3]
    many = [{**base, "id": f"p{number}", "given_name": f"Naam{number}"} for number in range(250_000)]
    file.write_text(json.dumps(many))
    people = People(file)
    people.find("naam1", "eid")
    begun = time.perf_counter()
    assert [person.id for person in people.find("jansen naam249999", "eid")] == ["p249999"]
    assert len(people.find("jansen", "eid")) == 20
    assert time.perf_counter() - begun < 1
    file.write_text(json.dumps(many[:1]))
    os.utime(file)
    assert people.get("p1") is None
    file.unlink()
    assert people.cast("eid") == []


def test_links_are_made_of_addresses_and_of_nothing_else() -> None:
    assert links('<a> http://x.nl/?a=1&b=2. "javascript:x"') == (
        '&lt;a&gt; <a href="http://x.nl/?a=1&amp;b=2">http://x.nl/?a=1&amp;b=2</a>. &#34;javascript:x&#34;'
    )


def test_the_mail_sink_writes_each_mail_whole(tmp_path: Path) -> None:
    port = free_port()
    process = start(["-m", "demo.mailsink", "--mailbox", tmp_path, "--port", port], ready=f"smtp://127.0.0.1:{port}")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            mail = EmailMessage()
            mail["To"], mail["From"], mail["Subject"] = "anna@example.org", "register@example.org", "Proef"
            mail.set_content("Er is een bericht.")
            server.send_message(mail)
    finally:
        process.terminate()
        process.wait(10)
    [file] = (tmp_path / "mail").glob("*.eml")
    assert b"X-RcptTo: anna@example.org" in file.read_bytes()
    assert b"Er is een bericht." in file.read_bytes()
