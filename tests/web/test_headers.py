"""What every answer says to the browser, behind TLS: pages, refusals, errors, redirects and static files alike."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from django.test import Client
from pytest_django.fixtures import Settings

from lerarenregister.project import settings as project
from lerarenregister.web.site import cookies

Visits = list[dict[str, Any]]
SECURE = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
KEPT_WITHIN = ("same-origin", "strict-origin")  # the second names this site, never the page
NOT_ALLOWED = ("camera", "microphone", "geolocation", "payment", "usb", "bluetooth", "display-capture", "serial", "hid")
COOKIES = {"sessie", "csrf", "taal"}
NARROW = {"gedeeld": {"samesite=strict", "path=/gedeeld/"}}


def in_a_process_of_its_own(folder: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    known |= {"VAR": str(folder), "PYTHONPATH": f"{project.ROOT / 'src'}:{project.ROOT}"}
    known |= {"DJANGO_SETTINGS_MODULE": "lerarenregister.project.settings", **environment}
    return subprocess.run(
        [sys.executable, *command],
        env=known,
        cwd=project.ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Visits:
    behind_tls = {"BASE_URL": "https://register.example.org", "BEHIND_TLS_PROXY": "1"}
    done = in_a_process_of_its_own(tmp_path_factory.mktemp("tls"), "-m", "tests.web.headers_walk", **behind_tls)
    assert done.returncode == 0, done.stderr[-3000:]
    found: Visits = json.loads(done.stdout)
    return found


def answers(visits: Visits) -> Visits:
    """Those that came over the wire."""
    return [each for each in visits if each["what"] != "sign-in"]


def test_the_walk_saw_pages_redirects_refusals_errors_and_static_files(visits: Visits) -> None:
    status = {each["what"]: each["status"] for each in visits}
    assert set(status.values()) >= {200, 301, 302, 400, 403, 404, 405, 500}
    assert status["static"] == 200
    assert status["another host"] == 400
    assert status["our error"] == status["our error as stranger"] == 500
    assert status["no token"] == 403


@pytest.mark.parametrize("name", SECURE)
def test_every_answer_has_the_header(visits: Visits, name: str) -> None:
    wrong = [each["what"] for each in answers(visits) if each["headers"].get(name) != SECURE[name]]
    assert wrong == []


def test_no_answer_tells_another_site_on_which_page_she_was(visits: Visits) -> None:
    wrong = [each["what"] for each in answers(visits) if each["headers"].get("referrer-policy") not in KEPT_WITHIN]
    assert wrong == []


def test_every_answer_has_a_strict_content_security_policy(visits: Visits) -> None:
    for each in answers(visits):
        policy = dict(
            part.strip().partition(" ")[::2] for part in each["headers"]["content-security-policy"].split(";")
        )
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", each["what"]
        for directive, sources in policy.items():
            assert set(sources.split()) <= {"'none'", "'self'"}, (each["what"], directive)


def test_no_answer_allows_a_page_the_camera_or_the_like(visits: Visits) -> None:
    for each in answers(visits):
        policy = dict(part.strip().split("=") for part in each["headers"]["permissions-policy"].split(","))
        assert set(policy.values()) == {"()"}, each["what"]
        assert set(NOT_ALLOWED) <= set(policy), each["what"]


def test_nothing_personal_may_be_kept_by_a_cache(visits: Visits) -> None:
    signed_in = [each for each in answers(visits) if " as " in each["what"] and "as anonymous" not in each["what"]]
    assert len(signed_in) > 300
    ended = [
        each["what"]
        for each in signed_in
        if "no-store" not in each["headers"].get("cache-control", "")
        and not any(name in each["what"] for name in ("accounts:", "person:close"))
    ]
    assert ended == []
    assert next(each for each in visits if each["what"] == "static")["headers"]["cache-control"].startswith("max-age=")


def test_every_cookie_is_secure_and_out_of_reach_of_scripts_and_other_sites(visits: Visits) -> None:
    sent = [(name, cookie) for each in visits for name, cookie in each["cookies"].items()]
    assert {name for name, _ in sent} >= COOKIES
    for name, cookie in sent:
        flags = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert NARROW.get(name, {"samesite=lax", "path=/"}) <= flags, cookie
        if "max-age=0" not in flags:  # that one takes a cookie away
            assert {"secure", "httponly"} <= flags, cookie
        assert not any(flag.startswith("domain=") for flag in flags), name


def test_the_cookie_statement_names_every_cookie_that_is_set_with_its_lifetime_and_no_other(visits: Visits) -> None:
    set_somewhere: dict[str, set[str]] = {}
    for each in visits:
        for name, cookie in each["cookies"].items():
            ages = [part.strip()[8:] for part in cookie.split(";") if part.strip().casefold().startswith("max-age=")]
            if ages != ["0"]:  # that one takes a cookie away
                set_somewhere.setdefault(name, set()).add(ages[0] if ages else "until the browser closes")
    stated = {
        each.name: {str(round(each.lasts.total_seconds())) if each.lasts else "until the browser closes"}
        for each in cookies.cookies()
    }
    assert stated == set_somewhere
    page = Client().get("/cookies/").content.decode()
    assert [name for name in stated if f"<strong>{name}</strong>" not in page] == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"algorithms": ["HS256"]}, "provider eid: algorithms must be among"),
        ({"person_bound": "yes"}, "provider eid: person_bound must be true or false"),
        ({"issuer": "http://eid.example.org"}, "provider eid: issuer must begin with https://"),
        ({"issuer": ""}, "provider eid: issuer is missing"),
        ({"secret": "x"}, "provider eid: unknown setting secret"),
    ],
)
def test_with_a_wrong_provider_the_server_refuses_to_start_and_says_why(
    tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    right = {"slug": "eid", "name": "eID", "issuer": "https://eid.example.org", "client_id": "r", "client_secret": "s"}
    file = tmp_path / "providers.json"
    file.write_text(json.dumps([right | {"person_bound": True} | wrong]))
    load = ("-c", "import lerarenregister.project.wsgi")
    done = in_a_process_of_its_own(tmp_path, *load, PROVIDERS_FILE=str(file))
    assert done.returncode != 0
    last = done.stderr.strip().rsplit("ImproperlyConfigured: ", 1)[-1]
    assert sentence in last
    assert "Correct the file that PROVIDERS_FILE names." in last
    file.write_text(json.dumps([right | {"person_bound": True}]))
    assert in_a_process_of_its_own(tmp_path, *load, PROVIDERS_FILE=str(file)).returncode == 0


@pytest.mark.django_db
def test_what_sqlite_acknowledged_is_on_the_disk_and_references_hold(tmp_path: Path) -> None:
    handler = ConnectionHandler({"default": {**project.database(f"sqlite:///{tmp_path}/r.sqlite3")}})
    connection = handler["default"]
    with connection.cursor() as cursor:
        said = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "foreign_keys", "journal_mode")
        }
    connection.close()
    assert said == {"synchronous": 2, "foreign_keys": 1, "journal_mode": "wal"}


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with"):
        project.database("mysql://localhost/register")


def test_security_txt_says_where_to_report_and_does_not_expire(settings: Settings) -> None:
    settings.BASE_URL, settings.SECURITY_EMAIL = "https://register.example.org", "zwak@example.org"
    answer = Client().get("/.well-known/security.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert list(fields) == ["Contact", "Expires", "Preferred-Languages", "Canonical", "Policy"]
    assert fields["Contact"] == "mailto:zwak@example.org"
    assert fields["Preferred-Languages"] == "nl, en"
    assert fields["Canonical"] == "https://register.example.org/.well-known/security.txt"
    left = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    policy = urlsplit(fields["Policy"])
    page = Client().get(policy.path).content.decode()
    assert f'id="{policy.fragment}"' in page
    assert "zwak@example.org" in page
