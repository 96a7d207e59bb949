"""Files that are everybody's: the same bytes for everybody, nothing of a session in them, and no way out of their
folder.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from tests.attacks import plan
from tests.attacks.attempts import attempt, counted, each_role, listed, same
from tests.attacks.cast import World

pytestmark = pytest.mark.django_db


@each_role
def test_a_static_file_is_the_same_for_everybody_and_only_a_look_gets_it(world: World, role: str) -> None:
    wrong = []
    with counted("static", role) as tries:
        for name, method in tries:
            path = staticfiles_storage.url(name)
            answer = attempt(world.browsers[role], method, path)
            if method not in ("GET", "HEAD"):
                wrong += [(name, method, answer.status)] if answer.status not in (404, 405) else []
                continue
            control = answer.headers.get("Cache-Control", "")
            if answer.status != 200 or "Cookie" in answer.headers.get("Vary", "") or answer.cookies:
                wrong.append((name, method, answer.status, answer.headers))
            if "immutable" not in control or answer.wrote or answer.asked:
                wrong.append((name, method, control))
    assert not wrong, listed(wrong)


def test_there_is_no_way_out_of_the_folder_of_static_files(world: World) -> None:
    root = Path(settings.STATIC_ROOT)
    beside = root.parent / "secret-beside.txt"
    beside.write_text("not yours")
    hashed = staticfiles_storage.stored_name(plan.static_files()[0])
    for way in (
        "../secret-beside.txt",
        "..%2fsecret-beside.txt",
        "%2e%2e/secret-beside.txt",
        "web/../../secret-beside.txt",
        "web/..%2f..%2fsecret-beside.txt",
        "..%5csecret-beside.txt",
        "%00../secret-beside.txt",
        f"{beside}",
        f"%2f{beside}",
        "staticfiles.json/../../secret-beside.txt",
        hashed + "%00",
        hashed + "/",
        "web",
        "",
    ):
        for role in ("anonymous", "teacher", "operator"):
            answer = attempt(world.browsers[role], "GET", f"/static/{way}")
            assert answer.status in (301, 404), (way, answer.status)
            assert "not yours" not in answer.said
    beside.unlink()


def test_the_address_of_a_static_file_never_shows_a_page_of_somebody(world: World) -> None:
    for way in ("x/..;/mijn-registratie/", "..;/mijn-registratie/", "%2e%2e/mijn-registratie/", "../mijn-registratie/"):
        nobody, teacher = (attempt(world.browsers[role], "GET", f"/static/{way}") for role in ("stranger", "teacher"))
        assert (nobody.status, same(teacher)) == (404, same(nobody)), way


def test_the_plan_knows_every_collected_file() -> None:
    manifest = json.loads((Path(settings.STATIC_ROOT) / "staticfiles.json").read_text())
    assert sorted(manifest["paths"]) == plan.static_files()
