"""The register of processing activities against the code: every event and every table has its activity, exactly one."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

import lerarenregister
from lerarenregister.audit.activities import FILE, PROCESSING, UnknownEvent, parse
from lerarenregister.audit.events import Consultation, Event

LATEST = PROCESSING.in_force()
TEACH = (
    "Somebody reads in reglement/v1/verwerkingen.toml what is kept of her and why. Name {what} there, in exactly one "
    "[[activity]] (or, when it holds nothing about a person, under [nobody]); docs/how-to/processing.md says how."
)


def events_of_the_log() -> set[str]:
    """The name of every event that the code can record, in whatever domain."""
    package = Path(lerarenregister.__file__).parent
    for path in package.glob("*/events.py"):
        import_module(f"lerarenregister.{path.parent.name}.events")

    def below(cls: type[Event]) -> Iterator[type[Event]]:
        for each in cls.__subclasses__():
            yield each
            yield from below(each)

    ours = {each.name() for each in below(Event) if each.__module__.startswith("lerarenregister")}
    return ours - {Consultation.name()}  # the base of those with a reason; nothing records it


def tables() -> set[str]:
    """Every table of the project."""
    return {model._meta.label for model in apps.get_models() if not model._meta.label.startswith("tests.")}


def test_every_event_of_the_log_belongs_to_exactly_one_activity() -> None:
    named = Counter(name for each in LATEST for name in each.events)
    for name in sorted(events_of_the_log()):
        assert named[name] == 1, TEACH.format(what=f"the event {name}")
    assert set(named) <= events_of_the_log(), "an activity names an event that is not there"


def test_an_activity_without_events_says_why() -> None:
    for each in PROCESSING.activities:
        assert (each.no_events is None) is bool(each.events), each.code


def test_every_table_that_holds_something_about_a_person_belongs_to_exactly_one_activity() -> None:
    named = Counter(table for each in LATEST for table in {table for data in each.data for table in data.tables})
    for table in sorted(tables()):
        times = named[table] + (table in PROCESSING.nobody)
        assert times == 1, TEACH.format(what=f"the table {table}")
    away = (
        set()
        if apps.is_installed("lerarenregister.portfolio")
        else {each for each in named if each.startswith("portfolio")}
    )
    assert {*named, *PROCESSING.nobody} - away <= tables(), "an activity names a table that is not there"


def test_an_activity_about_people_says_who_which_data_and_who_sees_them() -> None:
    for each in PROCESSING.activities:
        if each.personal:
            assert each.persons, each.code
            assert each.recipients, each.code
            assert each.data, each.code
            assert each.measures, each.code


def test_a_code_and_a_version_name_one_activity_and_versions_rise_with_their_days() -> None:
    known = [(each.code, each.version) for each in PROCESSING.activities]
    assert len(set(known)) == len(known)
    for code in {each.code for each in PROCESSING.activities}:
        versions = sorted((each for each in PROCESSING.activities if each.code == code), key=lambda each: each.version)
        assert [each.version for each in versions] == list(range(1, len(versions) + 1)), code
        days = [each.valid_from for each in versions]
        assert days == sorted(set(days)), code


def test_everything_that_the_file_describes_is_used() -> None:
    used = {data.kept.code for each in LATEST for data in each.data}
    assert set(PROCESSING.terms) == used
    guarded = {measure.code for each in LATEST for measure in each.measures}
    against = {measure.code for risk in PROCESSING.risks for measure in risk.measures}
    assert set(PROCESSING.measures) == guarded | against


TWO_VERSIONS = """
version = 1
[nobody]
[[ground]]
code = "g"
dpv = "Consent"
nl = "g"
en = "g"
[[activity]]
code = "a"
version = 1
valid_from = 2018-08-01
name_nl = "a"
name_en = "a"
purpose_nl = "p"
purpose_en = "p"
ground = "g"
persons = []
recipients = []
measures = []
events = ["x.Y"]
"""
TABLES = "person = []\nrecipient = []\nterm = []\nmeasure = []\nrisk = []\n"


def two_versions() -> str:
    second = TWO_VERSIONS[TWO_VERSIONS.index("[[activity]]") :]
    second = second.replace("version = 1", "version = 2").replace("2018-08-01", "2020-01-01")
    return TABLES + TWO_VERSIONS + second


def test_an_event_belongs_to_the_version_of_its_day() -> None:
    processing = parse(two_versions())
    assert processing.of_event("x.Y", date(2019, 12, 31)).path == "/verwerkingen/a/1/"
    assert processing.of_event("x.Y", date(2020, 1, 1)).path == "/verwerkingen/a/2/"
    assert processing.of_event("x.Y", date(2001, 1, 1)).version == 1
    assert [each.version for each in processing.in_force()] == [2]
    with pytest.raises(UnknownEvent):
        processing.of_event("x.Z", date(2020, 1, 1))


def test_a_code_that_the_file_does_not_describe_is_named() -> None:
    text = FILE.read_text(encoding="utf-8").replace('ground = "consent"', 'ground = "because"', 1)
    with pytest.raises(ValueError, match="activity inloggen names 'because'"):
        parse(text)
