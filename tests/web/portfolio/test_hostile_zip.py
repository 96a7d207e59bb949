"""A zip made to harm whoever brings it in: what is taken in can always be taken out again."""

import io
import json
import time
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from lerarenregister.kernel import clock
from lerarenregister.kernel.errors import Invalid
from lerarenregister.web.portfolio.document import MOST_VALUES, read_document
from tests.web.portfolio.conftest import Person
from tests.web.portfolio.test_taking import bring, repacked, zip_of

pytestmark = pytest.mark.django_db
IMPOSSIBLE = "0001-01-01T00:00:00+12:00"


@pytest.mark.parametrize("field", ["first_saved_at", "saved_at", "earlier"])
def test_a_moment_that_no_other_zone_has_is_refused_and_her_zip_still_opens(
    teacher: Person, stranger: Person, field: str
) -> None:
    stranger.written("Gelezen")

    def spoil(files: dict[str, bytes]) -> None:
        document = json.loads(files["portfolio.json"])
        entry = document["entries"][0]
        entry[field] = [{"content": entry["content"], "saved_at": IMPOSSIBLE}] if field == "earlier" else IMPOSSIBLE
        files["portfolio.json"] = json.dumps(document).encode()

    assert bring(teacher, repacked(zip_of(stranger), spoil)).status_code == 400
    assert zipfile.ZipFile(io.BytesIO(zip_of(teacher))).testzip() is None


def test_of_a_stranger_not_a_byte_of_an_upload_is_read(signed_in: Callable[..., Person]) -> None:
    class Unread(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise AssertionError("the upload was read")

    for client in (Client(enforce_csrf_checks=True), signed_in("employer", person_bound=False, checks=True).client):
        client.get("/inloggen/")
        response = client.generic(
            "POST",
            "/portfolio/terugbrengen/",
            b"x",
            content_type="multipart/form-data; boundary=edge",
            **{"wsgi.input": Unread()},
        )
        assert response.status_code in {302, 403}


@pytest.mark.parametrize("value", [b"{}", b"[[[[]]]]", b"1", b'"a"', b'{"a":1}'])
def test_a_document_with_more_values_than_a_portfolio_is_refused_before_it_takes_memory(
    value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = b'{"draft":"[,{\\"[,{","entries":[' + b",".join([value] * (MOST_VALUES + 1)) + b"]}"
    monkeypatch.setattr("json.loads", lambda _: pytest.fail("it was made into values"))
    with pytest.raises(Invalid, match="more values"):
        read_document(document, at=clock.now())


@pytest.mark.parametrize("text", ['"' * 3, "\\\\", '\\"', "[{,"])
def test_what_stands_in_a_text_is_no_value(text: str) -> None:
    with pytest.raises(Invalid, match="can not be read"):  # by its schema or its JSON, not by the count
        read_document(json.dumps({"draft": text * 2_000_000}).encode(), at=clock.now())


def test_a_text_without_an_end_is_looked_through_once() -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid):
        read_document(b'\\"' * 5_000_000, at=clock.now())
    assert time.monotonic() - begun < 5
