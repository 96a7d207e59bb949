"""The first page can be put among the apps of a phone: the manifest says what is needed, the same to everybody."""

import io
import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def test_the_manifest_names_icons_that_are_there_in_the_size_that_it_says(settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    answer = Client().get("/app.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        path = finders.find(icon["src"].removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))
        assert path, icon
        with open(str(path), "rb") as file:
            image = Image.open(io.BytesIO(file.read()))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert not answer.cookies


def test_every_page_names_the_manifest_and_its_policy_lets_it_be_read() -> None:
    answer = Client().get("/hulp/")
    assert '<link rel="manifest" href="/app.webmanifest">' in answer.content.decode()
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
