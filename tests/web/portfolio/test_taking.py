"""She takes everything with her and brings it back: whole, unchanged, and never through the disk."""

import hashlib
import io
import json
import os
import re
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from lerarenregister.kernel.envelopes import new_key
from lerarenregister.portfolio import actions, queries
from lerarenregister.portfolio.models import Draft, Entry, EntryVersion
from lerarenregister.portfolio.rules.entries import Content, EarlierVersion, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Every, Facets, Form, Label, State
from lerarenregister.portfolio.rules.stories import Piece
from lerarenregister.portfolio.sharing.rules.receiving import Own
from lerarenregister.web.portfolio import takeout
from lerarenregister.web.portfolio.bringin import MOST_DOCUMENT_BYTES, most_bytes, open_zip, read_zip
from lerarenregister.web.portfolio.document import SCHEMA_FILE
from tests.portfolio.conftest import Owner, owner
from tests.web.portfolio.conftest import Person

pytestmark = pytest.mark.django_db
BRING = "/portfolio/terugbrengen/"
AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)


def zip_of(person: Person) -> bytes:
    response = person.client.get("/portfolio/meenemen/zip/")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith('attachment; filename="portfolio-')
    return bytes(response.getvalue())


def bring(person: Person, packed: bytes) -> Any:
    return person.client.post(BRING, {"zip": SimpleUploadedFile("portfolio.zip", packed, "application/zip")})


