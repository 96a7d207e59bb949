"""The Logboek Dataverwerkingen of a period: the specification's fields, a line for each person, and nobody's name."""

import gc
import io
import json
import re
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from pytest_django.fixtures import Settings

from lerarenregister.accounts.permissions import Viewer
from lerarenregister.audit import actions, queries
from lerarenregister.audit.events import Actor, Event
from lerarenregister.audit.models import AuditEvent, EventSubject
from lerarenregister.audit.spans import pseudonym
from lerarenregister.jobs.audit import processing_log
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import new_id
from lerarenregister.register.events import CodesExpired, LineDelivered
from lerarenregister.register.models import Employee
from tests.register import cast
from tests.register.cast import AT, BOARD, csv_of

pytestmark = pytest.mark.django_db
KEY = "a key of the pseudonyms alone, 0123"
# The table of fields in sections/03-specificaties/02-component-logboek.md. An earlier text has `status_code`, a later
# one `status`; everything that is in neither is refused here.
ID_OF = {size: {"type": "string", "pattern": f"^(?!0+$)[0-9a-f]{{{2 * size}}}$"} for size in (8, 16)}
LINE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["trace_id", "span_id", "status", "status_code", "name", "start_time", "end_time", "attributes"],
    "properties": {
        "trace_id": ID_OF[16],
        "span_id": ID_OF[8],
        "parent_span_id": ID_OF[8],
        "status": {"enum": ["Unset", "Ok", "Error"]},
        "status_code": {"enum": [0, 1, 2]},
        "name": {"type": "string", "minLength": 1},
        "start_time": {"type": "integer", "minimum": 1_000_000_000_000},
        "end_time": {"type": "integer", "minimum": 1_000_000_000_000},
        "resource": {
            "type": "object",
            "additionalProperties": False,
            "required": ["attributes"],
            "properties": {"attributes": {"type": "object", "additionalProperties": {"type": "string"}}},
        },
        "attributes": {
            "type": "object",
            "additionalProperties": False,
            "required": ["dpl.core.processing_activity_id"],
            "properties": {
                "dpl.core.processing_activity_id": {
                    "type": "string",
                    "pattern": "^https?://.+/verwerkingen/.+/[0-9]+/$",
                },
                "dpl.core.data_subject_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "dpl.core.data_subject_id_type": {"type": "string", "pattern": "^https?://.+#betrokkene$"},
            },
            "dependentRequired": {
                "dpl.core.data_subject_id": ["dpl.core.data_subject_id_type"],
                "dpl.core.data_subject_id_type": ["dpl.core.data_subject_id"],
            },
        },
    },
}


@pytest.fixture(autouse=True)
def key(settings: Settings) -> None:
    settings.PSEUDONYM_KEY = KEY


def printed(begin: str = "2018-09-01", until: str = "2018-10-01") -> str:
    out = io.StringIO()
    call_command("logboek", "--from", begin, "--until", until, stdout=out)
    return out.getvalue()


def log(begin: str = "2018-09-01", until: str = "2018-10-01") -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed(begin, until).splitlines()]


def person(line: dict[str, Any]) -> str:
    return str(line["attributes"].get("dpl.core.data_subject_id", ""))


def known_as(subject: UUID) -> str:
    return pseudonym(subject, key=KEY.encode())


def record(event: Event, *subjects: UUID, at: datetime = AT) -> UUID:
    with transaction.atomic():
        return actions.record(event, actor=Actor(new_id(), "support"), at=at, subjects=subjects)


@pytest.fixture
def registered() -> Viewer:
    """A board delivered two people, one of them activated and confirmed."""
    cast.institutions()
    return cast.joined(csv_of({}, {"personeelsnummer": "p2", "achternaam": "Colijn"}))


def test_every_line_has_the_fields_of_the_specification_and_no_other(registered: Viewer) -> None:
    lines = log()
    assert len(lines) > 8
    check = Draft202012Validator(LINE)
    assert [(error.json_path, error.message) for line in lines for error in check.iter_errors(line)] == []
    spans = [(line["trace_id"], line["span_id"]) for line in lines]
    assert len(set(spans)) == len(spans)
    assert all(line["start_time"] <= line["end_time"] for line in lines)


