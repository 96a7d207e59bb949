"""A zip made to harm whoever brings it in: what is taken in can always be taken out again."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

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
