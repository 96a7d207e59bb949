"""Her files leave in the zip and come back from it: the same bytes, whole, and nothing that only says it is one."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Entry, File, FilePiece, Waiting
from lerarenregister.portfolio.queries.files import file_bytes
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.web.portfolio import bringin
from lerarenregister.web.portfolio.bringin import open_zip
from lerarenregister.web.portfolio.document import FOLDER
from tests import samples
from tests.web.portfolio.conftest import Person, ticket_in
from tests.web.portfolio.test_files import SAVE, fetched, links, upload, written
from tests.web.portfolio.test_full import opened
from tests.web.portfolio.test_taking import bring, zip_of

pytestmark = pytest.mark.django_db
SOUND = b"ID3" + os.urandom(1_500_000)


def filled(person: Person) -> None:
    """A text with three files of which one was taken away later, and one in the bin."""
    files = [upload(samples.jpeg(), "Bord.jpg"), upload(SOUND, "Gesprek.mp3"), upload(samples.PDF, "Oud é.pdf")]
    address = written(person, *files, tekst="Met bestanden")
    page = person.get(f"{address}bewerken/")
    first, second = [each.split("/")[4] for each in links(person.get(address))][:2]
    fields = {**ticket_in(page), "tekst": "Met twee bestanden", "bestand": [first, second], "einde": "1"}
    assert person.client.post(SAVE, fields).status_code == 303
    gone = written(person, upload(samples.SVG, "weg.svg"), tekst="Weggegooid")
    person.press(gone, "verwijderen/")


def kept(person: Person) -> list[tuple[bool, str, list[list[tuple[str, str, str, str]]]]]:
    """What she has: of every entry its text, and the files of each version with the hash of what really comes out."""
    viewer, sealer = opened(person)

    def told(files: tuple[FileRef, ...]) -> list[tuple[str, str, str, str]]:
        found = []
        for each in files:
            content = b"".join(file_bytes(viewer, sealer, each))
            assert hashlib.sha256(content).hexdigest() == each.sha256
            found.append((each.name, each.media_type, each.sha256, f"{each.width}x{each.height}"))
        return found

    everything = queries.everything(viewer, sealer)
    return sorted(
        (each.deleted, each.content.text, [told(c.files) for c in (each.content, *(v.content for v in each.earlier))])
        for each in everything
    )


def test_taken_out_wiped_and_brought_back_every_file_has_the_same_hash(teacher: Person, stranger: Person) -> None:
    filled(teacher)
    before, packed = kept(teacher), zip_of(teacher)
    answer = bring(stranger, packed)
    assert answer.status_code == 200, answer.content
    assert kept(stranger) == before
    Entry.objects.filter(owner=teacher.account).delete()
    assert bring(teacher, packed).status_code == 200
    assert kept(teacher) == before
    assert "2 had je al" in bring(teacher, packed).content.decode()
    assert kept(teacher) == before
    assert not Waiting.objects.exists(), "the zip itself is gone too"
    assert File.objects.count() == 2 * 4
    page = stranger.get("/portfolio/")
    address = page.partition('href="/portfolio/')[2]
    assert address
    assert list(queries.broken_rules()) == []


def test_the_zip_holds_each_file_once_and_its_page_leads_to_it(teacher: Person) -> None:
    filled(teacher)
    with zipfile.ZipFile(io.BytesIO(zip_of(teacher))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    document, page = json.loads(files["portfolio.json"]), files["index.html"].decode()
    names = [name for name in files if name.startswith(FOLDER)]
    assert sorted(name.rpartition("/")[2] for name in names) == ["Bord.jpg", "Gesprek.mp3", "Oud é.pdf", "weg.svg"]
    assert files[next(name for name in names if name.endswith("Gesprek.mp3"))] == SOUND
    assert f'src="{FOLDER}' in page
    assert "Gesprek.mp3" in page
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    assert all(hashlib.sha256(content).hexdigest() == sums[name] for name, content in files.items() if name in sums)
    assert len(sums) == len(files) - 1
    for entry in document["entries"]:
        for file in entry["content"].get("files", []):
            assert set(file) <= {"name", "type", "size", "sha256", "width", "height"}, "no id of ours"


def changed(packed: bytes, change: Callable[[dict[str, bytes], Any], None]) -> bytes:
    """The zip with its files and its document changed, and right hashes again."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(files["portfolio.json"])
    change(files, document)
    from lerarenregister.kernel.canonical import content_hash

    for entry in document["entries"]:
        entry["hash"] = content_hash(entry["content"])
    files["portfolio.json"] = json.dumps(document).encode()
    files["SHA256SUMS"] = f"{hashlib.sha256(files['portfolio.json']).hexdigest()}  portfolio.json\n".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _name(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.startswith(FOLDER))