def repacked(packed: bytes, change: Callable[[dict[str, bytes]], None], *, sums: bool = True) -> bytes:
    """The zip with its files changed, and right checksums unless told otherwise."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if sums and "portfolio.json" in files:
        files["SHA256SUMS"] = f"{hashlib.sha256(files['portfolio.json']).hexdigest()}  portfolio.json\n".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_the_zip_reads_by_itself_follows_its_schema_and_its_checksums_fit(teacher: Person) -> None:
    url = teacher.written("Intervisie <b>gehad</b>\nTweede regel")
    teacher.written("Weggegooid")
    teacher.client.post("/portfolio/concept/", {**teacher.ticket(), "tekst": "Half af"})
    with zipfile.ZipFile(io.BytesIO(zip_of(teacher))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == ["README.txt", "SHA256SUMS", "index.html", "portfolio-export.schema.json", "portfolio.json"]
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    document = json.loads(files["portfolio.json"])
    jsonschema.validate(document, json.loads(files["portfolio-export.schema.json"]))
    assert document["draft"] == "Half af"
    html = files["index.html"].decode()
    assert "Intervisie &lt;b&gt;gehad&lt;/b&gt;" in html
    assert "http://" not in html
    assert "https://" not in html
    assert "<script" not in html
    assert url.split("/")[2] not in files["portfolio.json"].decode()
    assert str(teacher.account) not in "".join(content.decode() for content in files.values())


def test_the_published_schema_is_the_one_in_the_zip() -> None:
    published = settings.ROOT / "docs" / "reference" / "portfolio-export.schema.json"
    assert published.read_bytes() == SCHEMA_FILE.read_bytes()


def test_another_person_brings_a_zip_in_and_it_becomes_hers_with_new_ids(teacher: Person, stranger: Person) -> None:
    url = teacher.written("Van de een")
    teacher.written("Nog een")
    packed = zip_of(teacher)
    page = bring(stranger, packed).content.decode()
    assert "2 stukken zijn toegevoegd" in page
    assert "Van de een" in stranger.get("/portfolio/")
    assert stranger.client.get(url).status_code == 404
    again = bring(stranger, packed).content.decode()
    assert "0 stukken zijn toegevoegd" in again
    assert "2 had je al" in again
    assert Entry.objects.filter(owner=stranger.account).count() == 2


def test_two_that_say_the_same_stay_two_each_with_its_history(teacher: Person, stranger: Person) -> None:
    for before in ("Eerst dit", "Eerst dat"):
        url = teacher.written(before)
        page = teacher.get(url + "bewerken/")
        posted = {**teacher.ticket(page), "tekst": "Lesbezoek", "soort": "reading"}
        posted["datum"] = re.findall(r'name="datum" value="([^"]*)"', page)[0]
        assert teacher.client.post("/portfolio/bewaren/", posted).status_code == 303
    assert EntryVersion.objects.count() == 2
    packed = zip_of(teacher)
    assert "2 stukken zijn toegevoegd" in bring(stranger, packed).content.decode()
    assert EntryVersion.objects.filter(entry__owner=stranger.account).count() == 2
    assert "0 stukken zijn toegevoegd" in bring(stranger, packed).content.decode()


def test_the_bin_and_the_draft_come_back_where_they_were(teacher: Person, stranger: Person) -> None:
    url = teacher.written("Weggegooid")
    teacher.press(url, "verwijderen/")
    teacher.client.post("/portfolio/concept/", {**teacher.ticket(), "tekst": "Half af"})
    bring(stranger, zip_of(teacher))
    assert "Weggegooid" in stranger.get("/portfolio/prullenbak/")
    assert "Weggegooid" not in stranger.get("/portfolio/")
    assert "Half af" in stranger.get("/")


def test_a_zip_of_the_first_version_still_comes_in(teacher: Person, stranger: Person) -> None:
    teacher.written("Van vroeger")

    def older(document: Any) -> None:
        document["version"] = 1
        for each in document["entries"]:
            del each["id"]

    packed = repacked(zip_of(teacher), _document(older))
    assert "1 stuk is toegevoegd" in bring(stranger, packed).content.decode()
    assert "1 had je al" in bring(teacher, packed).content.decode()


def test_a_link_to_nothing_in_the_zip_is_left_out(teacher: Person, stranger: Person) -> None:
    teacher.written("Van mij")
    other = str(UUID(int=7))
    packed = repacked(zip_of(teacher), _content(links=[99], pieces=[]))
    assert bring(stranger, packed).status_code == 200
    assert bring(stranger, repacked(zip_of(teacher), _content(links=[other]))).status_code == 400


def _document(change: Callable[[Any], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(files: dict[str, bytes]) -> None:
        document = json.loads(files["portfolio.json"])
        change(document)
        files["portfolio.json"] = json.dumps(document).encode()

    return changed


def _content(**fields: object) -> Callable[[dict[str, bytes]], None]:
    return _document(lambda document: document["entries"][0]["content"].update(fields))


REFUSED: dict[str, Callable[[dict[str, bytes]], None]] = {
    "climbs out": lambda files: files.update({"../outside.txt": b"x"}),
    "absolute": lambda files: files.update({"/etc/outside": b"x"}),
    "backslash": lambda files: files.update({"..\\outside": b"x"}),
    "too many files": lambda files: files.update({f"file-{number}": b"" for number in range(30)}),
    "no document": lambda files: files.__delitem__("portfolio.json"),
    "no json": lambda files: files.update({"portfolio.json": b"\x00\xff not json"}),
    "deep json": lambda files: files.update({"portfolio.json": b"[" * 100_000}),
    "long number": lambda files: files.update({"portfolio.json": b"9" * 100_000}),
    "another format": _document(lambda document: document.update(format="something-else")),
    "a list": lambda files: files.update({"portfolio.json": b"[]"}),
    "wrong hash": _content(text="Iets anders"),
    "unknown kind": _content(kind="verplicht"),
    "impossible date": _content(date="2018-02-31"),
    "too long": _content(text="x" * 100_001),
    "half a character": _content(text="\ud800"),
    "tag without end": _content(tags=["x" * 10_000]),
    "a thousand tags": _content(tags=[f"{number}" for number in range(1_000)]),
    "a thousand links": _content(links=list(range(1, 1_001))),
    "pieces in an entry": _content(pieces=[{"text": "los"}]),
    "unknown form": _content(form="punten"),
    "minutes": _content(minutes=7),
    "end before the beginning": _content(until="1950-01-01"),
    "repeats without saying how often": _content(form="repeat"),
    "one id twice": _document(lambda document: document["entries"].append(document["entries"][0])),
    "no moment": _document(lambda document: document["entries"][0].update(saved_at="gisteren")),
    "no zone": _document(lambda document: document["entries"][0].update(saved_at="2018-01-01T00:00:00")),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_a_changed_zip_is_refused_whole_with_a_reason(
    teacher: Person, stranger: Person, change: Callable[[dict[str, bytes]], None]
) -> None:
    teacher.written("Van mij")
    response = bring(stranger, repacked(zip_of(teacher), change))
    assert response.status_code == 400
    assert "Kies de zip zoals je hem kreeg" in response.content.decode()
    assert not Entry.objects.filter(owner=stranger.account).exists()


def test_a_document_that_does_not_fit_its_checksum_is_refused(teacher: Person) -> None:
    teacher.written("Van mij")
    packed = repacked(zip_of(teacher), lambda files: files.update({"portfolio.json": b"{}"}), sums=False)
    assert bring(teacher, packed).status_code == 400


def test_a_bomb_is_refused_after_a_bounded_read(teacher: Person) -> None:
    bomb = repacked(zip_of(teacher), lambda files: files.update({"portfolio.json": bytes(MOST_DOCUMENT_BYTES + 1)}))
    assert len(bomb) < 1_000_000
    response = bring(teacher, bomb)
    assert response.status_code == 400
    assert "te groot" in response.content.decode()
    lying = bytearray(bomb)  # the directory claims ten bytes
    place = bytes(lying).rindex((MOST_DOCUMENT_BYTES + 1).to_bytes(4, "little"))
    lying[place : place + 4] = (10).to_bytes(4, "little")
    assert bring(teacher, bytes(lying)).status_code == 400


@pytest.mark.parametrize("packed", [b"", b"no zip at all", b"PK\x03\x04" + b"\x00" * 40, b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_zip_is_refused(teacher: Person, packed: bytes) -> None:
    assert bring(teacher, packed).status_code == 400


def test_a_form_without_a_file_is_refused(teacher: Person) -> None:
    assert teacher.client.post(BRING, {}).status_code == 400
    assert teacher.client.post(BRING, {"zip": "text"}).status_code == 400


def test_a_file_over_the_limit_is_cut_off_while_it_comes_in(teacher: Person, settings: Settings) -> None:
    settings.PORTFOLIO_FILES_MB = 1
    response = bring(teacher, bytes(most_bytes() + 1))
    assert response.status_code == 400
    assert "te groot" in response.content.decode()


def test_bringing_in_needs_the_forms_token(signed_in: Callable[..., Person]) -> None:
    person = signed_in("teacher", checks=True)
    assert bring(person, b"x").status_code == 403


class Watch:
    """Looks the whole time for a word in new files of the temporary folder and of `var`."""

    def __init__(self, word: bytes) -> None:
        self.word, self.found, self.seen = word, set[str](), set[str]()
        self.passes = threading.Semaphore(0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            for path in self._files():
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                self.seen.add(path.name)
                if self.word in content:
                    self.found.add(str(path))
            self.passes.release()

    @staticmethod
    def _files() -> Iterator[Path]:
        for root in {tempfile.gettempdir(), str(settings.VAR)}:
            for path in Path(root).rglob("*"):
                if os.path.isfile(path):
                    yield path


def test_neither_taking_out_nor_bringing_in_touches_the_disk_in_plaintext(
    teacher: Person, stranger: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    canary = "kanariegeel in een bestand"
    for number in range(30):
        text = hashlib.shake_256(bytes([number])).hexdigest(45_000)  # does not compress: the upload is over 1 MB
        teacher.written(f"{canary} {number} {text}")
    with Watch(canary.encode()) as watch:
        (folder / "control").write_bytes(b"the watch sees files")
        packed = zip_of(teacher)
        stored = repacked_stored(packed)
        assert len(stored) > 2_621_440
        assert bring(stranger, stored).status_code == 200
    assert "control" in watch.seen
    assert watch.found == set()
    assert sorted(path.name for path in folder.iterdir()) == ["control"]


def repacked_stored(packed: bytes) -> bytes:
    """The zip without compression, so that the plaintext itself is what comes in."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
        for name in archive.namelist():
            copy.writestr(name, archive.read(name))
    return made.getvalue()


