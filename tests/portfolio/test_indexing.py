"""The index of a large portfolio: it changes what a search costs, never what it finds; nothing erased is in it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lerarenregister.kernel.envelopes import Sealer, Unreadable, new_key
from lerarenregister.portfolio import actions
from lerarenregister.portfolio.actions.indexing import keep_segment
from lerarenregister.portfolio.models import Entry, FilePiece, IndexSegment
from lerarenregister.portfolio.queries import broken_rules, indexing, searching
from lerarenregister.portfolio.queries.searching import Found, search
from lerarenregister.portfolio.rules.entries import Content, KeptEntry, Kind
from lerarenregister.portfolio.rules.facets import Facets
from lerarenregister.portfolio.rules.indexing import (
    BUCKETS,
    OtherIndex,
    Said,
    Segment,
    bucket_of,
    index_place,
    mark_of,
    packed_segment,
)
from lerarenregister.portfolio.rules.searching import folded, words_in
from tests.portfolio.conftest import Owner, owner
from tests.portfolio.test_files import kept, sent
from tests.samples import pdf_of

WORDS = ("Toets", "TOETS,", "Zoë's", "café", "straße", "ﬁets", "rekenen", "c:\\werk", '"ruimte"', "…klas", "Łódź")
TYPED = ("toets", "zoe", "cafe rekenen", "strasse", "fiets", '"ruimte"', "c:\\werk", "eke", "...", "les toets", "lodz")
SAID = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index for any portfolio, that lets one thing of a bucket be read beside it."""
    monkeypatch.setattr(indexing, "LEAST_INDEXED", 1)
    monkeypatch.setattr(indexing, "LOOSE", 1)


def looked(who: Owner, typed: str) -> Found:
    """A search as the page does it."""
    found = search(who.viewer, who.sealer, typed)
    if found.behind is not None:
        keep_segment(viewer=who.viewer, sealer=who.sealer, bucket=found.behind)
    return found


def indexed(who: Owner) -> None:
    """All there is to index."""
    for bucket in range(BUCKETS):
        keep_segment(viewer=who.viewer, sealer=who.sealer, bucket=bucket)


def without_an_index(who: Owner, typed: str) -> Found:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "segments_of", lambda *_: {})
        return search(who.viewer, who.sealer, typed)


def texts_in(who: Owner) -> str:
    """All that stands in her index."""
    owner_id = who.viewer.person()
    rows = IndexSegment.objects.filter(owner=owner_id).values_list("bucket", "envelope")
    opened = (who.sealer.open(bytes(each), bound_to=index_place(owner_id, bucket)) for bucket, each in rows)
    return b"".join(opened).decode("latin-1")


@dataclass
class Life:
    """What she does, in any order."""

    who: Owner
    at: datetime
    ids: list[UUID] = field(default_factory=list)
    old: list[dict[str, object]] = field(default_factory=list)

    def there(self) -> list[tuple[UUID, int]]:
        return list(Entry.objects.filter(pk__in=self.ids).order_by("pk").values_list("pk", "version"))

    def content(self, text: str) -> Content:
        return Content(Kind.READING, date(2018, 8, 1), f"{text}\nen {text}", text, facets=Facets(tags=(text[:5],)))

    def save(self, text: str) -> None:
        self.ids.append(uuid4())
        self._save(self.ids[-1], 0, text)

    def _save(self, key: UUID, expected: int, text: str) -> None:
        who, content = self.who, self.content(text)
        actions.save_entry(
            viewer=who.viewer, sealer=who.sealer, entry_id=key, expected=expected, content=content, at=self.at
        )

    def change(self, text: str) -> None:
        for key, version in self.there()[:1]:
            self._save(key, version, text)

    def _act(self, act: Callable[..., object]) -> None:
        for key, version in self.there()[:2]:
            act(viewer=self.who.viewer, sealer=self.who.sealer, entry_id=key, expected=version, at=self.at)

    def bin(self, _text: str) -> None:
        self._act(actions.delete_entry)

    def restore(self, _text: str) -> None:
        self._act(actions.restore_entry)

    def erase(self, _text: str) -> None:
        actions.purge_due(at=self.at + timedelta(days=40))

    def bring_in(self, text: str) -> None:
        brought = [KeptEntry(self.content(f"{text} {each}"), self.at, self.at) for each in WORDS[:3]]
        actions.import_entries(viewer=self.who.viewer, sealer=self.who.sealer, entries=brought, at=self.at)

    def look(self, text: str) -> None:
        looked(self.who, text)

    def keep_all(self, _text: str) -> None:
        indexed(self.who)
        self.old += IndexSegment.objects.values("id", "owner", "bucket", "envelope")

    def damage(self, _text: str) -> None:
        IndexSegment.objects.filter(bucket__lt=2).update(envelope=b"\x01" + bytes(80))

    def put_back_an_older_one(self, _text: str) -> None:
        for row in self.old[:3]:
            IndexSegment.objects.filter(owner=row["owner"], bucket=row["bucket"]).delete()
            IndexSegment.objects.create(**row)


