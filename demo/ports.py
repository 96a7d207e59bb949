"""Where everything of a run answers. The register may answer elsewhere each time; a provider keeps its first port.

A person is known by the address of her provider and her number there. Were that address to follow PORT, everybody would
be a stranger at the next port. So the ports of the providers stay what they were at the first run in a folder.
"""

import json
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo.files import write_json
from demo.provider.config import ACR, SECOND_FACTOR

PROVIDERS = (("eid", "Demo-eID", True), ("school", "Demo-schoolaccount", False))


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one run; `providers` by slug."""

    web: int
    providers: dict[str, int]
    mail: int
    vault: int


def choose(web: int, folder: Path) -> Ports:
    """The ports of a run whose register answers at `web`. Ends the run, saying what to do, when one is not free."""
    kept = {slug: port for slug, _, _ in PROVIDERS if (port := _kept(folder, slug))}
    for slug, name, _ in PROVIDERS:
        if kept.get(slug) == web:
            sys.exit(
                f"Poort {web} hoort in deze map bij {name}. Kies een andere, bijvoorbeeld: make run PORT={web + 100}"
            )
    if not is_free(web):
        sys.exit(f"Poort {web} is bezet. Kies een andere: make run PORT={web + 100}")
    for slug, name, _ in PROVIDERS:
        if slug in kept and not is_free(kept[slug]):
            sys.exit(
                f"Poort {kept[slug]} is bezet. Daar hoort {name} te staan: aan dat adres herkent het register wie er "
                "inlogt.\nDraait er nog een make run? Stop die dan eerst. Of stop wat deze poort gebruikt.\n"
                f"Met een andere map begin je opnieuw: make run PORT={web + 100} VAR={folder.parent}-2"
            )
    taken = {web, *kept.values()}
    for slug, _, _ in PROVIDERS:
        if slug not in kept:
            kept[slug] = _next_free(web + 1, taken)
            taken.add(kept[slug])
    mail = _next_free(web + 3, taken)
    return Ports(web, kept, mail, _next_free(web + 4, taken | {mail}))


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def write_providers(var: Path, ports: Ports) -> None:
    """The configuration of the two providers and what the register knows of them; ports and secrets are kept.

    `formerly` names where the register answered before: letters and mails of then are shown with the address of now.
    """
    address, register_side = f"http://localhost:{ports.web}", []
    known = {each["slug"]: each["client_secret"] for each in _read(var / "providers.json") or []}
    for slug, name, person_bound in PROVIDERS:
        file, issuer = var / "demo" / f"{slug}.json", f"http://localhost:{ports.providers[slug]}"
        back = f"{address}/inloggen/{slug}/terug/"
        before = _read(file) or {}
        secret = known.get(slug) or secrets.token_urlsafe(32)
        client = {"client_id": "lerarenregister", "client_secret": secret}
        write_json(
            file,
            {
                "issuer": issuer,
                "port": ports.providers[slug],
                "kind": slug,
                "name": name,
                "clients": [{**client, "redirect_uris": [back]}],
                "people": "people.json",
                "mailbox": ".",
                "key": f"{slug}-key.json",
                "formerly": _formerly(before, back),
            },
        )
        levels = [ACR[slug] if person_bound else SECOND_FACTOR]
        side = {"slug": slug, "name": name, "issuer": issuer, **client}
        register_side.append({**side, "person_bound": person_bound, "second_factor": levels})
    write_json(var / "providers.json", register_side)


def _formerly(before: dict[str, Any], back: str) -> list[str]:
    """Where the register answered before: `localhost:8000`."""
    last = [uri for client in before.get("clients", []) for uri in client["redirect_uris"]]
    places = {*before.get("formerly", []), *(urlsplit(uri).netloc for uri in last)}
    return sorted(places - {urlsplit(back).netloc})


def _kept(folder: Path, slug: str) -> int | None:
    """The port that the provider had at earlier runs in this folder."""
    found = _read(folder / f"{slug}.json")
    return int(found["port"]) if found else None


def _next_free(start: int, taken: set[int]) -> int:
    found = next((port for port in range(start, 65536) if port not in taken and is_free(port)), None)
    return found or sys.exit(f"Er is geen vrije poort boven {start}. Kies een lagere: make run PORT=8000")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
