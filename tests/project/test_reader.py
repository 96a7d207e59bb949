"""Settings: a wrong value is refused with a sentence that names it and says what to do, and never shows a secret."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from lerarenregister.project import settings
from lerarenregister.project.reader import Reader

NOWHERE = Path("/nowhere/settings.env")
KEY = base64.b64encode(bytes(range(200, 232))).decode()
Read = Callable[[Reader], object]


def text(reader: Reader) -> object:
    return reader.text("NAME", None, "What it is.", least=10, secret=True)


def whole(reader: Reader) -> object:
    return reader.whole("NAME", 25, "What it is.", least=1, most=65535)


def yes_no(reader: Reader) -> object:
    return reader.yes_no("NAME", False, "What it is.")


def database(reader: Reader) -> object:
    return reader.url("NAME", None, "What it is.", schemes=("sqlite", "postgresql"), secret=True)


def site(reader: Reader) -> object:
    return reader.site("NAME", "http://localhost:8000", "What it is.")


def key(reader: Reader) -> object:
    return reader.key("NAME", "What it is.")


def path(reader: Reader) -> object:
    return reader.path_to("NAME", Path("/var"), "What it is.")


def mail(reader: Reader) -> object:
    return reader.mail("NAME", "a@example.org", "What it is.")


def host(reader: Reader) -> object:
    return reader.host("NAME", "127.0.0.1", "What it is.")


def word(reader: Reader) -> object:
    return reader.word("NAME", "a/b", "What it is.")


RIGHT: list[tuple[Read, str, object]] = [
    (text, "long enough", "long enough"),
    (whole, "65535", 65535),
    (yes_no, "1", True),
    (yes_no, "0", False),
    (database, "sqlite:////var/a b.sqlite3", "sqlite:////var/a b.sqlite3"),
    (database, "postgresql://u:p%40@h:5432/n?sslmode=verify-full", "postgresql://u:p%40@h:5432/n?sslmode=verify-full"),
    (database, "postgresql://app@/postgres?host=%2Ftmp%2Fpg", "postgresql://app@/postgres?host=%2Ftmp%2Fpg"),
    (database, "postgresql://u:p@h1:5432,h2/n", "postgresql://u:p@h1:5432,h2/n"),
    (site, "https://register.test:8443/", "https://register.test:8443"),
    (key, KEY, KEY),
    (path, "/var/lib/x", Path("/var/lib/x")),
    (mail, "help+nu@leraren.nl", "help+nu@leraren.nl"),
    (host, "mail.leraren.nl", "mail.leraren.nl"),
    (host, "::1", "::1"),
    (word, "leraren.nl/log", "leraren.nl/log"),
]
WRONG: list[tuple[Read, str, str]] = [
    (text, "too short", "has 9 characters and needs at least 10"),
    (whole, "0", "must be a whole number, 1 to 65535"),
    (whole, "65536", "must be a whole number"),
    (whole, "2525.0", "must be a whole number"),
    (whole, "²", "must be a whole number"),
    (whole, "9" * 5000, "must be a whole number"),
    (yes_no, "true", "must be 1 (yes) or 0 (no)"),
    (yes_no, "ja", "must be 1 (yes) or 0 (no)"),
    (database, "mysql://u:p@h/n", "begins with sqlite:/// or postgresql://"),
    (database, "postgresql://u:p@h:port/n", "begins with"),
    (database, "postgresql://u:p@h1:5432,h2:port/n", "begins with"),
    (database, "postgresql:u", "begins with"),
    (database, "postgresql:///n", "has nothing behind"),
    (database, "sqlite:///", "has nothing behind"),
    (database, "postgresql://u:p@h/n\nx", "begins with"),
    (site, "register.test", "begins with https:// or http://"),
    (site, "https://register.test/pad", "nothing behind it"),
    (site, "https://u:p@register.test", "nothing behind it"),
    (key, "c2hvcnQ=", "must be 32 bytes in base64"),
    (key, "no base64!", "must be 32 bytes in base64"),
    (key, KEY + "é", "must be 32 bytes in base64"),
    (path, "var", "must be a path that begins with /"),
    (mail, "leraren.nl", "must be a mail address"),
    (mail, "a@b", "must be a mail address"),
    (mail, "a@leraren.nl\nBcc: x@y.nl", "must be a mail address"),
    (host, "smtp://mail", "must be a host name"),
    (word, "een log", "must be a text without blanks"),
]


@pytest.mark.parametrize(("read", "value", "found"), RIGHT)
def test_a_right_value_is_read_from_the_environment_and_from_the_file(
    read: Read, value: str, found: object, tmp_path: Path
) -> None:
    assert read(Reader({"NAME": value}, NOWHERE)) == found
    file = tmp_path / "settings.env"
    file.write_text(f"# a note\n\nNAME={value}\n")
    assert read(Reader({}, file)) == found


@pytest.mark.parametrize(("read", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_by_name_with_what_to_do(read: Read, value: str, sentence: str) -> None:
    reader = Reader({"NAME": value}, NOWHERE)
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(reader)
    said = str(refusal.value)
    assert said.startswith("NAME ")
    assert sentence in said
    assert "What it is." in said
    assert "Correct it" in said or "openssl rand" in said
    if reader.documented["NAME"].secret:
        assert value not in said


@pytest.mark.parametrize("read", [text, key, database])
def test_what_is_required_and_not_there_is_named(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"NAME is not set\. What it is\."):
        read(Reader({}, NOWHERE))


@pytest.mark.parametrize(
    ("value", "sentence"), [("", "is empty"), ("  ", "is empty"), (" x" * 20, "has blanks around its value")]
)
def test_nothing_and_blanks_are_no_value(value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"NAME {sentence}"):
        text(Reader({"NAME": value}, NOWHERE))


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text("NAME=26\n")
    assert whole(Reader({"NAME": "27"}, file)) == 27
    assert whole(Reader({}, file)) == 26
    assert whole(Reader({}, NOWHERE)) == 25


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("NAME=1\nNAMES=2", "NAMES is not a setting. Did you mean NAME?"),
        ("NAME=1\nNAME=2", "line 2: NAME is there twice"),
        ("NAME 1", "line 1: not NAME=value"),
        ("export NAME=1", "line 1: not NAME=value"),
        ("NAME = 1", "line 1: not NAME=value"),
        ("name=geheim", "line 1: not NAME=value"),
    ],
)
def test_a_line_that_would_be_passed_over_in_silence_is_refused(lines: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(lines)

    def start() -> None:
        reader = Reader({}, file)
        yes_no(reader)
        reader.refuse_unknown()

    with pytest.raises(ImproperlyConfigured) as refusal:
        start()
    assert sentence in str(refusal.value)
    assert "geheim" not in str(refusal.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_bytes(b"NAME=\xff")
    with pytest.raises(ImproperlyConfigured, match="can not be read"):
        Reader({}, file)


def test_an_option_that_the_database_would_never_get_is_refused() -> None:
    found = settings.database("postgresql://u@h/n?sslmode=verify-full")
    assert found["OPTIONS"] == {"sslmode": "verify-full"}
    with pytest.raises(ImproperlyConfigured, match="unknown option ssl_mode"):
        settings.database("postgresql://u@h/n?ssl_mode=verify-full")


def test_several_servers_are_asked_in_turn_for_one_that_takes_writes() -> None:
    found = settings.database("postgresql://u:p%40@db1:6000,db2,[::1]:6001/n?target_session_attrs=read-write")
    assert (found["HOST"], found["PORT"]) == ("db1,db2,::1", "6000,5432,6001")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("u", "p@", "n")
    assert found["OPTIONS"] == {
        "target_session_attrs": "read-write",
        "connect_timeout": "2",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
        "tcp_user_timeout": "10000",
    }
    mine = settings.database("postgresql://u@a,b/n?target_session_attrs=primary&connect_timeout=9")
    assert mine["OPTIONS"]["connect_timeout"] == "9"
    assert mine["PORT"] == ""


@pytest.mark.parametrize("options", ["", "?target_session_attrs=any", "?target_session_attrs=prefer-standby"])
def test_several_servers_of_which_one_may_only_follow_are_refused(options: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Put target_session_attrs=read-write") as refusal:
        settings.database(f"postgresql://u:geheim@a,b/n{options}")
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize("place", ["a,,b", "a b", "a:x", ","])
def test_servers_that_can_not_be_read_are_refused(place: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="host:port"):
        settings.database(f"postgresql://u@{place}/n?target_session_attrs=read-write")


def test_behind_a_pooler_nothing_outlives_a_transaction_in_a_connection() -> None:
    url = "postgresql://u@h:6432/n"
    assert settings.database(url, pooled=True)["DISABLE_SERVER_SIDE_CURSORS"]
    one = settings.database(url)
    assert not one["DISABLE_SERVER_SIDE_CURSORS"]
    assert (one["HOST"], one["PORT"], one["OPTIONS"], one["CONN_HEALTH_CHECKS"]) == ("h", "6432", {}, True)


@pytest.mark.parametrize("content", ["{", '{"slug": "eid"}', '["eid"]'])
def test_providers_that_are_no_list_of_objects_are_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "providers.json"
    file.write_text(content)
    with pytest.raises(ImproperlyConfigured, match="PROVIDERS_FILE"):
        settings.providers(file)


def test_the_whole_refuses_to_start_on_an_unknown_line_and_on_a_yes_that_would_mean_no(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    for lines, sentence in [
        ("BEHIND_TLS_PROXI=1", "BEHIND_TLS_PROXI is not a setting. Did you mean BEHIND_TLS_PROXY?"),
        ("BEHIND_TLS_PROXY=true", "BEHIND_TLS_PROXY must be 1 (yes) or 0 (no), not 'true'"),
        ("BEHIND_TLS_PROXY=1", ""),
    ]:
        file.write_text(f"{lines}\n")
        done = subprocess.run(
            [sys.executable, "-c", "import lerarenregister.project.settings"],
            env={**os.environ, "SETTINGS_FILE": str(file), "PYTHONPATH": str(settings.ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == (not sentence)
        assert sentence in done.stderr


def test_every_setting_has_a_type_and_a_meaning_and_every_required_one_is_a_secret() -> None:
    for name, each in settings.DOCUMENTED.items():
        assert each.kind, name
        assert each.meaning.endswith("."), name
        assert each.default is not None or each.secret, name


def test_a_text_that_may_be_missing_is_empty_then_and_checked_when_it_is_there() -> None:
    def optional(environment: dict[str, str]) -> str:
        return Reader(environment, NOWHERE).text_if_any("NAME", "What it is.", least=10)

    assert optional({}) == ""
    assert optional({"NAME": "x" * 10}) == "x" * 10
    for wrong in ("", "  ", "short"):
        with pytest.raises(ImproperlyConfigured) as refused:
            optional({"NAME": wrong})
        assert "short" not in str(refused.value)
