"""Asking the vault, from the web process: each verb of the service as a method.

A refusal is a VaultRefused with the code of the answer; no answer within a few seconds is a VaultAway. Nothing is
asked twice by itself: a challenge that was spent by a question whose answer was lost opens nothing again.
"""

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from vault.answers import LEAST_LINES, Also, Asked, Holder, Line, Opened

Answer = Mapping[str, Any]
Read = TypeVar("Read")
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
    """The vault at an address. Connections are kept, one per thread. `ca` is a file with the certificate that its own
    must come from; "" for any that the world knows."""

    url: str
    token: str = field(repr=False)
    ca: str = ""

    def challenge(self) -> str:
        """A challenge for one sign-in."""
        return self._asked("challenge", lambda said: str(said["challenge"]))

    def open(
        self,
        *,
        challenge: str,
        id_token: str,
        make: bytes | None,
        also: Also = Also.NOTHING,
        of: bytes | None = None,
    ) -> Opened:
        """The key of who has just signed in; see `Vault.open`."""
        keys = {name: key.hex() for name, key in (("make", make), ("of", of)) if key}
        return self._asked("open", _opened, challenge=challenge, id_token=id_token, also=also, **keys)

    def link(self, *, proof: str, challenge: str, id_token: str, replace: bool) -> Opened:
        """Let a second identity open her key; see `Vault.link`."""
        asked = {"proof": proof, "challenge": challenge, "id_token": id_token, "replace": replace}
        return self._asked("link", _opened, **asked)

    def unlink(
        self, *, proof: str, issuer: str, subject: str, challenge: str = "", id_token: str = "", code: str = ""
    ) -> None:
        """Let an identity open her key no more; see `Unlinking.unlink`."""
        asked = {"proof": proof, "issuer": issuer, "subject": subject}
        self._asked("unlink", dict, **asked, challenge=challenge, id_token=id_token, code=code)

    def remove_identity(self, *, proof: str, holder: bytes, code: str = "") -> None:
        """Let an identity of which only its id is known open her key no more; see `Unlinking.remove`."""
        self._asked("remove", dict, proof=proof, holder=holder.hex(), code=code)

    def recover(self, *, code: str, challenge: str, id_token: str, replace: bool) -> Opened:
        """Let a new identity open the key of a recovery code; see `Vault.recover`."""
        asked = {"code": code, "challenge": challenge, "id_token": id_token, "replace": replace}
        return self._asked("recover", _opened, **asked)

    def erase(self, *, ticket: str) -> bool:
        """Erase a key; see `Vault.erase`."""
        return self._asked("erase", lambda said: bool(said["erased"]), ticket=ticket)

    def lines(self, *, ticket: str, most: int = LEAST_LINES) -> list[Line]:
        """The log of a key with its newest openings, so many of them."""
        return self._asked("lines", lambda said: [Line(**each) for each in said["lines"]], ticket=ticket, most=most)

    def holders(self, *, ticket: str, identities: Sequence[tuple[str, str]] = ()) -> list[Holder]:
        """What opens a key, and which of these identities (issuer and subject) do; see `Vault.holders`."""

        def read(said: Answer) -> list[Holder]:
            return [Holder(**each | {"id": bytes.fromhex(each["id"])}) for each in said["holders"]]

        named = [{"issuer": issuer, "subject": subject} for issuer, subject in identities]
        return self._asked("holders", read, ticket=ticket, identities=named)

    def held(self, among: Sequence[bytes] = ()) -> set[bytes]:
        """The ids of the keys that are held: all, or of at most `MOST_AMONG`, those among them."""
        asked = {"among": [each.hex() for each in among]} if among else {}
        return self._asked("held", lambda said: {bytes.fromhex(each) for each in said["held"]}, **asked)

    def ask_passkey(self, *, ticket: str = "") -> Asked:
        """What a browser needs to use a passkey, and with the ticket to make one; see `Passkeys.ask`."""

        def read(said: Answer) -> Asked:
            known = tuple(bytes.fromhex(each) for each in said["known"])
            handle = bytes.fromhex(said["handle"])
            return Asked(str(said["secret"]), str(said["challenge"]), str(said["site"]), handle, known)

        return self._asked("passkey/ask", read, ticket=ticket)

    def enrol_passkey(self, *, proof: str, challenge: str, answer: str, label: str) -> bytes:
        """Let a passkey open her key; its id. See `Passkeys.enrol`."""
        asked = {"proof": proof, "challenge": challenge, "answer": answer, "label": label}
        return self._asked("passkey/enrol", lambda said: bytes.fromhex(said["id"]), **asked)

    def open_by_passkey(self, *, challenge: str, answer: str) -> Opened:
        """The key that a passkey opens; see `Passkeys.open`."""
        return self._asked("passkey/open", _opened, challenge=challenge, answer=answer)

    def remove_passkey(self, *, proof: str, passkey: bytes) -> None:
        """Let a passkey open her key no more; see `Passkeys.remove`."""
        self._asked("passkey/remove", dict, proof=proof, passkey=passkey.hex())

    def well(self) -> bool:
        """Whether it could open and log now."""
        try:
            answer = self._session().get(
                f"{self.url}/health", timeout=TIMEOUT, allow_redirects=False, verify=self.ca or True
            )
        except OSError:
            return False
        return answer.status_code == 200

    def _asked(self, verb: str, read: Callable[[Answer], Read], **asked: object) -> Read:
        """What `read` makes of the answer; one that it can not read is none."""
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = self._session().post(
                f"{self.url}/{verb}",
                json=asked,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                verify=self.ca or True,
            )
            said = dict(answer.json())
            if answer.status_code == 200:
                return read(said)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise VaultAway(type(error).__name__) from error
        if not 400 <= answer.status_code < 500:
            raise VaultAway(str(said.get("error")))
        raise VaultRefused(str(said.get("error")), str(said.get("check", "")))

    @staticmethod
    def _session() -> requests.Session:
        own: requests.Session | None = getattr(_own, "session", None)
        if own is None:
            own = _own.session = requests.Session()
            own.trust_env = False  # no proxy of the environment sees a key
        return own


def _opened(said: Answer) -> Opened:
    return Opened(
        bytes.fromhex(said["id"]),
        base64.b64decode(said["key"], validate=True),
        made=bool(said["made"]),
        code=str(said["code"]),
        proof=str(said["proof"]),
    )
