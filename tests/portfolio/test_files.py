"""Files beside an entry: sealed piece by piece, named by their entry, gone when it goes."""

import hashlib
import os
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lerarenregister.kernel.envelopes import Unreadable, padme
from lerarenregister.kernel.errors import Absent
from lerarenregister.portfolio import actions
from lerarenregister.portfolio import queries as entries
from lerarenregister.portfolio.actions import Outcome
from lerarenregister.portfolio.actions.files import Reception, destroy_waiting
from lerarenregister.portfolio.errors import FileEmpty, FileGone, FilesFull, FileTooLarge, TooManyFiles
from lerarenregister.portfolio.models import Entry, File, FilePiece, Waiting
from lerarenregister.portfolio.queries import files
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.files import MOST_FILES, FileRef, Room
from lerarenregister.portfolio.rules.pieces import PIECE_BYTES
from tests import samples
from tests.portfolio.conftest import Owner

pytestmark = pytest.mark.django_db
ROOM = Room(of_file=8 * PIECE_BYTES, of_portfolio=40 * PIECE_BYTES)
NOISE = os.urandom(3 * PIECE_BYTES + 1_234)


def sent(who: Owner, content: bytes, at: datetime, *, name: str = "verslag.bin", room: Room = ROOM) -> FileRef:
    """A file comes in, in pieces that are not those of its storing."""
    reception = Reception(viewer=who.viewer, sealer=who.sealer, room=room, at=at)
    for start in range(0, len(content), 70_000):
        reception.feed(content[start : start + 70_000])
    return reception.finish(name)


def kept(
    who: Owner, *named: FileRef, at: datetime, form: UUID | None = None, expected: int = 0, text: str = ""
) -> actions.Saved:
    content = Content(Kind.READING, at.date(), text, "", tuple(named))
    return actions.save_entry(
        viewer=who.viewer, sealer=who.sealer, entry_id=form or uuid4(), expected=expected, content=content, at=at
    )


def read(who: Owner, file: FileRef, first: int = 0) -> bytes:
    return b"".join(files.file_bytes(who.viewer, who.sealer, file, first=first))


