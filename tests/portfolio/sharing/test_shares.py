"""Copies in the database: made, opened, taken back, past their end, full, cut short; and what a dump of them tells."""

import os
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lerarenregister.kernel.envelopes import Unreadable
from lerarenregister.kernel.errors import Absent, Invalid
from lerarenregister.portfolio.rules.files import FileRef
from lerarenregister.portfolio.rules.pieces import PIECE_BYTES
from lerarenregister.portfolio.sharing import actions, queries
from lerarenregister.portfolio.sharing.errors import (
    FileVanished,
    NotAsked,
    NotesFull,
    NotShared,
    OpenedTooOften,
    ShareInterrupted,
    SharesFull,
)
from lerarenregister.portfolio.sharing.models import Copy, CopyFile, CopyPiece, Note, Share, Sheet
from lerarenregister.portfolio.sharing.rules import notes
from lerarenregister.portfolio.sharing.rules.copies import CopyPart, Story
from lerarenregister.portfolio.sharing.rules.secrets import Secret
from tests.portfolio.sharing.conftest import STORY, Sharer, files_of

pytestmark = pytest.mark.django_db
ON = date(2018, 9, 1)
NOISE = os.urandom(2 * PIECE_BYTES + 1_234)


def a_file(content: bytes, name: str = "verslag.pdf", media_type: str = "application/pdf") -> FileRef:
    return FileRef(uuid4(), name, media_type, len(content), sha256(content).hexdigest())


def with_file(content: bytes = NOISE) -> tuple[Story, FileRef]:
    file = a_file(content)
    return Story("Met bestand", "", (CopyPart("Les", ON, files=(file,)), CopyPart("Nog eens", ON, files=(file,)))), file


def whole(copy: queries.OpenCopy) -> list[CopyPart]:
    return [part for number in range(copy.cover.sheets) for part in queries.sheet(copy, number)]


