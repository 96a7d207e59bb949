"""What other doors do when somebody signs in or out; `project.wiring` fills the lists.

`secrets` are asked when a sign-in begins: the first that gives one has its hash signed by the provider. `instead` is
what is done with the fresh proof for a purpose that begins no session by itself. The others are called after the
session has changed and before the response leaves, so they may set and delete cookies. At sign-in `request.viewer` is
already the new viewer; there is no proof when it was a passkey. One that fails makes the sign-in fail. `ways` are
templates of other ways to sign in, which the page that offers the providers shows under them.
"""

from collections.abc import Callable

from django.http import HttpResponse

from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.accounts.oidc.providers import Provider
from lerarenregister.web.accounts.purposes import Purpose
from lerarenregister.web.requests import DoorRequest

ways: list[str] = []
secrets: list[Callable[[Provider], str]] = []
instead: dict[Purpose, Callable[[DoorRequest, FreshSignIn, str], HttpResponse]] = {}
on_sign_in: list[Callable[[DoorRequest, HttpResponse, FreshSignIn | None, Purpose], None]] = []
on_sign_out: list[Callable[[DoorRequest, HttpResponse], None]] = []
