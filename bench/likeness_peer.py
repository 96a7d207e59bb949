"""The same search by splink (Fellegi and Sunter, trained without examples, with term frequencies), if it is there.

It gets what our rules get: parts of names without marks and prefixes, how they sound, initials, birth date, board; and
it looks for pairs under the same kind of keys. `pip install splink` (MIT) puts it beside the register; nothing that
runs needs it.
"""

import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from bench.likeness_truth import Record
from lerarenregister.register.rules.likeness.spelling import letters_of, parts_of, sounded


def installed() -> bool:
    """Whether it can be run here."""
    return find_spec("splink") is not None


def found_by_splink(records: Sequence[Record], *, threshold: float) -> tuple[set[tuple[int, int]], float]:
    """The pairs of places that it finds at least this likely, and the seconds that it took with training."""
    import pyarrow  # noqa: PLC0415  (not in the default install)
    import splink.comparison_level_library as levels  # noqa: PLC0415  (not in the default install)
    import splink.comparison_library as comparisons  # noqa: PLC0415  (not in the default install)
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    began = time.perf_counter()
    table = pyarrow.Table.from_pylist([_row(place, each) for place, each in enumerate(records)])
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name").configure(tf_adjustment_column="name"),
            levels.ExactMatchLevel("sound"),
            levels.ArrayIntersectLevel("sounds", min_intersection=1),
            levels.DamerauLevenshteinLevel("name", distance_threshold=2),
            levels.ElseLevel(),
        ],
    )
    first = comparisons.CustomComparison(
        output_column_name="letters",
        comparison_levels=[
            levels.NullLevel("letters"),
            levels.ExactMatchLevel("letters").configure(tf_adjustment_column="letters"),
            levels.CustomLevel("starts_with(letters_l, letters_r) OR starts_with(letters_r, letters_l)"),
            levels.CustomLevel("letters_l[1] = letters_r[1]"),
            levels.ElseLevel(),
        ],
    )
    born = comparisons.CustomComparison(
        output_column_name="born",
        comparison_levels=[
            levels.NullLevel("born"),
            levels.ExactMatchLevel("born"),
            levels.DamerauLevenshteinLevel("born", distance_threshold=1),
            levels.DamerauLevenshteinLevel("born", distance_threshold=2),
            levels.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="place",
        comparisons=[name, first, born, comparisons.ExactMatch("board")],
        blocking_rules_to_generate_predictions=[
            block_on("born"),
            block_on("sound", "letters[1]", "year"),
            block_on("sound", "letters[1]", "day"),
        ],
    )
    api: Any = DuckDBAPI()
    source = api.register(table) if hasattr(api, "register") else table
    linker = Linker(source, settings) if hasattr(api, "register") else Linker(source, settings, api)
    linker.training.estimate_probability_two_random_records_match([block_on("name", "letters", "born")], recall=0.55)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("born"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "letters"))
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    rows = api._execute_sql_against_backend(f"select place_l, place_r from {predicted.physical_name}").fetchall()
    return {(min(pair), max(pair)) for pair in rows}, time.perf_counter() - began


def _row(place: int, record: Record) -> dict[str, object]:
    someone = record.someone
    parts = parts_of(someone.prefix, someone.family_name)
    sounds = [sounded(part) for part in parts]
    born = someone.birth_date
    return {
        "place": place,
        "name": " ".join(parts),
        "sound": " ".join(sounds),
        "sounds": sounds,
        "letters": letters_of(someone.first)[0],
        "born": f"{born:%d%m%Y}" if born else None,
        "year": born.year if born else None,
        "day": f"{born:%d%m}" if born else None,
        "board": someone.board,
    }
