"""Files on her pages: added from three places, shown, saved to her machine, taken away, refused with her text back."""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from lerarenregister.portfolio.actions import pdf_text
from lerarenregister.portfolio.models import Entry, File, FilePiece, Waiting
from lerarenregister.portfolio.rules import images
from lerarenregister.web.portfolio import uploads
from tests import samples
from tests.web.portfolio.conftest import Person, ticket_in
from tests.web.portfolio.test_taking import Watch

pytestmark = pytest.mark.django_db
SAVE = "/portfolio/bewaren/"


def upload(content: bytes, name: str = "verslag.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def written(person: Person, *files: SimpleUploadedFile, tekst: str = "", **fields: Any) -> str:
    """Save a text with files on her first page; the page of the entry."""
    response = send(person, *files, tekst=tekst, **fields)
    assert response.status_code == 303, response.content
    return f"/portfolio/{response['Location'].partition('bewaard=')[2]}/"


def send(person: Person, *files: SimpleUploadedFile, **fields: Any) -> Any:
    return person.client.post(SAVE, {**person.ticket(), **fields, "bestanden": list(files), "einde": "1"})


def links(page: str) -> list[str]:
    """The addresses of the files on a page."""
    return re.findall(r'href="(/portfolio/[0-9a-f-]+/bestanden/[0-9a-f-]+/)\?bewaar=1"', page)


def fetched(person: Person, address: str, **headers: str) -> Any:
    response = person.client.get(address, headers=headers)
    response.content_now = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def test_a_photo_and_a_pdf_are_kept_with_a_text_shown_and_saved(teacher: Person) -> None:
    page = teacher.get(written(teacher, upload(samples.jpeg(), "Bord.JPG"), upload(samples.PDF), tekst="Les"))
    photo, document = links(page)
    assert f'src="{photo}klein/"' in page
    assert "Bord.jpg" in page
    assert "Les" in page
    shown = fetched(teacher, photo)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert shown["Content-Disposition"] == 'inline; filename="Bord.jpg"'
    assert samples.PLACE.encode() not in shown.content_now
    assert Image.open(io.BytesIO(shown.content_now)).size == (64, 48)
    assert Image.open(io.BytesIO(fetched(teacher, f"{photo}klein/").content_now)).format == "JPEG"
    assert fetched(teacher, f"{photo}?bewaar=1")["Content-Disposition"].startswith("attachment")
    saved = fetched(teacher, document)
    assert saved.content_now == samples.PDF
    assert saved["Content-Disposition"] == 'attachment; filename="verslag.pdf"'
    assert saved["Content-Length"] == str(len(samples.PDF))


def test_a_file_alone_is_enough_and_the_list_calls_it_by_its_name(teacher: Person) -> None:
    address = written(teacher, upload(samples.PDF, "Certificaat.pdf"))
    page = teacher.get("/portfolio/")
    assert "Certificaat.pdf" in page
    assert "<span>1 bestand</span>" in page
    assert len(links(teacher.get(address))) == 1


def test_files_are_added_on_the_page_of_an_entry_and_that_can_be_undone(teacher: Person) -> None:
    address = teacher.written("Zonder bestand")
    answer = teacher.client.post(f"{address}bestanden/", {"bestanden": [upload(samples.PDF)], "einde": "1"})
    assert answer["Location"] == f"{address}?bewaard=2"
    page = teacher.get(answer["Location"])
    assert len(links(page)) == 1
    assert "Ongedaan maken" in page
    teacher.client.post(f"{address}eerder/1/", {"versie": "2"})
    assert links(teacher.get(address)) == []
    assert len(links(teacher.get(f"{address}eerder/"))) == 1


def test_when_what_she_changes_went_to_the_bin_it_says_where_its_files_are(teacher: Person) -> None:
    entry = written(teacher, upload(samples.PDF), tekst="Met een bestand")
    form = teacher.get(entry + "bewerken/")
    had = re.findall(r'name="bestand" value="([^"]+)"', form)
    teacher.press(entry, "verwijderen/")
    posted = {**ticket_in(form), "tekst": "Anders", "soort": "reading", "datum": "2018-09-01", "bestand": had}
    answer = teacher.client.post(SAVE, {**posted, "einde": "1"})
    assert answer.status_code == 409
    assert "Bestanden die er al bij stonden, liggen bij de tekst in de prullenbak" in answer.content.decode()


@pytest.mark.parametrize("many", [51, 101])
def test_of_more_files_than_fit_none_is_lost_without_a_word(teacher: Person, many: int) -> None:
    def files() -> list[SimpleUploadedFile]:
        return [upload(f"bestand {number}".encode(), f"{number}.txt", "text/plain") for number in range(many)]

    answer = send(teacher, *files(), tekst="Met te veel")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Bij één tekst passen 50 bestanden" in page
    assert "Met te veel" in page
    entry = teacher.written("Een tekst")
    answer = teacher.client.post(entry + "bestanden/", {"bestanden": files(), "einde": "1"})
    assert answer.status_code == 400
    assert "Bij één tekst passen 50 bestanden" in answer.content.decode()
    assert not File.objects.filter(entry__isnull=False).exists()


def test_the_pdfs_of_one_form_share_their_time(teacher: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[float] = []

    def slow(source: bytes, seconds: float) -> str:
        left.append(seconds)
        clock.append(clock[-1] + 5)
        return ""

    clock = [0.0]
    monkeypatch.setattr(pdf_text, "time", SimpleNamespace(monotonic=lambda: clock[-1]))
    monkeypatch.setattr(pdf_text, "_read", slow)
    written(teacher, *(upload(samples.PDF, f"{number}.pdf") for number in range(5)), tekst="Vijf")
    assert left == [12, 7, 2]


def test_the_same_file_sent_again_to_an_entry_is_there_once(teacher: Person) -> None:
    address = teacher.written("Tekst")
    for _ in range(2):
        teacher.client.post(f"{address}bestanden/", {"bestanden": [upload(samples.PDF)], "einde": "1"})
    assert len(links(teacher.get(address))) == 1
    assert (File.objects.count(), Waiting.objects.count()) == (1, 0)


def test_a_change_keeps_takes_away_and_adds_files(teacher: Person) -> None:
    address = written(teacher, upload(samples.PDF, "een.pdf"), upload(samples.PDF + b"2", "twee.pdf"), tekst="Oud")
    page = teacher.get(f"{address}bewerken/")
    first, second = re.findall(r'name="bestand" value="([^"]+)"', page)
    fields = {**ticket_in(page), "tekst": "Nieuw", "bestand": [first, second], "weg": [first], "einde": "1"}
    fields["bestanden"] = [upload(samples.PDF + b"3", "drie.pdf")]
    assert teacher.client.post(SAVE, fields).status_code == 303
    shown = teacher.get(address)
    assert "een.pdf" not in shown
    assert "twee.pdf" in shown
    assert "drie.pdf" in shown
    assert "Nieuw" in shown


def test_a_form_sent_twice_keeps_its_files_once(teacher: Person) -> None:
    ticket = teacher.ticket()
    for _ in range(2):
        fields = {**ticket, "tekst": "Een", "bestanden": [upload(samples.PDF)], "einde": "1"}
        assert teacher.client.post(SAVE, fields).status_code == 303
    assert (Entry.objects.count(), File.objects.count(), Waiting.objects.count()) == (1, 1, 0)
    address = f"/portfolio/{Entry.objects.get().pk}/"
    page = teacher.get(f"{address}bewerken/")
    had = re.findall(r'name="bestand" value="([^"]+)"', page)
    for _ in range(2):
        extra = [upload(samples.PDF + b"2", "twee.pdf")]
        fields = {**ticket_in(page), "tekst": "Twee", "bestand": had, "bestanden": extra, "einde": "1"}
        assert teacher.client.post(SAVE, fields).status_code == 303
    assert (File.objects.count(), Waiting.objects.count()) == (2, 0)
    assert len(links(teacher.get(address))) == 2


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "leeg.txt", "is leeg"),
    "broken photo": (samples.jpeg((640, 480))[:-900], "kapot.jpg", "niet te openen"),
    "bomb": (samples.bomb(), "bom.png", "te grote afbeelding"),
    "too large": (b"%PDF-" + bytes(1024 * 1024), "dik.pdf", "Een bestand mag 1 MB zijn"),
}


