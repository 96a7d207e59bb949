"""Reading a shared copy: by whoever has the link, and by nobody else; and what an outsider can learn: nothing."""

import logging
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lerarenregister.jobs.portfolio import due
from lerarenregister.kernel import clock
from lerarenregister.portfolio.sharing.models import Copy, CopyPiece, Note, Sheet
from lerarenregister.portfolio.sharing.rules import notes
from tests import samples
from tests.web.portfolio.conftest import Person
from tests.web.shared.conftest import code_on, collected, opened, page_in, shared

pytestmark = pytest.mark.django_db
ADDRESSES = ("/gedeeld/", "/gedeeld/lezen/", f"/gedeeld/bestand/{uuid4()}/", f"/gedeeld/bestand/{uuid4()}/klein/")
PASSING = re.compile(r'name="(?:csrfmiddlewaretoken|eenmalig|nieuw)" value="[^"]*"')


def told(answer: Any) -> tuple[Any, ...]:
    """All that an answer tells, but for tokens and the number and moment of the request."""
    aside = ("X-Request-ID", "Expires", "Date")
    headers = {name: value for name, value in answer.headers.items() if name not in aside}
    cookies = sorted((name, len(each.value)) for name, each in answer.cookies.items())
    return answer.status_code, PASSING.sub("", answer.content.decode()), headers, cookies


def test_who_has_the_link_reads_the_copy_and_what_it_is(teacher: Person) -> None:
    share = shared(teacher, collected(teacher, "Les gegeven over breuken"))
    reader = opened(code_on(teacher, share))
    page = page_in(reader)
    for words in ("Dit is een kopie", "Anouk V.", "Om te bespreken", "Les gegeven over breuken", "Waar het over gaat"):
        assert words in page
    assert "Geef hem en de link niet door" in page
    answer = reader.get("/gedeeld/lezen/")
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "Cor" not in page, "for whom it is, is her own note"