ACTS = [name for name, each in vars(Life).items() if callable(each) and not name.startswith("_") and name != "there"]
ACTS.remove("content")
HISTORY = st.lists(st.tuples(st.sampled_from(ACTS), SAID), max_size=12)
EACH = [
    (act, "Toets café") for act in ("save", "save", "bring_in", "keep_all", *ACTS, "put_back_an_older_one", "erase")
]


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
@example(history=EACH)
def test_after_any_history_a_search_finds_the_same_with_an_index_as_without(
    at: datetime, history: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        life = Life(owner(), at)
        for act, text in history:
            life.at += timedelta(minutes=5)
            getattr(life, act)(text)
        for typed in TYPED:
            found, wanted = search(life.who.viewer, life.who.sealer, typed), without_an_index(life.who, typed)
            assert (found.hits, found.count, found.shut) == (wanted.hits, wanted.count, 0)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_words_inside_pdfs_are_found_by_the_index_in_the_same_files_and_passages(teacher: Owner, at: datetime) -> None:
    for number in range(10, 22):
        source = pdf_of(f"Over café {number} en ondertiteling.", "Kwadraatafsplitsen.")
        kept(teacher, sent(teacher, source, at, name=f"artikel {number}.pdf"), at=at, text=f"Tekst {number}")
    indexed(teacher)
    for typed, count in (("ondertiteling", 12), ("cafe tekst", 12), ("kwadraat", 12), ("kwadraat 17", 1)):
        found = search(teacher.viewer, teacher.sealer, typed)
        assert found.count == count, typed
        assert found.hits == without_an_index(teacher, typed).hits
    FilePiece.objects.update(envelope=b"\x01" + bytes(80))
    assert search(teacher.viewer, teacher.sealer, "kwadraat").count == 12, "it was looked through by the index"


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_what_is_erased_is_in_no_segment_from_that_moment_and_the_rest_is_found(teacher: Owner, at: datetime) -> None:
    for number in range(12):
        teacher.save(f"Kanarie{number:02} in de klas", at)
    indexed(teacher)
    key, version = Entry.objects.order_by("pk").values_list("pk", "version")[0]
    text = actions.queries.entry(teacher.viewer, teacher.sealer, key).content.text.split()[0].lower()
    assert text in texts_in(teacher)
    actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=key, expected=version, at=at)
    assert actions.purge_due(at=at + timedelta(days=40)) == 1
    assert text not in texts_in(teacher)
    assert not IndexSegment.objects.filter(bucket=bucket_of(key.bytes)).exists()
    assert IndexSegment.objects.exists(), "only what held it goes"
    assert looked(teacher, "klas").count == 11
    assert looked(teacher, "klas").behind is None, "it was made anew"


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_what_was_erased_while_a_segment_was_made_keeps_that_segment_out(
    teacher: Owner, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    teacher.save("Kanarie", at, entry_id=key)
    make = indexing.segment_of

    def meanwhile(*given: object) -> object:
        made = make(*given)  # type: ignore[arg-type]
        Entry.objects.filter(pk=key).delete()
        return made

    monkeypatch.setattr("lerarenregister.portfolio.actions.indexing.segment_of", meanwhile)
    assert not keep_segment(viewer=teacher.viewer, sealer=teacher.sealer, bucket=bucket_of(key.bytes))
    assert not IndexSegment.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_the_bin_is_not_in_the_index_and_closing_erases_all_of_it(teacher: Owner, at: datetime) -> None:
    key = uuid4()
    teacher.save("Kanarie", at, entry_id=key)
    actions.delete_entry(viewer=teacher.viewer, sealer=teacher.sealer, entry_id=key, expected=1, at=at)
    indexed(teacher)
    assert "kanarie" not in texts_in(teacher)
    assert list(broken_rules()) == []
    Entry.objects.all().delete()
    assert "an index is of nobody who has anything" in {each.rule for each in broken_rules()}
    actions.erase_portfolio(viewer=teacher.viewer)
    assert not IndexSegment.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_the_rows_hold_no_word_and_another_key_or_another_place_opens_none(
    teacher: Owner, stranger: Owner, at: datetime
) -> None:
    teacher.save("Kanarie in de klas", at)
    indexed(teacher)
    assert all(b"anarie" not in bytes(each.envelope) for each in IndexSegment.objects.all())
    first, second = IndexSegment.objects.order_by("bucket")[:2]
    first.envelope, second.envelope = second.envelope, first.envelope
    first.save()
    second.save()
    assert len(indexing.segments_of(teacher.viewer.person(), teacher.sealer)) == BUCKETS - 2
    assert search(teacher.viewer, teacher.sealer, "kanarie").count == 1
    assert looked(stranger, "kanarie").count == 0
    other = Owner(teacher.viewer, Sealer(new_key()))
    with pytest.raises(Unreadable):
        search(other.viewer, other.sealer, "kanarie")


@pytest.mark.django_db
def test_a_portfolio_that_is_soon_read_has_no_index(teacher: Owner, at: datetime) -> None:
    teacher.save("Kanarie", at)
    assert looked(teacher, "kanarie").behind is None
    assert not IndexSegment.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_what_does_not_open_is_counted_and_no_reason_to_make_a_segment_each_time(teacher: Owner, at: datetime) -> None:
    for number in range(16):
        teacher.save(f"Kanarie {number}", at)
    Entry.objects.filter(pk__in=list(Entry.objects.values_list("pk", flat=True)[:6])).update(head=b"\x01" + bytes(80))
    for _ in range(BUCKETS + 1):
        found = looked(teacher, "kanarie")
    assert (found.count, found.shut, found.behind) == (10, 6, None)
    indexed(teacher)
    Entry.objects.update(body=b"\x01" + bytes(80))
    found = search(teacher.viewer, teacher.sealer, "kanarie")
    assert (len(found.hits), found.shut) == (0, 16), "found by the index, and said to be shut"


@given(texts=st.lists(st.text(max_size=40), max_size=5), typed=st.text(min_size=2, max_size=6))
def test_a_segment_has_a_word_where_the_folded_text_has_it(texts: list[str], typed: str) -> None:
    words = words_in(typed)
    texts = [each.encode("utf-8", "ignore").decode() for each in texts]
    marks = [mark_of(number.to_bytes(16, "big"), 1) for number in range(len(texts))]
    things = [Said(mark, "2018-08-01", text.encode()) for mark, text in zip(marks, texts, strict=True)]
    if not words:
        return
    found = Segment(packed_segment(things)).matches([each.encode() for each in words], marks)
    wanted = [mark for mark, text in zip(marks, texts, strict=True) if all(word in folded(text) for word in words)]
    assert sorted(each.mark for each in found) == sorted(wanted)


def test_an_index_of_another_form_is_none() -> None:
    packed = packed_segment([Said("00:1", "2018-08-01", b"tekst")])
    with pytest.raises(OtherIndex):
        Segment(packed.replace(b"index 1", b"index 0"))


def test_two_thousand_things_are_looked_through_without_reading_them() -> None:
    things = [
        Said(mark_of(number.to_bytes(16, "big"), 1), "2018-08-01", f"Les {number} over breuken".encode())
        for number in range(2_000)
    ]
    segment, marks = Segment(packed_segment(things)), {each.mark for each in things}
    begun = time.process_time()
    assert sum(1 for _ in segment.matches([b"les", b"breuken"], marks)) == 2_000
    assert [each.mark for each in segment.matches([b"1234"], marks)] == [things[1_234].mark]
    assert time.process_time() - begun < 1
