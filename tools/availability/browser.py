"""A person's browser: it follows forms, keeps cookies, and sends again what came back or what it still has."""

import html
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from tools.availability.ledger import Ledger

_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_TEXT = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
_TRIES = 400
_PAUSE = 0.25


class Ended(Exception):
    """The drill is over; whoever was at work stops."""


@dataclass(frozen=True)
class Answer:
    """What came back; `to` is where a redirect leads, `asked_at` when the request that got it was sent."""

    status: int
    text: str
    to: str
    content: bytes
    asked_at: float


class Browser:
    """Of one person."""

    def __init__(self, address: str, ca: Path, ledger: Ledger, ending: threading.Event) -> None:
        self.address, self._ledger, self._ending = address, ledger, ending
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no other authorities of this machine
        self._session.verify = str(ca)
        self.by = ""  # the provider she signed in with
        self.uncertain = False  # whether the last form was answered at the second time or later

    @property
    def session_key(self) -> str:
        """The key of her session."""
        return str(self._session.cookies.get("sessie", ""))

    def take_over(self, other: "Browser") -> None:
        """Go on with the cookies of another browser."""
        self._session.cookies.update(other._session.cookies)

    def get(self, path: str) -> Answer:
        """Look at a page, again until it comes."""
        for _ in range(_TRIES):
            found = self._once("GET", path)
            if found is not None and found.status not in (502, 503, 504):
                return self._judged(found, path)
            self._note("look", found, kept=None)
        raise RuntimeError(f"{path} does not come")

    def send(
        self, path: str, fields: dict[str, str], *, text: str = "", file: tuple[str, bytes] | None = None
    ) -> Answer:
        """Send a form until it is answered: as it came back on a page of ours, else as the browser still has it.

        `text`: something in it that must not be lost.
        """
        sent, to = fields, path
        self.uncertain = False
        for _ in range(_TRIES):
            found = self._once("POST", to, sent, file)
            if found is not None and found.status not in (502, 503, 504):
                return self._judged(found, path)
            self.uncertain = True
            back = None
            if found is not None and file is None:
                back = form_in(found.text, html.escape(text)) if text else form_in(found.text, "")
            self._note("file" if file else "form", found, kept=back is not None if not file else None)
            if back is not None:
                to, sent = back
        raise RuntimeError(f"{path} is never answered")

    def fields(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of the form with this action on a page."""
        for form in _FORM.findall(page):
            if f'action="{action}"' in form:
                return {name: html.unescape(value) for name, value in _INPUT.findall(form)}
        raise RuntimeError(f"there is no form {action}")

    def token(self, page: str) -> dict[str, str]:
        """The token and the key of a page, for a form with a file."""
        return {name: value for name, value in _INPUT.findall(page) if name in ("csrfmiddlewaretoken", "eenmalig")}

    def sign_in(self, slug: str, person: str, *, strong: bool = False) -> None:
        """The whole way by her provider; anew from the start when it breaks off in between."""
        for _ in range(_TRIES):
            token = self.fields(self.get("/inloggen/").text, f"/inloggen/{slug}/")
            begun = self.send(
                f"/inloggen/{slug}/", {**token, "verder": "/", **({"tweede-factor": "1"} if strong else {})}
            )
            chosen = self._session.post(begun.to, {"persoon": person}, timeout=30, allow_redirects=False)
            back = urlsplit(chosen.headers["Location"])
            asked_at = time.monotonic()
            found = self._once("GET", f"{back.path}?{back.query}")
            if found is not None and found.status == 302:
                self.by = slug
                self._ledger.done("sign-in", self.session_key, asked_at)
                return
            self._note("sign-in", found, kept=None)
        raise RuntimeError(f"{person} can not sign in")

    def _once(
        self, method: str, path: str, fields: dict[str, str] | None = None, file: tuple[str, bytes] | None = None
    ) -> Answer | None:
        if self._ending.is_set():
            raise Ended
        asked_at = time.monotonic()
        try:
            got = self._session.request(
                method,
                path if path.startswith("http") else f"{self.address}{path}",
                data=fields,
                files={"bestand": file} if file else None,
                headers={"Referer": f"{self.address}/"},
                timeout=70,
                allow_redirects=False,
            )
        except requests.RequestException:
            return None
        return Answer(got.status_code, got.text, got.headers.get("Location", ""), got.content, asked_at)

    def _note(self, what: str, found: Answer | None, *, kept: bool | None) -> None:
        """Write down how it was answered, and wait as she would."""
        how = "no answer" if found is None else f"{found.status}"
        ours = found is not None and ("lr-main" in found.text or '"state"' in found.text)
        by = "" if found is None else " by the register" if ours else " by the proxy"
        also = {None: "", True: ", what she sent kept on the page", False: ", to be sent from her browser"}[kept]
        self._ledger.answered(f"{what}: {how}{by}{also}")
        if ours and kept is False:
            self._ledger.surprised(f"{what}: a page of the register without what she sent")
        if self._ending.wait(_PAUSE):
            raise Ended

    def _judged(self, found: Answer, path: str) -> Answer:
        if found.status >= 500:
            self._ledger.surprised(f"{path.split('?', maxsplit=1)[0]}: {found.status}: {found.text[:200]}")
        if found.to.startswith("/inloggen/"):
            self._ledger.surprised(f"{path.split('?', maxsplit=1)[0]}: she is no longer signed in")
        return found


def form_in(page: str, text: str) -> tuple[str, dict[str, str]] | None:
    """The form on a page that has what she sent, ready to be sent again; None when there is none."""
    main = page[page.find('id="inhoud"') :] if 'id="inhoud"' in page else ""
    for form in _FORM.findall(main):
        action = re.search(r'action="([^"]+)"', form)
        if action and text in form and "csrfmiddlewaretoken" in form:
            fields = {name: html.unescape(value) for name, value in _INPUT.findall(form)}
            if box := _TEXT.search(form):
                fields["tekst"] = html.unescape(box[1])
            return html.unescape(action[1]), fields
    return None
