"""Hostile input at every door: codecs, cookies, addresses, numbers in disguise, and where codes could leak."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lerarenregister.audit import checkpoints
from lerarenregister.audit.actions import seal
from lerarenregister.audit.errors import LogDamaged
from lerarenregister.audit.keys import signing_key
from lerarenregister.audit.models import AuditEvent, TreeHead
from lerarenregister.audit.queries import verify_log
from lerarenregister.kernel import clock
from lerarenregister.kernel.identifiers import ActivationCode
from lerarenregister.kernel.loglines import JsonLines
from lerarenregister.kernel.masking import mask_codes
from lerarenregister.register import actions
from lerarenregister.register.errors import FileRefused
from lerarenregister.register.models import ActivationCodeIssued, DeliveryLine, Review
from lerarenregister.register.rules.columns import COLUMNS
from lerarenregister.register.rules.screening import named_so
from tests.attacks import cast
from tests.attacks.cast import World
from tests.register import cast as register
from tests.register.cast import BOARD, csv_of
from tests.register.test_reader import valid_bsns

pytestmark = pytest.mark.django_db


def send(client: Client, path: str, fields: dict[str, bytes], charset: str) -> int:
    """A form whose text is in the codec that it names; the status."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    body = b"".join(parts) + b"--edge--\r\n"
    client.raise_request_exception = False
    kind = f"multipart/form-data; boundary=edge; charset={charset}"
    return int(client.generic("POST", path, body, content_type=kind).status_code)


@pytest.mark.parametrize(
    ("evil", "charset"),
    [
        (b"x+2AA-y", "utf-7"),  # half of a surrogate pair
        (b"\\ud800 x", "raw_unicode_escape"),
        (b"a+AAA-b", "utf-7"),  # NUL
        (b"a\x00b", "utf-8"),
        (b"\xed\xa0\x80", "utf-8"),
        ("😀".encode(), "utf-8"),
        (b"x" * 200, "idna"),
        (b"zz", "base64"),
    ],
)
def test_text_in_any_codec_never_breaks_a_page(world: World, evil: bytes, charset: str) -> None:
    teacher, manager, support = (world.browsers[role].client for role in ("teacher", "manager", "support"))
    review = world.ids["review"]
    posts: list[tuple[Client, str, dict[str, bytes]]] = [
        (teacher, f"/mijn-registratie/klopt-niet/{world.ids['version']}/", {"words": evil}),
        (teacher, "/activeren/", {"code": evil}),
        (teacher, "/uitnodiging/", {"code": evil}),
        (teacher, "/mijn-registratie/bevestigen/", {"versie": evil}),
        (teacher, "/taal/", {"taal": b"en", "verder": b"/" + evil}),
        (manager, f"/bestuur/{BOARD}/medewerkers/", {"known_as": evil, "role": b"board-staff"}),
        (manager, f"/bestuur/{BOARD}/brieven/", {"persoon": evil}),
        (support, f"/ondersteuning/beoordelingen/{review}/", {f"{review.replace('-', '')}-words": evil}),
    ]
    if cast.WITH_PORTFOLIO:
        ticket = {name: value.encode() for name, value in cast.ticket_in(teacher.get("/").content.decode()).items()}
        for field in ("tekst", "titel", "datum", "soort", "formulier"):
            posts.append((teacher, "/portfolio/bewaren/", ticket | {"tekst": b"Intervisie", field: evil}))
        posts.append((teacher, "/portfolio/concept/", ticket | {"tekst": evil, "titel": evil}))
    for client, path, fields in posts:
        assert send(client, path, fields, charset) < 500, path


@pytest.mark.parametrize(
    "value", ['"\\000aaaaaaaaaaaa"', '"\\355\\240\\200aaaaaaaaa"', "x" * 5000, '"\\015\\012aaaaaaaaa"']
)
def test_a_forged_cookie_never_breaks_a_page(db: None, value: str) -> None:
    for name in ("sessie", "csrf", "sleutel", "taal"):
        for path in ("/", "/inloggen/", "/mijn-registratie/"):
            with transaction.atomic():  # on PostgreSQL a statement that fails spoils the transaction
                assert Client().get(path, headers={"cookie": f"{name}={value}"}).status_code < 500, (name, path)


def test_what_can_not_be_read_is_answered_with_a_page_of_ours(db: None) -> None:
    client = Client(raise_request_exception=False)
    form = "application/x-www-form-urlencoded"
    for response in (
        client.get("/", headers={"host": "evil.example"}),
        client.post("/taal/", "&".join(f"a{number}=1" for number in range(500)), content_type=form),
        client.post("/taal/", b"x", content_type="multipart/form-data; boundary="),
    ):
        assert response.status_code == 400
        assert 'lang="nl"' in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_post_over_the_limit_says_so_also_before_the_token_is_known(world: World) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = world.browsers["teacher"].client.cookies
    strict.get("/")
    response = strict.post("/taal/", b"a=" + b"x" * 5_000_000, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, "te groot" in response.content.decode()) == (413, True)


@pytest.mark.parametrize(
    "where",
    ["/activeren/{}/", "/inloggen/?verder=%2Factiveren%2F{}%2F", "Referer: https://x/activeren/{}/", "code={}", "'{}'"],
)
@pytest.mark.parametrize("joint", ["-", "", " ", "+", "%20", "%2D"])
def test_a_code_is_masked_however_it_is_written(where: str, joint: str) -> None:
    for _ in range(20):
        code = str(ActivationCode.random())
        for written in (code.replace("-", joint), code.replace("-", joint).lower()):
            assert written not in mask_codes(where.format(written))


