"""One piece that no longer opens does not keep the rest here: the zip leaves it out, says so, and comes back."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from uuid import UUID

import jsonschema
import pytest
from django.db.models import Model

from lerarenregister.portfolio.models import Draft, Entry, EntryVersion, File, FilePiece
from lerarenregister.portfolio.sharing.models import Share
from lerarenregister.web.portfolio.document import FOLDER, SCHEMA_FILE
from tests import samples
from tests.web.portfolio.conftest import Person, ticket_in
from tests.web.portfolio.test_files import upload, written
from tests.web.portfolio.test_taking import bring, zip_of

pytestmark = pytest.mark.django_db


def damage(row: Model, column: str) -> None:
    """One bit of it changes."""
    sealed = bytearray(bytes(getattr(row, column)))
    sealed[-1] ^= 1
    setattr(row, column, bytes(sealed))
    row.save(update_fields=[column])


def entry_at(address: str) -> Entry:
    return Entry.objects.get(pk=UUID(address.strip("/").rpartition("/")[2]))


def change(person: Person, address: str, text: str) -> None:
    fields = {**ticket_in(person.get(f"{address}bewerken/")), "tekst": text}
    assert person.client.post("/portfolio/bewaren/", fields).status_code == 303


def taken(person: Person) -> dict[str, bytes]:
    """The files of her zip, which is whole: every checksum fits and the document follows its schema."""
    with zipfile.ZipFile(io.BytesIO(zip_of(person))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"} == sums
    jsonschema.validate(json.loads(files["portfolio.json"]), json.loads(SCHEMA_FILE.read_text()))
    return files


def texts(files: dict[str, bytes]) -> list[str]:
    return sorted(each["content"]["text"] for each in json.loads(files["portfolio.json"])["entries"])


def said(files: dict[str, bytes]) -> str:
    """What the page says is missing; the README says it too."""
    page, readme = files["index.html"].decode(), files["README.txt"].decode()
    assert ("Wat niet in deze zip zit" in page) is ("WAT NIET IN DEZE ZIP ZIT" in readme)
    if "Wat niet in deze zip zit" not in page:
        return ""
    return page.partition("<section>")[2].partition("</section>")[0]


def test_a_zip_of_what_is_whole_says_of_nothing_that_it_is_missing(teacher: Person) -> None:
    teacher.written("Heel")
    files = taken(teacher)
    assert said(files) == ""
    assert "missing" not in json.loads(files["portfolio.json"])


@pytest.mark.parametrize("column", ["head", "body"])
def test_an_entry_that_does_not_open_is_left_out_and_listed(teacher: Person, stranger: Person, column: str) -> None:
    lost = teacher.written("Kapot")
    teacher.written("Heel")
    damage(entry_at(lost), column)
    files = taken(teacher)
    assert texts(files) == ["Heel"]
    (missing,) = json.loads(files["portfolio.json"])["missing"]
    assert missing["what"] == "entry"
    assert missing.get("title", "") == ("" if column == "head" else "Kapot")
    assert ("zonder titel of datum: een hele tekst" if column == "head" else "Kapot (") in said(files)
    assert "Kapot" not in files["index.html"].decode().partition("</section>")[2]
    assert bring(stranger, zip_of(teacher)).status_code == 200
    assert Entry.objects.filter(owner=stranger.account).count() == 1


@pytest.mark.parametrize("column", ["head", "body"])
def test_of_an_entry_of_which_the_newest_version_is_lost_the_one_before_comes_along(
    teacher: Person, column: str
) -> None:
    address = teacher.written("Eerst")
    change(teacher, address, "Daarna")
    change(teacher, address, "Nu")
    damage(entry_at(address), column)
    files = taken(teacher)
    (entry,) = json.loads(files["portfolio.json"])["entries"]
    assert entry["content"]["text"] == "Daarna"
    assert [each["content"]["text"] for each in entry["earlier"]] == ["Eerst"]
    (missing,) = json.loads(files["portfolio.json"])["missing"]
    assert (missing["what"], missing["entry"], missing["title"]) == ("newest", entry["id"], "Daarna")
    assert "de nieuwste versie; de versie ervoor zit erin" in said(files)
    assert "<p>Daarna</p>" in files["index.html"].decode()


def test_an_earlier_version_a_draft_and_a_share_that_do_not_open_are_left_out_and_listed(teacher: Person) -> None:
    address = teacher.written("Eerst")
    change(teacher, address, "Nu")
    teacher.client.post("/portfolio/concept/", {**teacher.ticket(), "tekst": "Half af"})
    damage(EntryVersion.objects.get(), "body")
    damage(Draft.objects.get(), "envelope")
    Share.objects.create(id=entry_at(address).pk, owner=teacher.account, line=b"\x01" + bytes(60))
    files = taken(teacher)
    document = json.loads(files["portfolio.json"])
    assert texts(files) == ["Nu"]
    assert (document["entries"][0]["earlier"], "draft" in document) == ([], False)
    assert sorted(each["what"] for each in document["missing"]) == ["draft", "earlier", "share"]
    for words in ("een eerdere versie", "je concept", "iets dat je deelde"):
        assert words in said(files)


def without_a_piece(file: File) -> None:
    FilePiece.objects.filter(file=file, small=False).order_by("-number")[0].delete()


def with_a_changed_piece(file: File) -> None:
    damage(FilePiece.objects.filter(file=file, small=False).order_by("-number")[0], "envelope")


@pytest.mark.parametrize("harm", [without_a_piece, with_a_changed_piece])
def test_a_file_that_does_not_open_to_its_end_is_left_out_and_the_zip_comes_back_without_it(
    teacher: Person, stranger: Person, harm: Callable[[File], None]
) -> None:
    sound = b"ID3" + bytes(range(256)) * 6_000
    written(teacher, upload(sound, "Gesprek.mp3"), upload(samples.PDF, "Heel.pdf"), tekst="Met bestanden")
    only = written(teacher, upload(sound + b"x", "Alleen.mp3"), tekst="")
    for file in File.objects.filter(owner=teacher.account):
        if FilePiece.objects.filter(file=file, small=False).count() > 1:
            harm(file)
    files = taken(teacher)
    assert [name.rpartition("/")[2] for name in files if name.startswith(FOLDER)] == ["Heel.pdf"]
    missing = [each["name"] for each in json.loads(files["portfolio.json"])["missing"]]
    assert sorted(name.rpartition("/")[2] for name in missing) == ["Alleen.mp3", "Gesprek.mp3"]
    assert "bestand: Gesprek.mp3" in said(files)
    assert "Gesprek.mp3 (zit niet in deze zip)" in files["index.html"].decode()
    assert only
    for again in (1, 2):
        answer = bring(stranger, zip_of(teacher))
        page = answer.content.decode()
        assert answer.status_code == 200, page
        assert "2 bestanden zaten niet in de zip" in page
        assert "<li>Gesprek.mp3</li>" in page
        assert Entry.objects.filter(owner=stranger.account).count() == 1, again
    assert File.objects.filter(owner=stranger.account).count() == 1


def test_a_file_that_the_zip_lacks_without_saying_so_is_still_refused(teacher: Person, stranger: Person) -> None:
    written(teacher, upload(samples.PDF, "a.pdf"), tekst="Van mij")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in taken(teacher).items():
            if not name.startswith(FOLDER):
                archive.writestr(name, data)
    assert bring(stranger, made.getvalue()).status_code == 400
    assert not Entry.objects.filter(owner=stranger.account).exists()


def test_when_nothing_opens_there_is_no_zip_but_a_page_that_says_so(teacher: Person) -> None:
    """Another key than hers, then: an empty zip would look as if she had nothing."""
    address = teacher.written("Kapot")
    change(teacher, address, "Ook kapot")
    damage(entry_at(address), "head")
    damage(EntryVersion.objects.get(), "head")
    answer = teacher.client.get("/portfolio/meenemen/zip/")
    assert answer.status_code == 500
    assert "Dit gaat nu niet open" in answer.content.decode()
    assert "Content-Disposition" not in answer
    Entry.objects.all().delete()
    teacher.client.get("/portfolio/")
    Draft.objects.update_or_create(owner=teacher.account, defaults={"version": 1, "envelope": b"\x01" + bytes(60)})
    assert teacher.client.get("/portfolio/meenemen/zip/").status_code == 500
