"""The reader: any chunking gives the same lines, and bad files are refused while streaming."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerarenregister.register.errors import FileRefused
from lerarenregister.register.rules import reading
from lerarenregister.register.rules.columns import SEPARATOR
from lerarenregister.register.rules.reading import Line, Reader
from tests.register.cast import csv_of

HEADER = b"bestuursnummer;personeelsnummer;achternaam;geboortedatum;brin;volgnummer;benoemingsgrondslag;begin"
GOOD = b"41234;p1;Berg;1980-03-04;01AB;00;B01;2018-08-01"
BSNS = [f"{number:09d}" for number in range(111222000, 111224000)]


def read(data: bytes, sizes: list[int] | None = None) -> tuple[list[Line], str, Reader]:
    """The lines and the reason of a refusal ("" when there is none), with chunks of these sizes over and over."""
    reader, lines, start, turn = Reader(), [], 0, 0
    try:
        while start < len(data):
            size = sizes[turn % len(sizes)] if sizes else len(data)
            lines += reader.feed(data[start : start + size])
            start, turn = start + size, turn + 1
        lines += reader.close()
    except FileRefused as refusal:
        return lines, refusal.reason, reader
    return lines, "", reader


def valid_bsns(count: int) -> list[str]:
    from stdnum.nl import bsn

    return [number for number in BSNS if bsn.is_valid(number)][:count]


PIECES = st.sampled_from(
    [
        HEADER,
        GOOD,
        b"\r\n",
        b"\n",
        b'"',
        b";",
        b",",
        b"\xe9",
        "é".encode(),
        "\ufeff".encode(),
        b"\0",
        b'a"b',
        b'""',
        b"\x81",
        b"PK\x03\x04",
    ]
)


@given(st.lists(PIECES, max_size=30), st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_any_chunking_gives_the_same_lines(pieces: list[bytes], sizes: list[int]) -> None:
    data = HEADER + b"\n" + GOOD + b"\n" + b"".join(pieces)
    whole, why, _ = read(data)
    parts, why_parts, _ = read(data, sizes)
    # A file with two faults is refused for the one that is met first, which may depend on the chunks.
    assert bool(why) == bool(why_parts)
    if not why:
        assert parts == whole


@pytest.mark.parametrize("bom", [b"", "\ufeff".encode()])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_utf8_with_and_without_bom_and_both_line_ends(bom: bytes, end: bytes) -> None:
    lines, why, _ = read(bom + HEADER + end + GOOD.replace(b"Berg", "Bëck".encode()) + end)
    assert (why, len(lines)) == ("", 1)
    assert "Bëck" in lines[0].values


def test_windows_1252_is_read_without_losing_what_was_read() -> None:
    lines, why, _ = read(HEADER + b"\n" + GOOD + b"\n" + GOOD.replace(b"Berg", b"B\xebck") + b"\n", [3])
    assert why == ""
    assert ["Berg" in lines[0].values, "Bëck" in lines[1].values] == [True, True]


def test_two_encodings_in_one_file_are_refused() -> None:
    data = HEADER + b"\n" + GOOD.replace(b"Berg", "Bëck".encode()) + b"\n" + GOOD.replace(b"Berg", b"B\xebck")
    assert read(data)[1] == "mixed-encoding"


def test_columns_in_any_order_with_stray_spaces_commas_and_quotes() -> None:
    header = (
        b'begin , achternaam,"bestuursnummer", personeelsnummer,geboortedatum,brin,volgnummer,benoemingsgrondslag\n'
    )
    lines, why, _ = read(header + b'2018-08-01,"Berg, ""de"" hoge",41234,p1,1980-03-04,01AB,00,B01\n')
    assert why == ""
    assert lines[0].values.split("\x1f")[:3] == ["41234", "p1", 'Berg, "de" hoge']


def test_a_quoted_cell_of_an_unknown_column_may_have_new_lines_and_is_not_stored() -> None:
    lines, why, reader = read(HEADER + b";opmerking 12345678\n" + GOOD + b';"een\ntwee"\n' + GOOD + b";\n")
    assert (why, [line.number for line in lines], reader.unknown_columns) == ("", [2, 3], ("opmerking ########",))
    assert "twee" not in lines[0].values


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (HEADER, "empty"),
        (HEADER + b"\r\n\r\n;;;\r\n", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "spreadsheet"),
        (HEADER + b"\n41\x00;", "nul"),
        ("bestuursnummer;personeelsnummer".encode("utf-16"), "nul"),
        (b"a;b;c\n1;2;3\n", "columns-missing"),
        (HEADER + b";begin\n" + GOOD + b";\n", "columns-doubled"),
        (HEADER + b'\n"' + GOOD, "quote-open"),
        (HEADER + b";BSN\n" + GOOD + b";\n", "bsn-column"),
        (HEADER + b";Burger Service Nummer\n" + GOOD + b";\n", "bsn-column"),
        (HEADER + b";sofi-nr\n" + GOOD + b";\n", "bsn-column"),
        (HEADER + b";pgn\n" + GOOD + b";\n", "bsn-column"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert read(data)[1] == reason
    assert read(data, [1])[1] == reason


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (GOOD + b";te veel", "", "cell-count"),
        (b"41234;p1", "", "cell-count"),
        (GOOD.replace(b"Berg", b"B" * 1001), "achternaam", "cell-too-long"),
        (GOOD.replace(b"Berg", b"Be\x07rg"), "achternaam", "control-character"),
        (GOOD.replace(b"Berg", b"Be\x1frg"), "achternaam", "control-character"),
        (GOOD.replace(b"Berg", b'"Be\nrg"'), "achternaam", "control-character"),
        (GOOD.replace(b"Berg", b'"Be"rg"x"'), "", "quotes"),
    ],
)
def test_a_bad_line_is_refused_and_the_rest_is_read(line: bytes, column: str, reason: str) -> None:
    lines, why, _ = read(HEADER + b"\n" + line + b"\n" + GOOD + b"\n")
    assert why == ""
    assert [(each.column, each.reason) for each in lines] == [(column, reason), ("", "")]
    for cell in lines[0].values.split(SEPARATOR):  # what is kept for who mends it: never the cell that was wrong
        assert len(cell) <= 1_000
        assert cell.isprintable()
    assert (lines[0].values == "") is (column == "")


def test_a_cell_of_ten_megabytes_is_not_buffered() -> None:
    import tracemalloc

    reader = Reader()
    reader.feed(HEADER + b"\n")
    tracemalloc.start()
    for _ in range(160):
        reader.feed(b"x" * 65_536)
    reader.feed(b"\n" + GOOD + b"\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line.reason for line in reader.close()] == ["line-too-long", ""]
    assert peak < 2_000_000


def test_limits_are_kept_while_streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_LINES", 5)
    assert read(HEADER + b"\n" + (GOOD + b"\n") * 5)[1] == ""
    assert read(HEADER + b"\n" + (GOOD + b"\n") * 6)[1] == "too-many-lines"
    monkeypatch.setattr(reading, "MOST_BYTES", 300)
    assert read(HEADER + b"\n" + (GOOD + b"\n") * 100, [100])[1] == "too-large"


def test_a_column_of_citizen_service_numbers_refuses_the_file_before_the_first_line() -> None:
    data = csv_of(*({"personeelsnummer": number} for number in valid_bsns(20)))
    lines, why, _ = read(data)
    assert (lines, why) == ([], "bsn-values")
    spaced = [f"{number[:4]}.{number[4:6]}.{number[6:]}" for number in valid_bsns(20)]
    assert read(csv_of(*({"vak": number} for number in spaced)))[1] == "bsn-values"


def test_they_are_found_in_an_unknown_column_and_after_the_first_thousand_lines_too() -> None:
    columns = (*HEADER.decode().split(";"), "iets")
    assert read(csv_of(*({"iets": number} for number in valid_bsns(20)), columns=columns))[1] == "bsn-values"
    late = [{} for _ in range(1500)] + [{"iets": number} for number in valid_bsns(25)]
    lines, why, _ = read(csv_of(*late, columns=columns), [4_000])
    assert why == "bsn-values"
    assert len(lines) >= 1000


def test_fewer_of_them_refuse_their_lines_and_dates_and_staff_numbers_do_not_count() -> None:
    one = valid_bsns(1)[0]
    lines, why, _ = read(csv_of({"vak": one}, {"geboortedatum": "01-08-1980", "begin": "01-08-2018"}))
    assert (why, [line.reason for line in lines]) == ("", ["looks-like-bsn", ""])
    assert one not in repr(lines)
    ordinary = [f"{number:08d}" for number in range(10_000_000, 10_000_400)]
    lines, why, _ = read(csv_of(*({"personeelsnummer": number} for number in ordinary)))
    assert (why, {line.reason for line in lines}) == ("", {""})
