"""Her own device: the mark, the worker and its page, and the door for what was written without a connection."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lerarenregister.kernel import clock
from lerarenregister.kernel.clock import dutch_date
from tests.samples import PDF
from tests.web.portfolio.conftest import Person, come_back, sign_in_response

pytestmark = pytest.mark.django_db
DEVICE, TEXTS = "/portfolio/eigen-apparaat/", "/portfolio/eigen-apparaat/teksten/"
WIPES = '"storage"'


def tag(person: Person) -> str:
    return str(person.client.get(TEXTS).json()["tag"])


def queued(person: Person, text: str, **fields: str) -> dict[str, str]:
    """A text as the module sends it."""
    ids = {"formulier": str(uuid.uuid4()), "naast": str(uuid.uuid4()), "versie": "0"}
    day = dutch_date(clock.now()).isoformat()
    return {**ids, "apparaat": tag(person), "tekst": text, "datum": day, **fields}


def sent(person: Person, text: dict[str, str], status: int = 200) -> dict[str, Any]:
    answer = person.client.post(TEXTS, text)
    assert answer.status_code == status, answer.content
    assert "no-store" in answer["Cache-Control"]
    found: dict[str, Any] = answer.json()
    return found


def texts(person: Person) -> list[str]:
    """Where the links on her timeline lead."""
    return re.findall(r'href="(/portfolio/[0-9a-f-]{36}/)"', person.get("/portfolio/"))


def mark(person: Person) -> Any:
    answer = person.client.post(DEVICE, {"doe": "merken"})
    assert answer.status_code == 303
    return answer


# --- the door ----------------------------------------------------------------------------------------------------


def test_a_text_that_is_sent_twice_is_one_entry_with_the_day_of_the_device(teacher: Person) -> None:
    yesterday = dutch_date(clock.now()) - timedelta(days=1)
    text = queued(teacher, "In de trein gelezen.", datum=yesterday.isoformat())
    for _ in range(2):
        assert sent(teacher, text) == {"state": "saved"}
    assert len(texts(teacher)) == 1
    page = teacher.get(f"/portfolio/{text['formulier']}/bewerken/")
    assert f'value="{yesterday.isoformat()}"' in page


def test_two_devices_that_edited_one_entry_both_keep_their_text(teacher: Person) -> None:
    url = teacher.written("Begin.")
    entry = url.split("/")[2]
    sent(teacher, queued(teacher, "Van de telefoon.", formulier=entry, versie="1"))
    late = queued(teacher, "Van de laptop.", formulier=entry, versie="1", titel="Mijn titel", gekozen="1")
    for _ in range(2):
        assert sent(teacher, late) == {"state": "both"}
    assert "Van de telefoon." in teacher.get(url)
    beside = teacher.get(f"/portfolio/{late['naast']}/")
    assert "Van de laptop." in beside
    assert "Geschreven zonder verbinding" in beside
    assert url in beside
    assert len(set(texts(teacher))) == 2


def test_what_came_in_and_was_changed_or_thrown_away_since_does_not_come_again(teacher: Person) -> None:
    text = queued(teacher, "Zonder antwoord.")
    url = f"/portfolio/{text['formulier']}/"
    sent(teacher, text)
    sent(teacher, queued(teacher, "Aangepast.", formulier=text["formulier"], versie="1", gekozen="1"))
    assert sent(teacher, text) == {"state": "saved"}
    assert "Aangepast." in teacher.get(url)
    again = queued(teacher, "Toch niet.")
    sent(teacher, again)
    teacher.press(f"/portfolio/{again['formulier']}/", "verwijderen/")
    assert sent(teacher, again) == {"state": "saved"}
    assert len(set(texts(teacher))) == 1


def test_an_edit_of_what_is_gone_or_in_the_bin_is_kept_apart(teacher: Person) -> None:
    url = teacher.written("Gaat weg.")
    teacher.press(url, "verwijderen/")
    for entry in (url.split("/")[2], str(uuid.uuid4())):
        text = queued(teacher, f"Toch aangepast {entry}.", formulier=entry, versie="1", gekozen="1")
        assert sent(teacher, text) == {"state": "both"}
        assert "Toch aangepast" in teacher.get(f"/portfolio/{text['naast']}/")


def test_what_can_not_be_is_refused_in_words_and_nothing_is_kept(teacher: Person) -> None:
    today = dutch_date(clock.now())
    wrong = {
        "loopt niet goed": {"datum": (today + timedelta(days=3)).isoformat()},
        "vanaf 1 januari 1900": {"datum": "1899-12-31"},
        "te lang": {"tekst": "x" * 100_001},
        "geldige datum": {"datum": "gisteren"},
        "beschadigd": {"formulier": "geen"},
    }
    for sentence, fields in wrong.items():
        said = sent(teacher, queued(teacher, "Tekst.") | fields, 400)
        assert said["state"] == "invalid"
        assert sentence in " ".join(said["said"]), said
    chosen = queued(teacher, "Volgend jaar.", datum=(today + timedelta(days=300)).isoformat(), gekozen="1")
    assert sent(teacher, chosen) == {"state": "saved"}
    assert sent(teacher, queued(teacher, "  ")) == {"state": "nothing-to-keep"}
    assert len(texts(teacher)) == 1


def test_a_change_without_a_connection_keeps_the_files_of_its_entry(teacher: Person) -> None:
    url = teacher.written("Met bijlage.")
    file = SimpleUploadedFile("les.pdf", PDF, "application/pdf")
    teacher.client.post(url + "bestanden/", {"bestanden": file, "einde": "1"})
    page = teacher.get(url + "bewerken/")
    had = re.search(r'name="bestand" value="([^"]+)"', page)
    assert had
    entry = url.split("/")[2]
    sent(teacher, queued(teacher, "Met bijlage, aangepast.", formulier=entry, versie="2", bestand=had[1], gekozen="1"))
    assert "les.pdf" in teacher.get(url)
    late = queued(teacher, "Van de laptop.", formulier=entry, versie="1", bestand=had[1], gekozen="1")
    assert sent(teacher, late) == {"state": "both"}
    assert "les.pdf" in teacher.get(url)


def test_a_stranger_sends_nothing_that_another_wrote_and_learns_nothing(teacher: Person, stranger: Person) -> None:
    url = teacher.written("Van mij.")
    text = queued(teacher, "Niet voor jou.")
    assert sent(stranger, text, 403) == {"state": "somebody-else"}
    over = queued(stranger, "Over het hare heen.", formulier=url.split("/")[2], versie="1", gekozen="1")
    sent(stranger, over)
    assert "Van mij." in teacher.get(url)
    assert url not in stranger.get(f"/portfolio/{over['naast']}/")
    assert tag(teacher) != tag(stranger)


def test_signed_out_or_without_a_key_it_says_so_and_keeps_nothing(teacher: Person) -> None:
    text = queued(teacher, "Wacht nog.")
    del teacher.client.cookies["sleutel"]
    assert sent(teacher, text, 401) == {"state": "signed-out"}
    answer = Client().post(TEXTS, text)
    assert (answer.status_code, answer.json()) == (401, {"state": "signed-out"})


def test_without_a_token_of_hers_nothing_is_kept(signed_in: Any) -> None:
    person = signed_in("teacher", checks=True)
    text = queued(person, "Van een andere site.")
    assert person.client.post(TEXTS, text).status_code == 403
    assert texts(person) == []
    token = person.client.get(TEXTS).json()["token"]
    assert sent(person, {**text, "csrfmiddlewaretoken": token}) == {"state": "saved"}


# --- the mark ----------------------------------------------------------------------------------------------------


def test_only_a_marked_browser_gets_the_module(teacher: Person) -> None:
    assert "lr-apparaat" not in teacher.get("/")
    mark(teacher)
    for path in ("/", DEVICE):
        assert 'name="lr-apparaat" content="hers"' in teacher.get(path)
    assert str(teacher.account) not in teacher.get("/")
    gone = teacher.client.post(DEVICE, {"doe": "vergeten"})
    assert gone["Clear-Site-Data"] == WIPES
    assert gone.cookies["apparaat"]["max-age"] == 0
    teacher.client.cookies.pop("apparaat")
    assert "lr-apparaat" not in teacher.get("/")


def test_signing_out_takes_the_mark_and_wipes_but_only_where_there_was_one(teacher: Person, stranger: Person) -> None:
    mark(teacher)
    out = teacher.client.post("/uitloggen/")
    assert out["Clear-Site-Data"] == WIPES
    assert out.cookies["apparaat"]["max-age"] == 0
    assert "Clear-Site-Data" not in stranger.client.post("/uitloggen/")


def test_who_signs_in_on_a_device_of_another_wipes_it_and_every_page_sees_to_that(teacher: Person) -> None:
    mark(teacher)
    marked = teacher.client.cookies["apparaat"].value
    _, response = come_back(teacher.client, "stranger")
    assert response["Clear-Site-Data"] == WIPES
    assert "apparaat" not in teacher.client.cookies
    page = str(teacher.client.get("/").content.decode())
    assert 'name="lr-apparaat" content="of-another"' in page
    assert marked not in page
    mark(teacher)  # it is hers now
    assert 'content="hers"' in teacher.client.get("/").content.decode()


def test_her_work_account_counts_as_another(teacher: Person) -> None:
    mark(teacher)
    _, response = sign_in_response(teacher.client, "teacher", person_bound=False)
    assert response["Clear-Site-Data"] == WIPES


def test_signing_in_again_on_her_own_device_keeps_it(teacher: Person) -> None:
    mark(teacher)
    marked = teacher.client.cookies["apparaat"].value
    _, response = come_back(teacher.client, "teacher")
    assert "Clear-Site-Data" not in response
    assert response.cookies["apparaat"].value == marked


def test_when_her_session_ended_the_page_knows_that_something_may_wait_and_no_more(teacher: Person) -> None:
    mark(teacher)
    marked = teacher.client.cookies["apparaat"].value
    del teacher.client.cookies["sessie"]
    page = teacher.client.get("/").content.decode()
    assert 'content="signed-out"' in page
    assert marked not in page


def test_the_mark_opens_nothing(teacher: Person) -> None:
    mark(teacher)
    thief = Client()
    thief.cookies["apparaat"] = teacher.client.cookies["apparaat"].value
    assert thief.get(TEXTS).status_code == 401
    assert thief.get("/portfolio/").status_code == 302


# --- the worker and its page -------------------------------------------------------------------------------------


def test_the_page_that_a_device_keeps_is_the_same_to_everybody_and_holds_nothing_of_anybody(teacher: Person) -> None:
    mark(teacher)
    hers, nobodys = teacher.client.get("/zonder-verbinding/"), Client().get("/zonder-verbinding/")
    assert hers.content == nobodys.content
    assert not nobodys.cookies
    assert b"csrf" not in nobodys.content
    english = Client().get("/zonder-verbinding/?taal=en")
    assert b'<html lang="en">' in english.content
    assert Client().get("/zonder-verbinding/?taal=xx").content == nobodys.content


def test_the_worker_keeps_that_page_and_static_files_alone_and_changes_when_they_do(monkeypatch: Any) -> None:
    answer = Client().get("/apparaat.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    found = re.search(r"= (\{.*\});", answer.content.decode())
    assert found
    values = json.loads(found[1])
    assert values["shell"] == "/zonder-verbinding/?taal=nl"
    for each in values["files"]:
        assert finders.find(each.removeprefix("/static/")), each
    page = Client().get(values["shell"]).content.decode()
    used = set(re.findall(r'(?:src|href|data-queue)="(/static/[^"]+)"', page))
    assert used == set(values["files"])
    monkeypatch.setattr("lerarenregister.web.portfolio.device._shell", lambda: "anders")
    assert Client().get("/apparaat.js").content != answer.content
