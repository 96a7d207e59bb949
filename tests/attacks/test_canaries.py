"""Nothing of people in what is written: words are planted everywhere, and all output is searched for them."""

import json
import logging
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lerarenregister.kernel import loglines
from lerarenregister.web.observing import REQUEST_ID
from tests.web.test_headers import in_a_process_of_its_own

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Walk:
    """What was planted, all that was written, and the lines of the log in it."""

    planted: list[str]
    written: str
    lines: list[dict[str, Any]]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    folder = tmp_path_factory.mktemp("canaries")
    done = in_a_process_of_its_own(folder, "-m", "tests.attacks.canary_walk", str(folder / "planted.json"))
    assert done.returncode == 0, done.stderr[-3000:]
    planted = json.loads((folder / "planted.json").read_text())
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    return Walk(planted, done.stdout + done.stderr, [line for line in lines if "refused" not in line])


def test_no_word_that_was_planted_is_in_any_output(walk: Walk) -> None:
    assert len(walk.planted) > 25
    written = walk.written.casefold()
    assert [word for word in walk.planted if word.casefold() in written] == []


def test_the_walk_went_through_pages_refusals_errors_and_jobs(walk: Walk) -> None:
    events = {line.get("event") for line in walk.lines}
    assert events >= {
        "answered",
        "a sign-in was refused",
        "a part of the daily work failed",
        "an error that nobody caught",
    }
    statuses = {line["status"] for line in walk.lines if line.get("event") == "answered"}
    assert statuses >= {200, 302, 400, 403, 404, 405, 500}
    assert {line["session"] for line in walk.lines if "session" in line} == {"none", "person-bound", "employer"}


def test_every_line_of_the_log_is_one_of_json_and_only_says_what_it_may(walk: Walk) -> None:
    rest = [line for line in walk.written.splitlines() if '"answered"' in line and not line.startswith("{")]
    assert rest == []
    known = {"time", "level", "logger", "event", "request_id", "error", *loglines.FIELDS}
    for line in walk.lines:
        assert {"time", "level", "logger", "event"} <= set(line) <= known, line
        assert not UUID.search(json.dumps(line | {"request_id": ""})), line


def test_an_access_line_has_the_pattern_of_the_address_and_never_the_address(walk: Walk) -> None:
    routes = {line["route"] for line in walk.lines if line.get("event") == "answered"}
    assert "/activeren/<str:code>/" in routes
    assert {"none", "/"} <= routes
    assert all(route in ("none", "static") or route.startswith("/") for route in routes)
    assert not any("kanarie" in route for route in routes)


def test_an_error_is_told_with_its_type_and_stack_and_the_number_of_its_request(walk: Walk) -> None:
    failed = [line for line in walk.lines if line["level"] == "error" and line["logger"] == "django.request"]
    assert failed
    for line in failed:
        assert UUID.fullmatch(line["request_id"])
    told = [line["error"][0] for line in failed if "error" in line]
    assert {"builtins.ValueError", "django.db.utils.IntegrityError"} <= {error["type"] for error in told}
    assert any(place.startswith("lerarenregister/web/site/views.py:") for error in told for place in error["stack"])


def test_each_request_has_a_number_of_its_own_and_one_that_was_sent_does_not_count(db: None) -> None:
    answers = [Client().get("/hulp/", headers={"x-request-id": "mine"}) for _ in range(2)]
    numbers = {answer[REQUEST_ID] for answer in answers}
    assert len(numbers) == 2
    assert all(UUID.fullmatch(number) for number in numbers)


def test_the_page_of_an_error_of_ours_shows_the_number(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken by the test")

    monkeypatch.setattr("lerarenregister.web.site.views.render", broken)
    answer = Client(raise_request_exception=False).get("/hulp/")
    assert answer.status_code == 500
    assert answer[REQUEST_ID] in answer.content.decode()


def line_of(name: str, message: Any, *args: object, **extra: object) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.WARNING, "/x/site-packages/pack/part.py", 3, message, args, None)
    record.__dict__.update(extra)
    said: dict[str, Any] = json.loads(loglines.JsonLines().format(record))
    return said


def test_what_is_filled_in_and_what_another_library_composed_is_left_out() -> None:
    assert line_of("other", "cannot mail %s", "bea@example.org")["event"] == "cannot mail %s"
    assert line_of("other", "cannot mail bea@example.org")["event"] == "withheld: pack/part.py:3"
    assert line_of("other", ValueError("bea"))["event"] == "withheld: pack/part.py:3"
    assert line_of("lerarenregister.x", "of ours", part="mail", name_of_her="Bea") | {"time": ""} == {
        "time": "",
        "level": "warning",
        "logger": "lerarenregister.x",
        "event": "of ours",
        "part": "mail",
    }


def test_an_error_keeps_its_codes_and_its_causes_and_loses_its_words() -> None:
    try:
        try:
            Path("/nowhere/bea").read_text()
        except OSError as error:
            raise ValueError("bea") from error
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed %s", ("bea",), sys.exc_info())
    line = loglines.JsonLines().format(record)
    assert "bea" not in line
    told = json.loads(line)["error"]
    assert [(each["type"], each.get("code")) for each in told] == [
        ("builtins.ValueError", None),
        ("builtins.FileNotFoundError", "ENOENT"),
    ]
    assert told[0]["stack"][-1].startswith("attacks/test_canaries.py:")