def test_who_has_the_secret_reads_the_copy_and_nobody_else(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    key = teacher.share(at)
    copy = queries.opened(teacher.secret(key, at), at=at)
    assert (copy.cover.title, copy.cover.by, copy.cover.purpose) == ("Mijn jaar", "Anouk", "Om te bespreken")
    assert (copy.cover.shared_on, copy.cover.until) == (at.date(), at.date() + timedelta(days=30))
    assert whole(copy) == list(STORY.parts)
    with pytest.raises(Absent):
        queries.share(colleague.viewer, colleague.sealer, key, at=at)
    assert queries.shares(colleague.viewer, colleague.sealer, at=at) == []
    assert not queries.heard(colleague.viewer, colleague.own, key).openings


def test_what_she_shared_last_comes_first_on_one_day_too(teacher: Sharer, at: datetime) -> None:
    made = [teacher.share(at + timedelta(minutes=minute)) for minute in range(12)]
    assert [each.id for each in queries.shares(teacher.viewer, teacher.sealer, at=at)] == made[::-1]


def test_files_go_along_once_each_and_open_piece_by_piece(teacher: Sharer, at: datetime) -> None:
    story, file = with_file()
    key = teacher.share(at, story=story, files=files_of({file.id: NOISE}))
    copy = queries.opened(teacher.secret(key, at), at=at)
    parts = whole(copy)
    found = queries.file_of(copy, parts[0].files[0].id)
    assert parts[0].files[0].id == parts[1].files[0].id != file.id
    assert b"".join(queries.file_bytes(copy, found)) == NOISE
    assert b"".join(queries.file_bytes(copy, found, first=PIECE_BYTES + 7)) == NOISE[PIECE_BYTES + 7 :]
    assert CopyFile.objects.count() == 1
    with pytest.raises(NotShared):
        queries.file_of(copy, uuid4())
    with pytest.raises(NotShared):
        queries.small_bytes(copy, found)


def test_an_image_brings_its_small_one(teacher: Sharer, at: datetime) -> None:
    photo = FileRef(uuid4(), "bord.jpg", "image/jpeg", 9, sha256(b"een beeld").hexdigest(), 64, 48)
    story = Story("Foto", "", (CopyPart("", ON, files=(photo,)),))
    key = teacher.share(at, story=story, files=files_of({photo.id: b"een beeld"}, b"klein"))
    copy = queries.opened(teacher.secret(key, at), at=at)
    found = queries.file_of(copy, whole(copy)[0].files[0].id)
    assert queries.small_bytes(copy, found) == b"klein"


def test_a_form_that_is_sent_twice_makes_one_share_with_one_link(teacher: Sharer, at: datetime) -> None:
    key = teacher.share(at)
    before = teacher.secret(key, at)
    teacher.share(at, share_id=key, story=Story("Anders", "", ()))
    assert (Copy.objects.count(), Share.objects.count()) == (1, 1)
    assert teacher.secret(key, at) == before
    assert queries.opened(before, at=at).cover.title == "Mijn jaar"


def test_an_id_of_somebody_elses_share_is_absent(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    key = teacher.share(at)
    with pytest.raises(Absent):
        colleague.share(at, share_id=key)
    with pytest.raises(Absent):
        colleague.stop(key, at)
    with pytest.raises(Absent):
        actions.remove_line(viewer=colleague.viewer, share_id=key, at=at)
    assert queries.opened(teacher.secret(key, at), at=at)


def test_taken_back_it_is_gone_at_once_with_all_by_which_it_could_be_found(teacher: Sharer, at: datetime) -> None:
    story, file = with_file()
    key = teacher.share(at, story=story, files=files_of({file.id: NOISE}))
    secret = teacher.secret(key, at)
    copy = queries.opened(secret, at=at)
    teacher.stop(key, at)
    for rows in (Copy, Sheet, CopyFile, CopyPiece):
        assert not rows._default_manager.exists()
    with pytest.raises(NotShared):
        queries.opened(secret, at=at)
    with pytest.raises(NotShared):
        queries.sheet(copy, 0)
    with pytest.raises(NotShared):
        actions.note_opening(copy=copy, at=at)
    with pytest.raises(NotShared):
        actions.write_back(copy=copy, note_id=uuid4(), text="Laat", name="", at=at)
    view = queries.share(teacher.viewer, teacher.sealer, key, at=at)
    assert (view.opens, view.line.ended_on) == (False, at.date())
    teacher.stop(key, at + timedelta(days=3))
    assert queries.share(teacher.viewer, teacher.sealer, key, at=at).line.ended_on == at.date()


def test_a_link_that_was_taken_back_never_opens_anything_again(teacher: Sharer, at: datetime) -> None:
    """Not even when the same form is sent once more after she removed what she kept of it."""
    key = teacher.share(at)
    secret = teacher.secret(key, at)
    teacher.stop(key, at)
    teacher.share(at, share_id=key)
    assert not Copy.objects.exists()
    assert actions.remove_line(viewer=teacher.viewer, share_id=key, at=at)
    teacher.share(at, share_id=key)
    with pytest.raises(NotShared):
        queries.opened(secret, at=at)
    assert teacher.secret(key, at) != secret


def test_it_opens_on_its_last_day_and_the_daily_work_removes_it_after(teacher: Sharer, at: datetime) -> None:
    key = teacher.share(at, days=1)
    secret = teacher.secret(key, at)
    last, after = at + timedelta(days=1), at + timedelta(days=2)
    assert queries.opened(secret, at=last)
    assert actions.end_due(at=last) == 0
    with pytest.raises(NotShared):
        queries.opened(secret, at=after)
    assert not queries.share(teacher.viewer, teacher.sealer, key, at=after).opens
    assert (actions.end_due(at=after), actions.end_due(at=after)) == (1, 0)
    assert not Copy.objects.exists()
    assert Share.objects.exists(), "her own line stays"


def test_her_line_goes_when_she_says_so_but_not_while_others_can_read(teacher: Sharer, at: datetime) -> None:
    key = teacher.share(at)
    assert not actions.remove_line(viewer=teacher.viewer, share_id=key, at=at)
    teacher.stop(key, at)
    assert actions.remove_line(viewer=teacher.viewer, share_id=key, at=at)
    assert not Share.objects.exists()


def test_by_name_only_whose_address_it_was_finds_and_opens_it(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    key = teacher.share(at, to=colleague.own.address)
    assert [each.id for each in queries.received(colleague.viewer, colleague.own, at=at)] == [key]
    secret = queries.secret_for(colleague.viewer, colleague.own, key, at=at)
    assert whole(queries.opened(secret, at=at)) == list(STORY.parts)
    stranger = Sharer()
    assert queries.received(stranger.viewer, stranger.own, at=at) == []
    for who in (stranger, teacher):
        with pytest.raises(Absent):
            queries.secret_for(who.viewer, who.own, key, at=at)
    assert queries.link_of(teacher.own, queries.share(teacher.viewer, teacher.sealer, key, at=at)) == ""
    teacher.stop(key, at)
    assert queries.received(colleague.viewer, colleague.own, at=at) == []
    with pytest.raises(Absent):
        queries.secret_for(colleague.viewer, colleague.own, key, at=at)


def test_sharing_with_an_address_of_nobody_is_like_sharing_with_one_of_somebody(
    teacher: Sharer, colleague: Sharer, at: datetime
) -> None:
    with CaptureQueriesContext(connection) as somebody:
        teacher.share(at, to=colleague.own.address)
    with CaptureQueriesContext(connection) as nobody:
        teacher.share(at, to=Sharer().own.address)
    shapes = [[query["sql"][:40].partition(' "s1')[0] for query in each] for each in (somebody, nobody)]
    assert len(shapes[0]) > 5
    assert shapes[0] == shapes[1]


def test_what_others_put_at_her_address_and_does_not_open_hides_nothing(
    teacher: Sharer, colleague: Sharer, at: datetime
) -> None:
    teacher.share(at, to=colleague.own.address)
    broken = teacher.share(at, to=colleague.own.address)
    Copy.objects.filter(pk=broken).update(secret=os.urandom(120))
    assert len(queries.received(colleague.viewer, colleague.own, at=at)) == 1


def test_of_many_that_are_shared_with_her_the_newest_are_shown_whatever_their_ids(
    teacher: Sharer, colleague: Sharer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_SHOWN", 3)
    for number in range(4):
        teacher.share(at, to=colleague.own.address, share_id=UUID(int=number + 1))
    newest = teacher.share(at + timedelta(days=1), to=colleague.own.address, share_id=UUID(int=2**128 - 1), days=20)
    oldest = teacher.share(at - timedelta(days=1), to=colleague.own.address, share_id=UUID(int=2**128 - 2), days=20)
    shown = [each.id for each in queries.received(colleague.viewer, colleague.own, at=at)]
    assert len(shown) == 3
    assert shown[0] == newest
    assert oldest not in shown


def test_she_reads_when_it_was_opened_and_what_was_written_back_and_nobody_else_does(
    teacher: Sharer, colleague: Sharer, at: datetime
) -> None:
    key = teacher.share(at)
    copy = queries.opened(teacher.secret(key, at), at=at)
    actions.note_opening(copy=copy, at=at)
    actions.note_opening(copy=copy, at=at + timedelta(hours=1))
    note = uuid4()
    for _twice in range(2):
        assert actions.write_back(
            copy=copy, note_id=note, text="<script>alert(1)</script>", name="Cor", at=at + timedelta(hours=2)
        )
    assert not actions.write_back(copy=copy, note_id=uuid4(), text=" \n", name="Cor", at=at)
    heard = queries.heard(teacher.viewer, teacher.own, key)
    assert heard.openings == (at, at + timedelta(hours=1))
    assert [(each.text, each.name) for _, each in heard.answers] == [("<script>alert(1)</script>", "Cor")]
    assert len({len(bytes(each)) for each in Note.objects.values_list("envelope", flat=True)}) == 1
    view = queries.share(teacher.viewer, teacher.sealer, key, at=at)
    assert (view.openings, view.answers) == (2, 1)
    other = queries.heard(teacher.viewer, colleague.own, key)
    assert not other.openings
    teacher.stop(key, at)
    assert len(queries.heard(teacher.viewer, teacher.own, key).answers) == 1, "what was written stays hers"


def test_a_copy_without_a_question_takes_no_answer(teacher: Sharer, at: datetime) -> None:
    key = teacher.share(at, feedback=False)
    copy = queries.opened(teacher.secret(key, at), at=at)
    with pytest.raises(NotAsked):
        actions.write_back(copy=copy, note_id=uuid4(), text="Toch", name="", at=at)


def test_nobody_fills_her_disk_with_openings_or_answers(
    teacher: Sharer, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_OPENINGS", 3)
    monkeypatch.setattr(notes, "MOST_ANSWERS", 2)
    key = teacher.share(at)
    copy = queries.opened(teacher.secret(key, at), at=at)
    for _ in range(3):
        actions.note_opening(copy=copy, at=at)
    with pytest.raises(OpenedTooOften):
        actions.note_opening(copy=copy, at=at)
    for _ in range(2):
        actions.write_back(copy=copy, note_id=uuid4(), text="Mooi", name="", at=at)
    with pytest.raises(NotesFull):
        actions.write_back(copy=copy, note_id=uuid4(), text="Mooi", name="", at=at)
    with pytest.raises(Invalid):
        actions.write_back(copy=copy, note_id=uuid4(), text="a" * 2_001, name="", at=at)
    assert Note.objects.count() == 5


def test_so_many_copies_at_once_and_no_more(teacher: Sharer, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SHARES", 2)
    first = teacher.share(at)
    teacher.share(at)
    with pytest.raises(SharesFull):
        teacher.share(at)
    assert (Copy.objects.count(), Share.objects.count()) == (2, 2)
    teacher.stop(first, at)
    teacher.share(at)


def test_so_many_bytes_at_once_and_nothing_is_left_of_what_did_not_fit(teacher: Sharer, at: datetime) -> None:
    story, file = with_file()
    files = files_of({file.id: NOISE})
    teacher.share(at, story=story, files=files, most=2 * len(NOISE))
    with pytest.raises(SharesFull):
        teacher.share(at, story=story, files=files, most=2 * len(NOISE))
    assert (Copy.objects.count(), CopyFile.objects.count()) == (1, 1)
    assert Copy.objects.get().stored == queries.bytes_shared(teacher.viewer.person())


@pytest.mark.parametrize("content", [b"iets anders", b""])
def test_a_file_that_is_not_what_she_saw_is_not_shared(teacher: Sharer, at: datetime, content: bytes) -> None:
    story, file = with_file()
    with pytest.raises(FileVanished):
        teacher.share(at, story=story, files=files_of({file.id: content}))
    assert not Copy.objects.exists()
    assert not Share.objects.exists()


def test_a_file_that_vanished_is_told_and_nothing_is_shared(teacher: Sharer, at: datetime) -> None:
    story, _file = with_file()

    def gone(_: FileRef) -> Any:
        raise Unreadable("a piece of a file is not there")

    with pytest.raises(FileVanished):
        teacher.share(at, story=story, files=actions.Files(gone, lambda _file: b""))
    assert not Copy.objects.exists()


def test_what_was_cut_short_opens_for_nobody_and_goes_with_the_daily_work(teacher: Sharer, at: datetime) -> None:
    key = uuid4()
    assert actions._begun(teacher.viewer.person(), key, at)
    assert queries.being_made(teacher.viewer, key)
    with pytest.raises(Absent):
        queries.share(teacher.viewer, teacher.sealer, key, at=at)
    assert list(queries.broken_rules()) == []
    assert actions.end_due(at=at + timedelta(days=2)) == 0
    assert actions.end_due(at=at + timedelta(days=3)) == 1


def test_the_same_form_takes_over_from_a_try_that_is_not_done(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    """Killed, it would else never come to its end; alive, the first stops, and one share comes of both."""
    story, file = with_file()
    key = uuid4()

    def interrupted(_: FileRef) -> Any:
        teacher.share(at, share_id=key)
        yield NOISE

    with pytest.raises(ShareInterrupted):
        teacher.share(at, share_id=key, story=story, files=actions.Files(interrupted, lambda _file: b""))
    assert (Share.objects.count(), Copy.objects.count()) == (1, 1)
    assert whole(queries.opened(teacher.secret(key, at), at=at)) == list(STORY.parts)
    other = uuid4()
    actions._begun(teacher.viewer.person(), other, at)
    with pytest.raises(Absent):
        colleague.share(at, share_id=other)
    teacher.share(at, share_id=other, story=story, files=files_of({file.id: NOISE}))
    assert queries.opened(teacher.secret(other, at), at=at)
    assert list(queries.broken_rules()) == []


def test_an_account_that_is_closed_while_a_copy_is_made_gets_none(teacher: Sharer, at: datetime) -> None:
    story, _file = with_file()

    def closing(_: FileRef) -> Any:
        actions.erase_shares(viewer=teacher.viewer)
        yield NOISE

    with pytest.raises(ShareInterrupted):
        teacher.share(at, story=story, files=actions.Files(closing, lambda _file: b""))
    assert not Share.objects.exists()
    assert not CopyPiece.objects.exists()


def test_closing_takes_all_of_hers_and_nothing_of_another(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    teacher.share(at)
    other = colleague.share(at, to=teacher.own.address)
    actions.erase_shares(viewer=teacher.viewer)
    assert list(Copy.objects.values_list("pk", flat=True)) == [other]
    assert queries.owners_among([teacher.viewer.person(), colleague.viewer.person()]) == [colleague.viewer.person()]
    assert not queries.has_any(teacher.viewer.person())
    assert actions.erase_shares_of(owners=[colleague.viewer.person(), uuid4()]) == 1


def test_rows_of_another_share_and_pieces_that_were_moved_do_not_open(teacher: Sharer, at: datetime) -> None:
    story, file = with_file()
    files = files_of({file.id: NOISE})
    first, second = teacher.share(at, story=story, files=files), teacher.share(at, story=story, files=files)
    copy = queries.opened(teacher.secret(first, at), at=at)
    reference = whole(copy)[0].files[0]
    pieces = {row.number: row for row in CopyPiece.objects.filter(file=reference.id)}
    one, two = bytes(pieces[0].envelope), bytes(pieces[1].envelope)
    CopyPiece.objects.filter(pk=pieces[0].pk).update(envelope=two)
    CopyPiece.objects.filter(pk=pieces[1].pk).update(envelope=one)
    with pytest.raises(Unreadable):
        list(queries.file_bytes(copy, reference))
    Sheet.objects.filter(copy=first).update(envelope=Sheet.objects.get(copy=second).envelope)
    with pytest.raises(Unreadable):
        queries.sheet(copy, 0)
    Copy.objects.filter(pk=first).update(cover=Copy.objects.get(pk=second).cover)
    with pytest.raises(Unreadable):
        queries.opened(teacher.secret(first, at), at=at)
    with pytest.raises(NotShared):  # the secret of one with the files of the other
        queries.file_of(queries.opened(teacher.secret(second, at), at=at), reference.id)


def test_a_dump_tells_no_secret_no_word_and_not_who_receives(teacher: Sharer, colleague: Sharer, at: datetime) -> None:
    story = Story("Kanarie titel", "Kanarie inleiding", (CopyPart("Kanarie tekst", ON),))
    by_link, by_name = teacher.share(at, story=story), teacher.share(at, story=story, to=colleague.own.address)
    secrets = [teacher.secret(by_link, at), queries.secret_for(colleague.viewer, colleague.own, by_name, at=at)]
    actions.write_back(
        copy=queries.opened(secrets[0], at=at), note_id=uuid4(), text="Kanarie terug", name="Kanarie Cor", at=at
    )
    dump = b""
    for model in (Share, Copy, Sheet, CopyFile, CopyPiece, Note):
        for row in model._default_manager.values_list():
            dump += b"|".join(
                bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row
            )
    assert str(by_link).encode() in dump
    hidden = [
        "Kanarie",
        "Anouk",
        "Om te bespreken",
        "Cor",
        str(colleague.viewer.person()),
        colleague.viewer.person().hex,
    ]
    for secret in secrets:
        hidden += [secret.text, secret.value.hex()]
    for each in hidden:
        assert each.encode() not in dump
    for secret in secrets:
        assert secret.value not in dump
    for public in (colleague.own.address.public, teacher.own.address.public):
        assert public not in dump
        assert public.hex().encode() not in dump


def test_a_guess_is_asked_like_what_was_taken_back_and_what_has_ended(teacher: Sharer, at: datetime) -> None:
    gone, ended = teacher.share(at), teacher.share(at, days=1)
    secrets = [teacher.secret(gone, at), teacher.secret(ended, at), Secret(os.urandom(32))]
    teacher.stop(gone, at)
    asked = []
    for secret in secrets:
        with CaptureQueriesContext(connection) as queried, pytest.raises(NotShared):
            queries.opened(secret, at=at + timedelta(days=5))
        asked.append([query["sql"].replace(secret.lookup(), "?") for query in queried])
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 1


def test_a_collection_of_2000_entries_is_shared_and_read_a_sheet_at_a_time(teacher: Sharer, at: datetime) -> None:
    parts = tuple(CopyPart(f"Stuk {number}", ON) for number in range(2_000))
    with CaptureQueriesContext(connection) as made:
        key = teacher.share(at, story=Story("Alles", "", parts))
    assert len(made) < 60 * 8
    copy = queries.opened(teacher.secret(key, at), at=at)
    with CaptureQueriesContext(connection) as read:
        assert len(queries.sheet(copy, 39)) == 50
    assert len(read) == 1
    assert whole(copy) == list(parts)


def test_what_may_never_be_in_the_rows_is_found(teacher: Sharer, at: datetime) -> None:
    story, file = with_file()
    key = teacher.share(at, story=story, files=files_of({file.id: NOISE}))
    named = teacher.share(at, to=Sharer().own.address)
    actions.note_opening(copy=queries.opened(teacher.secret(key, at), at=at), at=at)
    assert list(queries.broken_rules()) == []
    Copy.objects.filter(pk=named).update(secret=b"", owner=uuid4())
    CopyPiece.objects.filter(number=0).delete()
    Note.objects.update(envelope=b"kort")
    Copy.objects.filter(pk=key).update(openings=1_000)
    found = {(each.rule, each.where) for each in queries.broken_rules()}
    piece = str(CopyFile.objects.get().pk)
    assert found == {
        ("a copy by name has no secret, or one by link has", str(named)),
        ("a copy is not of the owner of its share", str(named)),
        ("a piece of a shared file is missing", piece),
        ("an envelope is too short to be one", str(Note.objects.get().pk)),
        ("a copy was opened or answered more often than it may", str(key)),
    }


def _ids(found: list[queries.ShareView]) -> list[UUID]:
    return [each.id for each in found]


def test_her_list_has_what_can_be_opened_first(teacher: Sharer, at: datetime) -> None:
    old, ended = teacher.share(at), teacher.share(at)
    new = teacher.share(at + timedelta(days=1))
    teacher.stop(ended, at)
    assert _ids(queries.shares(teacher.viewer, teacher.sealer, at=at)) == [new, old, ended]
