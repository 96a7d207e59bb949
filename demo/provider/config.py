"""What one provider is: read from the JSON file that `demo/README.md` describes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from joserfc.jwk import RSAKey

from demo.files import write_json

ACR = {"eid": "http://eidas.europa.eu/LoA/substantial", "school": "http://eidas.europa.eu/LoA/low"}
SECOND_FACTOR = "https://refeds.org/profile/mfa"


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client that may ask this provider who somebody is."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """One provider. `kind` says whether its identities are a person's own (`eid`) or an employer's (`school`).

    `formerly` are places where the client answered before (`localhost:8000`); see `Mailbox`.
    """

    issuer: str
    port: int
    kind: Literal["eid", "school"]
    name: str
    clients: tuple[RegisteredClient, ...]
    people: Path
    mailbox: Path
    key: Path
    formerly: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """The configuration in the file; relative paths in it start at the folder of the file."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["kind"] not in ("eid", "school"):
            raise ValueError("kind must be eid or school")
        here = path.resolve().parent
        clients = tuple(
            RegisteredClient(each["client_id"], each["client_secret"], tuple(each["redirect_uris"]))
            for each in raw["clients"]
        )
        return cls(
            issuer=raw["issuer"].rstrip("/"),
            port=int(raw["port"]),
            kind=raw["kind"],
            name=raw["name"],
            clients=clients,
            people=here / raw["people"],
            mailbox=here / raw["mailbox"],
            key=here / raw["key"],
            formerly=tuple(raw.get("formerly", ())),
        )

    @property
    def client_place(self) -> str:
        """Where the first client answers now: `localhost:8000`."""
        return urlsplit(self.clients[0].redirect_uris[0]).netloc

    @property
    def form_targets(self) -> list[str]:
        """The origins that a form of ours may lead to: those of the clients, for the content security policy."""
        origins = {
            f"{parts.scheme}://{parts.netloc}"
            for client in self.clients
            for parts in map(urlsplit, client.redirect_uris)
        }
        return sorted(origins)


def signing_key(path: Path) -> RSAKey:
    """The provider's key; made once, in a file that only its owner may read, and kept."""
    if path.exists():
        return RSAKey.import_key(json.loads(path.read_text(encoding="ascii")))
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, key.as_dict(private=True))
    return key