@pytest.mark.parametrize(("content", "name", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_refused_brings_her_text_back_and_keeps_the_others_ready(
    teacher: Person, settings: Settings, content: bytes, name: str, words: str
) -> None:
    settings.PORTFOLIO_FILE_MB = 1
    answer = send(teacher, upload(samples.PDF, "goed.pdf"), upload(content, name), tekst="Mijn lange verhaal")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert name in page
    assert "Mijn lange verhaal" in page
    assert "goed.pdf" in page
    assert not Entry.objects.exists()
    waiting = re.findall(r'name="wacht" value="([^"]+)"', page)
    fields = {**ticket_in(page), "tekst": "Mijn lange verhaal", "wacht": waiting, "einde": "1"}
    again = teacher.client.post(SAVE, fields)
    assert again.status_code == 303
    address = f"/portfolio/{again['Location'].partition('bewaard=')[2]}/"
    assert "goed.pdf" in teacher.get(address)
    assert (File.objects.count(), Waiting.objects.count()) == (1, 0)


def test_when_the_quota_is_reached_it_says_so_and_nothing_is_left_behind(teacher: Person, settings: Settings) -> None:
    settings.PORTFOLIO_FILES_MB = 1
    address = written(teacher, upload(samples.PDF, "goed.pdf"), tekst="Past")
    answer = send(teacher, upload(b"%PDF-" + os.urandom(2 * 1024 * 1024), "dik.pdf"), tekst="Past niet")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "past er niet meer bij" in page
    assert "Past niet" in page
    assert File.objects.count() == 1
    more = teacher.client.post(f"{address}bestanden/", {"bestanden": [upload(os.urandom(2_000_000))], "einde": "1"})
    assert more.status_code == 400
    assert "past er niet meer bij" in more.content.decode()
    assert File.objects.count() == 1


def test_a_file_that_waited_too_long_is_asked_for_again_with_her_text(teacher: Person) -> None:
    page = send(teacher, upload(samples.PDF), upload(b"", "leeg.txt"), tekst="Verhaal").content.decode()
    waiting = re.findall(r'name="wacht" value="([^"]+)"', page)
    File.objects.all().delete()
    answer = teacher.client.post(SAVE, {**ticket_in(page), "tekst": "Verhaal", "wacht": waiting, "einde": "1"})
    assert answer.status_code == 400
    assert "er niet meer" in answer.content.decode()
    assert "Verhaal" in answer.content.decode()


def test_what_was_cut_off_on_the_way_is_no_file(teacher: Person) -> None:
    """The browser went away, the file changed while it was sent, a wrong length was said: the last field is missing."""
    body = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**teacher.ticket(), "tekst": "Bewaard verhaal"}.items()
    )
    body += b'--edge\r\nContent-Disposition: form-data; name="bestanden"; filename="a.pdf"\r\n\r\n%PDF-1.7 half'
    end = b'\r\n--edge\r\nContent-Disposition: form-data; name="einde"\r\n\r\n1\r\n--edge--\r\n'
    kind = "multipart/form-data; boundary=edge"
    whole = len(body + end)
    for sent, length in ((body, len(body)), (body, whole), (body + end, len(body) - 3), (body + end, len(body) + 20)):
        said: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": io.BytesIO(sent)}
        answer = teacher.client.generic("POST", SAVE, sent, content_type=kind, **said)
        assert answer.status_code == 400
        assert "kwam niet helemaal aan" in answer.content.decode()
        assert "Bewaard verhaal" in answer.content.decode()
        assert not Entry.objects.exists()
        assert not File.objects.exists()
    assert teacher.client.generic("POST", SAVE, body + end, content_type=kind).status_code == 303


