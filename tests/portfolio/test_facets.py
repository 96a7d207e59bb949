"""The optional fields of a thing: tags in her own words, hours, links, labels, within limits."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from lerarenregister.kernel.errors import Invalid
from lerarenregister.portfolio.errors import TextTooLong
from lerarenregister.portfolio.rules.entries import Content, Kind
from lerarenregister.portfolio.rules.facets import PLAIN, Every, Facets, Form, Label, State, tags_in
from lerarenregister.portfolio.rules.heads import Head, PackedHead
from lerarenregister.portfolio.rules.stories import (
    MOST_PIECES,
    Piece,
    moved,
    only_moved,
    opened_body,
    packed_body,
    without,
    written,
)

ON, AT = date(2018, 9, 3), datetime(2018, 9, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("feedback, toetsen", ("feedback", "toetsen")),
        (" #feedback ,, ; toetsen\nlezen ", ("feedback", "toetsen", "lezen")),
        ("Feedback, feedback, FEEDBACK", ("Feedback",)),
        ("formatief   evalueren", ("formatief evalueren",)),
        ("cafe\u0301, caf\u00e9", ("caf\u00e9",)),
        ("", ()),
        ("#, ,;", ()),
    ],
)
def test_tags_are_the_words_that_she_typed_each_once(typed: str, tags: tuple[str, ...]) -> None:
    assert tags_in(typed) == tags
    assert Facets(tags=tags).tags == tags


@pytest.mark.parametrize("typed", ["x" * 10_000, ",".join(map(str, range(1_000))), ",".join(map(str, range(21)))])
def test_tags_without_end_are_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        tags_in(typed)
    with pytest.raises(Invalid):
        Facets(tags=tuple(typed.split(",")))


def test_the_longest_and_the_most_tags_fit() -> None:
    tags = tuple(f"{number:>40}".replace(" ", "x") for number in range(20))
    assert tags_in(",".join(tags)) == tags


@pytest.mark.parametrize("quarters", [0, -1, 40_001])
def test_hours_lie_between_a_quarter_and_ten_thousand(quarters: int) -> None:
    with pytest.raises(Invalid):
        Facets(quarters=quarters)
    assert Facets(quarters=1).fields() == {"minutes": 15}
    assert Facets(quarters=40_000).fields() == {"minutes": 600_000}


@pytest.mark.parametrize("minutes", [1, 20, 15.5, 0, -15])
def test_minutes_from_elsewhere_come_in_quarters(minutes: float) -> None:
    with pytest.raises(Invalid):
        Facets.read({"minutes": minutes})


def test_an_end_before_the_beginning_is_refused_for_an_entry_alone() -> None:
    with pytest.raises(Invalid):
        Content(Kind.OTHER, ON, "x", facets=Facets(until=date(2018, 9, 2)))
    assert Content(Kind.OTHER, ON, "x", facets=Facets(until=ON)).facets.until == ON
    goal = Facets(Form.GOAL, until=date(2018, 9, 2))
    assert Content(Kind.OTHER, ON, "x", facets=goal).form is Form.GOAL
    with pytest.raises(Invalid):
        Content(Kind.OTHER, ON, "x", facets=Facets(Form.GOAL, until=date(1899, 12, 31)))


def test_links_are_each_once_and_no_more_than_a_hundred() -> None:
    one = uuid4()
    assert Facets(links=(one, one)).links == (one,)
    with pytest.raises(Invalid):
        Facets(links=tuple(uuid4() for _ in range(101)))


@pytest.mark.parametrize("label", [("", "1", "a"), ("k", "", "a"), ("k", "1", ""), ("k" * 81, "1", "a")])
def test_a_label_has_three_parts(label: tuple[str, str, str]) -> None:
    with pytest.raises(Invalid):
        Label(*label)


def test_half_of_a_character_is_refused_wherever_it_stands() -> None:
    for facets, pieces in (
        (Facets(tags=("\ud800",)), ()),
        (Facets(labels=(Label("k", "1", "\ud800"),)), ()),
        (Facets(Form.COLLECTION), (Piece(text="\ud800"),)),
    ):
        with pytest.raises(Invalid):
            Content(Kind.OTHER, ON, "x", facets=facets, pieces=pieces)


def test_what_an_entry_without_facets_says_is_as_it_was_before_there_were_any() -> None:
    content = Content(Kind.READING, ON, "Een boek", "Titel")
    assert content.fields() == {"kind": "reading", "date": "2018-09-03", "text": "Een boek", "title": "Titel"}
    assert content.content_hash() == "7a6ed0c3894e93cbe1c480ea7eaf59cf9f78169805f402634a6ddae05cabaf85"
    packed = Head.of(content, first_saved_at=AT, saved_at=AT).pack()
    assert set(json.loads(packed)) == {"kind", "date", "title", "excerpt", "first", "saved"}
    assert Head.unpack(packed).facets is PLAIN
    assert PackedHead.of(packed).form is Form.ENTRY
    assert packed_body("Een boek", ()) == b"Een boek"
    assert opened_body(b"Een boek") == ("Een boek", ())


@pytest.mark.parametrize(("title", "heading"), [("Titel", "Titel"), ("", "Een boek")])
@pytest.mark.parametrize("deleted_at", [None, AT])
def test_a_head_that_was_sealed_with_every_field_still_opens(
    title: str, heading: str, deleted_at: datetime | None
) -> None:
    head = Head.of(Content(Kind.READING, ON, "Een boek", title), first_saved_at=AT, saved_at=AT, deleted_at=deleted_at)
    fields = json.loads(head.pack())
    assert ("heading" in fields) is (title == "")
    assert ("deleted" in fields) is (deleted_at is not None)
    before = json.dumps({"heading": heading, "deleted": deleted_at.isoformat() if deleted_at else None, **fields})
    for packed in (head.pack(), before.encode()):
        assert Head.unpack(packed) == head
        assert PackedHead.of(packed).fields["heading"] == heading
        assert PackedHead.of(packed).deleted is (deleted_at is not None)


def test_all_facets_come_back_from_a_sealed_head() -> None:
    facets = Facets(
        Form.REPEAT,
        ("intervisie",),
        6,
        date(2019, 1, 1),
        (UUID(int=1), UUID(int=2)),
        (Label("kader", "1", "a"),),
        State.LET_GO,
        Every.TWO_WEEKS,
        ON,
    )
    content = Content(Kind.OTHER, ON, "Intervisie", facets=facets)
    packed = Head.of(content, first_saved_at=AT, saved_at=AT).pack()
    assert Head.unpack(packed).facets == facets
    assert PackedHead.of(packed).form is Form.REPEAT


def test_links_and_chosen_entries_do_not_change_the_hash_but_texts_between_them_do() -> None:
    plain = Content(Kind.OTHER, ON, "x")
    assert plain.also_linked((uuid4(),)).content_hash() == plain.content_hash()
    story = Content(Kind.OTHER, ON, "x", facets=Facets(Form.COLLECTION), pieces=(Piece(uuid4()),))
    told = Content(Kind.OTHER, ON, "x", facets=Facets(Form.COLLECTION), pieces=(Piece(text="En toen"),))
    assert story.content_hash() == Content(Kind.OTHER, ON, "x", facets=Facets(Form.COLLECTION)).content_hash()
    assert told.content_hash() != story.content_hash()


def test_a_body_with_pieces_comes_back_whatever_the_texts_are() -> None:
    pieces = (Piece(UUID(int=3)), Piece(text='{"text": "tussen"}'), Piece(UUID(int=3)))
    for text in ("", "pieces 1|", '{"text":"","pieces":[]}'):
        assert opened_body(packed_body(text, pieces)) == (text, pieces)
        assert opened_body(packed_body(text, ())) == (text, ())


@pytest.mark.parametrize("piece", [{}, {"entry": UUID(int=1), "text": "x"}, {"text": " \n"}])
def test_a_piece_is_an_entry_or_a_text(piece: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Piece(**piece)  # type: ignore[arg-type]


def test_only_a_collection_has_pieces_and_within_limits() -> None:
    with pytest.raises(Invalid):
        Content(Kind.OTHER, ON, "x", pieces=(Piece(text="y"),))
    story = Facets(Form.COLLECTION)
    most = tuple(Piece(UUID(int=number)) for number in range(MOST_PIECES))
    assert len(Content(Kind.OTHER, ON, "x", facets=story, pieces=most).pieces) == MOST_PIECES
    with pytest.raises(Invalid):
        Content(Kind.OTHER, ON, "x", facets=story, pieces=(*most, Piece(text="y")))
    with pytest.raises(TextTooLong):
        Content(Kind.OTHER, ON, "x", facets=story, pieces=(Piece(text="y" * 100_000),))


def test_pieces_move_and_go_and_a_place_outside_changes_nothing() -> None:
    one, two, text = Piece(UUID(int=1)), Piece(UUID(int=2)), Piece(text="tussen")
    pieces = (one, text, two)
    assert moved(pieces, 0, 1) == (text, one, two)
    assert moved(pieces, 2, -5) == (two, one, text)
    assert moved(pieces, 0, 99) == (text, two, one)
    assert without(pieces, 1) == (one, two)
    assert written(pieces, 1, "anders") == (one, Piece(text="anders"), two)
    assert written(pieces, 1, " ") == (one, two)
    for place in (-1, 3, 10**9):
        assert moved(pieces, place, 0) == without(pieces, place) == written(pieces, place, "y") == pieces
    assert written(pieces, 0, "over een stuk heen") == pieces
    assert only_moved(pieces, (two, text, one))
    assert not only_moved(pieces, pieces)
    assert not only_moved(pieces, (one, two, two))
    assert not only_moved(pieces, (one, two))