@pytest.mark.parametrize("size", [1, 2, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, len(NOISE)])
def test_what_comes_in_comes_out_again_whole_and_from_any_byte(teacher: Owner, at: datetime, size: int) -> None:
    file = sent(teacher, NOISE[:size], at)
    assert (file.size, file.sha256) == (size, hashlib.sha256(NOISE[:size]).hexdigest())
    assert read(teacher, file) == NOISE[:size]
    for first in (0, 1, size // 2, size - 1):
        assert read(teacher, file, first) == NOISE[first:size]


def test_the_rows_hold_no_byte_of_the_file_and_no_name(teacher: Owner, at: datetime) -> None:
    content = b"%PDF-1.7 " + b"geheim gespreksverslag " * 50_000
    file = sent(teacher, content, at, name="Gesprek met Sanne.pdf")
    kept(teacher, file, at=at)
    stored = b"".join(bytes(each.envelope) for each in FilePiece.objects.all())
    stored += b"".join(bytes(each.head) + bytes(each.body) for each in Entry.objects.all())
    assert b"geheim" not in stored
    assert b"Sanne" not in stored


def test_files_of_about_one_size_are_stored_in_rows_of_one_size(teacher: Owner, at: datetime) -> None:
    size = 3 * PIECE_BYTES

    def sizes(content: bytes) -> list[int]:
        key = sent(teacher, content, at).id
        rows = FilePiece.objects.filter(file=key).order_by("number")
        return [len(each.envelope) for each in rows]

    nearly = [each for each in range(size, size + 2_000, 500) if padme(each) == padme(size + 2_000)]
    assert len(nearly) > 2
    assert len({tuple(sizes(NOISE[:each])) for each in nearly}) == 1


def test_a_piece_that_was_moved_changed_or_taken_away_does_not_open(
    teacher: Owner, stranger: Owner, at: datetime
) -> None:
    file, other = sent(teacher, NOISE, at), sent(teacher, NOISE[::-1], at)
    rows = list(FilePiece.objects.filter(file=file.id).order_by("number"))
    first, second, last = (bytes(rows[place].envelope) for place in (0, 1, len(rows) - 1))
    elsewhere = bytes(FilePiece.objects.get(file=other.id, number=1).envelope)
    changed = second[:-1] + bytes([second[-1] ^ 1])
    for number, envelope in ((1, first), (1, last), (1, elsewhere), (1, changed), (0, second)):
        FilePiece.objects.filter(pk=rows[number].pk).update(envelope=envelope)
        with pytest.raises(Unreadable):
            read(teacher, file)
        FilePiece.objects.filter(pk=rows[number].pk).update(envelope=bytes(rows[number].envelope))
    assert read(teacher, file) == NOISE
    rows[-1].delete()  # cut off: the one before it does not say that it is the last
    with pytest.raises(Unreadable):
        read(teacher, file)
    FilePiece.objects.filter(file=file.id, number=len(rows) - 2).update(number=len(rows) - 1)
    with pytest.raises(Unreadable):
        read(teacher, file)


def test_somebody_elses_file_can_not_be_read_named_or_let_go(teacher: Owner, stranger: Owner, at: datetime) -> None:
    file = sent(teacher, NOISE, at)
    with pytest.raises(Unreadable):
        read(stranger, file)
    assert files.files_waiting(stranger.viewer, stranger.sealer, [file.id]) == []
    with pytest.raises(FileGone):
        kept(stranger, file, at=at)
    assert not Entry.objects.filter(owner=stranger.viewer.person()).exists()
    actions.let_go(viewer=stranger.viewer, files=[file])
    saved = kept(teacher, file, at=at)
    assert saved.entry is not None
    with pytest.raises(Absent):
        files.file_of(stranger.viewer, stranger.sealer, saved.entry.id, file.id)
    assert files.file_of(teacher.viewer, teacher.sealer, saved.entry.id, file.id) == file


def test_a_file_of_one_entry_can_not_be_named_by_another(teacher: Owner, at: datetime) -> None:
    file = sent(teacher, NOISE, at)
    kept(teacher, file, at=at)
    with pytest.raises(FileGone):
        kept(teacher, file, at=at)
    assert Entry.objects.count() == 1


def test_an_entry_with_a_file_alone_is_kept_and_called_by_its_name(teacher: Owner, at: datetime) -> None:
    saved = kept(teacher, sent(teacher, samples.PDF, at, name="Certificaat.pdf"), at=at)
    assert saved.outcome is Outcome.CREATED
    assert entries.latest(teacher.viewer, teacher.sealer)[0].heading == "Certificaat.pdf"


def test_the_same_form_again_changes_nothing_and_keeps_no_second_file(teacher: Owner, at: datetime) -> None:
    form = uuid4()
    assert kept(teacher, sent(teacher, NOISE, at), at=at, form=form).outcome is Outcome.CREATED
    assert kept(teacher, sent(teacher, NOISE, at), at=at, form=form).outcome is Outcome.UNCHANGED
    assert (File.objects.count(), Waiting.objects.count()) == (1, 0)


def test_a_file_that_was_taken_away_stays_with_the_earlier_version_and_comes_back_with_it(
    teacher: Owner, at: datetime
) -> None:
    form, file = uuid4(), sent(teacher, NOISE, at)
    kept(teacher, file, at=at, form=form, text="Met bestand")
    kept(teacher, at=at, form=form, expected=1, text="Zonder bestand")
    assert files.files_of(teacher.viewer, teacher.sealer, form) == [file]
    assert entries.entry(teacher.viewer, teacher.sealer, form).content.files == ()
    actions.restore_version(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=form, version=1, expected=2, at=at)
    assert entries.entry(teacher.viewer, teacher.sealer, form).content.files == (file,)
    assert read(teacher, file) == NOISE


def test_files_go_for_good_with_their_entry_and_not_before(teacher: Owner, at: datetime) -> None:
    form, file = uuid4(), sent(teacher, NOISE, at)
    kept(teacher, file, at=at, form=form)
    actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=form, expected=1, at=at)
    assert actions.purge_due(at=at + timedelta(days=30)) == 0
    assert read(teacher, file) == NOISE
    assert actions.purge_due(at=at + timedelta(days=31)) == 1
    assert not File.objects.exists()
    assert not FilePiece.objects.exists()


