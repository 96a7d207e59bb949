"""The door of the vault: JSON questions by POST, each answered by one verb of the service (WSGI, PEP 3333).

Who asks must send the token of this installation; what opens a key is the proof in the question, not that token. An
answer says no more than a code. A line of the access log says which question, what came of it and how long it took:
never who.
"""

import base64
import binascii
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from vault.answers import LEAST_LINES, MOST_AMONG, MOST_LINES, Also, Opened
from vault.enrolling import Passkeys
from vault.errors import Malformed, PasskeyRefused, TokenRefused, VaultError
from vault.service import ID_BYTES, Vault
from vault.settings import Site
from vault.unlinking import Unlinking

MOST_BYTES = 65_536
FORGET_EVERY = timedelta(hours=1)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character: JSON can say it, and no text can be made of it."""
_log = logging.getLogger("vault")
Question = dict[str, Any]
Answer = dict[str, Any]
Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Application:
    """The WSGI application over a vault, for passkeys of this site. `now` is the clock."""

    def __init__(
        self, vault: Vault, token: str, site: Site, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._vault, self._token, self._now = vault, token.encode(), now
        self._passkeys, self._unlinking = Passkeys(vault, site), Unlinking(vault)
        self._forgotten_at = self._now()
        self._verbs: dict[str, Callable[[Question], Answer]] = {
            "/challenge": self._challenge,
            "/open": self._open,
            "/link": self._link,
            "/unlink": self._unlink,
            "/recover": self._recover,
            "/erase": self._erase,
            "/lines": self._lines,
            "/holders": self._holders,
            "/held": self._held,
            "/remove": self._remove_identity,
            "/passkey/ask": self._ask,
            "/passkey/enrol": self._enrol,
            "/passkey/open": self._open_by_passkey,
            "/passkey/remove": self._remove,
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        path = str(environ.get("PATH_INFO", ""))
        status, answer = self._answered(path, environ)
        body = json.dumps(answer).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        known = path if path in self._verbs or path == "/health" else "?"
        took = round((time.perf_counter() - begun) * 1e3, 1)
        _log.info(json.dumps({"question": known, "status": status, "said": answer.get("error", ""), "ms": took}))
        return [body]

    def _answered(self, path: str, environ: Environ) -> tuple[int, Answer]:
        try:
            return self._asked(path, environ)
        except (TokenRefused, PasskeyRefused) as refusal:
            return refusal.status, {"error": refusal.code, "check": refusal.check}
        except VaultError as refusal:
            if refusal.status >= 500:
                _log.error(json.dumps({"trouble": refusal.code, "why": str(refusal)}))
            return refusal.status, {"error": refusal.code}
        except Exception as error:  # no question may end the process, and no answer tells what is inside
            _log.critical(json.dumps({"trouble": "unforeseen", "kind": type(error).__name__}))
            return 500, {"error": "unforeseen"}

    def _asked(self, path: str, environ: Environ) -> tuple[int, Answer]:
        if path == "/health" and environ["REQUEST_METHOD"] == "GET":
            self._vault.check()
            return 200, {"well": True}
        if not self._allowed(environ):
            return 401, {"error": "caller"}
        if path not in self._verbs or environ["REQUEST_METHOD"] != "POST":
            return 404, {"error": "unknown"}
        return 200, self._verbs[path](_question(environ))

    def _allowed(self, environ: Environ) -> bool:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode("latin-1", "replace")
        return hmac.compare_digest(given, b"Bearer " + self._token)

    def _challenge(self, _: Question) -> Answer:
        return {"challenge": self._vault.challenge(at=self._now_and_then_forgetting())}

    def _now_and_then_forgetting(self) -> datetime:
        """The moment; once an hour what has had its time goes."""
        at = self._now()
        if abs(at - self._forgotten_at) > FORGET_EVERY:
            self._forgotten_at = at
            self._vault.forget(at=at)
        return at

    def _open(self, asked: Question) -> Answer:
        make, of = (_bytes(asked, name, ID_BYTES) if asked.get(name) else None for name in ("make", "of"))
        also = asked.get("also", "")
        if also not in tuple(Also):
            raise Malformed
        return _told(self._vault.open(**_sign_in(asked), make=make, also=Also(also), of=of, at=self._now()))

    def _link(self, asked: Question) -> Answer:
        replace = asked.get("replace") is True
        linked = self._vault.link(proof=_text(asked, "proof"), **_sign_in(asked), replace=replace, at=self._now())
        return _told(linked)

    def _unlink(self, asked: Question) -> Answer:
        given = {name: _text(asked, name, least=0) for name in ("challenge", "id_token", "code")}
        who = {name: _text(asked, name) for name in ("proof", "issuer", "subject")}
        self._unlinking.unlink(**who, **given, at=self._now())
        return {}

    def _remove_identity(self, asked: Question) -> Answer:
        given = {name: _text(asked, name, least=least) for name, least in (("proof", 1), ("code", 0))}
        self._unlinking.remove(**given, holder=_bytes(asked, "holder", ID_BYTES), at=self._now())
        return {}

    def _recover(self, asked: Question) -> Answer:
        replace = asked.get("replace") is True
        found = self._vault.recover(code=_text(asked, "code"), **_sign_in(asked), replace=replace, at=self._now())
        return _told(found)

    def _erase(self, asked: Question) -> Answer:
        return {"erased": self._vault.erase(ticket=_text(asked, "ticket"))}

    def _lines(self, asked: Question) -> Answer:
        most = asked.get("most", LEAST_LINES)
        if type(most) is not int or not 0 < most <= MOST_LINES:
            raise Malformed
        return {"lines": [asdict(line) for line in self._vault.lines(ticket=_text(asked, "ticket"), most=most)]}

    def _holders(self, asked: Question) -> Answer:
        found = self._vault.holders(ticket=_text(asked, "ticket"), identities=_identities(asked))
        return {"holders": [asdict(each) | {"id": each.id.hex()} for each in found]}

    def _held(self, asked: Question) -> Answer:
        given = asked.get("among", [])
        if not isinstance(given, list) or len(given) > MOST_AMONG:
            raise Malformed
        among = [_bytes({"key": each}, "key", ID_BYTES) for each in given]
        return {"held": [key.hex() for key in self._vault.held(*among)]}

    def _ask(self, asked: Question) -> Answer:
        ticket = _text(asked, "ticket", least=0)
        found = self._passkeys.ask(ticket=ticket, at=self._now_and_then_forgetting())
        return asdict(found) | {"handle": found.handle.hex(), "known": [each.hex() for each in found.known]}

    def _enrol(self, asked: Question) -> Answer:
        given = {name: _text(asked, name) for name in ("proof", "challenge", "answer", "label")}
        return {"id": self._passkeys.enrol(**given, at=self._now()).hex()}

    def _open_by_passkey(self, asked: Question) -> Answer:
        given = {name: _text(asked, name) for name in ("challenge", "answer")}
        return _told(self._passkeys.open(**given, at=self._now()))

    def _remove(self, asked: Question) -> Answer:
        self._passkeys.remove(proof=_text(asked, "proof"), passkey=_bytes(asked, "passkey", ID_BYTES), at=self._now())
        return {}


def _told(opened: Opened) -> Answer:
    key = base64.b64encode(opened.key).decode()
    return {"id": opened.id.hex(), "key": key, "made": opened.made, "code": opened.code, "proof": opened.proof}


def _question(environ: Environ) -> Question:
    """The body as a JSON object; raises Malformed."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise Malformed from error
    if not 0 <= length <= MOST_BYTES:
        raise Malformed
    try:
        asked = json.loads(environ["wsgi.input"].read(length) or b"{}")
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(asked, dict):
        raise Malformed
    return asked


def _sign_in(asked: Question) -> dict[str, str]:
    return {"challenge": _text(asked, "challenge"), "id_token": _text(asked, "id_token")}


def _text(asked: Question, name: str, *, least: int = 1) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str) or len(value) < least or _SURROGATE.search(value):
        raise Malformed
    return value


def _identities(asked: Question) -> list[tuple[str, str]]:
    """Pairs of issuer and subject; none when it says nothing of them."""
    listed = asked.get("identities", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Malformed
    return [(_text(each, "issuer"), _text(each, "subject")) for each in listed]


def _bytes(asked: Question, name: str, length: int) -> bytes:
    try:
        value = binascii.unhexlify(_text(asked, name))
    except ValueError as error:
        raise Malformed from error
    if len(value) != length:
        raise Malformed
    return value