texts = st.text(st.characters(codec="utf-8"), max_size=300)
words = st.text(st.characters(codec="utf-8"), max_size=40)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
labels = st.builds(Label, *[st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)] * 3)
facets = st.builds(
    Facets,
    form=st.sampled_from([form for form in Form if form is not Form.COLLECTION]),
    every=st.sampled_from(Every),
    handled=st.none() | days,
    tags=st.lists(words, max_size=4).map(tuple),
    quarters=st.none() | st.integers(1, 40_000),
    until=st.none() | st.dates(date(2100, 1, 1), date(2200, 1, 1)),
    labels=st.lists(labels, max_size=2).map(tuple),
    state=st.sampled_from(State),
)
contents = st.builds(
    Content,
    st.sampled_from(Kind),
    days,
    texts,
    st.text(st.characters(codec="utf-8"), max_size=100),
    facets=st.just(PLAIN) | facets,
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2018, 9, 1), timezones=st.just(UTC))  # noqa: DTZ001
entries = st.builds(
    KeptEntry,
    contents.filter(lambda content: not content.blank),
    moments,
    moments,
    st.lists(st.builds(EarlierVersion, contents, moments), max_size=2).map(tuple),
    st.booleans(),
    st.uuids(version=4),
)


@st.composite
def portfolios(draw: st.DrawFn) -> list[KeptEntry]:
    """Some things, links between any of them (to themselves too), and a collection of them."""
    kept: list[KeptEntry] = draw(st.lists(entries, max_size=6, unique_by=lambda each: each.id))
    ids = [each.id for each in kept if each.id]
    if not ids:
        return kept
    some = st.lists(st.sampled_from(ids), max_size=3)
    kept = [replace(each, content=each.content.also_linked(tuple(draw(some)))) for each in kept]
    between = st.builds(Piece, text=texts.filter(lambda text: bool(text.strip())))
    pieces = draw(st.lists(st.sampled_from(ids).map(Piece) | between, max_size=5))
    story = Content(
        Kind.OTHER, date(2018, 1, 1), draw(texts), "Verhaal", facets=Facets(Form.COLLECTION), pieces=tuple(pieces)
    )
    return [*kept, KeptEntry(story, AT, AT, id=UUID(int=1))]


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(portfolios())
def test_taken_out_wiped_and_brought_in_again_the_content_hashes_are_equal(db: None, kept: list[KeptEntry]) -> None:
    first: Owner = owner()
    fill(first, kept)
    before, linked = hashes(first), links(first)
    packed = b"".join(takeout.stream(first.viewer, first.sealer, Own.of(new_key()), at=AT))
    Entry.objects.all().delete()
    Draft.objects.all().delete()
    again = read_zip(open_zip(io.BytesIO(packed)), at=AT).entries
    fill(first, again)
    assert (hashes(first), links(first)) == (before, linked)
    assert {each.content.content_hash() for each in kept} == set(before[0]) | set(before[1])
    fill(first, again)
    assert (hashes(first), links(first)) == (before, linked)


def links(person: Owner) -> list[tuple[str, list[str], list[str]]]:
    """Of everything what it says, and what that says to which it is linked and which it holds, in its order."""
    kept = list(queries.everything(person.viewer, person.sealer))
    said = {each.id: f"{each.deleted} {each.content.content_hash()}" for each in kept}
    return sorted(
        (
            said[each.id],
            sorted({said[link] for link in each.content.facets.links}),
            [said[entry] for entry in each.content.chosen()],
        )
        for each in kept
    )


def fill(person: Owner, kept: list[KeptEntry]) -> None:
    actions.import_entries(viewer=person.viewer, sealer=person.sealer, entries=kept, at=AT)


def hashes(person: Owner) -> tuple[list[str], list[str], list[list[str]]]:
    everything = list(queries.everything(person.viewer, person.sealer))
    return (
        queries.content_hashes(person.viewer, person.sealer),
        queries.content_hashes(person.viewer, person.sealer, deleted=True),
        sorted(
            [each.content.content_hash(), *[old.content.content_hash() for old in each.earlier]] for each in everything
        ),
    )