def test_a_line_refers_to_a_page_that_says_what_the_processing_is(registered: Viewer) -> None:
    for uri in {line["attributes"]["dpl.core.processing_activity_id"] for line in log()}:
        assert uri.startswith(project.BASE_URL)
        assert Client().get(uri.removeprefix(project.BASE_URL)).status_code == 200
    assert 'id="betrokkene"' in Client().get("/verwerkingen/").content.decode()


def test_it_says_nothing_of_who_did_it_what_was_said_and_who_she_is(registered: Viewer) -> None:
    text = printed()
    ids = {str(each) for each in EventSubject.objects.values_list("subject", flat=True)}
    ids |= {
        str(each) for each in AuditEvent.objects.exclude(actor_account=None).values_list("actor_account", flat=True)
    }
    assert ids
    assert [each for each in ids if each in text or each.replace("-", "") in text] == []
    facts = [
        value for row in AuditEvent.objects.all() for value in (row.facts or {}).values() if isinstance(value, str)
    ]
    assert [fact for fact in facts if len(fact) > 4 and fact in text] == []
    for word in ("Berg", "Colijn", "1980", BOARD, "support", "board-staff"):
        assert word not in re.sub(
            r'"(?:trace_id|span_id|parent_span_id|dpl\.core\.data_subject_id)":"[0-9a-f]+"', "", text
        )


def test_an_act_about_more_persons_has_a_line_for_each_under_the_line_of_the_act() -> None:
    many = [new_id() for _ in range(3)]
    event = record(CodesExpired(3), *many)
    top, *children = log()
    assert {line["trace_id"] for line in (top, *children)} == {event.hex}
    assert "parent_span_id" not in top
    assert person(top) == ""
    assert {line["parent_span_id"] for line in children} == {top["span_id"]}
    assert [person(line) for line in children] == sorted(known_as(each) for each in many)


def test_an_act_about_one_person_or_nobody_is_one_line() -> None:
    her = new_id()
    record(LineDelivered(BOARD, new_id(), 1, "changed", None), her)
    record(CodesExpired(0))
    one, nobody = log()
    assert (person(one), person(nobody)) == (known_as(her), "")
    assert "parent_span_id" not in one


def test_her_account_and_her_files_are_one_person_from_the_moment_they_joined(registered: Viewer) -> None:
    assert registered.account
    file = Employee.objects.get(account=registered.account).id
    record(LineDelivered(BOARD, new_id(), 1, "changed", None), file, at=AT + timedelta(hours=1))
    record(LineDelivered(BOARD, new_id(), 1, "changed", None), file, registered.account, at=AT + timedelta(hours=1))
    record(LineDelivered(BOARD, new_id(), 1, "new", None), file, at=AT - timedelta(hours=1))
    later = [line for line in log("2018-09-03T10:00Z", "2018-09-03T11:00Z") if line["name"] == "register.LineDelivered"]
    assert [person(line) for line in later] == [known_as(registered.account)] * 2
    (before,) = log("2018-09-03T08:00Z", "2018-09-03T09:00Z")
    assert person(before) == known_as(file)
    redeemed = [line for line in log() if line["name"] == "register.CodeRedeemed"]
    assert [person(line) for line in redeemed] == [known_as(registered.account)]


def test_the_period_is_half_open_and_a_day_begins_at_midnight_in_the_netherlands() -> None:
    midnight = datetime(2018, 9, 3, 22, 0, tzinfo=UTC)
    moments = [midnight + timedelta(microseconds=step) for step in (-1, 0, 86_400_000_000 - 1, 86_400_000_000)]
    events = [record(CodesExpired(1), at=each) for each in moments]
    assert [line["trace_id"] for line in log("2018-09-04", "2018-09-05")] == [event.hex for event in events[1:3]]


def test_two_runs_print_the_same_bytes_whatever_was_sealed_in_between(registered: Viewer) -> None:
    first = printed()
    call_command("seal")
    assert printed() == first != ""


def test_another_key_gives_other_pseudonyms_and_the_same_spans_for_the_acts(settings: Settings) -> None:
    record(LineDelivered(BOARD, new_id(), 1, "changed", None), new_id())
    (before,) = log()
    settings.PSEUDONYM_KEY = KEY[::-1]
    (after,) = log()
    assert person(before) != person(after)
    assert before["span_id"] == after["span_id"]


def test_an_erased_event_keeps_its_line_and_loses_its_persons() -> None:
    event = record(LineDelivered(BOARD, new_id(), 1, "changed", None), new_id())
    EventSubject.objects.filter(event_id=event).delete()
    AuditEvent.objects.filter(pk=event).update(salt=None, facts=None, actor_account=None, actor_role="")
    (line,) = log()
    assert person(line) == ""
    assert list(Draft202012Validator(LINE).iter_errors(line)) == []