def _file(document: Any) -> Any:
    return document["entries"][0]["content"]["files"][0]


REFUSED: dict[str, Callable[[dict[str, bytes], Any], None]] = {
    "not there": lambda files, document: files.__delitem__(_name(files)),
    "other bytes": lambda files, document: files.update({_name(files): samples.PDF[::-1]}),
    "longer": lambda files, document: files.update({_name(files): samples.PDF + b"x"}),
    "shorter": lambda files, document: files.update({_name(files): samples.PDF[:-1]}),
    "a way up": lambda files, document: _file(document).update(name="../../etc/passwd"),
    "no name": lambda files, document: _file(document).update(name=""),
    "negative size": lambda files, document: _file(document).update(size=-1),
    "no hash": lambda files, document: _file(document).update(sha256="z" * 64),
    "too many": lambda files, document: document["entries"][0]["content"].update(files=[_file(document)] * 51),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_a_zip_whose_files_were_changed_is_refused_whole(
    teacher: Person, stranger: Person, change: Callable[[dict[str, bytes], Any], None]
) -> None:
    written(teacher, upload(samples.PDF, "a.pdf"), tekst="Van mij")
    answer = bring(stranger, changed(zip_of(teacher), change))
    assert answer.status_code == 400
    assert not Entry.objects.filter(owner=stranger.account).exists()
    assert not File.objects.filter(owner=stranger.account).exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (samples.SVG, "image/png"),
        (samples.jpeg(), "image/jpeg"),
        (samples.bomb(), "image/png"),
        (b"<script>alert(1)</script>", "audio/mpeg"),
        (samples.PDF, "text/html"),
    ],
    ids=["svg as png", "photo with a place", "bomb", "script as sound", "html"],
)
def test_what_a_zip_only_says_is_an_image_or_sound_is_sent_to_be_saved(
    teacher: Person, stranger: Person, content: bytes, said: str
) -> None:
    written(teacher, upload(samples.PDF, "a.pdf"), tekst="Van mij")

    def change(files: dict[str, bytes], document: Any) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        del files[_name(files)]
        files[f"{FOLDER}{sha256[:16]}/a.pdf"] = content
        _file(document).update(type=said, size=len(content), sha256=sha256, width=64, height=48)
        if not said.startswith("image/"):
            _file(document).pop("width")
            _file(document).pop("height")

    answer = bring(stranger, changed(zip_of(teacher), change))
    assert answer.status_code == 200, answer.content
    entry = Entry.objects.get(owner=stranger.account)
    page = stranger.get(f"/portfolio/{entry.pk}/")
    assert "<img" not in page
    assert "<audio" not in page
    sent = fetched(stranger, links(page)[0])
    assert sent.content_now == content
    assert sent["Content-Type"] == "application/octet-stream"
    assert sent["Content-Disposition"].startswith("attachment")


def test_files_that_do_not_fit_bring_in_nothing(teacher: Person, stranger: Person, settings: Settings) -> None:
    filled(teacher)
    packed = zip_of(teacher)
    settings.PORTFOLIO_FILES_MB = 1
    answer = bring(stranger, packed)
    assert answer.status_code == 400
    assert "meer dan er in een portfolio past" in answer.content.decode()
    assert not Entry.objects.filter(owner=stranger.account).exists()
    assert not File.objects.filter(owner=stranger.account).exists()


def test_the_zip_that_lies_here_while_it_is_read_takes_no_room(
    teacher: Person, stranger: Person, settings: Settings
) -> None:
    filled(teacher)
    packed = zip_of(teacher)
    settings.PORTFOLIO_FILES_MB = 2
    assert bring(stranger, packed).status_code == 200


def test_a_directory_that_says_it_is_gigabytes_is_not_believed(teacher: Person) -> None:
    packed = bytearray(zip_of(teacher))
    place = bytes(packed).rindex(b"PK\x05\x06")
    packed[place + 12 : place + 16] = (2**31).to_bytes(4, "little")
    assert bring(teacher, bytes(packed)).status_code == 400
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(bringin.MOST_MEMBERS + 1):
            archive.writestr(f"beside-{number}", b"")
    with pytest.raises(Invalid):
        open_zip(many)