def test_what_no_entry_names_goes_after_a_day_finished_or_not(teacher: Owner, at: datetime) -> None:
    sent(teacher, NOISE, at)
    Reception(viewer=teacher.viewer, sealer=teacher.sealer, room=ROOM, at=at).feed(NOISE)
    named = sent(teacher, NOISE, at)
    kept(teacher, named, at=at)
    assert destroy_waiting(at=at + timedelta(days=1)) == 0
    assert destroy_waiting(at=at + timedelta(days=2)) == 2
    assert list(File.objects.values_list("pk", flat=True)) == [named.id]
    assert not Waiting.objects.exists()


def test_what_did_not_come_in_to_its_end_can_not_be_named(teacher: Owner, at: datetime) -> None:
    Reception(viewer=teacher.viewer, sealer=teacher.sealer, room=ROOM, at=at).feed(NOISE)
    half = FileRef(File.objects.get().pk, "half.bin", "application/octet-stream", len(NOISE), "0" * 64)
    assert files.files_waiting(teacher.viewer, teacher.sealer, [half.id]) == []
    with pytest.raises(FileGone):
        kept(teacher, half, at=at)


@pytest.mark.parametrize(
    ("content", "room", "refusal"),
    [
        (b"", ROOM, FileEmpty),
        (NOISE, Room(of_file=len(NOISE) - 1, of_portfolio=1 << 30), FileTooLarge),
        (NOISE, Room(of_file=1 << 30, of_portfolio=len(NOISE) - 1), FilesFull),
        (b"x", Room(of_file=1 << 30, of_portfolio=10), FilesFull),
    ],
)
def test_what_is_refused_leaves_nothing(
    teacher: Owner, at: datetime, content: bytes, room: Room, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        sent(teacher, content, at, room=room)
    assert not File.objects.exists()
    assert not FilePiece.objects.exists()


def test_two_at_once_fill_a_portfolio_no_further_than_its_most(teacher: Owner, at: datetime) -> None:
    room = Room(of_file=1 << 30, of_portfolio=10 * PIECE_BYTES)
    two = [Reception(viewer=teacher.viewer, sealer=teacher.sealer, room=room, at=at) for _ in range(2)]

    def fill() -> int:
        most = 0
        for _ in range(40):
            for each in two:
                try:
                    each.feed(bytes(PIECE_BYTES))
                except FilesFull:
                    return most
                most = max(most, files.files_stored(teacher.viewer.person()))
        raise AssertionError("it was never full")

    assert 0 < fill() <= room.of_portfolio


def test_an_entry_has_no_more_files_than_its_most(at: datetime) -> None:
    file = FileRef(uuid4(), "a", "application/pdf", 1, "0" * 64)
    with pytest.raises(TooManyFiles):
        Content(Kind.OTHER, at.date(), "", "", (file,) * (MOST_FILES + 1))


def test_closing_an_account_takes_her_files_also_those_that_wait(teacher: Owner, stranger: Owner, at: datetime) -> None:
    kept(teacher, sent(teacher, NOISE, at), at=at)
    sent(teacher, NOISE, at)
    theirs = sent(stranger, NOISE, at)
    assert not entries.is_empty(teacher.viewer.person())
    actions.erase_portfolio(viewer=teacher.viewer)
    assert list(File.objects.values_list("pk", flat=True)) == [theirs.id]
    assert entries.is_empty(teacher.viewer.person())
    assert list(entries.owners_stored()) == [stranger.viewer.person()]


def test_what_is_stored_breaks_no_rule_and_what_is_tampered_with_does(teacher: Owner, at: datetime) -> None:
    kept(teacher, sent(teacher, NOISE, at), sent(teacher, samples.jpeg(), at), at=at)
    sent(teacher, NOISE, at)
    assert list(entries.broken_rules()) == []
    FilePiece.objects.filter(number=1).delete()
    File.objects.filter(entry__isnull=False).update(owner=uuid4())
    Waiting.objects.all().delete()
    assert {each.rule for each in entries.broken_rules()} == {
        "a file has neither an entry nor a day",
        "a file is not of the owner of its entry",
        "a piece of a file is missing",
    }