def test_a_code_in_a_traceback_is_masked() -> None:
    code = str(ActivationCode.random())
    try:
        raise ValueError(f"cannot use {code}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    said = JsonLines().format(record)
    assert code not in said
    assert "ValueError" in said


def test_the_pages_whose_address_holds_a_code_tell_it_to_nobody(world: World) -> None:
    code = str(ActivationCode.random())
    for role in ("anonymous", "teacher", "employer"):
        for path in (f"/activeren/{code}/", f"/inloggen/?verder=/activeren/{code}/"):
            assert world.browsers[role].client.get(path)["Referrer-Policy"] == "strict-origin", (role, path)


DISGUISES: dict[str, Callable[[str], str]] = {
    "an amount": lambda number: number + ".0",
    "a Dutch amount": lambda number: f'"{number},0"',
    "slashes": lambda number: f"{number[:3]}/{number[3:6]}/{number[6:]}",
    "an apostrophe": lambda number: "'" + number,
    "a dash": lambda number: f"{number[:4]}–{number[4:]}",
    "a thin space": lambda number: f"{number[:4]}\u2009{number[4:]}",
    "no width": lambda number: f"{number[:4]}\u200b{number[4:]}",
    "underscores": lambda number: f"{number[:4]}_{number[4:]}",
    "wide digits": lambda number: number.translate({48 + each: 0xFF10 + each for each in range(10)}),
    "its name before it": lambda number: f"BSN {number}",
    "a formula": lambda number: f'"=""{number}"""',
    "brackets": lambda number: f"[{number}]",
    "a plus": lambda number: f"+{number}",
    "zeros before it": lambda number: "000" + number,
    "its country before it": lambda number: "NL" + number,
    "country, name and kind": lambda number: f"NL-bsn-nr. {number}",
    "a power of ten": lambda number: f"{number[0]}.{number[1:]}E+08",
    "a Dutch power of ten": lambda number: f'"{number[0]},{number[1:]}e8"',
    "many spaces": "   ".join,
    "dots": lambda number: f"{number[:4]}.{number[4:6]}.{number[6:]}",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("column", ["vak", "personeelsnummer", "een onbekende"])
def test_a_citizen_service_number_in_disguise_is_refused_and_not_kept(db: None, disguise: str, column: str) -> None:
    register.institutions()
    numbers = [DISGUISES[disguise](number) for number in valid_bsns(25)]
    columns = COLUMNS if column in COLUMNS else (*COLUMNS, column)
    lines = [{"personeelsnummer": f"p{place}", column: number} for place, number in enumerate(numbers)]
    data = csv_of(*lines, columns=columns)
    with pytest.raises(FileRefused) as refused:
        actions.receive(board=BOARD, chunks=[data], viewer=register.staff(), at=register.AT)
    assert refused.value.reason == "bsn-values"
    assert not any(number in str(refused.value) for number in numbers)
    assert not DeliveryLine.objects.exists()


@pytest.mark.parametrize("date", ["01/08/2018", "01.08.2018", "2018/08/01", "01-08-2018", "2018-08-01"])
def test_a_date_in_an_unknown_column_is_no_number(db: None, date: str) -> None:
    register.institutions()
    day, rest = (date[:2], date[2:]) if not date.startswith("2018") else (date[-2:], date[:-2])
    days = [f"{number:02}" for number in range(1, 28)]
    dates = [each + rest if not date.startswith("2018") else rest + each for each in days]
    assert day == "01"
    lines = [{"personeelsnummer": f"p{place}", "sinds": each} for place, each in enumerate(dates)]
    data = csv_of(*lines, columns=(*COLUMNS, "sinds"))
    received = actions.receive(board=BOARD, chunks=[data], viewer=register.staff(), at=register.AT)
    assert not DeliveryLine.objects.filter(delivery_id=received.delivery, outcome="refused").exists()


@pytest.mark.parametrize("name", ["nr_bsn_leraar", "Citizen Service Number", "onderwijsnummer", "B.S.N."])
def test_a_column_named_after_the_number_is_known_by_any_name(name: str) -> None:
    assert named_so(name)


def test_a_second_code_while_a_review_waits_is_not_used_up_and_nothing_is_written(world: World) -> None:
    account = world.browsers["stranger"].account
    code = register.code_for("p4", at=clock.now())
    before = cast.everything_stored(but="sendings_")  # what the form came to is kept, as of every form
    answer = world.browsers["stranger"].client.post("/activeren/", {"code": code})
    assert answer["Location"].endswith("?code=later")
    assert cast.everything_stored(but="sendings_") == before
    assert not ActivationCodeIssued.objects.filter(redeemed_by=account).exists()
    assert Review.objects.filter(decided_at=None).count() == 1
    bea = cast.sign_in("another bea", who=cast.TEACHER)
    assert bea.client.post("/activeren/", {"code": code})["Location"].endswith("?code=gekoppeld")


def test_a_checkpoint_whose_signature_is_garbage_is_reported_as_damage(world: World, at: Any) -> None:
    key, origin = signing_key(), "register.example.org/log"
    while seal(key=key, origin=origin, at=at):
        pass
    assert verify_log(key=key.public_key(), origin=origin).unsealed == 0
    head = TreeHead.objects.order_by("-size").first()
    assert head is not None
    text = head.checkpoint.partition("\n\n")[0]
    with pytest.raises(LogDamaged):
        checkpoints.verify(f"{text}\n\n\u2014 {origin} a\n", origin=origin, key=key.public_key())
    event = AuditEvent.objects.order_by("leaf_index").first()
    assert event is not None
    AuditEvent.objects.filter(pk=event.pk).update(actor_role="auditor")
    with pytest.raises(LogDamaged):
        verify_log(key=key.public_key(), origin=origin)