def test_when_bringing_in_breaks_nothing_stays_but_what_goes_by_itself(
    teacher: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(teacher)
    packed = zip_of(teacher)

    def broken(*_args: object, **_fields: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr("lerarenregister.portfolio.actions._check_room", broken)
    stranger.client.raise_request_exception = False
    assert bring(stranger, packed).status_code == 500
    assert not Entry.objects.filter(owner=stranger.account).exists()
    assert not FilePiece.objects.filter(file__owner=stranger.account).exists()


def killed_while(person: Person, packed: bytes, place: str) -> None:
    """She brings a zip back and the process is killed at this place: nothing of what it would tidy up is done."""

    def killed(*_args: object, **_fields: object) -> None:
        raise RuntimeError("killed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, killed)
        patch.setattr("lerarenregister.portfolio.actions.files.Store.abandon", lambda _: None)
        patch.setattr("lerarenregister.portfolio.actions.bringing.remove", lambda _: None)
        person.client.raise_request_exception = False
        assert bring(person, packed).status_code == 500
        person.client.raise_request_exception = True


COMING_IN = "lerarenregister.portfolio.actions.files.Store.keep"
BRINGING_IN = "lerarenregister.portfolio.actions._check_room"


@pytest.mark.parametrize("place", [COMING_IN, BRINGING_IN])
def test_what_a_killed_import_left_goes_with_the_next_one(teacher: Person, stranger: Person, place: str) -> None:
    filled(teacher)
    packed = zip_of(teacher)
    filled(stranger)
    before = sorted(File.objects.values_list("pk", flat=True))
    killed_while(teacher, packed, place)
    left = set(File.objects.values_list("pk", flat=True)) - set(before)
    assert left
    waiting = upload(samples.PDF, "Wacht op een tekst.pdf")
    assert teacher.client.post(SAVE, {**teacher.ticket(), "tekst": "", "bestanden": waiting}).status_code in (303, 400)
    mine = set(File.objects.values_list("pk", flat=True)) - set(before) - left
    assert bring(teacher, packed).status_code == 200
    assert set(File.objects.values_list("pk", flat=True)) == set(before) | mine, "what others have and wait for stays"
    assert list(queries.broken_rules()) == []


def test_the_zip_of_a_killed_import_takes_no_room(teacher: Person, settings: Settings) -> None:
    settings.PORTFOLIO_FILES_MB = 6
    written(teacher, upload(os.urandom(2_400_000), "a.bin"), tekst="Met een bestand")
    packed = zip_of(teacher)
    for _ in range(2):
        killed_while(teacher, packed, COMING_IN)
    written(teacher, upload(os.urandom(2_400_000), "b.bin"), tekst="Dat past er nog bij")


def test_of_two_imports_at_once_the_newest_goes_on_and_the_other_says_so(
    teacher: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher.written("Van een andere zip")
    small = zip_of(teacher)
    filled(teacher)
    packed = zip_of(teacher)
    plainly, other = bringin.read_zip, []

    def meanwhile(*given: Any, **named: Any) -> Any:
        read = plainly(*given, **named)
        if not other:
            other.append("begun")
            other.append(bring(stranger, small).status_code)
        return read

    monkeypatch.setattr("lerarenregister.web.portfolio.taking.read_zip", meanwhile)
    answer = bring(stranger, packed)
    assert other[1] == 200
    assert answer.status_code == 400
    assert "misschien in een ander venster" in answer.content.decode()
    assert [text for _, text, _ in kept(stranger)] == ["Van een andere zip"]
    assert bring(stranger, packed).status_code == 200
    assert kept(stranger) == kept(teacher)
    assert list(queries.broken_rules()) == []


def test_an_import_of_which_a_file_is_gone_when_it_would_be_given_adds_nothing(
    teacher: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(teacher)
    packed = zip_of(teacher)
    plainly = actions.draft_row

    def cleared_by_another(*given: Any) -> Any:
        Waiting.objects.filter(came="of-zip").first().file.delete()  # type: ignore[union-attr]
        return plainly(*given)

    monkeypatch.setattr(actions, "draft_row", cleared_by_another)
    assert bring(stranger, packed).status_code == 400
    assert not Entry.objects.filter(owner=stranger.account).exists()
    assert not File.objects.filter(owner=stranger.account).exists()