def test_pages_of_any_size_print_the_same(registered: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = printed()
    for size in (1, 2, 3):
        monkeypatch.setattr(queries, "_BATCH", size)
        monkeypatch.setattr(processing_log, "_TOGETHER", size)
        monkeypatch.setattr(processing_log, "_IDS", size)
        assert printed() == whole


def test_memory_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_BATCH", 50)
    monkeypatch.setattr(processing_log, "_TOGETHER", 50)
    peaks = []
    for more in (1_000, 3_000):
        with transaction.atomic():
            entries = [actions.Entry(CodesExpired(1), [new_id()]) for _ in range(more)]
            actions.record_all(entries, actor=Actor(None, "job"), at=AT)
        gc.collect()
        tracemalloc.start()
        count = sum(1 for _ in processing_log.lines(AT, AT + timedelta(hours=1)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert count == 4_000
    assert peaks[1] < peaks[0] + 400_000  # three thousand events that were kept would take over a million bytes


@pytest.mark.parametrize(
    ("begin", "until", "said"),
    [
        ("gisteren", "2018-09-04", "--from wants a day"),
        ("2018-09-03", "2018-09-31", "--until wants a day"),
        ("2018-09-03T09:00", "2018-09-04", "--from has no zone"),
        ("2018-09-04", "2018-09-04", "the period is empty"),
        ("2018-09-05", "2018-09-04", "the period is empty"),
        ("2018-09-03", "2999-01-01", "lies in the future"),
    ],
)
def test_a_wrong_period_is_refused_with_what_to_write(begin: str, until: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        printed(begin, until)


def test_without_a_key_there_is_no_log(settings: Settings) -> None:
    settings.PSEUDONYM_KEY = ""
    with pytest.raises(CommandError, match="openssl rand"):
        printed()


def test_an_event_without_an_activity_is_named(registered: Viewer) -> None:
    AuditEvent.objects.filter(pk=record(CodesExpired(1))).update(name="register.Unheard")
    with pytest.raises(CommandError, match=r"register\.Unheard belongs to no activity"):
        printed()


def test_that_it_was_taken_is_an_event_that_the_next_one_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    printed()
    (taken,) = AuditEvent.objects.filter(name="audit.ProcessingLogGiven")
    assert (taken.actor_account, taken.actor_role) == (None, "command")
    assert taken.facts == {"begin": "2018-09-01T00:00:00+02:00", "until": "2018-10-01T00:00:00+02:00"}
    monkeypatch.setattr(clock, "now", lambda: taken.at + timedelta(hours=1))
    (line,) = log((taken.at - timedelta(hours=1)).isoformat(), (taken.at + timedelta(minutes=1)).isoformat())
    assert line["name"] == "audit.ProcessingLogGiven"
    assert line["attributes"] == {"dpl.core.processing_activity_id": f"{project.BASE_URL}/verwerkingen/logboek/1/"}, (
        "it is about everybody who is in it, and about nobody by name"
    )


def test_one_that_is_refused_was_not_taken() -> None:
    with pytest.raises(CommandError):
        printed("2018-10-01", "2018-09-01")
    assert not AuditEvent.objects.exists()


def test_events_outside_the_period_are_not_read(registered: Viewer) -> None:
    for days in (-400, -40, 40, 400):
        record(CodesExpired(1), at=AT + timedelta(days=days))
    with CaptureQueriesContext(connection) as asked:
        assert len({line["trace_id"] for line in log()}) == AuditEvent.objects.filter(at=AT).count()
    pages = [each["sql"] for each in asked if "audit_auditevent" in each["sql"] and "LIMIT 1000" in each["sql"]]
    assert pages
    assert all('"id" >=' in sql and '"id" <=' in sql for sql in pages), "each page lies between the ids of the period"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite the table is read once to find the period")
def test_a_period_is_found_by_the_index_on_the_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        with CaptureQueriesContext(connection) as asked:
            printed()
        (found,) = [each["sql"] for each in asked if "MIN(" in each["sql"] and "audit_auditevent" in each["sql"]]
        cursor.execute(f"EXPLAIN {found}")
        assert any("audit_event_moment" in line for (line,) in cursor.fetchall())
