"""The archive: nothing but what the writer makes is read, and a shorter one is an earlier state that says so."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballotbox.archive import Reader, first_bytes, record_bytes, tar_header
from ballotbox.box import Stage
from ballotbox.checks import Check, Refused
from ballotbox.encoding import sha256_hex
from ballotbox.events import EventType
from ballotbox.files import begin, opened, repaired
from tests.ballotbox.making import TIME, Made, make, refused, run

VOTES = [[0, 1, 0], [1, 0, 0]]


@pytest.fixture(scope="module")
def held() -> Made:
    """An election to its end, with a revote."""
    made = make(voters=2, singles=1, thresholds=())
    made.vote(0, VOTES)
    made.vote(1, [[1, 0, 0], [0, 1, 1]])
    made.vote(0, [[0, 0, 1], [0, 0, 1]])
    made.finish()
    return made


def names(archive: bytes) -> str:
    """The name of the check that refuses it, in the reader or in the machine; "" when nothing does."""
    return refused(archive)


def ends(archive: bytes) -> list[int]:
    """The offsets at which an event ends."""
    reader, found = Reader(io.BytesIO(archive)), []
    for record in reader:
        if record.event:
            found.append(reader.offset)
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whichever_bit_is_turned_it_is_refused(held: Made, data: st.DataObject) -> None:
    archive = bytearray(held.archive())
    place = data.draw(st.integers(0, len(archive) * 8 - 1))
    archive[place // 8] ^= 1 << place % 8
    assert names(bytes(archive)) != ""


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_shorter_archive_is_refused_or_an_earlier_stage(held: Made, data: st.DataObject) -> None:
    archive = held.archive()
    length = data.draw(st.integers(0, len(archive) - 1) | st.sampled_from(ends(archive)[:-1]))
    if length in ends(archive):
        assert run(archive[:length]).stage is not Stage.COUNTED
    elif length == len(first_bytes(TIME)):
        assert run(archive[:length]).stage is Stage.EMPTY
    else:
        assert names(archive[:length]) == Check.ARCHIVE_TRUNCATED


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_records_that_change_places_or_stand_twice_are_refused(held: Made, data: st.DataObject) -> None:
    archive, reader = held.archive(), None
    reader = Reader(io.BytesIO(archive))
    begun, records = reader.offset, []
    for _ in reader:
        records.append((begun, reader.offset))
        begun = reader.offset
    one, two = data.draw(st.lists(st.integers(0, len(records) - 1), min_size=2, max_size=2))
    parts = [archive[start:end] for start, end in records]
    changed = [*parts]
    if data.draw(st.booleans()):
        changed.insert(two, parts[one])
    elif one != two:
        changed[one], changed[two] = changed[two], changed[one]
    else:
        del changed[one]
    archive_changed = archive[: records[0][0]] + b"".join(changed)
    if changed == parts[: len(changed)]:
        return  # the last record was taken away: a data record without its event is another test
    assert names(archive_changed) != ""


@pytest.mark.parametrize(
    ("archive", "check"),
    [
        (b"", Check.ARCHIVE_TRUNCATED),
        (b"\0" * 1024, Check.ARCHIVE_BLOCK),
        (tar_header("OTHER", 0, TIME), Check.ARCHIVE_HEADER),
        (tar_header("BELENIOS", 2, TIME) + b"{}".ljust(512, b"\0"), Check.FIELDS),
        (
            tar_header("BELENIOS", 33, TIME) + b'{"version":2,"timestamp":"17000"}'.ljust(512, b"\0"),
            Check.ARCHIVE_HEADER,
        ),
        (
            tar_header("BELENIOS", 33, TIME) + b'{"version":1,"timestamp":"17000"}'.ljust(512, b"\0"),
            Check.ARCHIVE_TIME,
        ),
        (
            tar_header("BELENIOS", 36, 17000) + b'{"version":1, "timestamp": "17000"}\n'.ljust(512, b"\0"),
            Check.STRICTER_CANONICAL,
        ),
        (tar_header("BELENIOS", 0, -1), Check.ARCHIVE_BLOCK),
        (first_bytes(TIME) + b"\0" * 1024, Check.ARCHIVE_BLOCK),
        (first_bytes(TIME) + tar_header(f"{sha256_hex(b'')}.data.json", -1, TIME), Check.ARCHIVE_BLOCK),
        (first_bytes(TIME) + tar_header(f"{sha256_hex(b'')}.data.json", -600, TIME) + bytes(1024), Check.ARCHIVE_BLOCK),
        (first_bytes(TIME) + tar_header("../x.data.json", 0, TIME), Check.ARCHIVE_NAME),
        (first_bytes(TIME) + record_bytes(b"x", event=False, time=TIME + 1), Check.ARCHIVE_TIME),
        (first_bytes(TIME) + record_bytes(b"x", event=False, time=TIME), Check.ARCHIVE_TRUNCATED),
        (first_bytes(TIME) + record_bytes(b"x", event=False, time=TIME)[:-1] + b"x", Check.ARCHIVE_PADDING),
        (first_bytes(TIME) + record_bytes(b"x", event=True, time=TIME), Check.JSON),
    ],
)
def test_what_is_no_archive_is_refused_by_name(archive: bytes, check: Check) -> None:
    assert names(archive) == check


def test_a_body_under_the_name_of_another_is_refused() -> None:
    one = record_bytes(b"een", event=False, time=TIME)
    other = record_bytes(b"two", event=False, time=TIME)
    assert names(first_bytes(TIME) + one[:512] + other[512:]) == Check.ARCHIVE_HASH


def test_an_archive_is_added_to_event_by_event_and_read_as_one_that_was_made_at_once(tmp_path: Path) -> None:
    made = make(voters=2, singles=1, thresholds=())
    path = tmp_path / "e.bel"
    begin(path, *made.events[0][1][:3])
    with pytest.raises(FileExistsError):
        begin(path, *made.events[0][1][:3])
    for voter in (0, 1):
        with opened(path, write=True) as archive:
            archive.add(EventType.BALLOT, made.ballot(voter, VOTES))
    with opened(path, write=True) as archive:
        with pytest.raises(Refused):
            archive.add(EventType.RESULT, b'{"result":[]}')
        archive.add(EventType.END_BALLOTS)
        assert archive.box.stage is Stage.CLOSED
    box = run(path.read_bytes())
    assert (box.ballots, box.stage) == (2, Stage.CLOSED)


def test_what_was_cut_off_half_way_is_seen_and_taken_away_on_demand_alone(tmp_path: Path) -> None:
    made = make(voters=2, singles=1, thresholds=())
    made.vote(0, VOTES)
    whole = made.archive()
    path = tmp_path / "e.bel"
    for length in (len(whole) - 1, len(whole) - 700, ends(whole)[0] + 1, ends(whole)[0] + 513):
        path.write_bytes(whole[:length])
        with pytest.raises(Refused) as raised, opened(path, write=True):
            pass
        assert raised.value.check is Check.ARCHIVE_TRUNCATED
        assert path.stat().st_size == length
        assert repaired(path) == length - ends(whole)[0]
        with opened(path, write=True) as archive:
            archive.add(EventType.BALLOT, made.ballot(1, VOTES))
        assert run(path.read_bytes()).ballots == 1
    path.write_bytes(whole.replace(b'"height":1', b'"height":2'))
    with pytest.raises(Refused):
        repaired(path)
