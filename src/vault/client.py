"""Asking the vault, from the web process: each verb of the service as a method.

A refusal is a VaultRefused with the code of the answer; no answer within a few seconds is a VaultAway. Nothing is
asked twice by itself: a challenge that was spent by a question whose answer was lost opens nothing again.
"""

import base64
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from vault.service import Also, Holder, Line, Opened

TIMEOUT = (1, 5)
"""Seconds to connect, and to wait for an answer: a sign-in waits for it."""


class VaultAway(Exception):
    """The vault gives no answer, or can not do its work now. Nothing is lost: a next sign-in opens."""


class VaultRefused(Exception):
    """The vault refuses; `code` names why (see `vault.errors`)."""

    def __init__(self, code: str, check: str = "") -> None:
        super().__init__(f"{code} {check}".strip())
        self.code, self.check = code, check


_own = threading.local()


@dataclass(frozen=True, slots=True)
class Client:
    """The vault at an address. Connections are kept, one per thread."""

    url: str
    token: str = field(repr=False)

    def challenge(self) -> str:
        """A challenge for one sign-in."""
        return str(self._asked("challenge")["challenge"])

    def open(self, *, challenge: str, id_token: str, make: bytes | None, also: Also = Also.NOTHING) -> Opened:
        """The key of who has just signed in; see `Vault.open`."""
        making = {"make": make.hex()} if make else {}
        return _opened(self._asked("open", challenge=challenge, id_token=id_token, also=also, **making))

    def link(self, *, proof: str, challenge: str, id_token: str, replace: bool) -> Opened:
        """Let a second identity open her key; see `Vault.link`."""
        asked = {"proof": proof, "challenge": challenge, "id_token": id_token, "replace": replace}
        return _opened(self._asked("link", **asked))

    def unlink(self, *, proof: str, holder: bytes, challenge: str = "", id_token: str = "", code: str = "") -> None:
        """Let an identity open her key no more; see `Vault.unlink`."""
        asked = {"proof": proof, "holder": holder.hex(), "challenge": challenge, "id_token": id_token, "code": code}
        self._asked("unlink", **asked)

    def recover(self, *, code: str, challenge: str, id_token: str, replace: bool) -> Opened:
        """Let a new identity open the key of a recovery code; see `Vault.recover`."""
        asked = {"code": code, "challenge": challenge, "id_token": id_token, "replace": replace}
        return _opened(self._asked("recover", **asked))

    def erase(self, *, ticket: str) -> bool:
        """Erase a key; see `Vault.erase`."""
        return bool(self._asked("erase", ticket=ticket)["erased"])

    def lines(self, *, ticket: str) -> list[Line]:
        """The newest lines of the log of a key."""
        return [Line(**each) for each in self._asked("lines", ticket=ticket)["lines"]]

    def holders(self, *, ticket: str) -> list[Holder]:
        """What opens a key."""
        found = self._asked("holders", ticket=ticket)["holders"]
        return [Holder(**each | {"id": bytes.fromhex(each["id"])}) for each in found]

    def held(self) -> set[bytes]:
        """The ids of the keys that are held."""
        return {bytes.fromhex(each) for each in self._asked("held")["held"]}

    def well(self) -> bool:
        """Whether it could open and log now."""
        try:
            return self._session().get(f"{self.url}/health", timeout=TIMEOUT, allow_redirects=False).status_code == 200
        except requests.RequestException:
            return False

    def _asked(self, verb: str, **asked: object) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = self._session().post(
                f"{self.url}/{verb}", json=asked, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
            said = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise VaultAway(type(error).__name__) from error
        if answer.status_code >= 500:
            raise VaultAway(str(said.get("error")))
        if answer.status_code != 200:
            raise VaultRefused(str(said.get("error")), str(said.get("check", "")))
        return dict(said)

    @staticmethod
    def _session() -> requests.Session:
        own: requests.Session | None = getattr(_own, "session", None)
        if own is None:
            own = _own.session = requests.Session()
            own.trust_env = False  # no proxy of the environment sees a key
        return own


def _opened(said: Mapping[str, Any]) -> Opened:
    return Opened(
        bytes.fromhex(said["id"]),
        base64.b64decode(said["key"]),
        made=bool(said["made"]),
        code=str(said["code"]),
        proof=str(said["proof"]),
    )