def test_a_connection_that_breaks_leaves_nothing(teacher: Person) -> None:
    class Broken(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            data = super().read(*args)
            if not data:
                raise OSError("the connection broke")
            return data

    ticket = teacher.ticket()
    body = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in ticket.items()
    )
    body += b'--edge\r\nContent-Disposition: form-data; name="bestanden"; filename="a.pdf"\r\n\r\n%PDF-' + bytes(
        3_000_000
    )
    teacher.client.raise_request_exception = False
    answer = teacher.client.generic(
        "POST",
        SAVE,
        body,
        content_type="multipart/form-data; boundary=edge",
        CONTENT_LENGTH=str(len(body) + 1_000_000),
        **{"wsgi.input": Broken(body)},
    )
    assert answer.status_code >= 400
    assert not Entry.objects.exists()
    assert not File.objects.exists()
    assert not FilePiece.objects.exists()


SENT_TO_BE_SAVED: dict[str, tuple[bytes, str, str, str]] = {
    "svg with script": (samples.SVG, "plaatje.svg", "plaatje.svg", "application/octet-stream"),
    "html": (b"<!doctype html><script>alert(1)</script>", "a.html", "a.html", "application/octet-stream"),
    "pdf with script": (samples.PDF_WITH_SCRIPT, "a.pdf", "a.pdf", "application/pdf"),
    "pdf and zip": (samples.PDF + samples.docx(), "a.zip", "a.zip", "application/pdf"),
    "animation": (samples.gif(moving=True), "a.gif", "a.gif", "application/octet-stream"),
    "document": (
        samples.docx(),
        "a.docx",
        "a.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "image by its name alone": (b"GIF is het niet", "a.gif", "a.gif", "application/octet-stream"),
}


@pytest.mark.parametrize(
    ("content", "name", "called", "media_type"), SENT_TO_BE_SAVED.values(), ids=SENT_TO_BE_SAVED.keys()
)
def test_what_could_be_a_page_or_a_program_is_only_ever_sent_to_be_saved(
    teacher: Person, content: bytes, name: str, called: str, media_type: str
) -> None:
    page = teacher.get(written(teacher, upload(content, name, "text/html")))
    assert "<img" not in page
    answer = fetched(teacher, links(page)[0])
    assert answer.content_now == content
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == f'attachment; filename="{called}"'


def test_a_gif_that_is_a_script_too_comes_back_as_another_image(teacher: Person) -> None:
    page = teacher.get(written(teacher, upload(samples.gif_and_script(), "a.gif", "image/gif")))
    answer = fetched(teacher, links(page)[0])
    assert answer["Content-Type"] == "image/png"
    assert b"alert" not in answer.content_now


def test_a_photo_of_an_iphone_is_shown(teacher: Person) -> None:
    page = teacher.get(written(teacher, upload(samples.HEIC, "IMG_1.HEIC", "image/heic")))
    assert "IMG_1.jpg" in page
    assert fetched(teacher, links(page)[0])["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("address", ["", "?bewaar=1", "klein/"])
def test_an_answer_is_shut_in_and_no_cache_keeps_it(teacher: Person, address: str) -> None:
    page = teacher.get(written(teacher, upload(samples.jpeg(), "a.jpg")))
    answer = fetched(teacher, links(page)[0] + address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


FILM = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42"


@pytest.mark.parametrize(
    ("beginning", "name", "player"), [(b"ID3", "interview.mp3", "<audio"), (FILM, "les.mp4", "<video")]
)
def test_sound_and_film_play_from_any_byte_and_nothing_else_does(
    teacher: Person, beginning: bytes, name: str, player: str
) -> None:
    sound = beginning + os.urandom(1_200_000)
    page = teacher.get(written(teacher, upload(sound, name, "application/octet-stream")))
    assert player in page
    address = links(page)[0]
    for asked, first, last in (("bytes=0-", 0, len(sound) - 1), ("bytes=600000-600009", 600_000, 600_009)):
        answer = fetched(teacher, address, Range=asked)
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {first}-{last}/{len(sound)}"
        assert answer.content_now == sound[first : last + 1]
    for wrong in ("bytes=9999999-", "bytes=5-2", "bytes=-5", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b"):
        answer = fetched(teacher, address, Range=wrong)
        assert (answer.status_code, answer.content_now) == (200, sound), wrong
    other = links(teacher.get(written(teacher, upload(samples.PDF))))[0]
    assert fetched(teacher, other, Range="bytes=0-1").status_code == 200


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anouk\\brief.pdf", "brief.pdf"),
        ("gesprek\u202efdp.exe", "gesprekfdp.exe"),
        ("a\x00b\r\nc\x1f.pdf", "abc.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("...", "bestand"),
        (" ", "bestand"),
        ("<script>.pdf", "script.pdf"),
        ('a"; filename="b.html', "a; filename=b.html"),
        ("Café \U0001f600.pdf", "Café \U0001f600.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, called: str) -> None:
    from lerarenregister.portfolio.rules.files import clean_name

    assert clean_name(name) == called
    assert clean_name(clean_name(name)) == clean_name(name)


def test_somebody_elses_file_looks_as_one_that_is_not_there(teacher: Person, stranger: Person) -> None:
    mine = links(teacher.get(written(teacher, upload(samples.jpeg(), "a.jpg"))))[0]
    hers = stranger.written("Van mij")
    page = stranger.client.get("/portfolio/2f3a1c34-5a4e-4f0e-9d2a-0d6ad1f0a111/")
    file_id = mine.split("/")[4]
    for address in (mine, f"{mine}klein/", f"{hers}bestanden/{file_id}/", f"{hers}bestanden/{file_id}/klein/"):
        answer = stranger.client.get(address)
        assert answer.status_code == 404
        assert re.sub(r'value="[^"]*"', "", answer.content.decode()).replace(address, "") == re.sub(
            r'value="[^"]*"', "", page.content.decode()
        ).replace("/portfolio/2f3a1c34-5a4e-4f0e-9d2a-0d6ad1f0a111/", "")
    before = FilePiece.objects.count()
    entry = mine.rpartition("bestanden/")[0]
    assert (
        stranger.client.post(f"{entry}bestanden/", {"bestanden": [upload(samples.PDF)], "einde": "1"}).status_code
        == 404
    )
    assert FilePiece.objects.count() == before
    fields = {**stranger.ticket(), "tekst": "Nog een", "bestand": [file_id], "wacht": [file_id], "einde": "1"}
    assert stranger.client.post(SAVE, fields).status_code == 400, "a file that waits, and is not hers, is not there"


def test_a_form_of_somebody_else_and_a_wrong_token_keep_no_file(
    signed_in: Callable[..., Person], teacher: Person, stranger: Person
) -> None:
    ticket = teacher.ticket()
    answer = stranger.client.post(SAVE, {**ticket, "bestanden": [upload(samples.PDF)], "einde": "1"})
    assert answer.status_code == 403
    careful = signed_in("careful", checks=True)
    page = careful.client.get("/").content.decode()
    answer = careful.client.post(f"/portfolio/{Entry.objects.count()}", {})
    address = "/portfolio/2f3a1c34-5a4e-4f0e-9d2a-0d6ad1f0a111/bestanden/"
    assert careful.client.post(address, {"bestanden": [upload(samples.PDF)], "einde": "1"}).status_code == 403
    assert not File.objects.exists()
    fields = {**ticket_in(page), "tekst": "Verhaal", "bestanden": [upload(samples.PDF)], "einde": "1"}
    given = careful.client.post(SAVE, fields)
    assert given.status_code == 403
    assert "verslag.pdf" in given.content.decode(), "the form is hers: it only needs her token of now"
    assert Waiting.objects.count() == 1


def test_signed_out_her_text_comes_back_and_of_the_file_nothing_stays(teacher: Person) -> None:
    ticket = teacher.ticket()
    teacher.client.cookies.pop("sleutel")
    answer = teacher.client.post(SAVE, {**ticket, "tekst": "Verhaal", "bestanden": [upload(samples.PDF)], "einde": "1"})
    assert answer.status_code == 401
    assert "Verhaal" in answer.content.decode()
    assert "Je bestand is niet bewaard" in answer.content.decode()
    assert not File.objects.exists()


def test_of_a_large_form_without_a_key_nothing_is_read() -> None:
    class Unread(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise AssertionError("the upload was read")

    client = Client(enforce_csrf_checks=True)
    for address in (SAVE, "/portfolio/2f3a1c34-5a4e-4f0e-9d2a-0d6ad1f0a111/bestanden/"):
        answer = client.generic(
            "POST",
            address,
            b"x",
            content_type="multipart/form-data; boundary=edge",
            CONTENT_LENGTH=str(50 * uploads.MB),
            **{"wsgi.input": Unread()},
        )
        assert answer.status_code == 401
        assert "je tekst staat er nog" in answer.content.decode()
    answer = client.generic("POST", SAVE, b"x", content_type="text/plain", CONTENT_LENGTH=str(uploads.MOST_BODY + 1))
    assert answer.status_code == 413


def test_a_file_of_201_mb_is_read_to_its_end_and_refused(teacher: Person) -> None:
    """At its real size: what is refused is dropped while it comes in, and the page says why."""
    answer = send(teacher, upload(bytes(201 * uploads.MB), "dik.mov"), tekst="Verhaal")
    assert answer.status_code == 400
    assert "Een bestand mag 200 MB zijn" in answer.content.decode()
    assert "Verhaal" in answer.content.decode()
    assert not FilePiece.objects.exists()


def test_neither_sending_nor_fetching_a_file_touches_the_disk_in_plaintext(
    teacher: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    canary = b"kanariegeel in een bestand"
    content = b"%PDF-" + b"".join(canary + hashlib.sha256(bytes([n])).digest() * 4_000 for n in range(60))
    with Watch(canary) as watch:
        (folder / "control").write_bytes(b"the watch sees files")
        page = teacher.get(written(teacher, upload(content)))
        assert fetched(teacher, links(page)[0]).content_now == content
        for _ in range(2):  # at least one whole look since
            assert watch.passes.acquire(timeout=60)
    assert "control" in watch.seen
    assert watch.found == set()
    assert sorted(path.name for path in folder.iterdir()) == ["control"]


def test_two_tabs_that_add_to_one_entry_both_keep_theirs(teacher: Person) -> None:
    address = teacher.written("Tekst")
    for name in ("een.pdf", "twee.pdf"):
        content = samples.PDF + name.encode()
        teacher.client.post(f"{address}bestanden/", {"bestanden": [upload(content, name)], "einde": "1"})
    page = teacher.get(address)
    assert "een.pdf" in page
    assert "twee.pdf" in page


def test_when_another_tab_was_first_both_texts_and_the_file_are_on_the_page(teacher: Person) -> None:
    address = teacher.written("Eerste")
    one, two = (teacher.get(f"{address}bewerken/") for _ in range(2))
    assert teacher.client.post(SAVE, {**ticket_in(one), "tekst": "Van tab een"}).status_code == 303
    fields = {**ticket_in(two), "tekst": "Van tab twee", "bestanden": [upload(samples.PDF)], "einde": "1"}
    answer = teacher.client.post(SAVE, fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    waiting = re.findall(r'name="wacht" value="([^"]+)"', page)
    assert waiting
    fields = {**ticket_in(page), "tekst": "Van tab twee", "wacht": waiting[:1], "einde": "1"}
    assert teacher.client.post(SAVE, fields).status_code == 303
    assert len(links(teacher.get(address))) == 1


def test_a_piece_that_does_not_open_is_said_before_a_byte_is_sent(teacher: Person) -> None:
    page = teacher.get(written(teacher, upload(samples.PDF)))
    FilePiece.objects.all().delete()
    answer = teacher.client.get(links(page)[0])
    assert answer.status_code == 500
    assert "Dit gaat nu niet open" in answer.content.decode()


def test_a_photo_that_gets_no_turn_is_told_and_her_text_and_other_files_stay(
    teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "WAITED_SECONDS", 0.05)
    fields = {**ticket_in(teacher.get("/")), "tekst": "Met een foto", "einde": "1"}
    with images._ONE_AT_A_TIME:
        sent = [upload(samples.jpeg(), "Bord.jpg"), upload(samples.PDF, "Verslag.pdf")]
        answer = teacher.client.post(SAVE, {**fields, "bestanden": sent})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "“Bord.jpg” kwam niet aan de beurt" in page
    assert "Met een foto" in page
    assert "Verslag.pdf" in page


def test_who_copies_an_entry_is_told_that_its_files_stay_behind(teacher: Person) -> None:
    said = "De bestanden blijven bij de eerste tekst"
    with_file, without = written(teacher, upload(samples.PDF), tekst="Les"), teacher.written("Zonder")
    assert said in teacher.get(f"/portfolio/nieuw/?van={with_file.split('/')[2]}")
    assert said not in teacher.get(f"/portfolio/nieuw/?van={without.split('/')[2]}")