def test_the_cookie_of_an_open_copy_is_out_of_reach_of_scripts_and_other_pages(teacher: Person) -> None:
    cookie = opened(code_on(teacher, shared(teacher))).cookies["gedeeld"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/gedeeld/"
    assert int(cookie["max-age"]) == 2 * 3600


def test_what_she_changes_later_changes_nothing_in_the_copy(teacher: Person) -> None:
    url = collected(teacher, "Eerst zo")
    reader = opened(code_on(teacher, shared(teacher, url)))
    entry = re.findall(r'href="(/portfolio/[0-9a-f-]{36}/)">Openen', teacher.get(url))[0]
    teacher.press(entry, "verwijderen/")
    assert "Eerst zo" not in teacher.get(url)
    assert "Eerst zo" in page_in(reader)


def test_photos_sound_and_files_are_shown_and_saved_as_on_her_own_page(teacher: Person) -> None:
    photo = SimpleUploadedFile("bord.jpg", samples.jpeg(), "image/jpeg")
    document = SimpleUploadedFile("verslag.pdf", samples.PDF, "application/pdf")
    reader = opened(code_on(teacher, shared(teacher, collected(teacher, files=(photo, document)))))
    page = page_in(reader)
    first, second = re.findall(r'href="(/gedeeld/bestand/[0-9a-f-]+/)\?bewaar=1"', page)
    assert f'src="{first}klein/"' in page
    image = reader.get(first)
    assert (image["Content-Type"], image["Content-Disposition"]) == ("image/jpeg", 'inline; filename="bord.jpg"')
    assert "sandbox" in image["Content-Security-Policy"]
    assert reader.get(f"{first}klein/")["Content-Type"] == "image/jpeg"
    saved = reader.get(second)
    assert b"".join(saved.streaming_content) == samples.PDF
    assert saved["Content-Disposition"].startswith("attachment")
    assert Client().get(second).status_code == 404


def test_a_robot_that_follows_the_link_opens_nothing_and_counts_nothing(teacher: Person) -> None:
    share = shared(teacher)
    code = code_on(teacher, share)
    for path in (*ADDRESSES, "/gedeeld/openen/", "/gedeeld/schrijven/", "/gedeeld/sluiten/", f"/gedeeld/#{code}"):
        for method in ("get", "head", "options"):
            answer = getattr(Client(), method)(path)
            assert answer.status_code in (200, 404, 405), path
            assert b"Les gegeven" not in answer.content
    assert "Nog niet." in teacher.get(share)
    assert not Note.objects.exists()


def test_the_page_of_a_link_is_one_and_the_same_for_everybody(teacher: Person) -> None:
    shared(teacher)
    assert told(Client().get("/gedeeld/")) == told(Client().get("/gedeeld/"))
    page = page_in(Client(), path="/gedeeld/")
    assert 'name="robots" content="noindex' in page


def test_a_wrong_guessed_revoked_ended_and_never_made_link_are_answered_alike(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = collected(teacher)
    live, ended, gone = (shared(teacher, url) for _ in range(3))
    codes = {share: code_on(teacher, share) for share in (live, ended, gone)}
    teacher.client.post(gone + "stoppen/")
    Copy.objects.filter(pk=ended.split("/")[3]).update(until=clock.dutch_date(clock.now()) - timedelta(days=1))
    near = ("B" if codes[live][0] == "A" else "A") + codes[live][1:]
    answers, asked = [], []
    for code in (codes[ended], codes[gone], near, "A" * 43):
        client = Client()
        with CaptureQueriesContext(connection) as queried:
            answers.append(told(client.post("/gedeeld/openen/", {"code": code})))
        asked.append([re.sub(r"[0-9a-f]{64}", "", each["sql"]) for each in queried])
        client.cookies["gedeeld"] = code
        for path in ADDRESSES[1:]:
            answers.append((path, told(client.get(path))))
        answers.append(told(client.post("/gedeeld/schrijven/", {"tekst": "Hallo"})))
    size = len(answers) // 4
    assert answers[0][0] == 404
    assert all(answers[start : start + size] == answers[:size] for start in range(0, len(answers), size))
    assert asked[0] == asked[1] == asked[2] == asked[3]
    assert told(Client().get("/gedeeld/lezen/")) == answers[1][1], "and as without anything opened"


def test_taken_back_while_it_is_open_it_is_gone_from_the_next_page_and_file(teacher: Person) -> None:
    photo = SimpleUploadedFile("bord.jpg", samples.jpeg(), "image/jpeg")
    share = shared(teacher, collected(teacher, files=(photo,)))
    reader = opened(code_on(teacher, share))
    image = re.findall(r'href="(/gedeeld/bestand/[0-9a-f-]+/)\?bewaar=1"', page_in(reader))[0]
    for _twice in range(2):
        assert teacher.client.post(share + "stoppen/").status_code == 303
    assert told(reader.get("/gedeeld/lezen/")) == told(Client().get("/gedeeld/lezen/"))
    assert reader.get(image).status_code == 404
    assert reader.post("/gedeeld/schrijven/", {"tekst": "Laat"}).status_code == 404
    assert not CopyPiece.objects.exists()


@pytest.mark.parametrize("typed", ["", "kort", "https://register.example.org/gedeeld/#abc", "x" * 400, "é" * 43])
def test_what_is_no_link_at_all_is_told_so_and_nothing_is_looked_up(typed: str) -> None:
    with CaptureQueriesContext(connection) as queried:
        answer = Client().post("/gedeeld/openen/", {"code": typed})
    assert answer.status_code == 400
    assert "Plak" in answer.content.decode()
    assert not [each for each in queried if "portfolio_sharing" in each["sql"]]


def test_without_a_script_the_whole_link_is_pasted(teacher: Person) -> None:
    code = code_on(teacher, shared(teacher))
    opened(f" https://register.example.org/gedeeld/#{code}\n")


def test_closing_and_signing_out_close_the_copy(teacher: Person, stranger: Person) -> None:
    code = code_on(teacher, shared(teacher))
    reader = opened(code)
    answer = reader.post("/gedeeld/sluiten/")
    assert answer["Location"] == "/gedeeld/?gesloten=1"
    assert reader.cookies["gedeeld"].value == ""
    page_in(reader, 404)
    opened(code, stranger.client)
    out = stranger.client.post("/uitloggen/")
    assert out.cookies["gedeeld"].value == ""
    assert out.cookies["gedeeld"]["path"] == "/gedeeld/"


def test_a_reader_writes_back_and_only_she_reads_it_as_text(teacher: Person, stranger: Person) -> None:
    share = shared(teacher)
    reader = opened(code_on(teacher, share))
    form = re.findall(r'name="nieuw" value="([^"]+)"', page_in(reader))[0]
    fields = {"nieuw": form, "tekst": "<script>alert(1)</script> Mooi & goed", "naam": "<b>Cor</b>"}
    for _twice in range(2):
        answer = reader.post("/gedeeld/schrijven/", fields)
        assert (answer.status_code, answer["Location"]) == (303, "/gedeeld/lezen/?geschreven=1")
    assert "Verstuurd" in page_in(reader, path="/gedeeld/lezen/?geschreven=1")
    assert "Mooi" not in page_in(reader)
    page = teacher.get(share)
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; Mooi &amp; goed") == 1
    assert "&lt;b&gt;Cor&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert stranger.client.get(share).status_code == 404


def test_a_reply_to_a_copy_that_closed_is_given_back(teacher: Person) -> None:
    reader = opened(code_on(teacher, shared(teacher)))
    del reader.cookies["gedeeld"]
    answer = reader.post("/gedeeld/schrijven/", {"tekst": "Lang <b>over</b> nagedacht"})
    assert answer.status_code == 404
    assert "Lang &lt;b&gt;over&lt;/b&gt; nagedacht</textarea>" in answer.content.decode()
    assert "textarea" not in reader.get("/gedeeld/lezen/").content.decode()


def test_what_a_reader_changed_and_sent_again_with_the_same_form_is_kept_beside_the_first(teacher: Person) -> None:
    share = shared(teacher)
    reader = opened(code_on(teacher, share))
    form = re.findall(r'name="nieuw" value="([^"]+)"', page_in(reader))[0]
    for text in ("Sterke les", "Sterke les, en een vraag", "Sterke les, en een vraag"):
        assert reader.post("/gedeeld/schrijven/", {"nieuw": form, "tekst": text, "naam": "Cor"}).status_code == 303
    page = teacher.get(share)
    assert (page.count("Sterke les<"), page.count("Sterke les, en een vraag<")) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tekst": ""}, "Schrijf eerst iets"),
        ({"tekst": " \u200b\n"}, "Schrijf eerst iets"),
        ({"tekst": "a" * 2_001}, "er passen 2.000 tekens in"),
        ({"tekst": "Mooi", "naam": "b" * 81}, "er passen 80 tekens in"),
    ],
)
def test_what_can_not_be_written_back_is_told_and_comes_back(
    teacher: Person, fields: dict[str, str], words: str
) -> None:
    reader = opened(code_on(teacher, shared(teacher)))
    answer = reader.post("/gedeeld/schrijven/", fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert fields["tekst"].strip() in answer.content.decode()


def test_a_copy_that_asks_for_nothing_takes_nothing(teacher: Person) -> None:
    reader = opened(code_on(teacher, shared(teacher, reactie="")))
    assert "Schrijf iets terug" not in page_in(reader)
    assert reader.post("/gedeeld/schrijven/", {"tekst": "Toch"}).status_code == 404


def test_at_the_most_of_openings_and_answers_the_reader_hears_it(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_OPENINGS", 1)
    monkeypatch.setattr(notes, "MOST_ANSWERS", 0)
    share = shared(teacher)
    code = code_on(teacher, share)
    reader = opened(code)
    answer = reader.post("/gedeeld/schrijven/", {"tekst": "Mooi werk"})
    assert answer.status_code == 409
    assert "Mooi werk" in answer.content.decode()
    again = Client().post("/gedeeld/openen/", {"code": code})
    assert again.status_code == 409
    assert "om een nieuwe link" in again.content.decode()


def test_a_long_collection_is_read_a_page_at_a_time(teacher: Person, django_assert_max_num_queries: Any) -> None:
    reader = opened(code_on(teacher, shared(teacher, collected(teacher, *[f"Stuk {each}" for each in range(60)]))))
    with django_assert_max_num_queries(4):
        page = page_in(reader)
    assert "Pagina 1 van 2" in page
    assert "Stuk 59" in page_in(reader, path="/gedeeld/lezen/?pagina=2")
    for number in ("0", "3", "x", "-1", "99999999"):
        page_in(reader, 404, f"/gedeeld/lezen/?pagina={number}")


def test_sheets_of_another_copy_do_not_open(teacher: Person) -> None:
    url = collected(teacher)
    one, other = shared(teacher, url), shared(teacher, url)
    reader = opened(code_on(teacher, one))
    ids = [each.split("/")[3] for each in (one, other)]
    Sheet.objects.filter(copy=ids[0]).update(envelope=Sheet.objects.get(copy=ids[1]).envelope)
    page_in(reader, 404)


def test_a_dump_of_everything_and_the_logs_hold_no_secret_and_no_word(
    teacher: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    share = shared(teacher, collected(teacher, "Kanariegeel"), waarvoor="Kanarieblauw", naam="Kanarierood")
    code = code_on(teacher, share)
    reader = opened(code)
    reader.post("/gedeeld/schrijven/", {"tekst": "Kanariegroen", "naam": "Kanariepaars"})
    Client().post("/gedeeld/openen/", {"code": "B" * 43})
    teacher.get(share)
    dump = caplog.text.encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                dump += b"|".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
                )
    assert b"portfolio_sharing" in dump or Copy.objects.exists()
    for each in ("kanarie", "Kanarie", code, "B" * 43):
        assert each.encode() not in dump


def test_the_daily_work_ends_what_is_past_its_day(teacher: Person) -> None:
    share = shared(teacher)
    reader = opened(code_on(teacher, share))
    at = clock.now()
    assert due.destroy(at + timedelta(days=30)) == ""
    assert due.destroy(at + timedelta(days=31)) == "1 shared copies past their end removed"
    assert due.destroy(at + timedelta(days=31)) == ""
    page_in(reader, 404)
    assert "De link" not in teacher.get(share)
