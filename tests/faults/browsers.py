"""Browsers of people: one that asks this process, one that asks by HTTP. What is sent can be sent again as it was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lerarenregister.web.once import FIELD

TIMEOUT = 20
TOKEN = "csrfmiddlewaretoken"


class Silent(Exception):
    """No answer came: she does not know whether it was done."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @property
    def signed_out(self) -> bool:
        """Whether she must sign in first."""
        return self.status == 401 or self.location.startswith("/inloggen/")


@dataclass(frozen=True)
class File:
    """A file of a form: the name of its field, its own name, its bytes."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """A form as it was filled in: sent twice, it is the same one."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    file: File | None = None


class Browser(Protocol):
    """What an actor needs of a browser."""

    def get(self, path: str) -> Answer:
        """Ask for a page; raises Silent."""

    def post(self, form: Form) -> Answer:
        """Send a form, redirects not followed; raises Silent."""


class Inside:
    """A browser that asks the application in this process, through all of its middleware, the check of tokens too."""

    def __init__(self, cookies: Mapping[str, str], role: str = "") -> None:
        self.role = role
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        for name, value in cookies.items():
            self.client.cookies[name] = value

    @property
    def cookies(self) -> dict[str, str]:
        """To go on with in another browser."""
        return {name: morsel.value for name, morsel in self.client.cookies.items()}

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path))

    def post(self, form: Form) -> Answer:
        fields: dict[str, Any] = dict(form.fields)
        if form.file is not None:
            fields[form.file.field] = SimpleUploadedFile(form.file.name, form.file.content)
        return self._answer(self.client.post(form.path, fields))

    @staticmethod
    def _answer(response: Any) -> Answer:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
        return Answer(response.status_code, response.headers.get("Location", ""), content)


class Outside:
    """A browser that asks by HTTP; redirects are for the actor to follow."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> Answer:
        return self._asked("GET", path)

    def post(self, form: Form) -> Answer:
        files = {form.file.field: (form.file.name, form.file.content)} if form.file else None
        return self._asked("POST", form.path, data=dict(form.fields), files=files)

    def _asked(self, method: str, path: str, **sent: Any) -> Answer:
        try:
            response = self.session.request(method, self.address + path, allow_redirects=False, timeout=TIMEOUT, **sent)
        except (requests.RequestException, OSError) as error:
            raise Silent(type(error).__name__) from error
        return Answer(response.status_code, response.headers.get("Location", ""), response.content)

    def sign_in(self, slug: str, person: str, *, second_factor: bool = False) -> Answer:
        """The whole way over the provider, as `person` of its people; the answer of our callback. Raises Silent."""
        form = Form(f"/inloggen/{slug}/", {**self.token("/inloggen/"), "verder": "/"})
        if second_factor:
            form = Form(form.path, {**form.fields, "tweede-factor": "1"})
        begun = self.post(form)
        if begun.status != 302:
            return begun
        try:
            chosen = requests.post(begun.location, data={"persoon": person}, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise Silent("provider") from error
        parts = urlsplit(chosen.headers["Location"])
        return self.get(f"{parts.path}?{parts.query}")

    def token(self, path: str) -> dict[str, str]:
        """The token and the key of the first form on a page."""
        return token_in(self.get(path).text)


def token_in(page: str) -> dict[str, str]:
    """The token and the key of the first form on a page; none when there is no form."""
    hidden = (re.search(f'name="{name}" value="([^"]*)"', page) for name in (TOKEN, FIELD))
    return {name: found[1] for name, found in zip((TOKEN, FIELD), hidden, strict=True) if found}
