"""The parts of the first page of somebody who is signed in; `project.wiring` puts them in order."""

from collections.abc import Callable

from lerarenregister.web.requests import DoorRequest

PARTS: list[Callable[[DoorRequest], str]] = []
