"""The real provider processes, once for all tests of sign-in, and a hostile one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo.provider.config import ACR, SECOND_FACTOR
from pytest_django.fixtures import Settings

from tests.accounts.hostile import Hostile
from tests.accounts.running import ROOT, RunningProvider, free_port, start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningProvider]]:
    """The eID and the school account of the demonstration, as processes, with the sample people."""
    folder = tmp_path_factory.mktemp("providers")
    found: dict[str, RunningProvider] = {}
    processes = []
    for slug, person_bound in (("eid", True), ("school", False)):
        port = free_port()
        entry = {
            "slug": slug,
            "name": f"Proef {slug}",
            "issuer": f"http://localhost:{port}",
            "client_id": "lerarenregister",
            "client_secret": f"secret-of-{slug}",
            "person_bound": person_bound,
            "second_factor": [ACR[slug] if person_bound else SECOND_FACTOR],
        }
        file = folder / f"{slug}.json"
        file.write_text(json.dumps(configuration(entry, port, folder)))
        processes.append(start(["-m", "demo.provider", "--config", file], ready=f"http://127.0.0.1:{port}"))
        found[slug] = RunningProvider(entry, folder)
    yield found
    for process in processes:
        process.terminate()
        process.wait(10)


def configuration(entry: dict[str, Any], port: int, folder: Path) -> dict[str, Any]:
    """The provider's own file, as demo/README.md describes it."""
    client = {
        "client_id": entry["client_id"],
        "client_secret": entry["client_secret"],
        "redirect_uris": [f"http://localhost:8000/inloggen/{entry['slug']}/terug/"],
    }
    return {
        "issuer": entry["issuer"],
        "port": port,
        "kind": entry["slug"],
        "name": entry["name"],
        "clients": [client],
        "people": str(ROOT / "demo" / "sample" / "people.json"),
        "mailbox": str(folder),
        "key": f"{entry['slug']}-key.json",
    }


@pytest.fixture
def eid(running: dict[str, RunningProvider], settings: Settings) -> RunningProvider:
    """The eID, with both providers configured in the register."""
    settings.OIDC_PROVIDERS = [provider.entry for provider in running.values()]
    settings.BASE_URL = "http://localhost:8000"
    return running["eid"]


@pytest.fixture
def school(running: dict[str, RunningProvider], eid: RunningProvider) -> RunningProvider:
    """The school account."""
    return running["school"]


@pytest.fixture
def hostile(settings: Settings) -> Iterator[Hostile]:
    """A provider that signs what the test says."""
    with Hostile() as provider:
        settings.OIDC_PROVIDERS = [provider.entry]
        settings.BASE_URL = "http://localhost:8000"
        yield provider
