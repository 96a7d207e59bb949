"""What other doors do when somebody signs in or out; `project.wiring` fills the lists.

They are called after the session has changed and before the response leaves, so they may set and delete cookies. At
sign-in `request.viewer` is already the new viewer. One that fails makes the sign-in fail.
"""

from collections.abc import Callable

from django.http import HttpResponse

from lerarenregister.accounts.oidc import FreshSignIn
from lerarenregister.web.requests import DoorRequest

on_sign_in: list[Callable[[DoorRequest, HttpResponse, FreshSignIn], None]] = []
on_sign_out: list[Callable[[DoorRequest, HttpResponse], None]] = []
